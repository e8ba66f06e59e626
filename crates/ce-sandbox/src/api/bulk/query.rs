use crate::api::objects::WhereClause;
use crate::web::ApiError;

/// `select * from contacts where …`
pub(super) struct Query {
    /// None are all.
    pub(super) fields: Option<String>,
    pub(super) object: String,
    pub(super) wanted: Option<WhereClause>,
}

impl Query {
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        let from = split(text, " from ").and_then(|(select, rest)| {
            let (word, fields) = select.split_once(char::is_whitespace)?;
            word.eq_ignore_ascii_case("select")
                .then_some((fields, rest))
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
            fields: Some(fields.trim().to_owned()).filter(|fields| fields != "*"),
            object: object.trim().to_owned(),
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
            ("select * from contacts", None, "contacts", false),
            (
                " SELECT id, name\nFROM  contacts ",
                Some("id, name"),
                "contacts",
                false,
            ),
            (
                "select * from contacts where a='from where'",
                None,
                "contacts",
                true,
            ),
        ];
        for (text, fields, object, filters) in table {
            let query = Query::parse(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(query.fields.as_deref(), fields, "{text}");
            assert_eq!((&*query.object, query.wanted.is_some()), (object, filters));
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
