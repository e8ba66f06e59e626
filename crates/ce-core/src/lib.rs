//! Sans-IO core of a client for the Cloud Elements platform (SAP Open Connectors, Sugar Integrate):
//! builds requests, interprets responses, decides retries, drives the flow that connects an account.
//!
//! It has no sockets, no clocks and no sleep. Applications use `ce-async` or `ce-blocking`, which execute
//! what is decided here. Any other HTTP library can drive an [`Operation`] in a loop of ten lines.
//!
//! ```text
//!  flow        ConnectRequest ─▶ PendingAuthorization ─▶ AuthorizationGrant ─▶ Instance
//!  calls       one type an endpoint
//!  paging      Page, PageToken, Pages
//!  execution   Call, CallExecution: attempts, retries, back-off, deadlines
//!  wire        RequestBuilder, Request, Response, what may be shown of them
//!  config      Config, Credentials, Limits
//!  error       Error and its parts
//! ```
//!
//! Each module uses only those below it. [`answers`] says what is required of the platform's answers.
//!
//! ```
//! use std::time::Duration;
//! use ce_core::calls::GetElement;
//! use ce_core::{CallExecution, Config, Credentials, Input, Operation, Step, http};
//!
//! let config = Config::new("https://a.example/api", Credentials::new("u", "o"))?;
//! let mut execution = CallExecution::new(&config, GetElement::new("instagram"));
//!
//! // A driver sends each attempt, and reports the response.
//! let Step::Send(attempt) = execution.step(Input::Start, Duration::ZERO) else { panic!() };
//! assert_eq!(attempt.request.path(), "/api/elements/instagram");
//! let response = http::Response::new(r#"{"id": 74, "key": "instagram"}"#.into());
//! let step = execution.step(Input::Response(Ok(response.into())), Duration::from_millis(80));
//! let Step::Done(Ok(element)) = step else { panic!() };
//! assert_eq!(element.id, Some(74));
//! # Ok::<(), ce_core::InvalidInput>(())
//! ```

#![deny(missing_debug_implementations)]

pub mod answers;
pub mod calls;
pub mod config;
pub mod error;
#[cfg(feature = "events")]
pub mod events;
pub mod execution;
pub mod flow;
pub mod paging;
#[cfg(test)]
mod testing;
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
    Curl, Part, Request, RequestBuilder, Response, redact_authorization, redact_json,
    redact_parameters,
};

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
