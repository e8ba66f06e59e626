//! Requests and responses, and what may be shown of them.

mod curl;
mod decoding;
mod error_body;
mod multipart;
mod redaction;
mod request;
mod request_builder;
mod response;

pub use curl::Curl;
pub use multipart::Part;
pub(crate) use redaction::redact_url;
pub use redaction::{redact_authorization, redact_json, redact_parameters};
pub use request::Request;
pub use request_builder::RequestBuilder;
pub(crate) use request_builder::json_bytes;
pub use response::Response;
