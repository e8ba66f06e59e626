use std::convert::Infallible;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::platform::Platform;
use crate::service;

/// Serves one connection to its end.
pub(crate) async fn serve<S>(stream: S, platform: Arc<Platform>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request| {
        let platform = Arc::clone(&platform);
        async move { Ok::<_, Infallible>(service::answer(platform, request).await) }
    });
    // How a connection ends is the client's affair: there is nobody to tell.
    let _ = http1::Builder::new()
        // As documented: whoever searches raw answers for a header should find it.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
