#![doc = include_str!("../README.md")]
//!
//! Each module uses only those below it. [`answers`] says what is required of the platform's answers.

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
