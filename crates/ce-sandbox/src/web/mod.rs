//! What every endpoint speaks: credentials, parameters, bodies, pages and errors.

mod api_error;
mod credentials;
mod json_object;
mod page;
mod parameters;
mod parts;

pub(crate) use api_error::{ApiError, REQUEST_ID, method_not_allowed, render};
pub(crate) use credentials::{Credentials, ElementCall, PlatformCall};
pub(crate) use json_object::{JsonObject, is_blank, read as read_json};
pub(crate) use page::{MAX_PAGE, Page, PageRequest};
pub(crate) use parameters::{Parameters, is_form};
pub(crate) use parts::Parts;

/// The id of a request, as its extension.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);
