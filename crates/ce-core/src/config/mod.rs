//! Where the platform is, who asks, and within which limits.

pub mod api_base;
mod client_config;
mod credentials;
mod limits;
pub(crate) mod url;

pub use client_config::Config;
pub use credentials::Credentials;
pub use limits::Limits;
