//! No secret gets out: through success and every fault, on both clients, and with everything
//! captured that could show one. One test, since what it captures is the whole process's.

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ce_core::calls::{GetInstance, Ping};
use ce_core::{
    Connect, Credentials, Entropy, Error, Event, Finished, Limits, OAuthUrlMethod, Platform,
    Procedure, Returned, Step,
};
use ce_sandbox::{Fault, FaultRule, Sandbox};
use ce_tests::AnyClient;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;
use tracing_subscriber::reload;

const USER: &str = "c4n4ry-user+/=";
const ORGANIZATION: &str = "c4n4ry-organization+/=";
const API_SECRET: &str = "c4n4ry-api-secret";
const CONFIGURED: &str = "c4n4ry-configured-password";

/// All that anything printed.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn note(&self, value: impl Debug) {
        let _ = writeln!(self.clone(), "{value:?} {value:#?}");
    }

    fn error(&self, error: &Error) {
        self.note(error);
        let _ = writeln!(self.clone(), "{error}");
        let mut source = error.source();
        while let Some(inner) = source {
            let _ = writeln!(self.clone(), "{inner} {inner:?}");
            source = inner.source();
        }
    }

    /// Takes what was captured; fails if it holds one of these.
    fn is_clean_of(&self, secrets: &[String], when: &str) -> usize {
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&captured).into_owned();
        for secret in secrets {
            if let Some(at) = text.find(secret) {
                let from = text.floor_char_boundary(at.saturating_sub(300));
                let to = text.floor_char_boundary((at + 300).min(text.len()));
                panic!("{when}: a secret got out: …{}…", &text[from..to]);
            }
        }
        captured.clear();
        text.len()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        captured.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_millis(600))
        .attempt_timeout(Duration::from_millis(250))
        .provisioning_timeout(Duration::from_millis(600))
        .recovery_timeout(Duration::from_millis(900))
        .max_attempts(2)
        .backoff(Duration::from_millis(5))
        .max_body_bytes(1024 * 1024)
}

fn connect(method: OAuthUrlMethod) -> Connect {
    Connect::new("instagram")
        .api_key("client id")
        .api_secret(API_SECRET)
        .callback_url("https://app.example/callback")
        .name("n")
        .configuration("password", CONFIGURED)
        .oauth_url_method(method)
        .recoverable()
}

/// The spellings in which a secret could get out.
fn spellings(secret: &str) -> Vec<String> {
    let bytes = secret.bytes();
    let encoded = bytes.map(|byte| match byte {
        b'-' | b'_' | b'.' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    vec![secret.to_owned(), encoded.collect()]
}

struct Stage {
    captured: Captured,
    secrets: Vec<String>,
}

impl Stage {
    fn secret(&mut self, secret: &str) {
        self.secrets.extend(spellings(secret));
    }

    /// The whole flow with everything that can be printed; faults come in before each step.
    async fn play<C: AnyClient + Debug>(&mut self, method: OAuthUrlMethod, fault: Option<&Fault>) {
        let sandbox = Sandbox::builder()
            .user_secret(USER)
            .organization_secret(ORGANIZATION)
            .start()
            .unwrap();
        let misbehave = || {
            let rules = fault.map(|fault| FaultRule::new(fault.clone()));
            sandbox.set_faults(rules);
        };
        let platform = Platform::new(sandbox.base_url(), Credentials::new(USER, ORGANIZATION));
        let platform = platform.unwrap().limits(limits());
        let client = C::of(platform.clone());
        let connect = connect(method);
        self.captured.note((&platform, &client, &connect, &sandbox));

        misbehave();
        if let Err(error) = client.begin(&connect).await {
            self.captured.error(&error);
        }
        sandbox.clear_faults();
        let redirect = client.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let code = callback
            .split("code=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        self.secret(code);
        let returned = redirect.pending.returned(&callback, SystemTime::now());
        self.captured
            .note((&redirect, &redirect.pending, &returned));
        // What is handed to a transport of one's own prints nothing, either.
        if let Ok(Returned::Granted(granted)) = returned {
            let mut create = connect.create(&platform, granted).unwrap();
            let step = create.step(Event::Begin, Duration::ZERO);
            self.captured.note(step.map(drop));
        }
        let mut begin = connect
            .begin(
                &platform,
                &Entropy::from_system().unwrap(),
                SystemTime::now(),
            )
            .unwrap();
        if let Step::Send(attempt) = begin.step(Event::Begin, Duration::ZERO) {
            self.captured.note((&attempt.request, &attempt));
        }

        misbehave();
        let finished = client.finish(&connect, &redirect.pending, &callback).await;
        for instance in sandbox.instances() {
            self.secret(instance.expose_token());
            self.captured.note(&instance);
        }
        match &finished {
            Ok(Finished::Connected(instance)) => {
                self.secret(instance.token.expose());
                self.captured.note((&finished, instance));
                for error in [
                    client.send(Ping::through(&instance.token)).await.err(),
                    client.send(GetInstance::new(instance.id)).await.err(),
                ] {
                    error.iter().for_each(|error| self.captured.error(error));
                }
                self.captured.note(Ping::through(&instance.token));
            }
            Ok(Finished::Denied(denied)) => panic!("{denied}"),
            Err(error) => self.captured.error(error),
        }
        self.captured.note(sandbox.served());
    }

    async fn play_all(&mut self, method: OAuthUrlMethod, when: &str) {
        let faults = Fault::all();
        let (mut runs, mut bytes) = (0, 0);
        for fault in [None].into_iter().chain(faults.iter().map(Some)) {
            self.play::<ce_async::Client>(method, fault).await;
            self.play::<ce_blocking::Client>(method, fault).await;
            let when = format!("{when}, {fault:?}");
            bytes += self.captured.is_clean_of(&self.secrets, &when);
            runs += 2;
        }
        println!("{when}: {runs} flows, {bytes} bytes captured, no secret in them");
    }
}

#[tokio::test]
async fn no_secret_gets_out() {
    let captured = Captured::default();
    let (level, change_level) = reload::Layer::new(LevelFilter::TRACE);
    let writer = captured.clone();
    // `init` takes in the records of the crate `log`, too.
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(move || writer.clone());
    tracing_subscriber::registry()
        .with(level)
        .with(layer)
        .init();
    let panics = captured.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = writeln!(panics.clone(), "{panic}");
        eprintln!("{panic}");
    }));

    let mut stage = Stage {
        captured: captured.clone(),
        secrets: Vec::new(),
    };
    for secret in [USER, ORGANIZATION, API_SECRET, CONFIGURED] {
        stage.secret(secret);
    }
    // What would be captured, is: both libraries below do log.
    stage
        .play::<ce_async::Client>(OAuthUrlMethod::Post, None)
        .await;
    stage
        .play::<ce_blocking::Client>(OAuthUrlMethod::Post, None)
        .await;
    let log = captured.0.lock().unwrap().clone();
    let log = String::from_utf8_lossy(&log);
    for module in ["TRACE", "DEBUG", "ureq", "hyper_util"] {
        assert!(log.contains(module), "nothing of {module} was captured");
    }

    // With step 1 by POST: at every level, of every crate.
    stage.play_all(OAuthUrlMethod::Post, "POST, TRACE").await;
    // With GET the API secret stands in the URL, as the platform documents it; ureq shows that
    // at TRACE. Below, nothing does.
    change_level
        .modify(|level| *level = LevelFilter::DEBUG)
        .unwrap();
    log::set_max_level(log::LevelFilter::Debug);
    stage.play_all(OAuthUrlMethod::Get, "GET, DEBUG").await;
}
