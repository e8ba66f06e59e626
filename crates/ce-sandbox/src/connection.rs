use std::error::Error as _;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use crate::platform::Platform;
use crate::script::Script;
use crate::service;

/// Serves one connection to its end.
///
/// When `closing` has news, the connection ends with the answer that it is at; if it is at none, at
/// once. It lets go of `closing` when it is gone or knows of it.
pub(crate) async fn serve<S>(stream: S, platform: Arc<Platform>, closing: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if let Some((mut stream, script)) = converse(stream, platform, closing).await {
        // How a connection ends is the client's affair: there is nobody to tell.
        let _ = script.play(&mut stream).await;
    }
}

/// Speaks HTTP until that ends, or until it shall go on by a script.
async fn converse<S>(
    stream: S,
    platform: Arc<Platform>,
    mut closing: watch::Receiver<()>,
) -> Option<(S, Script)>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request| service::answer(Arc::clone(&platform), request));
    let mut connection = http1::Builder::new()
        // As documented: whoever searches raw answers for a header should find it.
        .title_case_headers(true)
        // Whoever has sent a whole request gets its answer, though it sends nothing more.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let mut news = pin!(async move {
        let _ = closing.changed().await;
        closing
    });
    let mut last_answer = false;
    let ended = poll_fn(|context| {
        let mut told = None;
        if !last_answer {
            if let Poll::Ready(closing) = news.as_mut().poll(context) {
                last_answer = true;
                told = Some(closing);
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
        let ended = Pin::new(&mut connection).poll(context);
        drop(told);
        ended
    })
    .await;
    let script = ended.err()?.source()?.downcast_ref::<Script>()?.clone();
    Some((connection.into_parts().io.into_inner(), script))
}
