//! What every endpoint speaks: credentials, parameters, bodies, pages and errors.

mod accept;
mod api_error;
mod credentials;
mod json_object;
mod page;
mod parameters;
mod parts;

use axum::Json;
use axum::response::Response;
use serde_json::Value;

pub(crate) use accept::{check_json, takes_json};
pub(crate) use api_error::{ApiError, REQUEST_ID, method_not_allowed, render};
pub(crate) use credentials::{Credentials, PlatformCall};
pub(crate) use json_object::{JsonBody, JsonObject, is_blank};
pub(crate) use page::{MAX_PAGE, page};
pub(crate) use parameters::{Parameters, media_type};
pub(crate) use parts::Parts;

pub(crate) type ApiResult<T = Response> = Result<T, ApiError>;

/// A JSON document, or why there is none.
pub(crate) type JsonResult = ApiResult<Json<Value>>;

/// The JSON object with one field more.
pub(crate) fn with_field(mut object: Value, name: &str, field: Value) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), field);
    }
    object
}

/// The id of a request, as its extension.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);
