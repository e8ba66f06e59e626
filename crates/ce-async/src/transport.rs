#[cfg(feature = "reqwest")]
pub(crate) mod reqwest;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ce_core::{Attempt, Response, TransportError};

/// Sends HTTP requests and sleeps, for a [`Client`](crate::Client).
///
/// [`ReqwestTransport`](crate::ReqwestTransport) is the default. Write another one for a unit test
/// ([`testing`](crate::testing) has one), for middleware, or for another HTTP library.
///
/// # Responsibilities of a transport
///
/// - Send the request once. Don't retry: the client decides about that.
/// - Don't follow redirects, since requests contain secrets. Return the 3xx response.
/// - Return every response as `Ok`, whatever its status, and its body as it was received, not
///   decompressed.
/// - Read at most [`max_body_bytes`](Attempt::max_body_bytes) of the body, and fail with
///   [`TooLarge`] if there is more.
/// - Fail with [`Timeout`] after [`connect_timeout`](Attempt::connect_timeout) without a connection,
///   TLS included, and after [`timeout`](Attempt::timeout) in any case.
/// - Report [`NotSent`] only if the platform can't have acted on the request: the connection was not
///   established, or the request was not written completely. Report [`MaybeSent`] in every other case
///   and in every doubt. A wrong `NotSent` can create a second instance; a wrong `MaybeSent` costs one
///   search.
/// - Open a new connection for an attempt that [needs one](Attempt::needs_new_connection). The platform
///   may close a kept connection at the moment at which the request is written to it, and then the
///   outcome is unknown.
/// - Leave the URL, the headers and the body of the request out of errors, `Debug` and logs.
///
/// [`TooLarge`]: ce_core::TransportCause::TooLarge
/// [`Timeout`]: ce_core::TransportCause::Timeout
/// [`NotSent`]: ce_core::Delivery::NotSent
/// [`MaybeSent`]: ce_core::Delivery::MaybeSent
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Makes one attempt: sends the request and reads the whole response.
    ///
    /// # Errors
    /// Returns a [`TransportError`] if there is no response, or if its body is too large.
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError>;

    /// Waits, before the next attempt. A fake in a test can return at once.
    async fn sleep(&self, duration: Duration);
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        (**self).send(attempt).await
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }
}
