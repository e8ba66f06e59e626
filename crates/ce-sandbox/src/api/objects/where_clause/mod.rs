mod parser;

use std::cmp::Ordering;

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
        parser::parse(text).ok_or_else(|| {
            ApiError::bad_request(
                "where has to be made of conditions such as name='x', size>=3, name LIKE 'x%', \
                 id IN ('1','2') or name IS NULL, with AND, OR and brackets between them; a quote \
                 within quotes is doubled.",
            )
        })
    }

    pub(crate) fn holds(&self, object: &Object) -> bool {
        // What is not there is neither less nor more than anything.
        let field = |name: &str| field(object, name).filter(|value| !value.is_null());
        match self {
            Self::And(all) => all.iter().all(|clause| clause.holds(object)),
            Self::Or(any) => any.iter().any(|clause| clause.holds(object)),
            Self::Comparison(name, operator, value) => {
                operator.holds(compare(field(name), Some(value)))
            }
            Self::Like(name, pattern) => {
                field(name).is_some_and(|value| is_like(&text(value), pattern))
            }
            Self::In(name, values) => {
                let found = field(name);
                let equals = |value| compare(found, Some(value)) == Some(Ordering::Equal);
                values.iter().any(equals)
            }
            Self::IsNull(name, expected) => field(name).is_none() == *expected,
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
            ("none>1", false),
            ("none LIKE '%'", false),
            ("none!=1", true),
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
