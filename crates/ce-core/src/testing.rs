//! What the tests of several modules share.

use std::time::{Duration, SystemTime};

use crate::{
    Config, ConnectRequest, Credentials, Entropy, Input, Operation, PendingAuthorization, Request,
    Response, Step, TransportError,
};

/// When every flow of a test begins.
pub(crate) const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// The platform at `https://a.example`, with waits that are the same in every run.
pub(crate) fn config() -> Config {
    Config::new("https://a.example", Credentials::new("u", "o"))
        .unwrap()
        .with_jitter_seed(7)
}

/// A request that lacks nothing.
pub(crate) fn instagram() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/cb")
        .name("n")
}

/// The flow of this request, begun at [`NOW`].
pub(crate) fn pending(request: &ConnectRequest) -> PendingAuthorization {
    PendingAuthorization::new(request, &Entropy::from([0; 48]), NOW)
}

/// A response of the platform.
pub(crate) fn response(status: u16, body: impl Into<Vec<u8>>) -> Response {
    let response = http::Response::builder().status(status);
    response.body(body.into().into()).unwrap().into()
}

/// Drives an operation to its end on a clock of its own, on which each request takes a tenth of a
/// second. Returns the output and the time it took.
pub(crate) fn drive<O: Operation>(
    mut operation: O,
    mut network: impl FnMut(&Request, Duration) -> Result<Response, TransportError>,
) -> (O::Output, Duration) {
    let (mut now, mut input) = (Duration::ZERO, Input::Start);
    loop {
        input = match operation.step(input, now) {
            Step::Done(output) => return (output, now),
            Step::Sleep(time) => {
                now += time;
                Input::SleepFinished
            }
            Step::Send(attempt) => {
                now += Duration::from_millis(100).min(attempt.timeout);
                Input::Response(network(&attempt.request, now))
            }
        };
    }
}

/// A response of the platform with these headers.
pub(crate) fn response_with(
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Vec<u8>>,
) -> Response {
    let response = http::Response::builder().status(status);
    let response = headers
        .iter()
        .fold(response, |it, (name, value)| it.header(*name, *value));
    response.body(body.into().into()).unwrap().into()
}
