//! What lies between HTTP and the handlers.

pub(crate) mod form;
pub(crate) mod headers;
pub(crate) mod origin;
pub(crate) mod path;
pub(crate) mod public_url;
pub(crate) mod requests;
pub(crate) mod serve;
pub(crate) mod session;
