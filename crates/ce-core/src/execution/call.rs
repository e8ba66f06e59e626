use std::time::Duration;

use http::Method;

use super::Idempotency;
use crate::config::{Config, Limits};
use crate::error::{Error, InvalidInput};
use crate::wire::{Request, Response};

/// One endpoint of the platform: its request, how its response is decoded, and whether it may be
/// repeated.
///
/// A client's `send` takes any call. An application can add its own:
///
/// ```
/// use ce_core::http::Method;
/// use ce_core::{Call, Config, Error, InvalidInput, Request, RequestBuilder, Response};
///
/// /// The number of object types of an instance.
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
///         RequestBuilder::new(config, Method::GET, &["objects"])
///             .through(self.0)
///             .build()
///     }
///
///     fn decode(&self, response: &Response) -> Result<usize, Error> {
///         let objects: Vec<String> = response.json(self.purpose())?;
///         Ok(objects.len())
///     }
/// }
/// ```
#[must_use = "a call does nothing until it is sent"]
pub trait Call {
    /// The decoded response.
    type Output;

    /// The purpose, as it reads in the sentence "could not …": "create the instance".
    fn purpose(&self) -> &'static str;

    /// Builds the request.
    ///
    /// # Errors
    /// If what the call was made with can't be sent.
    fn request(&self, config: &Config) -> Result<Request, InvalidInput>;

    /// Decodes a successful (2xx) response.
    ///
    /// # Errors
    /// [`Error::Decode`] if it is not the documented one.
    fn decode(&self, response: &Response) -> Result<Self::Output, Error>;

    /// Returns whether the request may be sent again when it is unknown what came of it. The
    /// [method](Idempotency::of)'s unless the call knows better.
    fn idempotency(&self, method: &Method) -> Idempotency {
        Idempotency::of(method)
    }

    /// The time of the whole call. A call that is not idempotent needs more than
    /// [`Config::connect_timeout`], or a connection that takes too long is an unknown outcome.
    fn timeout(&self, limits: &Limits) -> Duration {
        limits.timeout
    }

    /// Turns an error into a result or a better error. `may_be_done` is `true` if an earlier attempt
    /// may have been executed, and its response was lost.
    ///
    /// # Errors
    /// The error, or a better one.
    fn on_error(&self, error: Error, may_be_done: bool) -> Result<Self::Output, Error> {
        let _ = may_be_done;
        Err(error)
    }

    /// What to do before the call is made again when its outcome is unknown: the end of a sentence.
    fn advice_if_unknown(&self) -> &'static str {
        "look at the platform for what it did before trying again"
    }
}

macro_rules! forward_call {
    ($($Pointer:ty),*) => { $(
        impl<C: Call + ?Sized> Call for $Pointer {
            type Output = C::Output;

            fn purpose(&self) -> &'static str {
                (**self).purpose()
            }

            fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
                (**self).request(config)
            }

            fn decode(&self, response: &Response) -> Result<C::Output, Error> {
                (**self).decode(response)
            }

            fn idempotency(&self, method: &Method) -> Idempotency {
                (**self).idempotency(method)
            }

            fn timeout(&self, limits: &Limits) -> Duration {
                (**self).timeout(limits)
            }

            fn on_error(&self, error: Error, may_be_done: bool) -> Result<C::Output, Error> {
                (**self).on_error(error, may_be_done)
            }

            fn advice_if_unknown(&self) -> &'static str {
                (**self).advice_if_unknown()
            }
        }
    )* };
}

forward_call!(&C, Box<C>);
