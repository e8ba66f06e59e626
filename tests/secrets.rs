//! No secret gets out: through success and every fault, on both clients, and with everything
//! captured that could show one. One test, since what it captures is the whole process's.
//!
//! With step 1 by POST nothing shows a secret at any level. With GET, where the platform puts the
//! API secret into the URL, nothing does below TRACE; so the two have API secrets of their own.

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
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
use tracing_subscriber::fmt::writer::MakeWriterExt as _;
use tracing_subscriber::prelude::*;

const USER: &str = "c4n4ry-user+/=";
const ORGANIZATION: &str = "c4n4ry-organization+/=";
const SENT_BY_POST: &str = "c4n4ry-api-secret+/=";
const SENT_BY_GET: &str = "c4n4ry-api-secret-in-a-url+/=";
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

    /// How much was captured; fails if it holds one of these.
    fn is_clean_of(&self, secrets: &[String], where_to: &str) -> usize {
        let captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&captured);
        for secret in secrets {
            if let Some(at) = text.find(secret) {
                let from = text.floor_char_boundary(at.saturating_sub(300));
                let to = text.floor_char_boundary((at + 300).min(text.len()));
                panic!("{where_to}: a secret got out: …{}…", &text[from..to]);
            }
        }
        text.len()
    }

    fn shows(&self, words: &[&str]) {
        let captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&captured);
        for word in words {
            assert!(text.contains(word), "nothing of {word} was captured");
        }
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
        .timeout(Duration::from_millis(900))
        .attempt_timeout(Duration::from_millis(400))
        .provisioning_timeout(Duration::from_millis(900))
        .recovery_timeout(Duration::from_millis(1200))
        .max_attempts(2)
        .backoff(Duration::from_millis(5))
        .max_body_bytes(1024 * 1024)
}

fn connect(method: OAuthUrlMethod) -> Connect {
    let api_secret = match method {
        OAuthUrlMethod::Get => SENT_BY_GET,
        _ => SENT_BY_POST,
    };
    Connect::new("instagram")
        .api_key("client id")
        .api_secret(api_secret)
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
    /// Those that must be seen nowhere.
    secrets: Mutex<Vec<String>>,
}

impl Stage {
    fn secret(&self, secret: &str) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.extend(spellings(secret));
    }

    /// The whole flow with everything that can be printed; faults come in before each step.
    async fn play<C: AnyClient + Debug>(&self, method: OAuthUrlMethod, fault: Option<&Fault>) {
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
        let platform = platform.unwrap();
        let patient = C::of(platform.clone());
        let platform = platform.limits(limits());
        let client = C::of(platform.clone());
        let connect = connect(method);
        self.captured.note((&platform, &client, &connect, &sandbox));

        misbehave();
        if let Err(error) = client.begin(&connect).await {
            self.captured.error(&error);
        }
        sandbox.clear_faults();
        let redirect = patient.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let code = callback.split("code=").nth(1).unwrap();
        self.secret(code.split('&').next().unwrap());
        let returned = redirect.pending.returned(&callback, SystemTime::now());
        self.captured
            .note((&redirect, &redirect.pending, &returned));
        // What is handed to a transport of one's own prints nothing, either.
        if let Ok(Returned::Granted(granted)) = returned {
            let mut create = connect.create(&platform, granted).unwrap();
            let step = create.step(Event::Begin, Duration::ZERO);
            self.captured.note(step.map(drop));
        }
        let entropy = Entropy::from_system().unwrap();
        let begin = connect.begin(&platform, &entropy, SystemTime::now());
        if let Step::Send(attempt) = begin.unwrap().step(Event::Begin, Duration::ZERO) {
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

    /// Through success and every fault, on both clients, with both methods. Most of the time is
    /// waiting, so several are played at once.
    fn play_all(&self) -> usize {
        let faults = Fault::all();
        let faults: Vec<_> = [None].into_iter().chain(faults.iter().map(Some)).collect();
        let methods = [OAuthUrlMethod::Post, OAuthUrlMethod::Get];
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                        for method in methods {
                            runtime.block_on(self.play::<ce_async::Client>(method, *fault));
                            runtime.block_on(self.play::<ce_blocking::Client>(method, *fault));
                        }
                    }
                });
            }
        });
        faults.len() * methods.len() * 2
    }
}

#[test]
fn no_secret_gets_out() {
    let (trace, debug) = (Captured::default(), Captured::default());
    let (all, less) = (trace.clone(), debug.clone());
    let less = (move || less.clone()).with_max_level(LevelFilter::DEBUG.into_level().unwrap());
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer((move || all.clone()).and(less));
    // `init` takes in the records of the crate `log`, too.
    tracing_subscriber::registry().with(layer).init();
    let panics = debug.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = writeln!(panics.clone(), "{panic}");
        eprintln!("{panic}");
    }));

    let stage = Stage {
        captured: debug.clone(),
        secrets: Mutex::default(),
    };
    for secret in [USER, ORGANIZATION, SENT_BY_POST, CONFIGURED] {
        stage.secret(secret);
    }
    let flows = stage.play_all();
    // What would be captured, is: both libraries below do log.
    trace.shows(&["TRACE", "DEBUG", "ureq", "hyper_util"]);
    debug.shows(&["DEBUG", "ureq", "hyper_util", "reqwest"]);
    // Were the API secret shown, it would be found: at TRACE, ureq does show what stands in URLs.
    let in_urls = spellings(SENT_BY_GET);
    {
        let t = trace.0.lock().unwrap();
        std::fs::write("/tmp/rel-trace.txt", &*t).unwrap();
    }
    trace.shows(&[&in_urls[1]]);

    let mut secrets = stage.secrets.into_inner().unwrap();
    let everything = trace.is_clean_of(&secrets, "TRACE");
    secrets.extend(in_urls);
    let below = debug.is_clean_of(&secrets, "DEBUG");
    println!(
        "{flows} flows: {everything} bytes of logs, of which {below} below TRACE or printed; \
         no secret in them"
    );
}
