//! The calls that the flow makes.

mod create_instance;
mod instances_by_tag;
mod oauth_url;
mod request_token;

pub(crate) use create_instance::CreateInstanceCall;
pub(crate) use instances_by_tag::{InstancesByTag, Sighting};
pub(crate) use oauth_url::GetOAuthUrl;
pub use oauth_url::OAuthUrlMethod;
pub(crate) use request_token::GetRequestToken;
