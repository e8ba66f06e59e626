//! Behind a proxy: the whole flow, and what is known when the proxy fails. Which way is taken by the
//! environment is in the cases, since that needs a process of its own.

use std::net::SocketAddr;

use ce_blocking::{BuildError, UreqTransport, ureq};
use ce_tests::prelude::*;
use tokio::io::AsyncWriteExt as _;

use crate::tls::{self, Proxy};

on_both_clients! {
    a_flow_goes_through_a_proxy,
    a_proxy_that_is_not_there_is_sent_nothing,
    a_proxy_that_refuses_is_sent_nothing,
    a_silent_proxy_is_left_in_time,
}

const PASSWORD: &str = "c4n4ry";
const PLATFORM: &str = "https://platform.example/elements/api-v2";
/// The time in which a connection is to stand.
const CONNECT: Duration = Duration::from_millis(300);
/// More than it takes to be refused, which on Windows is seconds.
const PATIENT: Duration = Duration::from_secs(9);

async fn a_flow_goes_through_a_proxy(kind: Kind) {
    let (sandbox, _) = kind.start();
    let proxy = Proxy::before(sandbox.address());
    let url = format!("http://user:{PASSWORD}@{}", proxy.server.address());
    let config = config_behind(PLATFORM, &sandbox);
    let client = kind.trusting(&proxy.certificate, Some(&url), config);
    let instance = client.connect(&sandbox, &instagram()).await;
    client.ok(Ping::through(&instance.token)).await;

    let asked: Vec<_> = proxy.asked.try_iter().collect();
    assert!(!asked.is_empty());
    for asked in asked {
        assert_eq!(asked.method(), "CONNECT");
        assert_eq!(asked.uri(), "platform.example:443");
        let sent = &asked.headers()["proxy-authorization"];
        assert_eq!(sent, "Basic dXNlcjpjNG40cnk=", "user:{PASSWORD}");
        // What is for the platform is not for the proxy.
        assert!(!asked.headers().contains_key("authorization"));
    }
}

/// What the error says when this is why nothing was sent through this proxy.
async fn not_sent(kind: Kind, proxy: SocketAddr, time: Duration, cause: TransportCause) -> String {
    let limits = Limits::default().connect_timeout(time).max_attempts(1);
    let url = format!("http://user:{PASSWORD}@{proxy}");
    let (_, certificate) = tls::server("platform.example");
    let config = config_at(PLATFORM).with_limits(limits);
    let client = kind.trusting(&certificate, Some(&url), config);
    let began = Instant::now();
    let got = client.send(GetInstance::new(InstanceId::new(7))).await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let error = got.unwrap_err();
    let text = said(&error);
    assert!(!text.contains("other:"), "{text}");
    assert!(!format!("{error:?} {text}").contains(PASSWORD), "{error:?}");
    let Error::Transport(failure) = error else {
        panic!("{text}")
    };
    let failed = (failure.delivery(), failure.cause());
    assert_eq!(failed, (Delivery::NotSent, cause), "{text}");
    text
}

async fn a_proxy_that_is_not_there_is_sent_nothing(kind: Kind) {
    let (socket, refused) = refusing();
    let address = socket.local_addr().unwrap();
    let text = not_sent(kind, address, PATIENT, TransportCause::Connect).await;
    assert!(text.contains(&refused), "{text}");
}

async fn a_proxy_that_refuses_is_sent_nothing(kind: Kind) {
    let proxy = Server::answering(|_| answer(403, ""));
    let text = not_sent(kind, proxy.address(), PATIENT, TransportCause::Connect).await;
    assert!(text.contains("proxy") || text.contains("tunnel"), "{text}");
}

async fn a_silent_proxy_is_left_in_time(kind: Kind) {
    let proxy = Server::silent();
    not_sent(kind, proxy.address(), CONNECT, TransportCause::Timeout).await;
}

/// The async client alone: ureq bounds each read of a proxy's answer, not all of them together.
#[tokio::test]
async fn a_trickling_proxy_is_left_in_time_by_the_async_client() {
    let proxy = Server::start(async |mut stream| {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ").await;
        while sent.is_ok() {
            tokio::time::sleep(CONNECT / 10).await;
            sent = stream.write_all(b"x").await;
        }
    });
    let cause = TransportCause::Timeout;
    not_sent(Kind::Async, proxy.address(), CONNECT, cause).await;
}

#[test]
fn a_socks_proxy_that_is_not_built_in_is_an_error_of_the_configuration() {
    for scheme in ["socks", "socks4", "socks4a", "socks5", "socks5h"] {
        let proxy = ureq::Proxy::new(&format!("{scheme}://127.0.0.1:1080")).unwrap();
        let config = config_at(PLATFORM);
        let built = UreqTransport::with_config_builder(&config, |it| it.proxy(Some(proxy.clone())));
        let error = built.unwrap_err();
        assert_eq!(error, BuildError::NoSocksProxy, "{scheme}");
        assert!(error.to_string().contains("socks-proxy"), "{error}");
    }
}

#[test]
fn a_tls_library_that_is_not_built_in_is_an_error_of_the_configuration() {
    use ureq::tls::{TlsConfig, TlsProvider};

    let tls = TlsConfig::builder()
        .provider(TlsProvider::NativeTls)
        .build();
    let config = config_at(PLATFORM);
    let built =
        UreqTransport::with_config_builder(&config, |it| it.proxy(None).tls_config(tls.clone()));
    assert_eq!(built.unwrap_err(), BuildError::NoTlsProvider);
}
