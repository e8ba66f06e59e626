//! Requests and responses.

mod curl;
mod message;
mod redaction;
mod request_builder;
pub(crate) mod text;

pub use curl::Curl;
pub use message::{Request, Response};
pub use redaction::{redact_authorization, redact_json, redact_parameters};
pub use request_builder::RequestBuilder;
