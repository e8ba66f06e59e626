//! The peers: what a good engineer writes who has no client for this platform.

mod app;
mod instance;
mod on_reqwest;
mod on_ureq;

pub use app::{App, callback, check, create_body, oauth_url_of};
pub use instance::Instance;
pub use on_reqwest::OnReqwest;
pub use on_ureq::OnUreq;
