//! What lies between HTTP and the handlers: request ids, headers, sessions, forms.

pub(crate) mod headers;
pub(crate) mod requests;
pub(crate) mod sessions;
pub(crate) mod user;
