use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::number;
use crate::catalogue_error::CatalogueError;
use crate::element::Element;
use crate::hub_routes;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    elements: Vec<Value>,
}

/// Reads the elements of a file's text, each of them sound in itself.
pub(crate) fn read(text: &str) -> Result<Vec<Element>, CatalogueError> {
    let file: Value = serde_json::from_str(text).map_err(|error| CatalogueError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let file = File::deserialize(file).map_err(|error| CatalogueError::NoCatalogue {
        problem: error.to_string(),
    })?;
    let elements = file.elements.into_iter().enumerate();
    elements
        .map(|(place, element)| one(place, element))
        .collect()
}

fn one(place: usize, element: Value) -> Result<Element, CatalogueError> {
    let called = match element.get("key") {
        Some(Value::String(key)) => key.clone(),
        _ => format!("[{place}]"),
    };
    let element: Element = serde_path_to_error::deserialize(element).map_err(|error| {
        let (field, problem) = located(&error.path().to_string(), error.inner().to_string());
        CatalogueError::field(&called, field, problem)
    })?;
    check(&element)?;
    Ok(element)
}

/// Which field it is, and what is wrong with it. Of a field that is missing serde gives but the
/// path of what it is missing from, and its name in the message.
fn located(path: &str, message: String) -> (String, String) {
    let path = if path == "." { "" } else { path };
    let Some(name) = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next())
    else {
        return (path.to_owned(), message);
    };
    let field = match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    (field, "is missing".to_owned())
}

/// What the types do not say.
fn check(element: &Element) -> Result<(), CatalogueError> {
    let refuse =
        |field: String, problem: &str| Err(CatalogueError::field(&element.key, field, problem));
    if element.key.is_empty() || number(&element.key).is_some() || element.key == "keys" {
        return refuse(
            "key".to_owned(),
            "has to be text that is no number, and not keys",
        );
    }
    if !is_word(&element.hub) {
        return refuse("hub".to_owned(), WORD);
    }
    let oauth2_only = [
        ("callbackParameters", element.callback_parameters.is_empty()),
        ("scope", element.scope.is_empty()),
    ];
    for (field, absent) in oauth2_only {
        if !absent && !element.is_oauth2() {
            return refuse(field.to_owned(), "means nothing without oauth2");
        }
    }
    let oauth_only = [
        (
            "oauthUrlParameters",
            element.oauth_url_parameters.is_empty(),
        ),
        ("callbackSuffix", element.callback_suffix.is_empty()),
    ];
    for (field, absent) in oauth_only {
        if !absent && !element.authentication.is_oauth() {
            return refuse(field.to_owned(), "means nothing without oauth1 or oauth2");
        }
    }
    for (place, entry) in element.configuration.iter().enumerate() {
        let field = |name: &str| format!("configuration[{place}].{name}");
        let before = element.configuration.iter().take(place);
        if entry.key.trim().is_empty() || before.clone().any(|other| other.key == entry.key) {
            return refuse(field("key"), "has to be text, and no other entry's");
        }
        if entry.required && entry.default_value.is_some() {
            return refuse(
                field("required"),
                "is never so where there is a defaultValue",
            );
        }
    }
    for (place, resource) in element.resources.iter().enumerate() {
        let field = format!("resources[{place}].name");
        let name = &resource.name;
        if !is_word(name) || hub_routes::is_reserved(name) {
            return refuse(field, WORD);
        }
        let mut before = element.resources.iter().take(place);
        if before.any(|other| other.name == *name) {
            return refuse(field, "is another resource's");
        }
    }
    Ok(())
}

const WORD: &str = "has to be of letters, digits, - and _, and no path of the platform's own";

fn is_word(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.bytes().all(sound)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn element() -> Value {
        json!({
            "id": 9001, "key": "mine", "name": "Mine", "hub": "crm", "authentication": "basic",
            "configuration": [
                {"key": "username", "name": "User", "type": "TEXTFIELD_128", "required": true},
                {"key": "password", "name": "Password", "type": "PASSWORD"},
            ],
            "resources": [{"name": "contacts", "objects": [{"id": 1}]}],
        })
    }

    fn error(element: &Value) -> Option<CatalogueError> {
        read(&json!({"elements": [element]}).to_string()).err()
    }

    #[test]
    fn an_element_needs_little() {
        assert_eq!(error(&element()), None);
        let least =
            json!({"id": 1, "key": "a", "name": "A", "hub": "h", "authentication": "apiKey"});
        assert_eq!(error(&least), None);
    }

    #[test]
    fn the_element_and_the_field_are_named() {
        let table = [
            ("/id", json!(-1), "id"),
            ("/id", json!("9001"), "id"),
            ("/key", json!("12"), "key"),
            ("/key", json!("keys"), "key"),
            ("/key", json!(""), "key"),
            ("/hub", json!("a/b"), "hub"),
            ("/hub", json!(null), "hub"),
            ("/authentication", json!("oauth3"), "authentication"),
            ("/colour", json!("red"), "colour"),
            ("/scope", json!("all"), "scope"),
            ("/callbackSuffix", json!("#_"), "callbackSuffix"),
            ("/oauthUrlParameters", json!(["a"]), "oauthUrlParameters"),
            (
                "/callbackParameters",
                json!([{"name": "a"}]),
                "callbackParameters",
            ),
            ("/configuration", json!({}), "configuration"),
            (
                "/configuration/1/key",
                json!("username"),
                "configuration[1].key",
            ),
            ("/configuration/1/key", json!(" "), "configuration[1].key"),
            (
                "/configuration/0/defaultValue",
                json!("x"),
                "configuration[0].required",
            ),
            (
                "/configuration/0/defaultValue",
                json!(7),
                "configuration[0].defaultValue",
            ),
            (
                "/configuration/0",
                json!({"key": "k", "name": "n"}),
                "configuration[0].type",
            ),
            ("/resources/0/name", json!("ping"), "resources[0].name"),
            ("/resources/0/name", json!("a/b"), "resources[0].name"),
            (
                "/resources/1",
                json!({"name": "contacts"}),
                "resources[1].name",
            ),
            ("/resources/0/objects", json!([{}]), "resources[0].objects"),
        ];
        for (pointer, value, named) in table {
            let mut element = element();
            match element.pointer_mut(pointer) {
                Some(place) => *place = value,
                None => {
                    let (parent, name) = pointer.rsplit_once('/').unwrap();
                    match element.pointer_mut(parent).unwrap() {
                        Value::Array(list) => list.push(value),
                        parent => parent[name] = value,
                    }
                }
            }
            let error = error(&element).unwrap_or_else(|| panic!("{pointer}"));
            let CatalogueError::Field { element, field, .. } = &error else {
                panic!("{error}");
            };
            assert!(["mine", "12", "keys", ""].contains(&&**element), "{error}");
            assert_eq!(field, named, "{error}");
        }
    }

    #[test]
    fn what_is_missing_is_named_too() {
        for name in ["id", "key", "name", "hub", "authentication"] {
            let mut element = element();
            element.as_object_mut().unwrap().remove(name);
            let called = if name == "key" { "[0]" } else { "mine" };
            let expected = CatalogueError::field(called, name, "is missing");
            assert_eq!(error(&element), Some(expected));
        }
    }

    #[test]
    fn what_is_no_catalogue_is_told() {
        let table = [
            ("", "line 1"),
            ("{\n  \"elements\": [,]\n}", "line 2, column 16"),
            ("[]", "no catalogue"),
            ("{}", "elements"),
            ("{\"elements\": {}}", "no catalogue"),
            ("{\"elements\": [], \"more\": 1}", "more"),
            ("{\"elements\": [7]}", "element [0]"),
        ];
        for (text, part) in table {
            let error = read(text).err().unwrap().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn the_documented_example_is_one() {
        let document = include_str!("../CATALOGUE.md");
        let example = document.split("```json").nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let elements = read(example).unwrap();
        assert_eq!(elements[0].key, "mycrm");
    }
}
