use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, verify};

use crate::inbox::Inbox;

/// `POST /events`. actix-web bounds the body to 256 kB.
pub(crate) async fn events(
    shared: Data<(String, Inbox)>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let (key, inbox) = &**shared;
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    if verify(key, header(WEBHOOK_SIGNATURE), &body).is_err() {
        return HttpResponse::Unauthorized().finish();
    }
    let (Some(id), Ok(notification)) = (header(WEBHOOK_ID), serde_json::from_slice(&body)) else {
        return HttpResponse::BadRequest().finish();
    };
    match inbox.take(id, notification).await {
        true => HttpResponse::Ok().finish(),
        // It comes again.
        false => HttpResponse::ServiceUnavailable().finish(),
    }
}
