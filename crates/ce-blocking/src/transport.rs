//! Carries one request to the platform and its answer back.

pub(crate) mod ureq;
