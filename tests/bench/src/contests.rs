//! Ours, beside the same by others: what is timed, and whose allocations are counted.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use ce_async::{Attempt, Client, Response, Transport, TransportError};
use ce_bench_async_by_hand::documents::{AuthorizationUrl, Instance};
use ce_core::{ConnectOutcome, Entropy, PendingAuthorization, http::Request};
use hmac::{Hmac, KeyInit as _, Mac as _};
use oauth2::basic::BasicClient;
use oauth2::http::header::{CONTENT_TYPE, HeaderValue};
use oauth2::{AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, RedirectUrl};
use oauth2::{HttpRequest, HttpResponse, TokenUrl};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::documents::{self, PAGE, dropping};
use crate::server::{Behaviour, Server};
use crate::work::{self, Script};
use crate::{by_reqwest, callback, config, connect, many, runtime};

/// What is done once by each: first by ours.
pub type Contestants = Vec<Box<dyn FnMut()>>;
/// The contestants, over a document.
pub type Contest = fn(&str) -> Contestants;

macro_rules! contestants {
    ($($contestant:expr),+ $(,)?) => { vec![$(Box::new($contestant)),+] };
}

/// Instances, or a page of them, from the bytes as they were received: beside serde_json's `Value`, a struct that drops
/// what it doesn't know, simd-json and sonic-rs.
pub fn decode(document: &str) -> Contestants {
    let (text, is_page) = (documents::named(document), document == PAGE);
    let answer = work::answer(text.clone());
    let [tree, fields, simd, sonic] = [(); 4].map(|()| text.clone());
    let mut bytes = Vec::new();
    contestants![
        move || match is_page {
            true => drop(black_box(work::decode_page(black_box(&answer)))),
            false => drop(black_box(work::decode(black_box(&answer)))),
        },
        move || drop(read::<Value>(&tree)),
        move || match is_page {
            true => drop(read::<Vec<dropping::Instance>>(&fields)),
            false => drop(read::<dropping::Instance>(&fields)),
        },
        // It reads in place, as it could in a client's buffer; what is copied before takes little of its time.
        move || {
            bytes.clear();
            bytes.extend_from_slice(simd.as_bytes());
            drop(black_box(simd_json::to_owned_value(black_box(&mut bytes))));
        },
        move || {
            let tree = sonic_rs::from_slice::<sonic_rs::Value>(black_box(sonic.as_bytes()));
            drop(black_box(tree.expect("a document")));
        },
    ]
}

/// An instance back into text: beside `Value`.
pub fn write(document: &str) -> Contestants {
    let text = documents::named(document);
    let tree: Value = read(&text);
    let instance = work::decode(&work::answer(text));
    contestants![
        move || drop(black_box(black_box(&instance).to_json())),
        move || drop(black_box(serde_json::to_vec(black_box(&tree)))),
    ]
}

/// Both requests, the callback, and both answers: beside the program by hand, and oauth2's same two steps at a
/// provider that answers as much.
pub fn flow(_: &str) -> Contestants {
    let (config, connect, script) = (config(work::BASE_URL), connect(), Script::default());
    let (platform, same) = (by_reqwest(work::BASE_URL, None), Script::default());
    let url = |path: &str| format!("https://provider.example/{path}");
    let client = BasicClient::new(ClientId::new(crate::API_KEY.to_owned()))
        .set_client_secret(ClientSecret::new(crate::API_SECRET.to_owned()))
        .set_auth_uri(AuthUrl::new(url("authorize")).expect("a URL"))
        .set_token_uri(TokenUrl::new(url("token")).expect("a URL"))
        .set_redirect_uri(RedirectUrl::new(crate::CALLBACK_URL.to_owned()).expect("a URL"));
    let (callback, token) = (script.callback.clone(), documents::oauth_token());
    let answered = move |request: HttpRequest| -> Result<HttpResponse, std::io::Error> {
        work::sent(request);
        let mut response = HttpResponse::new(token.clone().into_bytes());
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Ok(response)
    };
    let code = |callback: &str, state: &str| {
        ce_bench_async_by_hand::callback::code(callback, state).expect("a code")
    };
    contestants![
        move || drop(black_box(work::flow(&config, &connect, &script))),
        move || {
            drop(black_box(platform.oauth_request(work::STATE).build()));
            let answer: AuthorizationUrl = read(&same.oauth_url);
            drop(black_box(answer.checked().expect("a URL")));
            let code = code(&same.callback, work::STATE);
            drop(black_box(platform.create_request(&code).build()));
            drop(read::<Instance>(&same.instance));
        },
        move || {
            let state = || CsrfToken::new(work::STATE.to_owned());
            let (url, state) = client.authorize_url(state).url();
            drop(black_box(String::from(url)));
            let code = AuthorizationCode::new(code(&callback, state.secret()));
            let exchange = client.exchange_code(code);
            drop(black_box(exchange.request(&answered).expect("a token")));
        },
    ]
}

/// An event notification of 2 KB: beside its HMAC alone.
pub fn verify(_: &str) -> Contestants {
    let header = work::signature();
    let mac = || {
        let mac = Hmac::<sha2::Sha256>::new_from_slice(work::SIGNATURE_KEY.as_bytes());
        mac.expect("a key")
            .chain_update(black_box(documents::NOTIFICATION))
    };
    let signed = mac().finalize().into_bytes();
    contestants![move || work::verify(black_box(&header)), move || {
        let verified = mac().verify_slice(black_box(&signed));
        verified.expect("the platform's");
    },]
}

/// A hundred thousand instances over a socket, by pages of two hundred: beside the program by hand.
pub fn list(_: &str) -> Contestants {
    const INSTANCES: usize = 100_000;
    let base_url = Server::start(Behaviour::default()).with_instances(INSTANCES);
    let (client, platform) = (client(&base_url), by_reqwest(&base_url, None));
    let [ours, theirs] = [runtime(), runtime()];
    contestants![
        move || ours.block_on(work::list(&client, INSTANCES)),
        move || theirs.block_on(work::list_by_hand(&platform, INSTANCES)),
    ]
}

/// Ten thousand instances, 64 at a time, each of which takes the platform 20 ms: beside the program by hand.
pub fn provision(_: &str) -> Contestants {
    const INSTANCES: usize = 10_000;
    const AT_A_TIME: usize = 64;
    let server = Server::start(Behaviour {
        latency: Duration::from_millis(20),
        ..Behaviour::default()
    });
    let (client, connect) = (client(&server.base_url()), connect());
    let platform = by_reqwest(&server.base_url(), None);
    let [ours, theirs] = [runtime(), runtime()];
    contestants![
        move || {
            ours.block_on(many(INSTANCES, AT_A_TIME, async || {
                let entropy = Entropy::from_system().expect("random bytes");
                let pending = PendingAuthorization::new(&connect, &entropy, SystemTime::now());
                let callback = callback(pending.expose_state());
                let finished = client.finish(&connect, &pending, &callback).await;
                assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
            }));
        },
        move || {
            theirs.block_on(many(INSTANCES, AT_A_TIME, async || {
                drop(platform.create("code").await.expect("an instance"));
            }));
        },
    ]
}

/// A thousand calls of a transport, ours through the trait object, whose futures are boxed: beside the same directly,
/// and a thousand calls over a socket.
pub fn call(_: &str) -> Contestants {
    #[derive(Debug)]
    struct AtOnce(Response);

    impl AtOnce {
        async fn direct(&self, attempt: Attempt) -> Result<Response, TransportError> {
            drop(black_box(attempt));
            Ok(self.0.clone())
        }
    }

    #[async_trait]
    impl Transport for AtOnce {
        async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
            self.direct(attempt).await
        }

        async fn sleep(&self, _: Duration) {}
    }

    let request = Request::get("http://127.0.0.1/").body("".into());
    let attempt = Attempt::new("measure", request.expect("a request").into());
    let (same, [boxed, direct]) = (
        attempt.clone(),
        [(); 2].map(|()| AtOnce(work::answer("{}"))),
    );
    let boxed: Box<dyn Transport> = black_box(Box::new(boxed));
    let base_url = Server::start(Behaviour::default()).base_url();
    let (client, connect, runtimes) = (client(&base_url), connect(), [(); 3].map(|()| runtime()));
    let [first, second, third] = runtimes;
    contestants![
        move || {
            let call = async || drop(black_box(boxed.send(attempt.clone()).await));
            first.block_on(many(1_000, 1, call));
        },
        move || {
            let call = async || drop(black_box(direct.direct(same.clone()).await));
            second.block_on(many(1_000, 1, call));
        },
        move || {
            let call = async || drop(client.begin(&connect).await.expect("a redirect"));
            third.block_on(many(1_000, 1, call));
        },
    ]
}

fn client(base_url: &str) -> Client {
    Client::new(config(base_url)).expect("a client")
}

fn read<T: DeserializeOwned>(text: impl AsRef<[u8]>) -> T {
    black_box(serde_json::from_slice(black_box(text.as_ref())).expect("a document"))
}
