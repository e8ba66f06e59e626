use std::time::Duration;

use crate::config::Config;
use crate::config::Limits;
use crate::error::InvalidInput;
use crate::error::{DecodeError, Error};
use crate::wire::{Request, Response};
use serde::de::DeserializeOwned;

/// One endpoint of the platform: which request it is, how its answer reads, and whether it may be
/// repeated.
///
/// Every endpoint is such a value, written once, and each client has one verb for all of them,
/// `send`. What the project doesn't have yet, an application can add:
///
/// ```
/// use ce_core::http::Method;
/// use ce_core::{Call, Error, InvalidInput, Config, Request, RequestBuilder, Response};
///
/// /// How many objects an instance knows of.
/// struct CountObjects<'a>(&'a ce_core::model::ElementToken);
///
/// impl Call for CountObjects<'_> {
///     type Output = usize;
///
///     fn purpose(&self) -> &'static str {
///         "list the objects"
///     }
///
///     fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
///         RequestBuilder::new(config, Method::GET, &["objects"])?
///             .through(self.0)?
///             .build()
///     }
///
///     fn decode(&self, response: &Response) -> Result<usize, Error> {
///         let objects: Vec<String> = ce_core::read_json(self.purpose(), response)?;
///         Ok(objects.len())
///     }
/// }
/// ```
pub trait Call {
    /// What the platform answers.
    type Output;

    /// What it is for, as it reads in a sentence: "create the instance".
    fn purpose(&self) -> &'static str;

    /// May it be sent again when it isn't known what became of it?
    fn idempotency(&self) -> Idempotency {
        Idempotency::Idempotent
    }

    /// How long it may take, with everything. More than
    /// [`connect_timeout`](Config::connect_timeout) where it is worth [one](Idempotency::NonIdempotent)
    /// attempt, or a connection that takes too long is an unknown outcome.
    fn timeout(&self, limits: &Limits) -> Duration {
        limits.timeout
    }

    /// How long one attempt may take; one that is worth only [one](Idempotency::NonIdempotent) may take all
    /// the time.
    fn attempt_timeout(&self, limits: &Limits) -> Duration {
        match self.idempotency() {
            Idempotency::Idempotent => limits.attempt_timeout,
            // There is no second attempt for which time would have to be left.
            Idempotency::NonIdempotent => self.timeout(limits),
        }
    }

    /// The request.
    ///
    /// # Errors
    /// When what the call was made with can't be sent.
    fn request(&self, config: &Config) -> Result<Request, InvalidInput>;

    /// Reads an answer of success (2xx).
    ///
    /// # Errors
    /// [`Error::Decode`] when it isn't what is documented.
    fn decode(&self, response: &Response) -> Result<Self::Output, Error>;

    /// Looks closer at an error that it failed with. `may_be_done` says whether an earlier attempt
    /// may have done it: it may have been sent, and its answer was lost.
    ///
    /// # Errors
    /// The error, or a better one.
    fn on_error(&self, error: Error, may_be_done: bool) -> Result<Self::Output, Error> {
        let _ = may_be_done;
        Err(error)
    }

    /// Of a call that may be made [once](Idempotency::NonIdempotent): what to do before it is made again when
    /// it isn't known what became of it. The end of a sentence.
    fn advice_if_unknown(&self) -> &'static str {
        "look at the platform for what it did before trying again"
    }
}

impl<C: Call> Call for &C {
    type Output = C::Output;

    fn purpose(&self) -> &'static str {
        (**self).purpose()
    }

    fn idempotency(&self) -> Idempotency {
        (**self).idempotency()
    }

    fn timeout(&self, limits: &Limits) -> Duration {
        (**self).timeout(limits)
    }

    fn attempt_timeout(&self, limits: &Limits) -> Duration {
        (**self).attempt_timeout(limits)
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        (**self).request(config)
    }

    fn decode(&self, response: &Response) -> Result<Self::Output, Error> {
        (**self).decode(response)
    }

    fn on_error(&self, error: Error, may_be_done: bool) -> Result<Self::Output, Error> {
        (**self).on_error(error, may_be_done)
    }

    fn advice_if_unknown(&self) -> &'static str {
        (**self).advice_if_unknown()
    }
}

/// May a call be sent again when it isn't known what became of it?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// Yes: sent twice it does what it does once.
    Idempotent,
    /// No: it uses up a one-time code, or creates something.
    NonIdempotent,
}

/// Reads a JSON answer.
///
/// A byte order mark at its beginning is passed over, and bytes that are no UTF-8 read as `U+FFFD`: a
/// name that was cut amid a character must not cost the token beside it.
///
/// # Errors
/// [`Error::Decode`] when it isn't what is documented. The error holds nothing of the body,
/// which may be secret.
pub fn read_json<T: DeserializeOwned>(
    purpose: &'static str,
    response: &Response,
) -> Result<T, Error> {
    let body = response.body();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_str(&String::from_utf8_lossy(body))
        .map_err(|error| DecodeError::new(purpose, response, Some(&error)).into())
}
