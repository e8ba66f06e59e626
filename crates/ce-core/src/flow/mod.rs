//! The flow that connects a user's account at a provider by creating an element instance.
//!
//! The user's browser cuts it in two: the first half ends when the user is sent to the provider, the
//! second begins with the callback, perhaps in another process. The states are:
//!
//! * [`ConnectRequest`]: what to connect. The application can build it again at any time.
//! * [`PendingAuthorization`]: the user is at the provider. Stored until the callback comes.
//! * [`AuthorizationGrant`]: the user consented. Holds a code that works once.
//! * [`Instance`](ce_model::Instance): the account is connected. Its token is what to keep.
//!
//! ```text
//!                ┌──────────────────────┐
//!                │    ConnectRequest    │──── provision ────┐
//!                └──────────────────────┘  no user consents │
//!                            │ begin                        │
//!                            ▼                              │
//!                ┌──────────────────────┐                   │
//!                │ PendingAuthorization │┄┄┄┄┄┄┄┐           │
//!                └──────────────────────┘       ┊           │
//!                            │ read_callback    ┊           │
//!           ┌────────────────┼─────────┐        ┊           │
//!           ▼                ▼         ▼        ┊           │
//!   ┌───────────────┐    ┌────────┐  Callback-  ┊ reconcile │
//!   │ Authorization │    │ Denied │  Error      ┊           │
//!   │     Grant     │    └────────┘             ┊           │
//!   └───────────────┘                           ┊           │
//!           │ create                            ┊           │
//!           ▼                                   ▼           │
//!   ┌───────────────────────────────────────────────┐       │
//!   │                   Instance                    │◀──────┘
//!   └───────────────────────────────────────────────┘
//! ```
//!
//! [`ConnectRequest::finish`] is `read_callback` and `create` in one. If the response to the creation
//! is lost, [`PendingAuthorization::reconcile`] finds the instance of a
//! [recoverable](ConnectRequest::recoverable) flow. [`ConnectRequest::preflight`] says before all this
//! what the element requires.
//!
//! # Example
//!
//! `begin`, `create` and the others make an [`Operation`](crate::Operation), which sends nothing by
//! itself. Here the platform's responses are given in the example; a client sends the requests.
//!
//! ```
//! use std::collections::HashMap;
//! use std::time::{Duration, SystemTime};
//! use ce_core::{
//!     CallbackOutcome, Config, ConnectRequest, Credentials, Entropy, Input, Operation,
//!     PendingAuthorization, Step, http,
//! };
//!
//! /// Runs an operation that sends one request, which the platform answers so.
//! fn run<O: Operation>(mut operation: O, path: &str, answer: &'static str) -> O::Output {
//!     let Step::Send(attempt) = operation.step(Input::Start, Duration::ZERO) else {
//!         panic!("nothing is sent")
//!     };
//!     assert_eq!(attempt.request.path(), path);
//!     let response = http::Response::new(answer.into()).into();
//!     match operation.step(Input::Response(Ok(response)), Duration::from_millis(80)) {
//!         Step::Done(output) => output,
//!         Step::Send(_) | Step::Sleep(_) => panic!("it has not ended"),
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new("https://a.example", Credentials::new("user secret", "organization secret"))?;
//!
//! // ConnectRequest
//! let request = ConnectRequest::new("instagram")
//!     .api_key("client id")
//!     .api_secret("client secret")
//!     .callback_url("https://app.example/callback")
//!     .state("one-for-each-flow") // random if not set
//!     .name("Ann's photos");
//!
//! // PendingAuthorization: store it, and redirect the user to the URL.
//! let begin = request.begin(&config, &Entropy::from_system()?, SystemTime::now())?;
//! let redirect = run(
//!     begin,
//!     "/elements/instagram/oauth/url",
//!     r#"{"oauthUrl": "https://provider.example/authorize?state=one-for-each-flow"}"#,
//! )?;
//! let mut flows = HashMap::new();
//! let stored = serde_json::to_string(&redirect.pending)?;
//! flows.insert(redirect.pending.expose_state().to_owned(), stored);
//!
//! // AuthorizationGrant: the user is back.
//! let callback = "/callback?code=abc&state=one-for-each-flow#_";
//! let state = PendingAuthorization::state_of_callback(callback).ok_or("no state")?;
//! let stored = flows.get(&state).ok_or("no such flow")?;
//! let pending: PendingAuthorization = serde_json::from_str(stored)?;
//! let CallbackOutcome::Granted(grant) = pending.read_callback(callback, SystemTime::now())? else {
//!     panic!("the user did not consent")
//! };
//!
//! // Instance: store its token.
//! let create = request.create(&config, grant)?;
//! let instance = run(create, "/instances", r#"{"id": 7, "token": "5MOr3Sl/E4k=", "element": {}}"#)?;
//! assert_eq!(instance.token.expose(), "5MOr3Sl/E4k=");
//! # Ok(())
//! # }
//! ```

mod begin;
mod callback;
mod connect_request;
mod create;
mod entropy;
mod pending;
mod preflight;
mod reconcile;
#[cfg(test)]
mod tests;

pub use begin::{AuthorizationRedirect, Begin, OAuthUrlMethod};
pub use callback::{AuthorizationGrant, CallbackOutcome, Denied, ProviderData};
pub use connect_request::ConnectRequest;
pub use create::{ConnectOutcome, Create, Finish};
pub use entropy::Entropy;
pub use pending::PendingAuthorization;
pub use preflight::{GetPreflight, Preflight, Requirement};
pub use reconcile::Reconcile;
