//! The calls that the flow itself makes.

mod create_instance;
mod instances_by_tag;
mod oauth_url;
mod request_token;

pub(crate) use create_instance::CreateInstanceCall;
pub(crate) use instances_by_tag::{InstancesByTag, Sighting};
pub(crate) use oauth_url::GetOAuthUrl;
pub(crate) use request_token::GetRequestToken;
