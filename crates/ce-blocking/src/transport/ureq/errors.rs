//! Whether a request may have been sent when ureq fails, and what failed.
//!
//! When unsure, [`Delivery::MaybeSent`]: that costs one search. A wrong [`Delivery::NotSent`] costs
//! a second instance.

use std::io;

use ::ureq::{Error, Timeout};
use ce_core::{Delivery, TransportCause, TransportError};

/// How much of a request's body ureq has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyState {
    /// There is none.
    Empty,
    /// Nothing: it can't have been sent.
    Unread,
    /// Something, or all: it may have been sent.
    Read,
}

/// Converts an error of ureq's into one that the core decides by.
pub(super) fn transport_error(error: Error, body: BodyState) -> TransportError {
    let (delivery, cause) = verdict(&error, body);
    let failed = TransportError::new(delivery, cause);
    match error {
        // These quote the URL, which may hold the API secret.
        Error::BadUri(_) | Error::RequireHttpsOnly(_) => failed,
        error => failed.with_source(error),
    }
}

fn verdict(error: &Error, body: BodyState) -> (Delivery, TransportCause) {
    let (delivery, cause) = by_error(error);
    match body {
        BodyState::Empty => (delivery, cause),
        BodyState::Unread if cause == TransportCause::Interrupted => {
            (Delivery::NotSent, TransportCause::Connect)
        }
        BodyState::Unread => (Delivery::NotSent, cause),
        BodyState::Read => (Delivery::MaybeSent, cause),
    }
}

/// The table: not sent is what ureq returns only before it writes a request.
fn by_error(error: &Error) -> (Delivery, TransportCause) {
    use Delivery::{MaybeSent, NotSent};
    use TransportCause::{Connect, Interrupted, TooLarge};

    match error {
        // Found wrong before a connection is looked for.
        Error::BadUri(_) | Error::Http(_) | Error::InvalidProxyUrl | Error::RequireHttpsOnly(_) => {
            (NotSent, Connect)
        }

        // A name without an address of the wanted family, and one that isn't known at all.
        Error::HostNotFound => (NotSent, Connect),
        Error::Io(error) if is_failed_lookup(error) => (NotSent, Connect),
        // A connection that stands is reset, not refused. Linux may call it refused once a firewall
        // has refused its packets for minutes; a call with a body isn't judged by this.
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => (NotSent, Connect),
        // Until the proxy says yes it is sent nothing of ours.
        Error::ConnectProxyFailed(_) => (NotSent, Connect),
        // No connection, or one without the TLS that it needs.
        Error::ConnectionFailed | Error::TlsRequired => (NotSent, Connect),

        // Connecting includes the proxy and the TLS handshake.
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => (NotSent, TransportCause::Timeout),
        // The whole attempt's: it may end anywhere.
        Error::Timeout(_) => (MaybeSent, TransportCause::Timeout),

        Error::BodyExceedsLimit(_) => (MaybeSent, TooLarge),

        // Among them a reset, which can come at any time, and what TLS finds wrong: a certificate
        // while connecting, but a broken record later, and ureq has one error for both.
        _ => (MaybeSent, Interrupted),
    }
}

/// Returns `true` if the system could not look a name up.
///
/// The standard library has no error kind for that. Should its words change, the result is unsure,
/// not wrong.
fn is_failed_lookup(error: &io::Error) -> bool {
    match error.raw_os_error() {
        // Windows: WSAHOST_NOT_FOUND, WSATRY_AGAIN, WSANO_RECOVERY, WSANO_DATA.
        Some(code) => matches!(code, 11001..=11004),
        None => error
            .to_string()
            .starts_with("failed to lookup address information"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::ToSocketAddrs as _;

    use BodyState::{Empty, Read, Unread};
    use Delivery::{MaybeSent, NotSent};
    use TransportCause::{Connect, Interrupted, TooLarge};
    use io::ErrorKind;

    use super::*;

    /// What the system really says of a name that can't be one: a label is at most 63 long.
    fn failed_lookup() -> Error {
        let name = format!("{}.example:80", "a".repeat(64));
        Error::Io(name.to_socket_addrs().map(drop).unwrap_err())
    }

    #[test]
    fn what_was_sent_is_judged_by_the_body_then_by_the_error() {
        let io = |kind: ErrorKind| Error::Io(kind.into());
        let header = ::ureq::http::HeaderValue::from_bytes(b"\n").unwrap_err();
        let late = TransportCause::Timeout;
        #[rustfmt::skip] // A row a case.
        let table = [
            // Without a body: before anything is written …
            (Empty, Error::BadUri(String::new()), NotSent, Connect),
            (Empty, Error::RequireHttpsOnly(String::new()), NotSent, Connect),
            (Empty, Error::Http(header.into()), NotSent, Connect),
            (Empty, Error::InvalidProxyUrl, NotSent, Connect),
            (Empty, Error::HostNotFound, NotSent, Connect),
            (Empty, failed_lookup(), NotSent, Connect),
            (Empty, io(ErrorKind::ConnectionRefused), NotSent, Connect),
            (Empty, Error::ConnectProxyFailed(String::new()), NotSent, Connect),
            (Empty, Error::ConnectionFailed, NotSent, Connect),
            (Empty, Error::TlsRequired, NotSent, Connect),
            (Empty, Error::Timeout(Timeout::Resolve), NotSent, late),
            (Empty, Error::Timeout(Timeout::Connect), NotSent, late),
            // … and at any time.
            (Empty, Error::Timeout(Timeout::Global), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::PerCall), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::PerRead), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::PerWrite), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::SendRequest), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::SendBody), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::RecvResponse), MaybeSent, late),
            (Empty, Error::Timeout(Timeout::RecvBody), MaybeSent, late),
            (Empty, io(ErrorKind::ConnectionReset), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::ConnectionAborted), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::BrokenPipe), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::UnexpectedEof), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::HostUnreachable), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::NetworkUnreachable), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::TimedOut), MaybeSent, Interrupted),
            (Empty, io(ErrorKind::InvalidData), MaybeSent, Interrupted),
            (Empty, Error::Io(io::Error::other("failed to look up")), MaybeSent, Interrupted),
            (Empty, Error::Io(io::Error::from_raw_os_error(5)), MaybeSent, Interrupted),
            (Empty, Error::Tls("anything"), MaybeSent, Interrupted),
            (Empty, Error::StatusCode(500), MaybeSent, Interrupted),
            (Empty, Error::RedirectFailed, MaybeSent, Interrupted),
            (Empty, Error::TooManyRedirects, MaybeSent, Interrupted),
            (Empty, Error::LargeResponseHeader(2, 1), MaybeSent, Interrupted),
            (Empty, Error::Other("anything".into()), MaybeSent, Interrupted),
            (Empty, Error::BodyExceedsLimit(1), MaybeSent, TooLarge),
            // A body that was not asked for was not sent.
            (Unread, io(ErrorKind::ConnectionReset), NotSent, Connect),
            (Unread, io(ErrorKind::InvalidData), NotSent, Connect),
            (Unread, io(ErrorKind::NetworkUnreachable), NotSent, Connect),
            (Unread, Error::Timeout(Timeout::Global), NotSent, late),
            (Unread, Error::Timeout(Timeout::Connect), NotSent, late),
            // One that was asked for may have been, whatever the error.
            (Read, Error::Timeout(Timeout::Connect), MaybeSent, late),
            (Read, Error::HostNotFound, MaybeSent, Connect),
            (Read, Error::ConnectProxyFailed(String::new()), MaybeSent, Connect),
            (Read, io(ErrorKind::ConnectionRefused), MaybeSent, Connect),
            (Read, io(ErrorKind::ConnectionReset), MaybeSent, Interrupted),
        ];
        for (body, error, delivery, cause) in table {
            assert_eq!(
                verdict(&error, body),
                (delivery, cause),
                "{body:?} {error:?}"
            );
        }
    }

    #[test]
    fn an_error_that_quotes_the_url_is_not_passed_on() {
        for quoting in [Error::BadUri, Error::RequireHttpsOnly] {
            let error = quoting("http://a?apiSecret=s".into());
            let text = format!("{:?}", transport_error(error, Empty));
            assert!(!text.contains("apiSecret"), "{text}");
        }
    }
}
