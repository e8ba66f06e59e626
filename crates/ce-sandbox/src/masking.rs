use serde_json::{Map, Value};

use crate::element::Element;

/// What stands for a secret in an answer.
pub(crate) const MASK: &str = "********";

/// Masks every value, whatever it is.
pub(crate) fn all(values: &Map<String, Value>) -> Map<String, Value> {
    values
        .keys()
        .map(|key| (key.clone(), Value::from(MASK)))
        .collect()
}

/// Masks the values of secret entries. A null is no secret and stays.
pub(crate) fn secrets(element: &Element, values: &mut Map<String, Value>) {
    for (key, value) in values.iter_mut() {
        if !value.is_null() && is_secret(element, key) {
            *value = Value::from(MASK);
        }
    }
}

/// The catalogue knows for its own entries; of others only the name can tell.
fn is_secret(element: &Element, key: &str) -> bool {
    match element.entry(key) {
        Some(entry) => entry.is_secret(),
        None => {
            let key = key.to_ascii_lowercase();
            ["password", "secret", "token", "private.key", "passphrase"]
                .iter()
                .any(|ending| key.ends_with(ending))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn secret_entries_are_masked_and_others_are_not() {
        let catalogue = Catalogue::built_in().unwrap();
        let instagram = catalogue.find("instagram").unwrap();
        let table = [
            ("oauth.api.key", json!("k"), json!("k")),
            ("oauth.api.secret", json!("s"), json!(MASK)),
            ("oauth.user.token", json!("t"), json!(MASK)),
            ("oauth.user.refresh_token", json!(null), json!(null)),
            ("oauth.token.url", json!("u"), json!("u")),
            ("custom.Password", json!({"a": 1}), json!(MASK)),
            ("custom.colour", json!(["red"]), json!(["red"])),
        ];
        for (key, given, expected) in table {
            let mut values = Map::from_iter([(key.to_owned(), given)]);
            secrets(instagram, &mut values);
            assert_eq!(values.get(key), Some(&expected), "{key}");
        }
    }

    #[test]
    fn provider_data_is_masked_whole() {
        let data = json!({"code": "c", "realmId": 7, "none": null});
        let masked = all(data.as_object().unwrap());
        assert_eq!(masked.len(), 3);
        assert!(masked.values().all(|value| value == MASK));
    }
}
