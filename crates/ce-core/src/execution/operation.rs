use std::time::Duration;

use super::Idempotency;
use crate::error::TransportError;
use crate::wire::{Request, Response};

/// A resumable operation. The driver executes each [`Step`] and reports the result as an [`Input`].
///
/// It has no socket, no clock and no sleep. Both clients are this loop:
///
/// ```
/// use std::time::Instant;
/// use ce_core::{Attempt, Input, Operation, Response, Step, TransportError};
///
/// fn run<O: Operation>(
///     mut operation: O,
///     mut send: impl FnMut(Attempt) -> Result<Response, TransportError>,
/// ) -> O::Output {
///     let began = Instant::now();
///     let mut input = Input::Start;
///     loop {
///         input = match operation.step(input, began.elapsed()) {
///             Step::Send(attempt) => Input::Response(send(attempt)),
///             Step::Sleep(duration) => {
///                 std::thread::sleep(duration);
///                 Input::SleepFinished
///             }
///             Step::Done(output) => return output,
///         };
///     }
/// }
/// ```
///
/// An operation that is done stays done: any further input, and any that it did not ask for, is
/// [`Error::UnexpectedInput`](crate::Error::UnexpectedInput), and nothing is sent.
#[must_use = "an operation does nothing until it is driven"]
pub trait Operation {
    /// The result.
    type Output;

    /// The next step after this input, so long after the operation began.
    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output>;
}

impl<O: Operation + ?Sized> Operation for &mut O {
    type Output = O::Output;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<O::Output> {
        (**self).step(input, elapsed)
    }
}

impl<O: Operation + ?Sized> Operation for Box<O> {
    type Output = O::Output;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<O::Output> {
        (**self).step(input, elapsed)
    }
}

/// What happened since the last step.
#[derive(Debug)]
pub enum Input {
    /// The driver starts the operation.
    Start,
    /// A sleep is over.
    SleepFinished,
    /// A request was sent: its response, or why there is none.
    Response(Result<Response, TransportError>),
}

/// What the driver does next.
#[derive(Debug)]
pub enum Step<T> {
    /// Send this request.
    Send(Attempt),
    /// Sleep this long.
    Sleep(Duration),
    /// Completed with this output.
    Done(T),
}

impl<T> Step<T> {
    /// Converts the output.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Send(attempt) => Step::Send(attempt),
            Self::Sleep(duration) => Step::Sleep(duration),
            Self::Done(output) => Step::Done(convert(output)),
        }
    }
}

/// One attempt to send a request, and its limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The purpose of the call, as it reads in a sentence: "create the instance".
    pub purpose: &'static str,
    /// The number of the attempt within its call, from 1.
    pub number: u32,
    /// The request. Redirects must not be followed.
    pub request: Request,
    /// The time to establish a connection.
    pub connect_timeout: Duration,
    /// The time of the whole attempt, to the last byte of the response.
    pub timeout: Duration,
    /// The most bytes to read of the response's body.
    pub max_body_bytes: usize,
    /// Whether the request may be sent again when it is unknown what came of it.
    pub idempotency: Idempotency,
    /// Whether it must not use a kept connection.
    ///
    /// The platform may close a kept one at the moment at which the request is written to it. It is
    /// unknown then whether a request arrived that is not idempotent. Any other is sent again, and then on
    /// a new one, since all that are kept may be dead: after a suspend, a change of network, or the restart
    /// of a load balancer.
    pub needs_new_connection: bool,
}

impl Attempt {
    /// How long an attempt may take where a call has so long left. One that may be made once has all of it,
    /// since no time has to be left for another.
    ///
    /// It is for transports that set up their timeouts beforehand. An attempt says its own.
    pub fn time(limits: &crate::Limits, idempotency: Idempotency, left: Duration) -> Duration {
        match idempotency {
            Idempotency::Idempotent => limits.attempt_timeout.min(left),
            Idempotency::NonIdempotent => left,
        }
    }

    /// The first attempt to send a request, with the default limits: for tests of a transport.
    pub fn new(purpose: &'static str, request: Request) -> Self {
        let limits = crate::Limits::default();
        let idempotency = Idempotency::of(request.method());
        Self {
            purpose,
            number: 1,
            idempotency,
            needs_new_connection: idempotency == Idempotency::NonIdempotent,
            request,
            connect_timeout: limits.connect_timeout,
            timeout: limits.attempt_timeout,
            max_body_bytes: limits.max_body_bytes,
        }
    }
}
