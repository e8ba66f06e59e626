use std::io;

use ce_core::{Attempt, Delivery, Response, TransportCause, TransportError};
use ureq::RequestExt as _;

use crate::connecting::NotConnected;
use crate::veil::Veil;

/// Carries one request to the platform, and its answer back.
pub(crate) fn carry(agent: &ureq::Agent, attempt: Attempt) -> Result<Response, TransportError> {
    let (mut parts, body) = attempt.request.clone().into_exposed().into_parts();
    let veil = Veil::over(&mut parts);
    let answer = if body.is_empty() {
        run(agent, &attempt, ureq::http::Request::from_parts(parts, ()))
    } else {
        // ureq wants a slice; the bytes are shared, not copied.
        let request = ureq::http::Request::from_parts(parts, &*body);
        run(agent, &attempt, request)
    };
    let (parts, mut body) = answer.map_err(failed)?.into_parts();
    let most = attempt.max_body_bytes as u64;
    if body.content_length().is_some_and(|length| length > most) {
        let (maybe, cause) = (Delivery::MaybeSent, TransportCause::TooLarge);
        return Err(TransportError::new(maybe, cause));
    }
    let mut body = body.with_config().limit(most).reader();
    let length = io::copy(&mut body, &mut io::sink()).map_err(|error| failed(error.into()))?;
    let body = veil
        .body(length)
        .ok_or_else(|| TransportError::new(Delivery::MaybeSent, TransportCause::Interrupted))?;
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
        .timeout_resolve(Some(attempt.connect_timeout))
        .timeout_connect(Some(attempt.connect_timeout))
        .timeout_global(Some(attempt.timeout))
        .build()
        .run()
}

/// What is marked certainly was not sent; anything else may have been.
fn failed(error: ureq::Error) -> TransportError {
    let error = match error {
        ureq::Error::Other(inner) => match inner.downcast::<NotConnected>() {
            Ok(marked) => {
                let NotConnected(error) = *marked;
                let cause = match &error {
                    ureq::Error::Timeout(_) => TransportCause::Timeout,
                    _ => TransportCause::Connect,
                };
                return with_source(Delivery::NotSent, cause, error);
            }
            Err(other) => ureq::Error::Other(other),
        },
        error => error,
    };
    let (delivery, cause) = match &error {
        // Refused before a connection is looked for.
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::InvalidProxyUrl => {
            (Delivery::NotSent, TransportCause::Connect)
        }
        ureq::Error::Timeout(_) => (Delivery::MaybeSent, TransportCause::Timeout),
        ureq::Error::BodyExceedsLimit(_) => (Delivery::MaybeSent, TransportCause::TooLarge),
        _ => (Delivery::MaybeSent, TransportCause::Interrupted),
    };
    with_source(delivery, cause, error)
}

fn with_source(delivery: Delivery, cause: TransportCause, error: ureq::Error) -> TransportError {
    let failed = TransportError::new(delivery, cause);
    match error {
        // These quote the URL, which may hold the API secret.
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => failed,
        error => failed.with_source(error),
    }
}
