use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::api_error::ApiError;
use super::parameters::media_type;
use crate::catalogue::weight_of;

/// The JSON object that a request's body has to be.
pub(crate) struct JsonObject(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if media_type(request.headers()) != "application/json" {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body has to be JSON, and Content-Type has to say application/json.",
            ));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| ApiError::bad_request("The body broke off."))?;
        match read(&body) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            Ok(_) => Err(ApiError::bad_request("The body has to be a JSON object.")),
            // Of the parser's message only the place: it may quote the body, and so a secret.
            Err(error) => Err(ApiError::bad_request(format!(
                "The body is not valid JSON; it goes wrong at line {}, column {}.",
                error.line(),
                error.column()
            ))),
        }
    }
}

/// The same, read as a `T`.
pub(crate) struct JsonBody<T> {
    pub(crate) value: T,
    /// About how many bytes the object takes up in memory.
    pub(crate) weight: usize,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let JsonObject(object) = JsonObject::from_request(request, state).await?;
        let weight = weight_of(&object);
        let value = serde_path_to_error::deserialize(Value::Object(object));
        let value = value.map_err(|error| {
            let problem = error.inner().to_string();
            // What stands before this may quote the body.
            let problem = problem.rsplit_once(", expected ");
            let problem = match problem {
                Some((_, expected)) => format!("{} has to be {expected}.", error.path()),
                None => error.inner().to_string(),
            };
            ApiError::bad_request(problem)
        })?;
        Ok(Self { value, weight })
    }
}

pub(crate) fn read(body: &[u8]) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = AnyValue.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Returns `true` for null, and for text of spaces at most.
pub(crate) fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

/// Reads a value as it is written. `Value` itself takes an object with one of serde_json's private
/// keys for something else, as soon as any crate in the tree asks for that.
struct AnyValue;

impl<'de> DeserializeSeed<'de> for AnyValue {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without private keys")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(AnyValue)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if name.starts_with("$serde_json::private") {
                return Err(A::Error::invalid_value(serde::de::Unexpected::Map, &self));
            }
            object.insert(name, fields.next_value_seed(AnyValue)?);
        }
        Ok(Value::Object(object))
    }
}
