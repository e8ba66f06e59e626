//! What an application is told of changes.

pub(crate) mod receiver;
mod reports;
