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
    match (body, cause) {
        // Nothing but the error tells.
        (BodyState::Empty, cause) => (delivery, cause),
        (BodyState::Unread, TransportCause::Interrupted) => {
            (Delivery::NotSent, TransportCause::Connect)
        }
        (BodyState::Unread, cause) => (Delivery::NotSent, cause),
        (BodyState::Read, cause) => (Delivery::MaybeSent, cause),
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

        // The name has no address of the wanted family.
        Error::HostNotFound => (NotSent, Connect),
        // The name isn't known at all.
        Error::Io(error) if is_failed_lookup(error) => (NotSent, Connect),
        // A connection that stands is reset, not refused. Linux may call it refused once a firewall
        // has refused its packets for minutes; a call with a body isn't judged by this.
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => (NotSent, Connect),
        // The proxy said no, or nothing. Until it says yes it is sent nothing of ours.
        Error::ConnectProxyFailed(_) => (NotSent, Connect),
        // ureq came to no connection, or to one without the TLS that it needs.
        Error::ConnectionFailed | Error::TlsRequired => (NotSent, Connect),

        // Connecting includes the proxy and the TLS handshake.
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => (NotSent, TransportCause::Timeout),
        // The whole attempt's: it may end anywhere.
        Error::Timeout(_) => (MaybeSent, TransportCause::Timeout),

        // An answer came.
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

    use Delivery::{MaybeSent, NotSent};
    use TransportCause::{Connect, Interrupted, TooLarge};

    use super::*;

    fn io_error(kind: io::ErrorKind) -> Error {
        Error::Io(kind.into())
    }

    /// What the system really says of a name that can't be one: a label is at most 63 long.
    fn failed_lookup() -> Error {
        let name = format!("{}.example:80", "a".repeat(64));
        Error::Io(name.to_socket_addrs().map(drop).unwrap_err())
    }

    #[test]
    fn a_request_without_a_body_is_judged_by_the_error_alone() {
        let header = ::ureq::http::HeaderValue::from_bytes(b"\n").unwrap_err();
        let late = TransportCause::Timeout;
        let table = [
            // Before anything is written.
            (Error::BadUri(String::new()), NotSent, Connect),
            (Error::RequireHttpsOnly(String::new()), NotSent, Connect),
            (Error::Http(header.into()), NotSent, Connect),
            (Error::InvalidProxyUrl, NotSent, Connect),
            (Error::HostNotFound, NotSent, Connect),
            (failed_lookup(), NotSent, Connect),
            (io_error(io::ErrorKind::ConnectionRefused), NotSent, Connect),
            (Error::ConnectProxyFailed(String::new()), NotSent, Connect),
            (Error::ConnectionFailed, NotSent, Connect),
            (Error::TlsRequired, NotSent, Connect),
            (Error::Timeout(Timeout::Resolve), NotSent, late),
            (Error::Timeout(Timeout::Connect), NotSent, late),
            // At any time.
            (Error::Timeout(Timeout::Global), MaybeSent, late),
            (Error::Timeout(Timeout::PerCall), MaybeSent, late),
            (Error::Timeout(Timeout::PerRead), MaybeSent, late),
            (Error::Timeout(Timeout::PerWrite), MaybeSent, late),
            (Error::Timeout(Timeout::SendRequest), MaybeSent, late),
            (Error::Timeout(Timeout::SendBody), MaybeSent, late),
            (Error::Timeout(Timeout::RecvResponse), MaybeSent, late),
            (Error::Timeout(Timeout::RecvBody), MaybeSent, late),
            (
                io_error(io::ErrorKind::ConnectionReset),
                MaybeSent,
                Interrupted,
            ),
            (
                io_error(io::ErrorKind::ConnectionAborted),
                MaybeSent,
                Interrupted,
            ),
            (io_error(io::ErrorKind::BrokenPipe), MaybeSent, Interrupted),
            (
                io_error(io::ErrorKind::UnexpectedEof),
                MaybeSent,
                Interrupted,
            ),
            (
                io_error(io::ErrorKind::HostUnreachable),
                MaybeSent,
                Interrupted,
            ),
            (
                io_error(io::ErrorKind::NetworkUnreachable),
                MaybeSent,
                Interrupted,
            ),
            (io_error(io::ErrorKind::TimedOut), MaybeSent, Interrupted),
            (io_error(io::ErrorKind::InvalidData), MaybeSent, Interrupted),
            (
                Error::Io(io::Error::other("failed to look up")),
                MaybeSent,
                Interrupted,
            ),
            (
                Error::Io(io::Error::from_raw_os_error(5)),
                MaybeSent,
                Interrupted,
            ),
            (Error::Tls("anything"), MaybeSent, Interrupted),
            (Error::StatusCode(500), MaybeSent, Interrupted),
            (Error::RedirectFailed, MaybeSent, Interrupted),
            (Error::TooManyRedirects, MaybeSent, Interrupted),
            (Error::LargeResponseHeader(2, 1), MaybeSent, Interrupted),
            (Error::Other("anything".into()), MaybeSent, Interrupted),
            (Error::BodyExceedsLimit(1), MaybeSent, TooLarge),
        ];
        for (error, delivery, cause) in table {
            let judged = verdict(&error, BodyState::Empty);
            assert_eq!(judged, (delivery, cause), "{error:?}");
        }
    }

    #[test]
    fn a_body_that_was_not_asked_for_was_not_sent() {
        let late = TransportCause::Timeout;
        let table = [
            (io_error(io::ErrorKind::ConnectionReset), Connect),
            (io_error(io::ErrorKind::InvalidData), Connect),
            (io_error(io::ErrorKind::NetworkUnreachable), Connect),
            (Error::Timeout(Timeout::Global), late),
            (Error::Timeout(Timeout::Connect), late),
        ];
        for (error, cause) in table {
            let judged = verdict(&error, BodyState::Unread);
            assert_eq!(judged, (NotSent, cause), "{error:?}");
        }
    }

    #[test]
    fn a_body_that_was_asked_for_may_have_been_sent_whatever_the_error() {
        for error in [
            Error::Timeout(Timeout::Connect),
            Error::HostNotFound,
            Error::ConnectProxyFailed(String::new()),
            io_error(io::ErrorKind::ConnectionRefused),
            io_error(io::ErrorKind::ConnectionReset),
        ] {
            let (delivery, _) = verdict(&error, BodyState::Read);
            assert_eq!(delivery, MaybeSent, "{error:?}");
        }
    }

    #[test]
    fn an_error_that_quotes_the_url_is_not_passed_on() {
        for error in [
            Error::BadUri("http://a?apiSecret=s".into()),
            Error::RequireHttpsOnly("http://a?apiSecret=s".into()),
        ] {
            let text = format!("{:?}", transport_error(error, BodyState::Empty));
            assert!(!text.contains("apiSecret"), "{text}");
        }
    }
}
