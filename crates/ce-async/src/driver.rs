//! The loop that executes the steps of an operation over a transport.

use std::time::Instant;

use ce_core::{Input, Operation, Step};

use crate::trace::{SpanName, in_span};
use crate::transport::Transport;

/// Drives an operation to its output, in a span of this name.
pub(crate) async fn drive<O: Operation>(
    transport: &dyn Transport,
    mut operation: O,
    name: SpanName,
) -> O::Output {
    let steps = async {
        let began = Instant::now();
        let mut input = Input::Start;
        loop {
            input = match operation.step(input, began.elapsed()) {
                Step::Send(attempt) => Input::Response(transport.send(attempt).await),
                Step::Sleep(duration) => {
                    transport.sleep(duration).await;
                    Input::SleepFinished
                }
                Step::Done(output) => return output,
            };
        }
    };
    in_span(name, steps).await
}
