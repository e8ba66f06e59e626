//! Which way both clients take by the variables of the environment. Those are a whole process's, so
//! each case has one of its own: this program again, as [`ask`].

use std::process::{Command, ExitCode};

use ce_tests::install_provider;
use ce_tests::prelude::*;
use libtest_mimic::Trial;

/// The way to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Direct,
    Proxied,
    /// There is no client, since it would need what is not built in.
    Refused,
}
use Way::{Direct, Proxied, Refused};

// The platform's name is not known, so that only a proxy finds it.
const HOST: &str = "http://api.platform.invalid";
const ENCRYPTED: &str = "https://api.platform.invalid";
const ADDRESS: &str = "http://192.0.2.7";
const V6: &str = "http://[2001:db8::7]";

// Stand for the URL of the proxy, and for that without its scheme.
const AT: &str = "PROXY";
const BARE: &str = "BARE";
const NOWHERE: &str = "http://127.0.0.1:1";
const SOCKS: &str = "socks5://127.0.0.1:1";

/// The way, the platform, and the environment.
type Row = (Way, &'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip] // A row a case.
const TABLE: [Row; 32] = [
    (Direct, HOST, &[]),
    (Proxied, HOST, &[("HTTP_PROXY", AT)]),
    (Proxied, HOST, &[("http_proxy", AT)]),
    (Proxied, HOST, &[("ALL_PROXY", AT)]),
    (Proxied, HOST, &[("all_proxy", AT)]),
    (Proxied, HOST, &[("HTTP_PROXY", BARE)]),
    (Proxied, HOST, &[("HTTP_PROXY", AT), ("ALL_PROXY", NOWHERE)]),
    (Proxied, HOST, &[("HTTP_PROXY", "ftp://x"), ("ALL_PROXY", AT)]),
    (Direct, HOST, &[("HTTPS_PROXY", AT)]),
    (Direct, HOST, &[("HTTP_PROXY", "")]),
    (Direct, HOST, &[("HTTP_PROXY", AT), ("REQUEST_METHOD", "GET")]),
    (Proxied, ENCRYPTED, &[("HTTPS_PROXY", AT)]),
    (Proxied, ENCRYPTED, &[("https_proxy", AT), ("HTTP_PROXY", NOWHERE), ("ALL_PROXY", NOWHERE)]),
    (Direct, ENCRYPTED, &[("HTTP_PROXY", AT)]),
    // Exempt.
    (Direct, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "*")]),
    (Direct, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "platform.invalid")]),
    (Direct, HOST, &[("HTTP_PROXY", AT), ("no_proxy", "a.example, .Platform.invalid")]),
    (Direct, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "api.platform.invalid")]),
    (Direct, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", ".api.platform.invalid")]),
    (Direct, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "invalid")]),
    (Proxied, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "form.invalid")]),
    (Proxied, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "b.api.platform.invalid,,")]),
    (Proxied, HOST, &[("HTTP_PROXY", AT), ("NO_PROXY", "*.invalid")]),
    (Proxied, ADDRESS, &[("HTTP_PROXY", AT), ("NO_PROXY", "192.0.2.128/25, 192.0.2.8")]),
    (Proxied, V6, &[("HTTP_PROXY", AT), ("NO_PROXY", "2001:db9::/32, 0.0.0.0/0")]),
    // What is not built in.
    (Refused, ENCRYPTED, &[("ALL_PROXY", SOCKS)]),
    (Refused, ENCRYPTED, &[("ALL_PROXY", SOCKS), ("NO_PROXY", "other.example")]),
    (Direct, ENCRYPTED, &[("ALL_PROXY", SOCKS), ("NO_PROXY", "api.platform.invalid")]),
    (Direct, ENCRYPTED, &[("ALL_PROXY", NOWHERE)]),
    (Direct, ENCRYPTED, &[("ALL_PROXY", "https://127.0.0.1:1")]),
    // What is on this machine needs no proxy.
    (Direct, NOWHERE, &[("ALL_PROXY", SOCKS)]),
    (Direct, NOWHERE, &[("HTTP_PROXY", AT), ("ALL_PROXY", AT)]),
];

pub fn cases() -> Vec<Trial> {
    let cases = TABLE.into_iter().map(|(way, platform, environment)| {
        let variables = environment
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let variables = variables.collect::<Vec<_>>().join(" ");
        let name = format!("environment / {platform} / {variables}");
        crate::on_both(&name, move |kind| play(kind, way, platform, environment))
    });
    cases.flatten().collect()
}

async fn play(kind: Kind, way: Way, platform: &str, environment: &[(&str, &str)]) {
    let (tell, asked) = mpsc::channel();
    let proxy = Server::answering(move |request| {
        tell.send(request).unwrap();
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}".to_owned()
    });
    let mut process = Command::new(std::env::current_exe().unwrap());
    // Whatever this machine's environment names.
    for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        process.env_remove(name).env_remove(name.to_lowercase());
    }
    process.env_remove("REQUEST_METHOD");
    let bare = proxy.address().to_string();
    for (name, value) in environment {
        match *value {
            AT => process.env(name, format!("http://{bare}")),
            BARE => process.env(name, &bare),
            value => process.env(name, value),
        };
    }
    process.env(KIND, kind.name()).env(PLATFORM, platform);
    let output = process.output().unwrap();
    let code = if way == Refused { REFUSED } else { 0 };
    assert_eq!(output.status.code(), Some(code.into()), "{output:?}");
    let expected = usize::from(way == Proxied);
    assert_eq!(asked.try_iter().count(), expected);
}

const KIND: &str = "CE_TESTS_CLIENT";
const PLATFORM: &str = "CE_TESTS_PLATFORM";
/// How a process ends in which there is no client, for want of SOCKS.
const REFUSED: u8 = 3;

/// Whether this process is one that a case has started.
pub fn is_child() -> bool {
    std::env::var_os(KIND).is_some()
}

/// Asks a platform for something.
pub fn ask() -> ExitCode {
    let platform = std::env::var(PLATFORM).unwrap();
    let config = Config::allowing_unencrypted_http(&platform, Credentials::new("u", "o"));
    let second = Duration::from_secs(1);
    let limits = Limits::default().timeout(second).connect_timeout(second);
    let config = config.unwrap().with_limits(limits.max_attempts(1));
    install_provider();
    let client = match std::env::var(KIND).unwrap().as_str() {
        "async" => match ce_async::Client::new(config) {
            Err(ce_async::BuildError::NoSocksProxy) => None,
            client => Some(AnyClient::Async(client.unwrap())),
        },
        _ => match ce_blocking::Client::new(config) {
            Err(ce_blocking::BuildError::NoSocksProxy) => None,
            client => Some(AnyClient::Blocking(client.unwrap())),
        },
    };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    match client {
        Some(client) => drop(runtime.block_on(client.send(GetInstance::new(InstanceId::new(7))))),
        None => return ExitCode::from(REFUSED),
    }
    ExitCode::SUCCESS
}
