use serde_json::Value;

use crate::answer::Refusal;
use crate::shelf::Object;

/// What objects have to be like: a `where` such as `name='x' and size=3`.
#[derive(Debug, Default)]
pub(crate) struct Condition(Vec<Equality>);

/// Fields of fields are named with dots between.
#[derive(Debug, PartialEq)]
struct Equality {
    field: String,
    value: String,
}

impl Condition {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        equalities(text).map(Self).ok_or_else(|| {
            Refusal::bad_request(
                "where has to be made of equalities such as name='x' or size=3, \
                 with and between them; a quote within quotes is doubled.",
            )
        })
    }

    pub(crate) fn holds_for(&self, object: &Object) -> bool {
        self.0.iter().all(|equality| equality.holds_for(object))
    }
}

impl Equality {
    fn holds_for(&self, object: &Object) -> bool {
        let mut steps = self.field.split('.');
        let first = steps.next().and_then(|step| object.get(step));
        let found = steps.fold(first, |value, step| value?.get(step));
        match found {
            None => false,
            Some(Value::String(text)) => *text == self.value,
            Some(other) => {
                let written = other.to_string();
                written == self.value
            }
        }
    }
}

fn equalities(text: &str) -> Option<Vec<Equality>> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    loop {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c)))?;
        let (field, behind) = rest.split_at(end);
        let (value, behind) = value(behind.trim_start().strip_prefix('=')?.trim_start())?;
        if field.is_empty() {
            return None;
        }
        found.push(Equality {
            field: field.to_owned(),
            value,
        });
        rest = match behind.trim_start() {
            "" => return Some(found),
            // A space has to stand before it, as it has to behind.
            more if more.len() < behind.len() => after_and(more)?,
            _ => return None,
        };
    }
}

fn after_and(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(char::is_whitespace)?;
    word.eq_ignore_ascii_case("and")
        .then_some(rest.trim_start())
}

/// The value at the beginning, and what is behind it: text in quotes, or a number or word as JSON
/// writes it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('\'') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (bare, behind) = text.split_at(end);
        let scalar: Value = serde_json::from_str(bare).ok()?;
        let bare = match scalar {
            Value::Null | Value::Bool(_) | Value::Number(_) => scalar.to_string(),
            _ => return None,
        };
        return Some((bare, behind));
    };
    let mut value = String::new();
    let mut rest = quoted;
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equalities_select() {
        let object = json!({
            "id": "7", "name": "It's x and y", "size": 5_000_000_000_u64, "price": 24.5,
            "on": true, "none": null, "company": {"name": "é"}, "a-b_c": "",
        });
        let object = object.as_object().unwrap();
        let table = [
            ("id='7'", true),
            ("id=7", true),
            ("id = '7'", true),
            ("id='8'", false),
            ("name='It''s x and y'", true),
            ("name='It''s x'", false),
            ("size=5000000000 and on=true", true),
            ("size='5000000000' AND on='true' and id='7'", true),
            ("size=5000000000 and on=false", false),
            ("price=24.5", true),
            ("none=null", true),
            ("unknown=null", false),
            ("company.name='é'", true),
            ("company.name.more='é'", false),
            ("a-b_c=''", true),
            (" id='7'  and  on=true ", true),
        ];
        for (text, expected) in table {
            let condition = Condition::parse(text).unwrap();
            assert_eq!(condition.holds_for(object), expected, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "name",
            "name=",
            "name='x",
            "name=x",
            "name=\"x\"",
            "='x'",
            "name=='x'",
            "name>'x'",
            "name like 'x'",
            "name='x' or name='y'",
            "name='x' and",
            "name='x' and ",
            "and name='x'",
            "name='x'and id=7",
            "name='x' andid=7",
            "name='x' id=7",
            "name='x';",
            "name=[1]",
            "a b='x'",
        ] {
            let refusal = Condition::parse(text).unwrap_err();
            assert_eq!(refusal.status, 400, "{text}");
            assert!(refusal.message.contains("where"));
        }
    }
}
