use crate::Json;
use crate::reading::{Documented, read_if};
use crate::record::{documented_record, record};

record! {
    /// One thing that can be configured: of an element, what its instances may have (`required`,
    /// `defaultValue`); of an instance, what it has (`id`, `propertyValue`).
    ///
    /// Values may be secrets, and print by their kind alone.
    ///
    /// ```
    /// use ce_model::ConfigurationEntry;
    ///
    /// let mut entry: ConfigurationEntry = serde_json::from_str(
    ///     r#"{"id": 901, "key": "username", "propertyValue": "ann"}"#,
    /// )?;
    /// entry.property_value = Some("bob".into());
    /// assert_eq!(
    ///     serde_json::to_string(&entry)?,
    ///     r#"{"id":901,"key":"username","propertyValue":"bob"}"#
    /// );
    /// assert!(!format!("{entry:?}").contains("bob"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Default)]
    pub struct ConfigurationEntry {
        optional {
            /// The entry's number, by which an instance's entry is read and changed.
            "id" id: u64,
            /// The entry's name, such as `oauth.api.key`.
            "key" key: String,
            /// What an instance has set.
            "propertyValue" property_value: Json,
            /// Its name for people.
            "name" name: String,
            /// What it is for, for people.
            "description" description: String,
            /// What kind of value it takes, such as `TEXTFIELD_128`, `PASSWORD` or `BOOLEAN`.
            "type" kind: String,
            /// Must an instance have it?
            "required" required: bool,
            /// What holds if an instance doesn't set it.
            "defaultValue" default_value: Json,
            /// Is it in use?
            "active" active: bool,
            /// Is it the platform's own affair?
            "internal" internal: bool,
            /// Does the platform's console hide it?
            "hideFromConsole" hide_from_console: bool,
            /// Its place in the platform's console.
            "displayOrder" display_order: i64,
        }
    }
}
documented_record!(ConfigurationEntry);

impl Documented for Vec<ConfigurationEntry> {
    fn from_json(text: &str) -> Option<Self> {
        read_if(text, '[')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_is_a_value_and_no_value_is_none() {
        for (text, value) in [
            (r#"{"propertyValue":null}"#, Some(Json::NULL)),
            (r#"{"propertyValue":"s3cret"}"#, Some("s3cret".into())),
            (r#"{"key":"a"}"#, None),
        ] {
            let entry: ConfigurationEntry = serde_json::from_str(text).unwrap();
            assert_eq!(entry.property_value, value);
            assert_eq!(serde_json::to_string(&entry).unwrap(), text);
            assert!(!format!("{entry:?}").contains("s3cret"));
        }
    }
}
