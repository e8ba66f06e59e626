use std::cmp::Ordering;
use std::iter::Peekable;
use std::vec::IntoIter;

use serde_json::Value;

use crate::catalogue::Object;
use crate::web::ApiError;

/// What objects have to be like: `name LIKE 'A%' AND (size >= 3 OR owner IS NULL)`.
#[derive(Debug)]
pub(crate) enum WhereClause {
    And(Vec<Self>),
    Or(Vec<Self>),
    /// A field, an operator, and what is compared with it.
    Comparison(String, Operator, Value),
    Like(String, String),
    In(String, Vec<Value>),
    IsNull(String, bool),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

impl WhereClause {
    pub(crate) fn parse(text: &str) -> Result<Self, ApiError> {
        parse(text).ok_or_else(|| {
            ApiError::bad_request(
                "where has to be made of conditions such as name='x', size>=3, name LIKE 'x%', \
                 id IN ('1','2') or name IS NULL, with AND, OR and brackets between them; a quote \
                 within quotes is doubled.",
            )
        })
    }

    pub(crate) fn holds(&self, object: &Object) -> bool {
        match self {
            Self::And(all) => all.iter().all(|clause| clause.holds(object)),
            Self::Or(any) => any.iter().any(|clause| clause.holds(object)),
            Self::Comparison(name, operator, value) => {
                operator.holds(compare(field(object, name), Some(value)))
            }
            Self::Like(name, pattern) => {
                field(object, name).is_some_and(|value| is_like(&text(value), pattern))
            }
            Self::In(name, values) => {
                let found = field(object, name);
                let equals = |value| compare(found, Some(value)) == Some(Ordering::Equal);
                values.iter().any(equals)
            }
            Self::IsNull(name, expected) => {
                field(object, name).is_none_or(Value::is_null) == *expected
            }
        }
    }
}

impl Operator {
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::NotEqual => order != Some(Ordering::Equal),
            Self::Less => order == Some(Ordering::Less),
            Self::Greater => order == Some(Ordering::Greater),
            Self::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// A field, or one within a field: `company.name`.
pub(crate) fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(name) {
        return Some(value);
    }
    let mut steps = name.split('.');
    let first = object.get(steps.next()?);
    steps.fold(first, |value, step| value?.get(step))
}

/// Numbers by their size, everything else as text. A number and a text compare as numbers if both
/// are.
pub(crate) fn compare(one: Option<&Value>, other: Option<&Value>) -> Option<Ordering> {
    let (one, other) = (one?, other?);
    if one.is_number() || other.is_number() {
        // Long ids are exact as whole numbers only.
        if let (Ok(one), Ok(other)) = (text(one).parse::<i128>(), text(other).parse::<i128>()) {
            return Some(one.cmp(&other));
        }
        if let (Ok(one), Ok(other)) = (text(one).parse::<f64>(), text(other).parse::<f64>()) {
            return one.partial_cmp(&other);
        }
    }
    Some(text(one).cmp(&text(other)))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `%` stands for any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('%') else {
        return text == pattern;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once('%').unwrap_or(("", rest));
    for part in middle.split('%').filter(|part| !part.is_empty()) {
        match text.split_once(part) {
            Some((_, behind)) => text = behind,
            None => return false,
        }
    }
    text.ends_with(end)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A name, a keyword, a number, true or false.
    Word(String),
    /// A name in backticks, which is no keyword.
    Name(String),
    Text(String),
    /// `=`, `!=`, `<`, `(` …
    Sign(&'static str),
}

const SIGNS: [&str; 10] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        let (token, behind) = if let Some(sign) = sign {
            (Token::Sign(sign), rest.strip_prefix(sign)?)
        } else if first == '\'' {
            let (text, behind) = quoted(rest.strip_prefix('\'')?)?;
            (Token::Text(text), behind)
        } else if let Some(name) = rest.strip_prefix('`') {
            let (name, behind) = name.split_once('`')?;
            (Token::Name(name.to_owned()), behind)
        } else {
            let is_part = |c: char| c.is_alphanumeric() || "._-+".contains(c);
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            (
                Token::Word((!word.is_empty()).then(|| word.to_owned())?),
                behind,
            )
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Some(tokens)
}

/// The text up to its closing quote, and what is behind that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once('\'')?;
        value.push_str(part);
        match behind.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, behind)),
        }
    }
}

type Tokens = Peekable<IntoIter<Token>>;

/// How deep brackets may be nested.
const MAX_DEPTH: usize = 50;

fn parse(text: &str) -> Option<WhereClause> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let clause = any_of(&mut tokens, MAX_DEPTH)?;
    tokens.next().is_none().then_some(clause)
}

fn any_of(tokens: &mut Tokens, depth: usize) -> Option<WhereClause> {
    let mut clauses = vec![all_of(tokens, depth)?];
    while takes(tokens, "or") {
        clauses.push(all_of(tokens, depth)?);
    }
    Some(WhereClause::Or(clauses))
}

fn all_of(tokens: &mut Tokens, depth: usize) -> Option<WhereClause> {
    let mut clauses = vec![condition(tokens, depth)?];
    while takes(tokens, "and") {
        clauses.push(condition(tokens, depth)?);
    }
    Some(WhereClause::And(clauses))
}

fn condition(tokens: &mut Tokens, depth: usize) -> Option<WhereClause> {
    let name = match tokens.next()? {
        Token::Sign("(") => {
            let clause = any_of(tokens, depth.checked_sub(1)?)?;
            return (tokens.next()? == Token::Sign(")")).then_some(clause);
        }
        Token::Word(name) | Token::Name(name) => name,
        _ => return None,
    };
    let operator = match tokens.next()? {
        Token::Sign("=") => Operator::Equal,
        Token::Sign("!=" | "<>") => Operator::NotEqual,
        Token::Sign("<") => Operator::Less,
        Token::Sign(">") => Operator::Greater,
        Token::Sign("<=") => Operator::LessOrEqual,
        Token::Sign(">=") => Operator::GreaterOrEqual,
        Token::Word(word) => return keyword(tokens, name, &word),
        _ => return None,
    };
    Some(WhereClause::Comparison(
        name,
        operator,
        value(tokens.next()?)?,
    ))
}

fn keyword(tokens: &mut Tokens, name: String, word: &str) -> Option<WhereClause> {
    match word.to_ascii_lowercase().as_str() {
        "like" => match tokens.next()? {
            Token::Text(pattern) => Some(WhereClause::Like(name, pattern)),
            _ => None,
        },
        "is" => {
            let is_null = !takes(tokens, "not");
            takes(tokens, "null").then_some(WhereClause::IsNull(name, is_null))
        }
        "in" => {
            let mut values = Vec::new();
            if tokens.next()? != Token::Sign("(") {
                return None;
            }
            loop {
                values.push(value(tokens.next()?)?);
                match tokens.next()? {
                    Token::Sign(",") => {}
                    Token::Sign(")") => return Some(WhereClause::In(name, values)),
                    _ => return None,
                }
            }
        }
        _ => None,
    }
}

/// Takes this keyword, in any case, if it comes next.
fn takes(tokens: &mut Tokens, keyword: &str) -> bool {
    let is_keyword =
        |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
    tokens.next_if(is_keyword).is_some()
}

fn value(token: Token) -> Option<Value> {
    match token {
        Token::Text(text) => Some(Value::String(text)),
        Token::Word(bare) => {
            let value: Value = serde_json::from_str(&bare).ok()?;
            (!value.is_object() && !value.is_array()).then_some(value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_hold_or_not() {
        let object = json!({
            "name": "It's here", "size": 3, "price": 2.5, "on": true, "none": null,
            "id": "1574083265127834112", "company": {"name": "Acme"}, "order": 1, "text": "3",
        });
        let object = object.as_object().unwrap();
        let table = [
            ("name='It''s here'", true),
            ("name='it''s here'", false),
            ("name = 'It''s here' and size = 3", true),
            ("size=3 AND price>2.4 AND on=true", true),
            ("size!=3", false),
            ("size<>4", true),
            ("size<10 and size<=3 and size>=3 and size>2", true),
            ("text>10", false),
            ("text=3", true),
            ("id='1574083265127834112'", true),
            ("id=1574083265127834112", true),
            ("id=1574083265127834113", false),
            ("name LIKE 'It%'", true),
            ("name like '%''s%e'", true),
            ("name LIKE 'here%'", false),
            ("name LIKE '%'", true),
            ("size IN (1, 2, 3)", true),
            ("name in ('a','b')", false),
            ("none IS NULL and other is null", true),
            ("name IS NULL", false),
            ("name is not null", true),
            ("company.name='Acme'", true),
            ("`order`=1", true),
            ("`company.name`='Acme'", true),
            ("size=1 OR size=3", true),
            ("size=3 or size=1 and size=2", true),
            ("(size=3 or size=1) and size=2", false),
            ("((size=3))", true),
            ("other='x'", false),
            ("other!='x'", true),
            ("other<1", false),
        ];
        for (text, expected) in table {
            let clause = WhereClause::parse(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(clause.holds(object), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let deep = format!("{}a=1{}", "(".repeat(60), ")".repeat(60));
        let table = [
            "",
            "name",
            "name=",
            "='x'",
            "name='x",
            "name=x",
            "name='x' size=3",
            "name='x' and",
            "(a=1",
            "a=1)",
            "a like 1",
            "a in ()",
            "a in (1",
            "a is 1",
            "a==1",
            "`a=1",
            "a=(1)",
            "a=1;",
            "and",
            &deep,
        ];
        for text in table {
            assert!(WhereClause::parse(text).is_err(), "{text}");
        }
    }
}
