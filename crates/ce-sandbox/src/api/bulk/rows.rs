//! Objects as rows of CSV or as JSON, and back.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::catalogue::Object;
use crate::web::{ApiError, ApiResult};

/// Of so many rows it is told what is wrong with them.
const MAX_ERRORS: usize = 1000;

/// How many cells a table may have: those of a field that one object has are in all rows.
const MAX_CELLS: usize = 4_000_000;

/// The objects, and what is wrong with rows that are none.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) objects: Vec<Object>,
    pub(super) failed: usize,
    pub(super) errors: Vec<Value>,
}

impl Rows {
    /// Reads rows of values, of which the first names the fields.
    pub(super) fn from_csv(bytes: &[u8]) -> ApiResult<Self> {
        let mut reader = csv::Reader::from_reader(bytes);
        let no_names = |_| ApiError::bad_request("The first row has to name the fields.");
        let names = reader.headers().map_err(no_names)?.clone();
        let mut rows = Self::default();
        for (number, record) in reader.records().enumerate() {
            match record {
                Ok(record) => {
                    let values = record.iter().map(Value::from);
                    let names = names.iter().map(str::to_owned);
                    rows.objects.push(names.zip(values).collect());
                }
                Err(_) => rows.refuse(number, "It is not of as many fields as the first."),
            }
        }
        Ok(rows)
    }

    /// Reads an array of objects, or one on each line.
    pub(super) fn from_json(bytes: &[u8]) -> ApiResult<Self> {
        let no_json = |_| ApiError::bad_request("The file is not JSON.");
        let values = crate::json::read_all(bytes).map_err(no_json)?;
        let values = match <[Value; 1]>::try_from(values) {
            Ok([Value::Array(values)]) => values,
            Ok(one) => one.into(),
            Err(values) => values,
        };
        let mut rows = Self::default();
        for (number, value) in values.into_iter().enumerate() {
            match value {
                Value::Object(object) => rows.objects.push(object),
                _ => rows.refuse(number, "It is not an object."),
            }
        }
        Ok(rows)
    }

    fn refuse(&mut self, number: usize, message: &str) {
        self.failed += 1;
        if self.errors.len() < MAX_ERRORS {
            let error = json!({"row": number + 1, "message": message});
            self.errors.push(error);
        }
    }
}

/// Each field that any object has is a column.
pub(super) fn to_csv(objects: &[Object]) -> ApiResult<Vec<u8>> {
    let mut seen = HashSet::new();
    let names = objects.iter().flat_map(Object::keys);
    let columns: Vec<&str> = names
        .map(String::as_str)
        .filter(|name| seen.insert(*name))
        .collect();
    if columns.len().saturating_mul(objects.len()) > MAX_CELLS {
        return Err(ApiError::full());
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    // It writes to memory, which takes everything.
    if !columns.is_empty() {
        let _ = writer.write_record(&columns);
    }
    for object in objects {
        let cells = columns.iter().map(|name| match object.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        });
        let _ = writer.write_record(cells);
    }
    Ok(writer.into_inner().unwrap_or_default())
}
