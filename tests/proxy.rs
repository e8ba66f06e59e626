//! Behind a proxy, on both clients: the whole flow, and what is known when the proxy fails.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use ce_blocking::{BuildError, UreqTransport, ureq};
use ce_core::calls::{GetInstance, Ping};
use ce_core::model::InstanceId;
use ce_core::{Config, ConnectOutcome, Credentials, Delivery, Error, Limits, TransportCause};
use ce_sandbox::Sandbox;
use ce_tests::{AnyClient, Proxy, Scripted, answer, causes, on_both_clients};

on_both_clients! {
    a_flow_goes_through_a_proxy,
    a_proxy_that_is_not_there_is_sent_nothing,
    a_proxy_that_refuses_is_sent_nothing,
    a_silent_proxy_is_left_in_time,
}

const PASSWORD: &str = "c4n4ry";
/// The time in which a connection is to stand.
const CONNECT: Duration = Duration::from_millis(300);
/// How long a proxy would hold whoever waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

async fn a_flow_goes_through_a_proxy<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let proxy = Proxy::before(&sandbox, PASSWORD).unwrap();
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let client = C::through(proxy.url(), proxy.certificates(), proxy.config(credentials));
    let connect = ce_tests::instagram();
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let finished = client.finish(&connect, &redirect.pending, &callback).await;
    let ConnectOutcome::Connected(instance) = finished.unwrap() else {
        panic!("not connected")
    };
    client.send(Ping::through(&instance.token)).await.unwrap();

    let asked = proxy.asked();
    assert!(!asked.is_empty());
    for head in asked {
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("connect platform.example:443 "), "{head}");
        // user:c4n4ry
        assert!(head.contains("basic dxnlcjpjng40cnk=\r\n"), "{head}");
        // What is for the platform is not for the proxy.
        assert!(!head.contains("organization"), "{head}");
    }
}

/// Through which nothing was sent: why not, and what the error says.
async fn not_sent<C: AnyClient>(proxy: SocketAddr) -> (TransportCause, String) {
    let limits = Limits::default().connect_timeout(CONNECT).max_attempts(1);
    let config = Config::new("https://platform.example", Credentials::new("u", "o"));
    let proxy = format!("http://user:{PASSWORD}@{proxy}");
    let client = C::through(&proxy, &[], config.unwrap().with_limits(limits));
    let began = Instant::now();
    let call = client.send(GetInstance::new(InstanceId::new(7)));
    let error = call.await.unwrap_err();
    assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
    let text = format!("{error}\n{}", causes(&error));
    assert!(!text.contains("other:"), "{text}");
    assert!(!format!("{error:?} {text}").contains(PASSWORD), "{error:?}");
    let Error::Transport(source) = error else {
        panic!("{error:?}")
    };
    assert_eq!(source.delivery(), Delivery::NotSent, "{text}");
    (source.cause(), text)
}

async fn a_proxy_that_is_not_there_is_sent_nothing<C: AnyClient>() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let (cause, text) = not_sent::<C>(address.unwrap()).await;
    assert_eq!(cause, TransportCause::Connect, "{text}");
    assert!(text.contains("Connection refused"), "{text}");
}

async fn a_proxy_that_refuses_is_sent_nothing<C: AnyClient>() {
    let proxy = Scripted::start(|_| answer(403, &[], "")).unwrap();
    let (cause, text) = not_sent::<C>(proxy.address()).await;
    assert_eq!(cause, TransportCause::Connect, "{text}");
    assert!(text.contains("proxy") || text.contains("tunnel"), "{text}");
    let [asked] = &proxy.asked()[..] else {
        panic!()
    };
    assert_eq!(asked.method, "CONNECT");
}

async fn a_silent_proxy_is_left_in_time<C: AnyClient>() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (cause, text) = not_sent::<C>(silent.local_addr().unwrap()).await;
    assert_eq!(cause, TransportCause::Timeout, "{text}");
}

/// The async client alone: ureq bounds each read of a proxy's answer, not all of them together.
#[tokio::test]
async fn a_trickling_proxy_is_left_in_time_by_the_async_client() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (enough, told) = channel::<()>();
    let trickling = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let began = Instant::now();
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
        while sent.is_ok() && began.elapsed() < PATIENCE {
            sent = match told.recv_timeout(CONNECT / 10) {
                Err(RecvTimeoutError::Timeout) => stream.write_all(b"x"),
                _ => break,
            };
        }
    });
    let (cause, text) = not_sent::<ce_async::Client>(address).await;
    assert_eq!(cause, TransportCause::Timeout, "{text}");
    drop(enough);
    trickling.join().unwrap();
}

fn far_platform() -> Config {
    Config::new("https://platform.example", Credentials::new("u", "o")).unwrap()
}

#[test]
fn a_socks_proxy_that_is_not_built_in_is_an_error_of_the_configuration() {
    for scheme in ["socks", "socks4", "socks4a", "socks5", "socks5h"] {
        let proxy = ureq::Proxy::new(&format!("{scheme}://127.0.0.1:1080")).unwrap();
        let transport =
            UreqTransport::with_config_builder(&far_platform(), |config| config.proxy(Some(proxy)));
        let error = transport.unwrap_err();
        assert_eq!(error, BuildError::NoSocksProxy, "{scheme}");
        assert!(error.to_string().contains("socks-proxy"), "{error}");
    }
}

#[test]
fn a_tls_library_that_is_not_built_in_is_an_error_of_the_configuration() {
    use ureq::tls::{TlsConfig, TlsProvider};

    let tls = TlsConfig::builder().provider(TlsProvider::NativeTls);
    let transport = UreqTransport::with_config_builder(&far_platform(), |config| {
        config.proxy(None).tls_config(tls.build())
    });
    assert_eq!(transport.unwrap_err(), BuildError::NoTlsProvider);
}

/// A process of one test, whose environment names no proxy, whatever this machine's does.
fn alone(test: &str) -> Command {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--ignored", "--exact", test]);
    for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        process.env_remove(name).env_remove(name.to_lowercase());
    }
    process.env_remove("REQUEST_METHOD");
    process
}

/// A variable of the environment is a whole process's, so each row has one of its own.
#[test]
fn the_environment_names_a_proxy() {
    let table = [
        ("socks5://127.0.0.1:1", "", Some(BuildError::NoSocksProxy)),
        (
            "socks5://127.0.0.1:1",
            "other.example",
            Some(BuildError::NoSocksProxy),
        ),
        ("socks5://127.0.0.1:1", "platform.example", None),
        ("http://127.0.0.1:1", "", None),
        ("https://127.0.0.1:1", "", None),
    ];
    for (all_proxy, no_proxy, error) in table {
        let mut process = alone("in_a_process_of_its_own");
        process
            .env("ALL_PROXY", all_proxy)
            .env("NO_PROXY", no_proxy)
            .env("EXPECTED", format!("{error:?}"));
        let output = process.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("1 passed"), "{all_proxy}, {no_proxy}: {text}");
    }
}

/// Variables of the environment.
type Variables<'a> = &'a [(&'a str, &'a str)];

/// Which way both clients take; the platform's name is not known, so that only a proxy finds it.
#[test]
fn both_clients_take_the_same_way() {
    let proxy = Scripted::start(|_| answer(200, &[], "{}")).unwrap();
    let at = format!("http://{}", proxy.address());
    let (at, bare) = (at.as_str(), at.trim_start_matches("http://"));
    let (host, address) = ("http://api.platform.invalid", "http://192.0.2.7");
    let (v6, encrypted) = ("http://[2001:db8::7]", "https://api.platform.invalid");
    let nowhere = "http://127.0.0.1:1";
    // The way, the platform, and the environment.
    #[rustfmt::skip] // A row a case.
    let table: [(bool, &str, Variables<'_>); 25] = [
        (false, host, &[]),
        (true, host, &[("HTTP_PROXY", at)]),
        (true, host, &[("http_proxy", at)]),
        (true, host, &[("ALL_PROXY", at)]),
        (true, host, &[("all_proxy", at)]),
        (true, host, &[("HTTP_PROXY", bare)]),
        (true, host, &[("HTTP_PROXY", at), ("ALL_PROXY", nowhere)]),
        (true, host, &[("HTTP_PROXY", "ftp://x"), ("ALL_PROXY", at)]),
        (false, host, &[("HTTPS_PROXY", at)]),
        (false, host, &[("HTTP_PROXY", "")]),
        (false, host, &[("HTTP_PROXY", at), ("REQUEST_METHOD", "GET")]),
        (true, encrypted, &[("HTTPS_PROXY", at)]),
        (true, encrypted, &[("https_proxy", at), ("HTTP_PROXY", nowhere), ("ALL_PROXY", nowhere)]),
        (false, encrypted, &[("HTTP_PROXY", at)]),
        // Exempt.
        (false, host, &[("HTTP_PROXY", at), ("NO_PROXY", "*")]),
        (false, host, &[("HTTP_PROXY", at), ("NO_PROXY", "platform.invalid")]),
        (false, host, &[("HTTP_PROXY", at), ("no_proxy", "a.example, .Platform.invalid")]),
        (false, host, &[("HTTP_PROXY", at), ("NO_PROXY", "api.platform.invalid")]),
        (false, host, &[("HTTP_PROXY", at), ("NO_PROXY", ".api.platform.invalid")]),
        (false, host, &[("HTTP_PROXY", at), ("NO_PROXY", "invalid")]),
        (true, host, &[("HTTP_PROXY", at), ("NO_PROXY", "form.invalid")]),
        (true, host, &[("HTTP_PROXY", at), ("NO_PROXY", "b.api.platform.invalid,,")]),
        (true, host, &[("HTTP_PROXY", at), ("NO_PROXY", "*.invalid")]),
        (true, address, &[("HTTP_PROXY", at), ("NO_PROXY", "192.0.2.128/25, 192.0.2.8")]),
        (true, v6, &[("HTTP_PROXY", at), ("NO_PROXY", "2001:db9::/32, 0.0.0.0/0")]),
    ];
    for (is_proxied, platform, environment) in table {
        for client in ["async", "blocking"] {
            let before = proxy.asked().len();
            let mut process = alone("asks_in_a_process_of_its_own");
            process
                .envs(environment.iter().copied())
                .env("PLATFORM", platform)
                .env("CLIENT", client);
            let output = process.output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("1 passed"), "{text}");
            let asked = proxy.asked().len() - before;
            assert_eq!(
                asked,
                usize::from(is_proxied),
                "{client} {platform} {environment:?}: {text}"
            );
        }
    }
}

#[tokio::test]
#[ignore = "started by another test, with an environment of its own"]
async fn asks_in_a_process_of_its_own() {
    let platform = std::env::var("PLATFORM").unwrap();
    let config = Config::allowing_unencrypted_http(&platform, Credentials::new("u", "o"));
    let second = Duration::from_secs(1);
    let limits = Limits::default().timeout(second).connect_timeout(second);
    let config = config.unwrap().with_limits(limits.max_attempts(1));
    let get = GetInstance::new(InstanceId::new(7));
    match std::env::var("CLIENT").unwrap().as_str() {
        "async" => drop(ce_async::Client::of(config).send(get).await),
        _ => drop(ce_blocking::Client::of(config).send(get)),
    }
}

#[test]
#[ignore = "started by another test, with an environment of its own"]
fn in_a_process_of_its_own() {
    let client = ce_blocking::Client::new(far_platform());
    let expected = std::env::var("EXPECTED").unwrap();
    assert_eq!(format!("{:?}", client.err()), expected);
    let client = ce_async::Client::new(far_platform());
    assert_eq!(format!("{:?}", client.err()), expected);
    // What is on this machine needs no proxy.
    let near = Config::new("http://127.0.0.1:1", Credentials::new("u", "o"));
    let near = near.unwrap();
    ce_blocking::Client::new(near.clone()).unwrap();
    ce_async::Client::new(near).unwrap();
}
