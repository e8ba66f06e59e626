use std::future::{pending, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::app::App;
use super::request_body::receive;
use super::socket::PacedSocket;
use crate::faults::Delivery;

/// How large a request's head may be.
const MAX_HEAD_BYTES: usize = 128 << 10;

/// What one connection's responses ask of its socket.
#[derive(Clone, Default)]
struct Wire {
    /// How long each byte takes.
    pace: Arc<OnceLock<Duration>>,
    /// What follows the last response.
    excess: Arc<OnceLock<Bytes>>,
}

/// Serves one connection to its end.
///
/// When `closing` has news, the connection ends with the response that it is at; if it is at none,
/// at once. It drops `closing` when it is gone or knows of it.
pub(super) async fn serve(socket: TcpStream, app: Arc<App>, mut closing: watch::Receiver<()>) {
    let wire = Wire::default();
    let socket = PacedSocket::new(socket, wire.pace.clone());
    let service = service_fn(|request| {
        // The library polls a connection that can be moved.
        Box::pin(respond(Arc::clone(&app), request, wire.clone()))
    });
    let mut connection = http1::Builder::new()
        // As documented: whoever searches raw responses for a header should find it.
        .title_case_headers(true)
        // Whoever has sent a whole request gets its answer, though it sends nothing more.
        .half_close(true)
        .max_buf_size(MAX_HEAD_BYTES)
        .timer(TokioTimer::new())
        .header_read_timeout(app.store.settings.request_timeout)
        .serve_connection(TokioIo::new(socket), service);
    let mut news = pin!(async move {
        let _ = closing.changed().await;
        closing
    });
    let mut is_last = false;
    let ended = poll_fn(|context| {
        let mut told = None;
        if !is_last {
            if let Poll::Ready(closing) = news.as_mut().poll(context) {
                is_last = true;
                told = Some(closing);
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
        let ended = connection.poll_without_shutdown(context);
        drop(told);
        ended
    })
    .await;
    let mut socket = connection.into_parts().io.into_inner();
    if let (Ok(()), Some(excess)) = (ended, wire.excess.get()) {
        let _ = socket.write_all(excess).await;
    }
    // How a connection ends is the client's affair: there is nobody to tell.
    let _ = socket.shutdown().await;
}

/// An error closes the connection without a response.
async fn respond(
    app: Arc<App>,
    request: hyper::Request<Incoming>,
    wire: Wire,
) -> io::Result<Response> {
    let (parts, body) = request.into_parts();
    let body = receive(body, &app.store.settings, &app.in_flight).await;
    let request = hyper::Request::from_parts(parts, body);
    // A task of its own: hyper drops this future when the client hangs up, but what was asked for
    // is done all the same, as on the real platform.
    let response = tokio::spawn(async move { app.respond(request).await }).await;
    let mut response =
        response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    match response.extensions_mut().remove::<Delivery>() {
        None => return Ok(response),
        Some(Delivery::Close) => return Err(io::Error::other("there is no response")),
        Some(Delivery::Stall) => pending().await,
        // A connection has one such response, its last.
        Some(Delivery::Trickle(interval)) => drop(wire.pace.set(interval)),
        Some(Delivery::Excess(bytes)) => drop(wire.excess.set(bytes)),
    }
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    Ok(response)
}
