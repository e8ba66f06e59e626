//! Behind a proxy: the whole flow, and what is known when the proxy fails. Which way is taken by the
//! environment is in the cases, since that needs a process of its own.

use ce_blocking::{BuildError, UreqTransport, ureq};
use ce_tests::prelude::*;
use tokio::io::AsyncWriteExt as _;

use crate::tls::Proxy;

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
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let config = Config::new(PLATFORM, credentials).unwrap();
    let url = format!("http://user:{PASSWORD}@{}", proxy.server.address());
    let client = kind.through(&url, &[&proxy.certificate], config);
    let instance = client.connect(&sandbox, &instagram()).await;
    client.ok(Ping::through(&instance.token)).await;

    assert!(!proxy.asked().is_empty());
    for asked in proxy.asked() {
        let to = (asked.method.as_str(), asked.target.as_str());
        assert_eq!(to, ("CONNECT", "platform.example:443"));
        // user:c4n4ry
        assert_eq!(
            asked.headers["proxy-authorization"],
            "Basic dXNlcjpjNG40cnk="
        );
        // What is for the platform is not for the proxy.
        assert!(!asked.headers.contains_key("authorization"));
    }
}

/// Through which nothing was sent: why not, and what the error says.
async fn not_sent(
    kind: Kind,
    proxy: impl std::fmt::Display,
    connect: Duration,
) -> (TransportCause, String) {
    let limits = Limits::default().connect_timeout(connect).max_attempts(1);
    let proxy = format!("http://user:{PASSWORD}@{proxy}");
    let client = kind.through(&proxy, &[], config_at(PLATFORM).with_limits(limits));
    let began = Instant::now();
    let call = client.send(GetInstance::new(InstanceId::new(7)));
    let error = call.await.unwrap_err();
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    let text = said(&error);
    assert!(!text.contains("other:"), "{text}");
    assert!(!format!("{error:?} {text}").contains(PASSWORD), "{error:?}");
    let (delivery, cause) = failure(&error);
    assert_eq!(delivery, Delivery::NotSent, "{text}");
    (cause, text)
}

async fn a_proxy_that_is_not_there_is_sent_nothing(kind: Kind) {
    let (address, refused) = refusing();
    let (cause, text) = not_sent(kind, address, PATIENT).await;
    assert_eq!(cause, TransportCause::Connect, "{text}");
    assert!(text.contains(&refused), "{text}");
}

async fn a_proxy_that_refuses_is_sent_nothing(kind: Kind) {
    let proxy = Server::answering("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    let (cause, text) = not_sent(kind, proxy.address(), PATIENT).await;
    assert_eq!(cause, TransportCause::Connect, "{text}");
    assert!(text.contains("proxy") || text.contains("tunnel"), "{text}");
}

async fn a_silent_proxy_is_left_in_time(kind: Kind) {
    let (cause, text) = not_sent(kind, Server::silent().address(), CONNECT).await;
    assert_eq!(cause, TransportCause::Timeout, "{text}");
}

/// The async client alone: ureq bounds each read of a proxy's answer, not all of them together.
#[tokio::test]
async fn a_trickling_proxy_is_left_in_time_by_the_async_client() {
    let trickling = Server::start(async |mut stream| {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ").await;
        while sent.is_ok() {
            tokio::time::sleep(CONNECT / 10).await;
            sent = stream.write_all(b"x").await;
        }
    });
    let (cause, text) = not_sent(Kind::Async, trickling.address(), CONNECT).await;
    assert_eq!(cause, TransportCause::Timeout, "{text}");
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
