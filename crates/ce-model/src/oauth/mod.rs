//! OAuth: where the user is sent, and what precedes it.

mod authorization_url;
mod oauth_url;
mod request_token;

pub use authorization_url::AuthorizationUrl;
pub use oauth_url::OAuthUrl;
pub use request_token::RequestToken;
