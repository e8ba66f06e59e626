use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use hyper::body::Incoming;

use crate::answer::Refusal;
use crate::platform::Platform;
use crate::request::Request;
use crate::routes;
use crate::served::Served;

/// Answers one request, and gives it its id and its record.
pub(crate) async fn answer(
    platform: Arc<Platform>,
    request: hyper::Request<Incoming>,
) -> Response<Full<Bytes>> {
    let request_id = platform.state().chance.request_id();
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let request = Request::receive(request, platform.max_body_bytes).await;

    // A task of its own: hyper drops this future when the client hangs up, but what was asked
    // for is done all the same, as on the real platform.
    let work = tokio::spawn({
        let request_id = request_id.clone();
        async move {
            let outcome = routes::answer(&platform, &request).await;
            let answer = outcome.unwrap_or_else(|refusal| refusal.into_answer(&request_id));
            // Before the client has the answer, so that a test finds the record when it looks.
            platform.record(Served {
                method,
                path,
                status: answer.status.as_u16(),
                request_id,
            });
            answer
        }
    });
    let answer = match work.await {
        Ok(answer) => answer,
        Err(_) => Refusal::internal().into_answer(&request_id),
    };
    answer.into_response(&request_id)
}
