use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use super::element::Resource;
use super::{CatalogueError, Element, number};
use crate::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    elements: Vec<Value>,
}

/// Reads the elements of a file's text, each of them sound in itself.
pub(crate) fn read(text: &str) -> Result<Vec<Element>, CatalogueError> {
    let no_catalogue = |error: serde_json::Error| CatalogueError::NoCatalogue {
        problem: error.to_string(),
    };
    let file = json::read(text.as_bytes()).map_err(|error| CatalogueError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let file = File::deserialize(file).map_err(no_catalogue)?;
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

/// Paths of the platform's own, which no resource can be at.
const RESERVED: [&str; 8] = [
    "bulk",
    "elements",
    "files",
    "folders",
    "hubs",
    "instances",
    "objects",
    "ping",
];

/// What the types do not say.
fn check(element: &Element) -> Result<(), CatalogueError> {
    let unsound = |field: &str, problem| Err(CatalogueError::field(&element.key, field, problem));
    let is_oauth2 = element.is_oauth2();
    let is_oauth = element.authentication.is_oauth();
    // A number would be taken for an id.
    let is_key = !element.key.is_empty() && number(&element.key).is_none();
    if !is_key || element.key == "keys" {
        return unsound("key", "has to be text that is no number, and not keys");
    }
    if !is_word(&element.hub) {
        return unsound("hub", "has to be of letters, digits, - and _");
    }
    for (field, is_sound) in [
        (
            "callbackParameters",
            is_oauth2 || element.callback_parameters.is_empty(),
        ),
        ("scope", is_oauth2 || element.scope.is_empty()),
        (
            "oauthUrlParameters",
            is_oauth || element.oauth_url_parameters.is_empty(),
        ),
        (
            "callbackSuffix",
            is_oauth || element.callback_suffix.is_empty(),
        ),
    ] {
        if !is_sound {
            return unsound(field, "has no effect without OAuth of that kind");
        }
    }
    let mut keys = HashSet::new();
    for (place, entry) in element.configuration.iter().enumerate() {
        let field = |name| format!("configuration[{place}].{name}");
        if entry.key.trim().is_empty() || !keys.insert(&entry.key) {
            return unsound(&field("key"), "has to be text, and no other entry's");
        }
        if entry.required && entry.default_value.is_some() {
            return unsound(
                &field("required"),
                "is never so where there is a defaultValue",
            );
        }
    }
    let mut names = HashSet::new();
    for (place, Resource { name, .. }) in element.resources.iter().enumerate() {
        if !is_word(name) || RESERVED.contains(&&**name) || !names.insert(name) {
            let problem = "has to be of letters, digits, - and _, no path of the platform's own, \
                           and no other resource's";
            return unsound(&format!("resources[{place}].name"), problem);
        }
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.bytes().all(is_sound)
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
        let least =
            json!({"id": 1, "key": "a", "name": "A", "hub": "h", "authentication": "apiKey"});
        for element in [element(), least] {
            assert_eq!(error(&element), None);
        }
    }

    #[test]
    fn the_element_and_the_field_are_named() {
        // The place in the element, what stands there, and the field that is named.
        let table = r#"
            /id                             -1                        id
            /id                             "9001"                    id
            /key                            "12"                      key
            /key                            "keys"                    key
            /key                            ""                        key
            /hub                            "a/b"                     hub
            /hub                            null                      hub
            /authentication                 "oauth3"                  authentication
            /colour                         "red"                     colour
            /scope                          "all"                     scope
            /callbackSuffix                 "x_"                      callbackSuffix
            /oauthUrlParameters             ["a"]                     oauthUrlParameters
            /callbackParameters             [{"name":"a"}]            callbackParameters
            /configuration                  {}                        configuration
            /configuration/1/key            "username"                configuration[1].key
            /configuration/1/key            "\u0020"                  configuration[1].key
            /configuration/0/defaultValue   "x"                       configuration[0].required
            /configuration/0/defaultValue   7                         configuration[0].defaultValue
            /configuration/0                {"key":"k","name":"n"}    configuration[0].type
            /resources/0/name               "ping"                    resources[0].name
            /resources/0/name               "a/b"                     resources[0].name
            /resources/1                    {"name":"contacts"}       resources[1].name
            /resources/0/objects            [{}]                      resources[0].objects
            /resources/0/objects            [{"id":1},{"id":0}]       resources[0].objects
            /resources/0/objects            [{"id":"x"}]              resources[0].objects
            /resources/0/objects            [{"id":9223372036854775807}] resources[0].objects
            /resources/0/objects            [{"id":1},{"id":"2"}]     resources[0].objects
            /resources/0/objects            [{"id":1},{"id":1}]       resources[0].objects"#;
        for row in table.trim().lines() {
            let cells: Vec<&str> = row.split_whitespace().collect();
            let (pointer, named) = (cells[0], cells[2]);
            let value = serde_json::from_str(cells[1]).unwrap();
            let mut element = element();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match element.pointer_mut(parent).unwrap() {
                Value::Array(list) => {
                    list.truncate(name.parse().unwrap());
                    list.push(value);
                }
                parent => parent[name] = value,
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
}
