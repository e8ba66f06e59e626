//! The transport on ureq, by what ureq promises to keep: no `ureq::unversioned`.

mod config;
mod errors;
mod trace;

use std::io::{self, Read};
use std::time::Duration;

use ::ureq::http::header::CONTENT_LENGTH;
use ::ureq::http::{Request, Response};
use ::ureq::{Agent, AsSendBody, Body, Error, RequestExt as _, SendBody};
use bytes::Bytes;
use ce_core::{Attempt, Idempotency, TransportError};

pub(crate) use config::agent;
use errors::BodyState;

/// Sends one request and reads the whole answer.
pub(crate) fn send(agent: &Agent, attempt: Attempt) -> Result<ce_core::Response, TransportError> {
    let limits = Bounds::of(&attempt);
    let (mut parts, bytes) = attempt.request.into_exposed().into_parts();
    let mut body = OutgoingBody::new(&bytes);
    let answer = if bytes.is_empty() {
        run(agent, &limits, Request::from_parts(parts, ()))
    } else {
        // ureq does not know how much a reader holds.
        parts.headers.insert(CONTENT_LENGTH, bytes.len().into());
        let reader = SendBody::from_reader(&mut body);
        run(agent, &limits, Request::from_parts(parts, reader))
    };
    match answer.and_then(|answer| read(answer, limits.max_body_bytes)) {
        Ok(answer) => Ok(answer.into()),
        Err(error) => Err(errors::transport_error(error, body.state)),
    }
}

/// The bounds of one attempt.
struct Bounds {
    connect: Duration,
    whole: Duration,
    max_body_bytes: u64,
    /// Whether a connection may be used that has carried a request before.
    reuse: bool,
}

impl Bounds {
    fn of(attempt: &Attempt) -> Self {
        Self {
            connect: attempt.connect_timeout,
            whole: attempt.timeout,
            max_body_bytes: attempt.max_body_bytes as u64,
            reuse: attempt.idempotency != Idempotency::NonIdempotent,
        }
    }
}

fn run<B: AsSendBody>(
    agent: &Agent,
    limits: &Bounds,
    request: Request<B>,
) -> Result<Response<Body>, Error> {
    let mut request = request
        .with_agent(agent)
        .configure()
        .timeout_resolve(Some(limits.connect))
        .timeout_connect(Some(limits.connect))
        .timeout_global(Some(limits.whole));
    if !limits.reuse {
        // Every kept connection is too old. The platform may have closed it, and then nobody knows
        // whether a request that was written to it has arrived.
        request = request.max_idle_age(Duration::ZERO);
    }
    request.build().run()
}

/// Reads the whole body, unless it is larger than allowed.
fn read(answer: Response<Body>, max_body_bytes: u64) -> Result<Response<Bytes>, Error> {
    let (parts, mut body) = answer.into_parts();
    if body
        .content_length()
        .is_some_and(|length| length > max_body_bytes)
    {
        return Err(Error::BodyExceedsLimit(max_body_bytes));
    }
    let bytes = body.with_config().limit(max_body_bytes).read_to_vec()?;
    Ok(Response::from_parts(parts, bytes.into()))
}

/// The body of a request, which notes whether ureq has asked for any of it.
///
/// What ureq never had it can't have sent, whatever failed and however ureq works. A request with
/// an announced body, of which no byte has come, can't be acted on.
struct OutgoingBody<'b> {
    left: &'b [u8],
    state: BodyState,
}

impl<'b> OutgoingBody<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        let state = match bytes {
            [] => BodyState::Empty,
            _ => BodyState::Unread,
        };
        Self { left: bytes, state }
    }
}

impl Read for OutgoingBody<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.state = BodyState::Read;
        self.left.read(into)
    }
}
