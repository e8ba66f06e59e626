use std::time::Duration;

use crate::error::TransportError;
use crate::execution::Idempotency;
use crate::wire::{Request, Response};

/// Something that takes one request or several, driven from outside: it says what to do, is told
/// what came of it, and says what to do next.
///
/// It has no socket, no clock and no sleep. Whoever drives it has: both clients are this loop, and
/// so is any other.
///
/// ```
/// use std::time::Instant;
/// use ce_core::{Attempt, Input, Operation, Response, Step, TransportError};
///
/// fn run<P: Operation>(
///     mut operation: P,
///     mut carry: impl FnMut(Attempt) -> Result<Response, TransportError>,
/// ) -> P::Output {
///     let began = Instant::now();
///     let mut input = Input::Start;
///     loop {
///         input = match operation.step(input, began.elapsed()) {
///             Step::Send(attempt) => Input::Response(carry(attempt)),
///             Step::Sleep(time) => {
///                 std::thread::sleep(time);
///                 Input::SleepFinished
///             }
///             Step::Done(output) => return output,
///         };
///     }
/// }
/// ```
pub trait Operation {
    /// What it comes to.
    type Output;

    /// The next step after this event, so long after the beginning.
    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output>;
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// Nothing yet.
    Start,
    /// A wait is over.
    SleepFinished,
    /// A request was sent: its answer, or why there is none.
    Response(Result<Response, TransportError>),
}

/// What to do next.
#[derive(Debug)]
// A step is looked at where it is made; a box would cost an allocation for each request.
#[allow(clippy::large_enum_variant)]
pub enum Step<T> {
    /// Send this request.
    Send(Attempt),
    /// Wait this long.
    Sleep(Duration),
    /// Nothing: here is what it came to.
    Done(T),
}

impl<T> Step<T> {
    /// The same step on the way to something else.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Step<U> {
        match self {
            Self::Send(attempt) => Step::Send(attempt),
            Self::Sleep(time) => Step::Sleep(time),
            Self::Done(output) => Step::Done(to(output)),
        }
    }
}

/// A request to send, and within what bounds.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// What the call is for, as it reads in a sentence: "create the instance".
    pub purpose: &'static str,
    /// Which attempt of its call it is, from 1.
    pub number: u32,
    /// What to send. Redirects must not be followed.
    pub request: Request,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long everything may take, to the last byte of the answer.
    pub timeout: Duration,
    /// The most bytes that may be read of the answer's body.
    pub max_body_bytes: usize,
    /// [`Once`](Idempotency::NonIdempotent): take care that the connection is not one that the platform has
    /// closed meanwhile, since then it can't be known whether the request arrived.
    pub idempotency: Idempotency,
}
