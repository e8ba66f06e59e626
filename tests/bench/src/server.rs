//! A server that answers what the platform answers, on one thread. Answers are written beforehand as far as they
//! can be: what is measured on top of them is the clients.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use axum::extract::{Query, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::middleware::{Next, from_fn};
use axum::response::{AppendHeaders, IntoResponse};
use axum::{Router, routing::get};
use axum_server::tls_rustls::RustlsConfig;
use bytes::Bytes;
use governor::{Quota, RateLimiter};
use tokio::net::TcpSocket;

use crate::documents::{self, PAGE_LENGTH};

/// How many requests may come at once where the rate is limited.
const BURST: NonZeroU32 = NonZeroU32::new(10).expect("a number");

/// A certificate, and its key.
pub type Certificate = rcgen::CertifiedKey<rcgen::KeyPair>;

/// Starts a server that runs until the program ends, over TLS if there is a certificate; returns its base URL.
pub fn start(platform: Router, certificate: Option<Certificate>) -> String {
    let (sender, base_url) = mpsc::channel();
    std::thread::spawn(|| crate::runtime().block_on(serve(platform, certificate, sender)));
    base_url.recv().expect("a base URL")
}

async fn serve(
    platform: Router,
    certificate: Option<Certificate>,
    base_url: mpsc::Sender<String>,
) -> std::io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    // On Linux the connections have it from the listener.
    socket.set_nodelay(true)?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(4096)?.into_std()?;
    let (address, service) = (listener.local_addr()?, platform.into_make_service());
    let Some(certificate) = certificate else {
        base_url.send(format!("http://{address}")).ok();
        return axum_server::from_tcp(listener)?.serve(service).await;
    };
    base_url.send(format!("https://{address}")).ok();
    let key = certificate.signing_key.serialize_der();
    let tls = RustlsConfig::from_der(vec![certificate.cert.der().to_vec()], key).await?;
    axum_server::from_tcp_rustls(listener, tls)?
        .serve(service)
        .await
}

type Parameters = Query<HashMap<String, String>>;

/// A platform that has so many instances, and takes so long to create one.
pub fn platform(instances: usize, latency: Duration) -> Router {
    let (instance, page) = (documents::instance(1_700), documents::page());
    let (instance, page) = (Bytes::from(instance), Bytes::from(page));
    let oauth_url = async |Query(it): Parameters| json(documents::oauth_url(&it["state"]));
    let list = async move |Query(it): Parameters| {
        let next = 1 + it
            .get("nextPage")
            .map_or(0, |it| it.parse().expect("a number"));
        let next = Some(next).filter(|next| next * PAGE_LENGTH < instances);
        let next = next.map(|next| ("elements-next-page-token", next.to_string()));
        (AppendHeaders(next), json(page))
    };
    // A connection of which a request was not read to its end is closed.
    let create = async move |_: Bytes| {
        // Even a sleep of no time would wait for the next millisecond.
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        json(instance)
    };
    Router::new()
        .route("/elements/instagram/oauth/url", get(oauth_url))
        .route("/instances", get(list).post(create))
}

/// A platform that answers 429 to more requests a second, and counts these.
pub fn limited(per_second: NonZeroU32, refused: Arc<AtomicU32>) -> Router {
    let limiter = RateLimiter::direct(Quota::per_second(per_second).allow_burst(BURST));
    let limiter = Arc::new(limiter);
    platform(0, Duration::ZERO).layer(from_fn(move |request: Request, next: Next| {
        let is_refused = limiter.check().is_err();
        refused.fetch_add(is_refused.into(), Ordering::Relaxed);
        async move {
            match is_refused {
                true => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
                false => next.run(request).await,
            }
        }
    }))
}

fn json(body: impl Into<Bytes>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body.into())
}
