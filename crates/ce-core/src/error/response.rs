use std::fmt;

use bytes::Bytes;
use http::StatusCode;

use super::Escaped;

/// The response that became an error. `Debug` bounds what came from outside.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ErrorResponse {
    pub(super) purpose: &'static str,
    pub(super) status: StatusCode,
    pub(super) request_id: Option<String>,
    pub(super) may_have_side_effects: bool,
    pub(super) body: ErrorBody,
}

/// It may hold secrets, so `Debug` shows its length.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct ErrorBody(pub(super) Bytes);

impl ErrorResponse {
    pub(super) fn new(purpose: &'static str, status: StatusCode) -> Self {
        Self {
            purpose,
            status,
            request_id: None,
            may_have_side_effects: false,
            body: ErrorBody::default(),
        }
    }
}

impl fmt::Debug for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorResponse")
            .field("purpose", &self.purpose)
            .field("status", &self.status)
            .field("request_id", &self.request_id.as_deref().map(Escaped))
            .field("may_have_side_effects", &self.may_have_side_effects)
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

/// The methods of an error that has such a `response`.
macro_rules! response_methods {
    () => {
        /// Adds the platform's id of the request.
        #[must_use]
        pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
            self.response.request_id = Some(id.into());
            self
        }

        /// Says whether this or an earlier attempt may have changed something at the platform.
        #[must_use]
        pub fn with_side_effects(mut self, may_have_side_effects: bool) -> Self {
            self.response.may_have_side_effects = may_have_side_effects;
            self
        }

        /// Adds the body.
        #[must_use]
        pub fn with_body(mut self, body: impl Into<bytes::Bytes>) -> Self {
            self.response.body.0 = body.into();
            self
        }

        /// The status of the response.
        pub fn status(&self) -> http::StatusCode {
            self.response.status
        }

        /// The platform's id of the request, which its support asks for.
        pub fn request_id(&self) -> Option<&str> {
            self.response.request_id.as_deref()
        }

        /// Returns `true` if this or an earlier attempt, whose response was lost, may have changed
        /// something at the platform.
        pub fn may_have_side_effects(&self) -> bool {
            self.response.may_have_side_effects
        }

        /// The body, which may hold secrets.
        pub fn expose_body(&self) -> &[u8] {
            &self.response.body.0
        }
    };
}

pub(super) use response_methods;
