//! Executes calls: attempts, back-off, deadlines.

mod call;
mod call_execution;
mod operation;
pub(crate) mod retry;

pub use call::{Call, Idempotency, read_json};
pub use call_execution::CallExecution;
pub use operation::{Attempt, Input, Operation, Step};
