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

pub mod calls;
pub mod config;
pub mod error;
pub mod execution;
pub mod flow;
pub mod paging;
pub mod wire;

pub use bytes;
pub use ce_model as model;
pub use http;

pub use config::{Config, Credentials, Limits, api_base};
pub use error::{
    ApiError, CallbackError, DecodeError, Delivery, Error, FieldError, FieldErrorKind,
    InvalidInput, OutcomeUnknown, TransportCause, TransportError,
};
pub use execution::{Attempt, Call, CallExecution, Idempotency, Input, Operation, Step};
pub use flow::{
    AuthorizationGrant, AuthorizationRedirect, Begin, CallbackOutcome, ConnectOutcome,
    ConnectRequest, Create, Denied, Entropy, Finish, GetPreflight, OAuthUrlMethod,
    PendingAuthorization, Preflight, ProviderData, Reconcile, Requirement,
};
pub use paging::{NextPage, Page, PageToken, Paged, Pages};
pub use wire::{
    Curl, Request, RequestBuilder, Response, redact_authorization, redact_json, redact_parameters,
};

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
