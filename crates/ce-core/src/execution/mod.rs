//! Executes a call: attempts, retries, back-off, deadlines. No sockets, clocks or sleep.
//!
//! An [`Operation`] says what to do next, a [`Step`]: send a request, sleep, or take the output. The
//! driver does it and reports the result as an [`Input`], with the time since the operation began.
//!
//! ```text
//!                ┌──────────── Step::Sleep ◀── BackingOff
//!                ▼                                 ▲
//! Start ──▶ Step::Send ──▶ Input::Response ──▶ retry table ──▶ Step::Done
//! ```
//!
//! # The retry table
//!
//! | what came back | an idempotent call | a call that may be made once |
//! | --- | --- | --- |
//! | nothing, and [nothing can have been sent](crate::Delivery::NotSent) | is sent again | is sent again |
//! | nothing: the connection broke, or time was up | is sent again | has an unknown outcome |
//! | more than the limit allows | fails | has an unknown outcome |
//! | 2xx that can't be read | fails | has an unknown outcome |
//! | 3xx, which is not followed | fails | has an unknown outcome |
//! | 408, 429, 5xx | is sent again | has an unknown outcome |
//! | any other 4xx | is refused | is refused |
//! | a status that HTTP does not define | fails | has an unknown outcome |
//!
//! "Sent again" is after a wait, no sooner than the platform asks, while attempts and time last; on a new
//! connection where the last attempt got no response. 429 and 3xx may be a gateway's, which may answer in
//! place of a platform that did its work. An [unknown outcome](crate::OutcomeUnknown) of a creation is
//! looked into by a [recoverable](crate::ConnectRequest::recoverable) flow.

mod call;
mod call_execution;
mod idempotency;
mod operation;
mod retry;
pub(crate) mod trace;

pub use call::Call;
pub use call_execution::CallExecution;
pub use idempotency::Idempotency;
pub use operation::{Attempt, Input, Operation, Step};
