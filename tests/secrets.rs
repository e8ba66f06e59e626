//! No secret gets out: through success and every fault, on both clients, and with everything
//! captured that could show one. Every crate is logged at every level, but ureq's below TRACE, as
//! SECURITY.md says. One test, since what it captures is the whole process's.

use std::collections::HashSet;
use std::fmt::Debug;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ce_core::calls::{GetInstance, Ping};
use ce_core::model::{CreateInstance, ElementToken, Instance, Secret};
use ce_core::{
    CallbackOutcome, Config, ConnectOutcome, ConnectRequest, Credentials, Entropy, Input, Limits,
    OAuthUrlMethod, Operation, Step,
};
use ce_sandbox::{Fault, FaultRule, Sandbox};
use ce_tests::{AnyClient, Captured, PART, Proxy};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

// Random, as real ones are, so that no part of them is a word; and long enough for a part of eight
// to stand in one row of a dump, sixteen bytes wide.
const USER: &str = "Zk3vQ8xJ1mWnB6tRy+0Lc/9HsEaUgDpF4oN7iYqS2zM=";
const ORGANIZATION: &str = "v9TgXeKr5BjPwA2dLh8y/UcQ1s+3ZnOf6mIaE0kVtRo=";
const API_SECRET: &str = "Jm7cW4hYqP0zXrG9uT2nKfS5bLd8eVaI1o6iRtCwQx3yMvBk";
const PASSWORD: &str = "pD5&R1x=o?9wZ#q7u e3hN+c/L0tGyKjV8mB2sFaXiE6QdTr";
/// For the proxy, and never for the platform; as it stands in the URL of one, and in base64.
const PROXY: &str = "Wq8nTz3KfXb6Jm1RhYc5Vd0GsLp9Ea2U";
const PROXY_SENT: &str = "dXNlcjpXcThuVHozS2ZYYjZKbTFSaFljNVZkMEdzTHA5RWEyVQ==";

fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_millis(900))
        .attempt_timeout(Duration::from_millis(400))
        .provisioning_timeout(Duration::from_millis(900))
        .recovery_timeout(Duration::from_millis(1200))
        .max_attempts(2)
        .backoff(Duration::from_millis(5))
        .max_body_bytes(8 * 1024)
}

fn connect(method: OAuthUrlMethod) -> ConnectRequest {
    ce_tests::instagram()
        .api_secret(API_SECRET)
        .configuration("password", PASSWORD)
        .oauth_url_method(method)
        .recoverable()
}

/// What a flow meets with.
#[derive(Clone, Copy)]
enum Scene<'f> {
    Well,
    Proxied,
    Faulty(&'f Fault),
}

struct Stage {
    captured: Captured,
    /// Parts of those that must be seen nowhere.
    secrets: Mutex<HashSet<Vec<u8>>>,
}

impl Stage {
    fn secret(&self, secret: &str) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(secret.len() >= 2 * PART, "too short to be found everywhere");
        secrets.extend(secret.as_bytes().chunks_exact(PART).map(<[u8]>::to_vec));
    }

    /// The whole flow with everything that can be printed; faults come in before each step, unless
    /// it goes through a proxy.
    async fn play<C: AnyClient + Debug>(&self, method: OAuthUrlMethod, scene: Scene<'_>) {
        let sandbox = Sandbox::builder()
            .user_secret(USER)
            .organization_secret(ORGANIZATION)
            .start()
            .unwrap();
        let misbehave = || {
            if let Scene::Faulty(fault) = scene {
                sandbox.set_faults([FaultRule::new(fault.clone())]);
            }
        };
        let proxy = match scene {
            Scene::Proxied => Some(Proxy::before(&sandbox, PROXY).unwrap()),
            _ => None,
        };
        let credentials = Credentials::new(USER, ORGANIZATION);
        let config = match &proxy {
            Some(proxy) => proxy.config(credentials),
            None => Config::new(sandbox.base_url(), credentials).unwrap(),
        };
        let client = |config| match &proxy {
            Some(proxy) => C::through(proxy.url(), proxy.certificates(), config),
            None => C::of(config),
        };
        let patient = client(config.clone());
        let config = match scene {
            Scene::Faulty(_) => config.with_limits(limits()),
            _ => config,
        };
        let client = client(config.clone());
        let connect = connect(method);
        self.captured.note((&config, &client, &connect, &sandbox));

        misbehave();
        if let Err(error) = client.begin(&connect).await {
            self.captured.error(&error);
        }
        sandbox.clear_faults();
        let redirect = patient.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let code = callback.split("code=").nth(1).unwrap();
        self.secret(code.split('&').next().unwrap());
        let returned = redirect.pending.read_callback(&callback, SystemTime::now());
        self.captured
            .note((&redirect, &redirect.pending, &returned));
        // What is handed to a transport of one's own prints nothing, either.
        if let Ok(CallbackOutcome::Granted(granted)) = returned {
            let mut create = connect.create(&config, granted).unwrap();
            let step = create.step(Input::Start, Duration::ZERO);
            self.captured.note(step.map(drop));
        }
        let entropy = Entropy::from_system().unwrap();
        let begin = connect.begin(&config, &entropy, SystemTime::now());
        if let Step::Send(attempt) = begin.unwrap().step(Input::Start, Duration::ZERO) {
            self.captured.note((&attempt.request, &attempt));
        }

        misbehave();
        let finished = client.finish(&connect, &redirect.pending, &callback).await;
        for instance in sandbox.instances() {
            self.secret(instance.expose_token());
            self.captured.note(&instance);
        }
        match &finished {
            Ok(ConnectOutcome::Connected(instance)) => {
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
            Ok(ConnectOutcome::Denied(denied)) => panic!("{denied}"),
            // What is kept out of the logs reaches the platform all the same.
            Err(error) if !matches!(scene, Scene::Faulty(_)) => panic!("{error}"),
            Err(error) => self.captured.error(error),
        }
        self.captured.note(sandbox.served());
    }

    /// What an application may print that the flow doesn't pass by.
    fn print_values(&self) {
        let note = |value: &dyn Debug| self.captured.note(value);
        note(&Credentials::new(USER, ORGANIZATION));
        note(&(Secret::new(API_SECRET), ElementToken::new(PASSWORD)));
        note(
            &Sandbox::builder()
                .user_secret(USER)
                .organization_secret(ORGANIZATION),
        );
        let order = CreateInstance::new("instagram", "n")
            .code(PASSWORD)
            .configuration("oauth.api.secret", API_SECRET);
        note(&order);
        let instance = serde_json::json!({
            "id": 7, "name": "n", "token": PASSWORD, "element": {"key": "a", "extra": PASSWORD},
            "configuration": {"password": PASSWORD, "nested": {"password": PASSWORD}},
            "providerData": {"code": PASSWORD}, "unknown": [PASSWORD],
        });
        let instance: Instance = serde_json::from_value(instance).unwrap();
        note(&instance);
        note(&(&instance.configuration, &instance.element, &instance.token));
        let response = ce_core::http::Response::builder()
            .header(
                "location",
                format!("https://a.example/?apiSecret={API_SECRET}"),
            )
            .body(API_SECRET.into())
            .unwrap();
        note(&Input::Response(Ok(response.into())));
    }

    /// Through success and every fault, on both clients, with both methods. Most of the time is
    /// waiting, so several are played at once.
    fn play_all(&self) -> usize {
        let faults = Fault::all();
        let mut flows = Vec::new();
        let well = [Scene::Well, Scene::Proxied].into_iter();
        for scene in well.chain(faults.iter().map(Scene::Faulty)) {
            for method in [OAuthUrlMethod::Post, OAuthUrlMethod::Get] {
                flows.extend([(scene, method, true), (scene, method, false)]);
            }
        }
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..24 {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    while let Some(flow) = flows.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let (scene, method, is_async) = *flow;
                        if is_async {
                            runtime.block_on(self.play::<ce_async::Client>(method, scene));
                        } else {
                            runtime.block_on(self.play::<ce_blocking::Client>(method, scene));
                        }
                    }
                });
            }
        });
        flows.len()
    }
}

#[test]
fn no_secret_gets_out() {
    let captured = Captured::default();
    let writer = captured.clone();
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let levels = Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_target("ureq", LevelFilter::DEBUG)
        .with_target("ureq_proto", LevelFilter::DEBUG);
    // `init` takes in the records of the crate `log`, too.
    tracing_subscriber::registry()
        .with(levels)
        .with(layer)
        .init();
    let panics = captured.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = writeln!(panics.clone(), "{panic}");
        eprintln!("{panic}");
    }));

    let stage = Stage {
        captured: captured.clone(),
        secrets: Mutex::default(),
    };
    for secret in [USER, ORGANIZATION, API_SECRET, PASSWORD, PROXY, PROXY_SENT] {
        stage.secret(secret);
    }
    stage.print_values();
    let flows = stage.play_all();
    // What would be captured, is: all libraries below do log.
    captured.shows(&[
        "TRACE",
        "DEBUG",
        "reqwest",
        "hyper_util",
        "rustls",
        "ureq::run: GET http://127.0.0.1",
        "ureq_proto",
        "ce_core: response received",
        "ce_core: attempt failed",
    ]);
    let bytes = captured.is_clean_of(&stage.secrets.into_inner().unwrap());
    println!("{flows} flows, {bytes} bytes captured, no secret in them");
}
