//! Whether a request may have been sent when reqwest fails, and what failed.

use ce_core::{Delivery, TransportCause, TransportError};

/// reqwest does not accept the request.
pub(super) fn invalid_request(error: reqwest::Error) -> TransportError {
    TransportError::new(Delivery::NotSent, TransportCause::Connect).with_source(error.without_url())
}

/// Sending the request or reading the response failed.
pub(super) fn failed(error: reqwest::Error) -> TransportError {
    // The name, the connection, the proxy's tunnel and the TLS handshake: all before the request.
    let delivery = if error.is_connect() {
        Delivery::NotSent
    } else {
        Delivery::MaybeSent
    };
    let cause = if error.is_timeout() {
        TransportCause::Timeout
    } else if error.is_connect() {
        TransportCause::Connect
    } else {
        TransportCause::Interrupted
    };
    // The URL may contain the API secret.
    TransportError::new(delivery, cause).with_source(error.without_url())
}
