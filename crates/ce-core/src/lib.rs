//! The thinking of a client for the Cloud Elements platform: what to send, what an answer means,
//! and what to do next. No sockets, no sleeping, no reading of clocks.
//!
//! Applications take `ce-async` or `ce-blocking`, which bring the hands and re-export all of this.
//! Whoever has another HTTP library drives a [`Operation`] with it in a loop of ten lines.
//!
//! ```text
//!   Connect ──begin──▶ Redirect { url, pending }
//!                            ┊   the user's browser; minutes; maybe another machine
//!   pending + callback ──▶ Granted │ Denied │ CallbackError
//!   Connect + Granted ──create──▶ Instance │ Error
//! ```
//!
//! | what | is |
//! | --- | --- |
//! | [`Config`] | where the platform is, who asks, and within which [`Limits`] |
//! | [`ConnectRequest`] | what is to be connected; the two halves of the flow start from it |
//! | [`PendingAuthorization`] | what lies between them: serialisable, without credentials |
//! | [`Call`] | one endpoint; those there are stand in [`calls`] |
//! | [`CallExecution`] | one call driven to its answer: attempts, waits, deadlines |
//! | [`Operation`] | anything that is driven so; the flow's halves are such |
//! | [`Error`] | why there is no answer, what may have been done, and what to do |

pub mod api_base;
mod call;
mod call_execution;
mod callback;
pub mod calls;
mod config;
mod connect;
mod curl;
mod entropy;
mod error;
mod flow;
mod granted;
mod invalid_input;
mod limits;
mod message;
mod oauth_url_method;
mod operation;
mod page;
mod pages;
mod pending;
mod preflight;
mod provider_data;
mod recovery;
mod redaction;
mod request_builder;
mod retry;
mod text;
mod transport;
mod url;
mod wiped;

pub use bytes;
pub use call::{Call, Idempotency, read_json};
pub use call_execution::CallExecution;
pub use callback::{CallbackError, Denied};
pub use ce_model as model;
pub use config::{Config, Credentials};
pub use connect::ConnectRequest;
pub use curl::Curl;
pub use entropy::Entropy;
pub use error::{ApiError, DecodeError, Error, MissingConfiguration, OutcomeUnknown};
pub use flow::{AuthorizationRedirect, Begin, ConnectOutcome, Create, Finish};
pub use granted::{AuthorizationGrant, CallbackOutcome};
pub use http;
pub use invalid_input::{FieldError, FieldErrorKind, InvalidInput};
pub use limits::Limits;
pub use message::{Request, Response};
pub use oauth_url_method::OAuthUrlMethod;
pub use operation::{Attempt, Input, Operation, Step};
pub use page::{Page, PageToken, Paged};
pub use pages::{NextPage, Pages};
pub use pending::PendingAuthorization;
pub use preflight::{GetPreflight, Preflight, Requirement};
pub use provider_data::ProviderData;
pub use recovery::Recovery;
pub use redaction::{redact_authorization, redact_json, redact_parameters};
pub use request_builder::RequestBuilder;
pub use transport::{Delivery, TransportCause, TransportError};
pub use wiped::Wiped;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
