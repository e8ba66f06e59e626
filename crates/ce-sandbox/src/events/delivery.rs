use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HOST};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::store::{Message, Store};

/// How long an application may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much of its answer is read: enough for it to be done with it.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// Sends what is due, for as long as the sandbox runs.
pub(crate) async fn deliver(store: Arc<Store>) {
    loop {
        let now = store.time();
        let due = store.state().outbox.take_due(now);
        for message in due {
            tokio::spawn(attempt(Arc::clone(&store), message));
        }
        let next = store.state().outbox.next_due();
        let changed = store.outbox_changed.notified();
        match next {
            None => changed.await,
            Some(due) => {
                let wait = due.duration_since(now).unwrap_or_default();
                let _ = timeout(wait, changed).await;
            }
        }
    }
}

async fn attempt(store: Arc<Store>, message: Arc<Message>) {
    let anywhere = store.settings.events_anywhere;
    let status = timeout(PATIENCE, send(&message, anywhere)).await;
    let is_delivered = matches!(status, Ok(Some(status)) if status.is_success());
    store.state().outbox.finish(&message.id, is_delivered);
    store.outbox_changed.notify_one();
}

/// The status of the answer, if there is one. A redirect is not followed.
async fn send(message: &Message, anywhere: bool) -> Option<StatusCode> {
    let uri: Uri = message.url.expose().parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']);
    let found = lookup_host((host, uri.port_u16().unwrap_or(80))).await;
    // Whatever a name leads to.
    let addresses = found
        .ok()?
        .filter(|address| anywhere || address.ip().is_loopback());
    let addresses: Vec<SocketAddr> = addresses.collect();
    let stream = TcpStream::connect(&*addresses).await.ok()?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::post(target)
        .header(HOST, uri.authority()?.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header("Elements-Webhook-Id", &message.id);
    if let Some(signature) = &message.signature {
        request = request.header("Elements-Webhook-Signature", signature);
    }
    let request = request.body(Full::new(message.body.clone())).ok()?;
    // It ends with whoever waits for the answer.
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let response = sender.send_request(request).await.ok()?;
    let status = response.status();
    let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES);
    let _ = body.collect().await;
    Some(status)
}
