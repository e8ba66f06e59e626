use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ApiResult;
use super::api_error::ApiError;
use super::parameters::media_type;
use crate::catalogue::{Object, weight_of};
use crate::json;

/// The JSON object that a request's body has to be.
pub(crate) struct JsonObject(pub(crate) Object);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        if media_type(request.headers()) != "application/json" {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body has to be JSON, and Content-Type has to say application/json.",
            ));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| ApiError::bad_request("The body broke off."))?;
        match json::read(&body) {
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

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        let JsonObject(object) = JsonObject::from_request(request, state).await?;
        let weight = weight_of(&object);
        let value = serde_path_to_error::deserialize(Value::Object(object));
        let value = value.map_err(|error| {
            let problem = error.inner().to_string();
            // What stands before this may quote the body.
            ApiError::bad_request(match problem.rsplit_once(", expected ") {
                Some((_, expected)) => format!("{} has to be {expected}.", error.path()),
                None => problem,
            })
        })?;
        Ok(Self { value, weight })
    }
}

/// Returns `true` for null, and for text of spaces at most.
pub(crate) fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}
