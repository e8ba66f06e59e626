use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use crate::catalogue::Object;
use crate::web::{ApiError, ApiResult};

/// What objects have to be like: `name LIKE 'A%' AND (size >= 3 OR owner IS NULL)`.
pub(crate) enum WhereClause {
    And(Vec<Self>),
    Or(Vec<Self>),
    /// A field, what is compared with it, and the orders of the two that are wanted.
    Comparison(String, Value, &'static [Option<Ordering>]),
    Like(String, String),
    In(String, Vec<Value>),
    IsNull(String, bool),
}

use Ordering::{Equal, Greater, Less};
use WhereClause::{And, Comparison, In, IsNull, Like, Or};

/// Every operator; one that begins like another stands before it. What can't be compared is not equal.
const OPERATORS: [(&str, &[Option<Ordering>]); 7] = [
    ("!=", &[Some(Less), Some(Greater), None]),
    ("<>", &[Some(Less), Some(Greater), None]),
    ("<=", &[Some(Less), Some(Equal)]),
    (">=", &[Some(Greater), Some(Equal)]),
    ("=", &[Some(Equal)]),
    ("<", &[Some(Less)]),
    (">", &[Some(Greater)]),
];

/// How deep brackets may be nested.
const MAX_DEPTH: usize = 50;

/// How often an object may be compared. Each one behind an instance is, while every other request waits.
const MAX_COMPARISONS: usize = 200;

impl WhereClause {
    pub(crate) fn parse(text: &str) -> ApiResult<Self> {
        let mut parser = Parser(text);
        let clause = parser.any_of(MAX_DEPTH);
        let clause = clause.filter(|_| parser.rest().is_empty()).ok_or_else(|| {
            ApiError::bad_request(
                "where has to be made of conditions such as name='x', size>=3, name LIKE 'x%', \
                 id IN ('1','2') or name IS NULL, with AND, OR and brackets between them; a quote \
                 within quotes is doubled.",
            )
        })?;
        match clause.comparisons() {
            0..=MAX_COMPARISONS => Ok(clause),
            more => Err(ApiError::bad_request(format!(
                "where compares each object {more} times, counting every condition, every value of an \
                 IN and every % of a LIKE; it may do so {MAX_COMPARISONS} times.",
            ))),
        }
    }

    fn comparisons(&self) -> usize {
        match self {
            And(clauses) | Or(clauses) => clauses.iter().map(Self::comparisons).sum(),
            In(_, values) => values.len(),
            Like(_, pattern) => 1 + pattern.matches('%').count(),
            Comparison(..) | IsNull(..) => 1,
        }
    }

    pub(crate) fn holds(&self, object: &Object) -> bool {
        // What is not there is neither less nor more than anything.
        let field = |name: &str| field(object, name).filter(|value| !value.is_null());
        match self {
            And(all) => all.iter().all(|clause| clause.holds(object)),
            Or(any) => any.iter().any(|clause| clause.holds(object)),
            Comparison(name, value, orders) => orders.contains(&compare(field(name), Some(value))),
            Like(name, pattern) => field(name).is_some_and(|value| is_like(&text(value), pattern)),
            In(name, values) => {
                let equals = |value| compare(field(name), Some(value)) == Some(Equal);
                values.iter().any(equals)
            }
            IsNull(name, expected) => field(name).is_none() == *expected,
        }
    }
}

/// A field, or one within a field: `company.name`.
pub(crate) fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(name) {
        return Some(value);
    }
    let mut steps = name.split('.');
    let first = object.get(steps.next()?)?;
    steps.try_fold(first, |value, step| value.get(step))
}

/// Numbers by their size, everything else as text. A number and a text compare as numbers if both
/// are.
pub(crate) fn compare(one: Option<&Value>, other: Option<&Value>) -> Option<Ordering> {
    let is_number = one?.is_number() || other?.is_number();
    let (one, other) = (text(one?), text(other?));
    if is_number {
        // Long ids are exact as whole numbers only.
        if let (Ok(one), Ok(other)) = (one.parse::<i128>(), other.parse::<i128>()) {
            return Some(one.cmp(&other));
        }
        if let (Ok(one), Ok(other)) = (one.parse::<f64>(), other.parse::<f64>()) {
            return one.partial_cmp(&other);
        }
    }
    Some(one.cmp(&other))
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}

/// `%` stands for any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('%') else {
        return text == pattern;
    };
    let (middle, end) = rest.rsplit_once('%').unwrap_or(("", rest));
    let behind = text.strip_prefix(start).and_then(|text| {
        let mut parts = middle.split('%');
        parts.try_fold(text, |text, part| Some(text.split_once(part)?.1))
    });
    behind.is_some_and(|text| text.ends_with(end))
}

/// What is still to be read.
struct Parser<'a>(&'a str);

impl<'a> Parser<'a> {
    fn any_of(&mut self, depth: usize) -> Option<WhereClause> {
        let mut clauses = vec![self.all_of(depth)?];
        while self.takes_word("or") {
            clauses.push(self.all_of(depth)?);
        }
        Some(Or(clauses))
    }

    fn all_of(&mut self, depth: usize) -> Option<WhereClause> {
        let mut clauses = vec![self.condition(depth)?];
        while self.takes_word("and") {
            clauses.push(self.condition(depth)?);
        }
        Some(And(clauses))
    }

    fn condition(&mut self, depth: usize) -> Option<WhereClause> {
        if self.takes("(") {
            let clause = self.any_of(depth.checked_sub(1)?)?;
            return self.takes(")").then_some(clause);
        }
        let name = match self.takes("`") {
            true => self.up_to('`')?,
            false => self.word()?,
        };
        let name = name.to_owned();
        if let Some((_, orders)) = OPERATORS.into_iter().find(|(sign, _)| self.takes(sign)) {
            return Some(Comparison(name, self.value()?, orders));
        }
        match self.word()?.to_ascii_lowercase().as_str() {
            "like" => Some(Like(name, self.text()?)),
            "is" => {
                let is_null = !self.takes_word("not");
                self.takes_word("null").then_some(IsNull(name, is_null))
            }
            "in" if self.takes("(") => {
                let mut values = vec![self.value()?];
                while self.takes(",") {
                    values.push(self.value()?);
                }
                self.takes(")").then_some(In(name, values))
            }
            _ => None,
        }
    }

    /// A text in quotes, or a number, true, false or null.
    fn value(&mut self) -> Option<Value> {
        if self.rest().starts_with('\'') {
            return self.text().map(Value::String);
        }
        serde_json::from_str(self.word()?).ok()
    }

    /// A text in quotes, in which a quote is doubled.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        if !self.takes("'") {
            return None;
        }
        loop {
            text.push_str(self.up_to('\'')?);
            if !self.0.starts_with('\'') {
                return Some(text);
            }
            text.push('\'');
            self.0 = self.0.get(1..)?;
        }
    }

    /// A name, a keyword or a bare value.
    fn word(&mut self) -> Option<&'a str> {
        let is_part = |c: char| c.is_alphanumeric() || "._-+".contains(c);
        let rest = self.rest();
        let (word, rest) = rest.split_at(rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
        self.0 = rest;
        Some(word).filter(|word| !word.is_empty())
    }

    fn up_to(&mut self, end: char) -> Option<&'a str> {
        let (text, rest) = self.0.split_once(end)?;
        self.0 = rest;
        Some(text)
    }

    /// Takes this keyword, in any case, if it comes next.
    fn takes_word(&mut self, keyword: &str) -> bool {
        let before = self.0;
        let is_next = self
            .word()
            .is_some_and(|word| word.eq_ignore_ascii_case(keyword));
        if !is_next {
            self.0 = before;
        }
        is_next
    }

    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.rest().strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn rest(&self) -> &'a str {
        self.0.trim_start()
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
        let hold = [
            "name='It''s here'",
            "name = 'It''s here' and size = 3",
            "size=3 AND price>2.4 AND on=true",
            "size<>4",
            "size<10 and size<=3 and size>=3 and size>2",
            "text=3",
            "id='1574083265127834112'",
            "id=1574083265127834112",
            "name LIKE 'It%'",
            "name like '%''s%e'",
            "name LIKE '%'",
            "size IN (1, 2, 3)",
            "none IS NULL and other is null",
            "name is not null",
            "company.name='Acme'",
            "`order`=1",
            "`company.name`='Acme'",
            "size=1 OR size=3",
            "size=3 or size=1 and size=2",
            "((size=3))",
            "other!='x'",
            "none!=1",
        ];
        let do_not = [
            "name='it''s here'",
            "size!=3",
            "text>10",
            "id=1574083265127834113",
            "name LIKE 'here%'",
            "name in ('a','b')",
            "name IS NULL",
            "(size=3 or size=1) and size=2",
            "other='x'",
            "other<1",
            "none>1",
            "none LIKE '%'",
        ];
        for text in hold.into_iter().chain(do_not) {
            let clause = WhereClause::parse(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(clause.holds(object), hold.contains(&text), "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let deep = format!("{}a=1{}", "(".repeat(60), ")".repeat(60));
        let texts = "|name|name=|='x'|name='x|name=x|name='x' size=3|name='x' and|(a=1|a=1)|a like 1\
                     |a in ()|a in (1|a is 1|a==1|`a=1|a=(1)|a=1;|and";
        for text in texts.split('|').chain([&*deep]) {
            assert!(WhereClause::parse(text).is_err(), "{text}");
        }
    }
}
