use serde_json::{Map, Value};

/// About how many bytes a value takes up in memory.
///
/// Bounds have to be of memory, not of JSON text: half a megabyte of `0,` becomes eight.
pub(crate) fn of_value(value: &Value) -> usize {
    let held = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(of_value).sum(),
        Value::Object(fields) => of_object(fields),
    };
    size_of::<Value>() + held
}

pub(crate) fn of_object(fields: &Map<String, Value>) -> usize {
    let fields = fields.iter();
    // Nodes of the map are filled by two thirds on average.
    let fields = fields.map(|(name, value)| size_of::<String>() * 2 + name.len() + of_value(value));
    fields.sum()
}
