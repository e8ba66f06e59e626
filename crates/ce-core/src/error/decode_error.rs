use std::fmt;

use http::StatusCode;

use super::Error;
use crate::wire::Response;

/// An answer that isn't what is documented: HTML, nothing at all, broken JSON. It holds nothing
/// of the body, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    purpose: &'static str,
    status: StatusCode,
    request_id: Option<String>,
    fault: String,
}

impl DecodeError {
    pub(crate) fn new(
        purpose: &'static str,
        response: &Response,
        error: Option<&serde_json::Error>,
    ) -> Self {
        Self {
            purpose,
            status: response.status(),
            request_id: response.request_id().map(str::to_owned),
            fault: fault(response, error),
        }
    }

    pub(crate) fn because(purpose: &'static str, response: &Response, fault: &str) -> Self {
        Self {
            fault: fault.to_owned(),
            ..Self::new(purpose, response, None)
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The platform's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "asked to {}, the platform's answer {} (status {}",
            self.purpose,
            self.fault,
            self.status.as_u16()
        )?;
        match self.request_id() {
            Some(id) => write!(f, ", request id {id})"),
            None => f.write_str(", no request id: perhaps the base URL is not the platform's)"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl From<DecodeError> for Error {
    fn from(decode_error: DecodeError) -> Self {
        Self::Decode(Box::new(decode_error))
    }
}

/// What is wrong with a body. serde_json's own message may quote the body, so only what can't be
/// secret is taken from it.
fn fault(response: &Response, error: Option<&serde_json::Error>) -> String {
    let body = response.body();
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let encoding = response.header("content-encoding");
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return "is compressed, which was not asked for".to_owned();
    }
    match (first, error) {
        (None, _) => "is empty".to_owned(),
        (Some(b'<'), _) => "is HTML or XML instead of JSON".to_owned(),
        (_, Some(error)) if error.is_data() => {
            let message = error.to_string();
            match message
                .strip_prefix("missing field `")
                .and_then(|rest| rest.split('`').next())
            {
                Some(field) => format!("lacks the field `{field}`"),
                None => format!(
                    "is JSON, but not of the documented kind (line {}, column {})",
                    error.line(),
                    error.column()
                ),
            }
        }
        (_, Some(error)) => format!(
            "is not whole JSON (line {}, column {})",
            error.line(),
            error.column()
        ),
        (_, None) => "is not what is documented".to_owned(),
    }
}
