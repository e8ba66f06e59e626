//! Time and allocations of what is done without a socket, ours beside the same by others.

use std::hint::black_box;
use std::pin::Pin;

use ce_bench::documents::{self, DOCUMENTS, INSTANCES, PAGE};
use ce_bench::work::{self, Flow};
use ce_bench::{many, runtime};
use ce_core::{Call as _, calls::ListInstances};
use divan::Bencher;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[cfg(feature = "allocations")]
#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    ce_bench::install_provider();
    divan::main();
}

/// What is returned is dropped within the time.
fn measure<T>(bencher: Bencher, work: impl Fn() -> T + Sync) {
    bencher.bench(|| drop(black_box(work())));
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_slice(black_box(text.as_bytes())).expect("a document")
}

/// Instances, and a page of them, from the bytes as they were received.
#[divan::bench_group]
mod decode {
    use ce_bench::documents::dropping::Dropping;

    use super::*;

    #[divan::bench(args = DOCUMENTS)]
    fn ours(bencher: Bencher, name: &str) {
        let answer = work::answer(documents::named(name));
        match name {
            PAGE => measure(bencher, || ListInstances::new().decode(black_box(&answer))),
            _ => measure(bencher, || work::decode(black_box(&answer))),
        }
    }

    #[divan::bench(args = DOCUMENTS, types = [Value, Dropping])]
    fn serde_json<T: DeserializeOwned>(bencher: Bencher, name: &str) {
        let text = documents::named(name);
        match name {
            PAGE => measure(bencher, || read::<Vec<T>>(&text)),
            _ => measure(bencher, || read::<T>(&text)),
        }
    }

    /// It reads in place, as it could in a client's buffer.
    #[divan::bench(args = DOCUMENTS)]
    fn simd_json(bencher: Bencher, name: &str) {
        let text = documents::named(name);
        bencher
            .with_inputs(|| text.clone().into_bytes())
            .bench_refs(|bytes| drop(black_box(simd_json::to_owned_value(black_box(bytes)))));
    }

    #[divan::bench(args = DOCUMENTS)]
    fn sonic_rs(bencher: Bencher, name: &str) {
        let text = documents::named(name);
        let read = || sonic_rs::from_slice::<sonic_rs::Value>(black_box(text.as_bytes()));
        measure(bencher, || read().expect("a document"));
    }
}

/// An instance back into text.
#[divan::bench_group]
mod write {
    use super::*;

    #[divan::bench(args = INSTANCES)]
    fn ours(bencher: Bencher, name: &str) {
        let instance = work::decode(&work::answer(documents::named(name)));
        measure(bencher, || black_box(&instance).to_json());
    }

    #[divan::bench(args = INSTANCES)]
    fn value(bencher: Bencher, name: &str) {
        let tree: Value = read(&documents::named(name));
        measure(bencher, || serde_json::to_vec(black_box(&tree)));
    }
}

/// Both requests, the callback, and both answers.
#[divan::bench_group]
mod flow {
    use ce_bench_async_by_hand::callback;
    use ce_bench_async_by_hand::documents::{AuthorizationUrl, Instance};
    use oauth2::basic::BasicClient;
    use oauth2::http::{HeaderValue, Response};
    use oauth2::{AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, RedirectUrl};
    use oauth2::{HttpRequest, TokenUrl};

    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let flow = Flow::fixed();
        measure(bencher, || flow.run());
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let platform = ce_bench::by_reqwest(work::BASE_URL, None);
        let flow = Flow::fixed();
        measure(bencher, || {
            drop(black_box(platform.oauth_request(work::STATE).build()));
            let answer = serde_json::from_slice::<AuthorizationUrl>(&flow.oauth_url);
            drop(black_box(
                answer.expect("an answer").checked().expect("a URL"),
            ));
            let code = callback::code(&flow.callback, work::STATE).expect("a code");
            drop(black_box(platform.create_request(&code).build()));
            serde_json::from_slice::<Instance>(&flow.instance).expect("an instance")
        });
    }

    /// The same two steps at a provider that answers as much.
    #[divan::bench]
    fn oauth2(bencher: Bencher) {
        let url = |path: &str| format!("https://provider.example/{path}");
        let client = BasicClient::new(ClientId::new(ce_bench::API_KEY.to_owned()))
            .set_client_secret(ClientSecret::new(ce_bench::API_SECRET.to_owned()))
            .set_auth_uri(AuthUrl::new(url("authorize")).expect("a URL"))
            .set_token_uri(TokenUrl::new(url("token")).expect("a URL"))
            .set_redirect_uri(RedirectUrl::new(ce_bench::CALLBACK_URL.to_owned()).expect("a URL"));
        let (callback, token) = (Flow::fixed().callback, documents::oauth_token());
        let answered = |request: HttpRequest| {
            work::sent(request);
            let json = HeaderValue::from_static("application/json");
            let response = Response::builder().header("content-type", json);
            response.body(token.clone().into_bytes())
        };
        measure(bencher, || {
            let state = || CsrfToken::new(work::STATE.to_owned());
            let (url, state) = client.authorize_url(state).url();
            drop(black_box(String::from(url)));
            let code = callback::code(&callback, state.secret()).expect("a code");
            let exchange = client.exchange_code(AuthorizationCode::new(code));
            exchange.request(&answered).expect("a token")
        });
    }
}

/// An event notification of 2 KB.
#[divan::bench_group]
mod verify {
    use ce_bench::documents::{NOTIFICATION, SIGNATURE_KEY};
    use ce_core::events;
    use hmac::{Hmac, KeyInit as _, Mac as _};

    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let header = events::signature(SIGNATURE_KEY, NOTIFICATION).expect("a key");
        let verify = || events::verify(SIGNATURE_KEY, Some(&header), black_box(NOTIFICATION));
        measure(bencher, || verify().expect("the platform's"));
    }

    #[divan::bench]
    fn bare_hmac(bencher: Bencher) {
        let mac = || {
            let mac = Hmac::<sha2::Sha256>::new_from_slice(SIGNATURE_KEY.as_bytes());
            mac.expect("a key").chain_update(black_box(NOTIFICATION))
        };
        let signed = mac().finalize().into_bytes();
        measure(bencher, || mac().verify_slice(black_box(&signed)));
    }
}

/// A thousand futures as a transport's call is one: boxed, and as they are.
#[divan::bench(args = ["boxed", "direct"])]
fn call(bencher: Bencher, how: &str) {
    let (answer, runtime) = (work::answer("{}"), runtime());
    let send = async || black_box(answer.clone());
    let boxed =
        async || drop(black_box::<Pin<Box<dyn Future<Output = _>>>>(Box::pin(send())).await);
    let direct = async || drop(black_box(send()).await);
    bencher.bench_local(|| match how {
        "boxed" => runtime.block_on(many(1_000, 1, boxed)),
        _ => runtime.block_on(many(1_000, 1, direct)),
    });
}
