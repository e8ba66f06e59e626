use std::fmt;

use bytes::Bytes;

/// The body of a response that became an error. It may hold secrets, so `Debug` shows its length.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct ErrorBody(pub(super) Bytes);

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}
