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
