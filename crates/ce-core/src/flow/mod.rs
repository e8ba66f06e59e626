//! The flow that connects an account.

pub(crate) mod callback;
mod calls;
mod connect_request;
mod entropy;
mod grant;
mod oauth_url_method;
mod operations;
mod pending;
mod preflight;
pub(crate) mod provider_data;
mod reconcile;

pub(crate) use callback::Callback;
pub use callback::Denied;
pub use connect_request::ConnectRequest;
pub use entropy::Entropy;
pub use grant::{AuthorizationGrant, CallbackOutcome};
pub use oauth_url_method::OAuthUrlMethod;
pub use operations::{AuthorizationRedirect, Begin, ConnectOutcome, Create, Finish};
pub use pending::PendingAuthorization;
pub use preflight::{GetPreflight, Preflight, Requirement};
pub use provider_data::ProviderData;
pub use reconcile::Reconcile;
