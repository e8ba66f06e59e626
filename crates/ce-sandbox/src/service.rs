use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::oneshot;

use crate::answer::Refusal;
use crate::door::Command;
use crate::fault::Fault;
use crate::fault_plan::Drawn;
use crate::path;
use crate::platform::Platform;
use crate::request::Request;
use crate::routes;
use crate::script::Script;
use crate::served::Served;
use crate::spoil::{self, Outgoing};

/// Answers one request, and gives it its id and its record. A script comes in place of an answer
/// that no server would give.
pub(crate) async fn answer(
    platform: Arc<Platform>,
    request: hyper::Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Script> {
    let request_id = platform.state().chance.request_id();
    let drawn = draw(&platform, &request);
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let request = Request::receive(request, platform.max_body_bytes).await;

    // A task of its own: hyper drops this future when the client hangs up, but what was asked
    // for is done all the same, as on the real platform.
    let work = tokio::spawn({
        let request_id = request_id.clone();
        async move {
            let fault = drawn.as_ref().map(|drawn| &drawn.fault);
            let outgoing = carry_out(&platform, request, &path, &request_id, fault).await;
            // Before the client has the answer, so that a test finds the record when it looks.
            platform.record(Served {
                method,
                path,
                status: outgoing.status(),
                request_id,
                fault: fault.map(Fault::name),
            });
            if let Some(drawn) = drawn {
                refuse_others(&platform, &drawn).await;
            }
            outgoing
        }
    });
    match work.await {
        Ok(Outgoing::Answer(answer)) => Ok(answer.into_response()),
        Ok(Outgoing::Script { script, .. }) => Err(script),
        Err(_) => {
            let answer = Refusal::internal().into_answer(&request_id);
            Ok(answer.identified(&request_id).into_response())
        }
    }
}

/// What befalls this request, if anything does.
fn draw(platform: &Platform, request: &hyper::Request<Incoming>) -> Option<Drawn> {
    let mut faults = platform.faults();
    if faults.is_empty() {
        return None;
    }
    let segments = path::segments(request.uri().path())?;
    faults.draw(routes::operation(request.method().as_str(), &segments)?)
}

async fn carry_out(
    platform: &Platform,
    mut request: Request,
    path: &str,
    request_id: &str,
    fault: Option<&Fault>,
) -> Outgoing {
    if let Some(fault) = fault {
        let target = || request.target(path);
        let now = (platform.clock)();
        if let Some(outgoing) = spoil::instead(fault, target, request_id, now) {
            return outgoing;
        }
        if let Fault::SlowProvisioning { by } = fault {
            request.slowness = *by;
        }
    }
    let outcome = routes::answer(platform, &request).await;
    let answer = outcome
        .unwrap_or_else(|refusal| refusal.into_answer(request_id))
        .identified(request_id);
    match fault {
        Some(fault) => spoil::spoil(fault, answer, (platform.clock)()),
        None => Outgoing::Answer(answer),
    }
}

/// Closes the port for a while, before the answer of the request that drew it goes out, if it did.
async fn refuse_others(platform: &Platform, drawn: &Drawn) {
    if let Fault::Refuse { closed_for } = drawn.fault {
        let (done, is_done) = oneshot::channel();
        let command = Command::Pause {
            closed_for,
            generation: drawn.generation,
            done,
        };
        // It is answered by letting go.
        if platform.door.send(command).is_ok() {
            let _ = is_done.await;
        }
    }
}
