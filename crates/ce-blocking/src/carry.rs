use std::io;

use bytes::Bytes;
use ce_core::{Attempt, Delivery, Response, TransportCause, TransportError};
use ureq::{RequestExt as _, Timeout};
use zeroize::Zeroizing;

/// Carries one request to the platform, and its answer back.
pub(crate) fn carry(agent: &ureq::Agent, attempt: Attempt) -> Result<Response, TransportError> {
    let request = attempt.request.expose();
    let answer = if request.body().is_empty() {
        run(agent, &attempt, request.clone().map(|_| ()))
    } else {
        // ureq wants a slice; the bytes are shared, not copied.
        let body = request.body().clone();
        run(agent, &attempt, request.clone().map(|_| &*body))
    };
    let (parts, mut body) = answer.map_err(failed)?.into_parts();
    let body = body
        .with_config()
        .limit(attempt.max_body_bytes as u64)
        .read_to_vec()
        .map_err(failed)?;
    let body = Bytes::from_owner(Zeroizing::new(body));
    Ok(ureq::http::Response::from_parts(parts, body).into())
}

fn run<B: ureq::AsSendBody>(
    agent: &ureq::Agent,
    attempt: &Attempt,
    request: ureq::http::Request<B>,
) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    request
        .with_agent(agent)
        .configure()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .accept_encoding("identity")
        .timeout_connect(Some(attempt.connect_timeout))
        .timeout_global(Some(attempt.timeout))
        .build()
        .run()
}

fn failed(error: ureq::Error) -> TransportError {
    use Delivery::{MaybeSent, NotSent};

    let (delivery, cause) = match &error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            (NotSent, TransportCause::Timeout)
        }
        ureq::Error::Timeout(_) => (MaybeSent, TransportCause::Timeout),
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Tls(_)
        | ureq::Error::TlsRequired
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::ConnectProxyFailed(_) => (NotSent, TransportCause::Connect),
        ureq::Error::Io(error) if never_connected(error) => (NotSent, TransportCause::Connect),
        ureq::Error::BodyExceedsLimit(_) => (MaybeSent, TransportCause::TooLarge),
        _ => (MaybeSent, TransportCause::Interrupted),
    };
    let failed = TransportError::new(delivery, cause);
    match error {
        // These quote the URL, which may hold the API secret.
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => failed,
        error => failed.with_source(error),
    }
}

fn never_connected(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable => true,
        // rustls refuses a certificate while it connects, before anything is sent.
        io::ErrorKind::InvalidData => error
            .get_ref()
            .is_some_and(|inner| inner.to_string().starts_with("invalid peer certificate")),
        _ => false,
    }
}
