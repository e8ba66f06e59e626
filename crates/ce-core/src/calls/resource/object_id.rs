use ce_model::Json;
use serde_json::Value;

/// The id of an object at the provider: a text or a number, as the provider has it.
///
/// Any other JSON is no id, and is refused before anything is sent.
///
/// ```
/// use ce_core::calls::ObjectId;
/// use serde_json::json;
///
/// let contact = json!({"id": "0035Y00003", "owner": 42});
/// assert_eq!(ObjectId::from(&contact["id"]), ObjectId::from("0035Y00003"));
/// assert_eq!(ObjectId::from(&contact["owner"]), ObjectId::from(42));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectId(pub(super) String);

macro_rules! from {
    ($($Type:ty),*) => { $(
        impl From<$Type> for ObjectId {
            fn from(id: $Type) -> Self {
                Self(id.to_string())
            }
        }
    )* };
}

from!(String, &String, &str, i32, u32, i64, u64);

impl From<&Value> for ObjectId {
    fn from(id: &Value) -> Self {
        Self(match id {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        })
    }
}

impl From<&Json> for ObjectId {
    fn from(id: &Json) -> Self {
        Self::from(&id.to_value().unwrap_or_default())
    }
}
