use crate::api::objects::WhereClause;
use crate::web::{ApiError, ApiResult};

/// `select * from contacts where …`
pub(super) struct Query<'a> {
    /// None are all.
    pub(super) fields: Option<&'a str>,
    pub(super) object: &'a str,
    pub(super) wanted: Option<WhereClause>,
}

impl<'a> Query<'a> {
    pub(super) fn parse(text: &'a str) -> ApiResult<Self> {
        let from = split(text.trim(), " from ").and_then(|(select, rest)| {
            let (word, fields) = select.split_once(char::is_whitespace)?;
            let is_select = word.eq_ignore_ascii_case("select");
            is_select.then_some((fields.trim(), rest))
        });
        let (fields, rest) = from.ok_or_else(|| {
            let expected = "q has to be of the form: select * from contacts where name='x'";
            ApiError::bad_request(expected)
        })?;
        let (object, wanted) = match split(rest, " where ") {
            Some((object, wanted)) => (object, Some(WhereClause::parse(wanted)?)),
            None => (rest, None),
        };
        Ok(Self {
            fields: Some(fields).filter(|fields| *fields != "*"),
            object: object.trim(),
            wanted,
        })
    }
}

/// What is before the first such word in any case, and what is behind it.
fn split<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    // Neither changes where anything is.
    let comparable = text.to_ascii_lowercase().replace(['\n', '\r', '\t'], " ");
    let place = comparable.find(word)?;
    Some((text.get(..place)?, text.get(place + word.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_fields_and_objects() {
        let table = [
            ("select * from contacts", None, false),
            (" SELECT id, name\nFROM  contacts ", Some("id, name"), false),
            ("select * from contacts where a='from where'", None, true),
        ];
        for (text, fields, filters) in table {
            let query = Query::parse(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!((query.fields, query.object), (fields, "contacts"), "{text}");
            assert_eq!(query.wanted.is_some(), filters);
        }
        for text in [
            "",
            "select",
            "contacts",
            "select *",
            "delete from a",
            "select * from a where ?",
        ] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
    }
}
