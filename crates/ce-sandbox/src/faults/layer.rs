use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::oneshot;

use super::delivery::AppliedFault;
use super::fault::Fault;
use super::operation::Operation;
use super::{Faults, PortCommand, inject};
use crate::web::{RequestId, render};

/// How much longer than ever it takes to create an instance: an extension of the request.
#[derive(Clone)]
pub(crate) struct ExtraProvisioning(pub(crate) Duration);

/// Applies the fault that a call of the operation draws, if it draws one.
pub(crate) async fn apply(
    State((faults, operation)): State<(Arc<Faults>, Operation)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some((rule, generation)) = faults.plan().draw(operation) else {
        return next.run(request).await;
    };
    let id = request.extensions().get::<RequestId>();
    let request_id = id.map_or_else(String::new, |RequestId(id)| id.clone());
    let uri = request.uri().clone();
    if let Fault::SlowProvisioning { by } = rule.fault {
        request.extensions_mut().insert(ExtraProvisioning(by));
    }
    let response = match rule.executes() {
        true => render(next.run(request).await, &request_id),
        false => Response::default(),
    };
    let context = inject::Context {
        request_id: &request_id,
        uri: &uri,
        now: faults.store.time(),
    };
    let mut response = inject::inject(&rule.fault, response, &context).await;
    if let Fault::Refuse { closed_for } = rule.fault {
        pause(&faults, closed_for, generation).await;
    }
    let name = AppliedFault(rule.fault.name());
    response.extensions_mut().insert(name);
    response
}

/// Closes the port for a while, before the answer of the request that drew it goes out.
async fn pause(faults: &Faults, closed_for: Duration, generation: u64) {
    let (done, is_done) = oneshot::channel();
    let command = PortCommand::Pause {
        closed_for,
        generation,
        done,
    };
    // It is answered by dropping the sender.
    if faults.port.send(command).is_ok() {
        let _ = is_done.await;
    }
}
