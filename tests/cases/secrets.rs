//! No secret gets out: through success and every fault, with everything captured that could show one.
//! Every crate is logged at every level, but ureq's below TRACE, as SECURITY.md says. A case captures
//! what is logged on its own thread: it starts no others.

use std::collections::HashSet;
use std::fmt::Debug;
use std::io::Write as _;

use ce_core::{CallbackOutcome, Entropy, Input, Operation, RequestBuilder, Step};
use ce_tests::prelude::*;
use libtest_mimic::Trial;

use crate::captured::Captured;
use crate::tls::Proxy;

// Random, as real ones are, so that no part of them is a word; and long enough for a part of eight
// to stand in one row of a dump, sixteen bytes wide.
const USER: &str = "Zk3vQ8xJ1mWnB6tRy+0Lc/9HsEaUgDpF4oN7iYqS2zM=";
const ORGANIZATION: &str = "v9TgXeKr5BjPwA2dLh8y/UcQ1s+3ZnOf6mIaE0kVtRo=";
const API_SECRET: &str = "Jm7cW4hYqP0zXrG9uT2nKfS5bLd8eVaI1o6iRtCwQx3yMvBk";
const PASSWORD: &str = "pD5&R1x=o?9wZ#q7u e3hN+c/L0tGyKjV8mB2sFaXiE6QdTr";
/// For the proxy, and never for the platform; as it stands in the URL of one, and in base64.
const PROXY: &str = "Wq8nTz3KfXb6Jm1RhYc5Vd0GsLp9Ea2U";
const PROXY_SENT: &str = "dXNlcjpXcThuVHozS2ZYYjZKbTFSaFljNVZkMEdzTHA5RWEyVQ==";

/// Wherever a secret gets out, whole or cut or encoded, a part of this length does.
const PART: usize = 8;

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

/// What a flow meets with.
#[derive(Clone)]
enum Scene {
    Well,
    Proxied,
    Faulty(Fault),
}

pub fn cases() -> Vec<Trial> {
    let mut scenes = vec![("no fault", Scene::Well), ("proxy", Scene::Proxied)];
    let faults = Fault::all().into_iter();
    scenes.extend(faults.map(|it| (it.name(), Scene::Faulty(it))));
    let mut cases = vec![Trial::test("secrets / values", || {
        let stage = Stage::new();
        stage.print_values();
        stage.check(&[]);
        Ok(())
    })];
    for (name, scene) in scenes {
        for method in [OAuthUrlMethod::Post, OAuthUrlMethod::Get] {
            let scene = scene.clone();
            let name = format!("secrets / {name} / {method:?}");
            cases.extend(crate::on_both(&name, move |kind| {
                play(kind, method, scene.clone())
            }));
        }
    }
    cases
}

/// Plays a scene, with what is logged captured.
async fn play(kind: Kind, method: OAuthUrlMethod, scene: Scene) {
    let mut stage = Stage::new();
    let guard = stage.printed.start();
    stage.play(kind, method, &scene).await;
    drop(guard);
    // What would be captured, is: all libraries below do log.
    let response = "ce_core: response received";
    let logs: &[_] = match (scene, kind) {
        (Scene::Faulty(_), _) => &["DEBUG"],
        (Scene::Well, Kind::Async) => &["TRACE", "reqwest", "hyper_util", response],
        (Scene::Well, Kind::Blocking) => {
            &["ureq::run: GET http://127.0.0.1", "ureq_proto", response]
        }
        (Scene::Proxied, _) => &["rustls"],
    };
    stage.check(logs);
}

/// What was printed, and the parts of those that must not be seen in it.
struct Stage {
    printed: Captured,
    parts: HashSet<Vec<u8>>,
}

impl Stage {
    fn new() -> Self {
        let (printed, parts) = Default::default();
        let mut stage = Self { printed, parts };
        for secret in [USER, ORGANIZATION, API_SECRET, PASSWORD, PROXY, PROXY_SENT] {
            stage.secret(secret);
        }
        stage
    }

    fn secret(&mut self, secret: &str) {
        assert!(secret.len() >= 2 * PART, "too short to be found everywhere");
        let parts = secret.as_bytes().chunks_exact(PART);
        self.parts.extend(parts.map(<[u8]>::to_vec));
    }

    fn note(&self, value: impl Debug) {
        writeln!(self.printed.clone(), "{value:?} {value:#?}").unwrap();
    }

    fn note_error<T>(&self, result: &Result<T, Error>) {
        let Err(error) = result else {
            return;
        };
        self.note(error);
        self.note(said(error));
        let mut next = std::error::Error::source(error);
        while let Some(cause) = next {
            self.note(cause);
            next = cause.source();
        }
    }

    /// Fails if one of these words was not printed, or a part of a secret was.
    fn check(&self, words: &[&str]) {
        let text = self.printed.text();
        for word in words {
            assert!(text.contains(word), "nothing of {word} was captured");
        }
        let printed = text.as_bytes();
        for (at, window) in printed.windows(PART).enumerate() {
            if self.parts.contains(window) {
                let around = at.saturating_sub(300)..(at + 300).min(printed.len());
                let text = String::from_utf8_lossy(&printed[around]);
                panic!("a secret got out: …{text}…");
            }
        }
    }

    /// The whole flow with everything that can be printed; faults come in before each step.
    async fn play(&mut self, kind: Kind, method: OAuthUrlMethod, scene: &Scene) {
        let sandbox = Sandbox::builder().user_secret(USER);
        let sandbox = sandbox.organization_secret(ORGANIZATION);
        let sandbox = sandbox.start().unwrap();
        let misbehave = || {
            if let Scene::Faulty(fault) = scene {
                sandbox.set_faults([FaultRule::new(fault.clone())]);
            }
        };
        let proxy = Proxy::before(sandbox.address());
        let base_url = match scene {
            Scene::Proxied => "https://platform.example/elements/api-v2",
            _ => sandbox.base_url(),
        };
        let client = |config: &Config| match scene {
            Scene::Proxied => {
                let url = format!("http://user:{PROXY}@{}", proxy.server.address());
                kind.trusting(&proxy.certificate, Some(&url), config.clone())
            }
            _ => kind.client(config.clone()),
        };
        let config = config_behind(base_url, &sandbox);
        let patient = client(&config);
        let config = match scene {
            Scene::Faulty(_) => config.with_limits(limits()),
            _ => config,
        };
        let client = client(&config);
        let connect = instagram()
            .api_secret(API_SECRET)
            .configuration("password", PASSWORD)
            .oauth_url_method(method)
            .recoverable();
        self.note((&config, &client, &connect, &sandbox));

        misbehave();
        self.note_error(&client.begin(&connect).await);
        sandbox.clear_faults();
        let redirect = patient.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let code = callback.split("code=").nth(1).unwrap();
        self.secret(code.split('&').next().unwrap());
        let now = std::time::SystemTime::now();
        let returned = redirect.pending.read_callback(&callback, now);
        self.note((&redirect, &redirect.pending, &returned));
        // What is handed to a transport of one's own prints nothing, either.
        if let Ok(CallbackOutcome::Granted(granted)) = returned {
            let mut create = connect.create(&config, granted).unwrap();
            self.note(&create);
            self.note(create.step(Input::Start, Duration::ZERO).map(drop));
        }
        let entropy = Entropy::from_system().unwrap();
        let begin = connect.begin(&config, &entropy, now);
        self.note((&begin, redirect.pending.reconcile(&config)));
        if let Step::Send(attempt) = begin.unwrap().step(Input::Start, Duration::ZERO) {
            self.note((&attempt.request, &attempt));
        }

        misbehave();
        let finished = client.finish(&connect, &redirect.pending, &callback).await;
        for instance in sandbox.instances() {
            self.secret(instance.expose_token());
            self.note(&instance);
        }
        match &finished {
            Ok(ConnectOutcome::Connected(instance)) => {
                self.secret(instance.token.expose());
                self.note((&finished, instance));
                let ping = || Ping::through(&instance.token);
                self.note(ping());
                self.note_error(&client.send(ping()).await);
                self.note_error(&client.send(GetInstance::new(instance.id)).await);
            }
            Ok(ConnectOutcome::Denied(denied)) => panic!("{denied}"),
            // What is kept out of the logs reaches the platform all the same.
            Err(error) if !matches!(scene, Scene::Faulty(_)) => panic!("{error}"),
            Err(_) => self.note_error(&finished),
        }
        self.note(sandbox.served());
        for asked in proxy.asked.try_iter() {
            let password = format!("Basic {PROXY_SENT}");
            assert_eq!(asked.headers()["proxy-authorization"], password);
        }
    }

    /// What an application may print that the flow doesn't pass by.
    fn print_values(&self) {
        self.note(Credentials::new(USER, ORGANIZATION));
        self.note((Secret::new(API_SECRET), ElementToken::new(PASSWORD)));
        let sandbox = Sandbox::builder().user_secret(USER);
        self.note(sandbox.organization_secret(ORGANIZATION));
        let create = CreateInstance::new("instagram", "n").code(PASSWORD);
        self.note(create.configuration("oauth.api.secret", API_SECRET));
        let token = ElementToken::new(USER);
        self.note(Resource::through(&token, "a").create::<_, Object>(&PASSWORD));
        self.note(Files::through(&token).upload("/a", "text/plain", PASSWORD));
        let list = Resource::through(&token, "a").list::<Object>();
        let list = list.filter(&Condition::eq("password", PASSWORD));
        self.note(list.header("x-api-key", PASSWORD));
        self.note(Download::new(PASSWORD));
        let callback_url = format!("https://{API_SECRET}@app.example/cb?key={API_SECRET}");
        let connect = instagram().callback_url(&callback_url);
        self.note(connect.oauth_proxy("p", &callback_url));
        let config = config_at("https://a.example");
        let config = config.with_credentials(Credentials::new(USER, ORGANIZATION));
        let config = config.unwrap();
        let curl = RequestBuilder::new(&config, http::Method::GET, &["a"])
            .query("callbackUrl", &callback_url)
            .header("cookie", API_SECRET);
        self.note(curl.build().unwrap().curl());
        let instance = json!({
            "id": 7, "name": "n", "token": PASSWORD, "element": {"key": "a", "extra": PASSWORD},
            "configuration": {"password": PASSWORD, "nested": {"password": PASSWORD}},
            "providerData": {"code": PASSWORD}, "unknown": [PASSWORD],
        });
        let instance: Instance = serde_json::from_value(instance).unwrap();
        self.note(&instance);
        self.note((&instance.configuration, &instance.element, &instance.token));
        let location = format!("https://a.example/?apiSecret={API_SECRET}");
        let response = http::Response::builder().header("location", location);
        let response = response.body(API_SECRET.into()).unwrap();
        self.note(Input::Response(Ok(response.into())));
    }
}
