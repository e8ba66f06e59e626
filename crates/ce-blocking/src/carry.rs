use std::io::{self, Read as _};
use std::time::Duration;

use bytes::Bytes;
use ce_core::{Attempt, Delivery, Response, TransportCause, TransportError, Wiped};
use ureq::RequestExt as _;
use ureq::http::Request;

use crate::connecting::NotConnected;
use crate::veil::Veil;

/// Carries one request to the platform, and its answer back.
pub(crate) fn carry(agent: &ureq::Agent, attempt: Attempt) -> Result<Response, TransportError> {
    let most = attempt.max_body_bytes as u64;
    let limits = Limits {
        connect: attempt.connect_timeout,
        whole: attempt.timeout,
    };
    let (mut parts, body) = attempt.request.into_exposed().into_parts();
    let veil = Veil::over(&mut parts);
    let answer = if body.is_empty() {
        run(agent, limits, Request::from_parts(parts, ()))
    } else {
        // ureq wants a slice.
        run(agent, limits, Request::from_parts(parts, &*body))
    };
    let (parts, body) = answer.map_err(failed)?.into_parts();
    if body.content_length().is_some_and(|length| length > most) {
        return Err(failed(ureq::Error::BodyExceedsLimit(most)));
    }
    let body = match veil {
        None => whole(body, most).map_err(failed)?,
        Some(veil) => unveiled(body, most, veil)?,
    };
    Ok(Response::from(ureq::http::Response::from_parts(
        parts, body,
    )))
}

/// The whole body, in memory that need not grow where its size is announced.
fn whole(body: ureq::Body, most: u64) -> Result<Bytes, ureq::Error> {
    // What a peer announces is no reason to reserve more than a little.
    let announced = body.content_length().unwrap_or(0).min(1 << 20);
    // And a little more, in which the end shows.
    let mut whole = Wiped::with_capacity(announced as usize + 32);
    let mut reader = body.into_with_config().limit(most).reader();
    while whole.fill(|room| reader.read(room))? > 0 {}
    Ok(whole.into())
}

/// The same, of which ureq has seen a stand-in.
fn unveiled(body: ureq::Body, most: u64, veil: Veil) -> Result<Bytes, TransportError> {
    let mut stand_in = body.into_with_config().limit(most).reader();
    let length = io::copy(&mut stand_in, &mut io::sink()).map_err(|error| failed(error.into()))?;
    veil.body(length)
        .ok_or_else(|| TransportError::new(Delivery::MaybeSent, TransportCause::Interrupted))
}

/// How long an attempt may take.
#[derive(Clone, Copy)]
struct Limits {
    connect: Duration,
    whole: Duration,
}

fn run<B: ureq::AsSendBody>(
    agent: &ureq::Agent,
    limits: Limits,
    request: Request<B>,
) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    request
        .with_agent(agent)
        .configure()
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_global(Some(limits.whole))
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
