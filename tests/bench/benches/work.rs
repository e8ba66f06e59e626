//! Time and allocations of what is done without a socket, ours beside the same by others.

use std::hint::black_box;

use ce_bench::documents::{self, DOCUMENTS, INSTANCES, PAGE};
use ce_bench::work::{self, Script};
use divan::Bencher;
use serde_json::Value;

#[cfg(feature = "allocations")]
#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    divan::main();
}

/// Instances, and a page of them, from the bytes as they were received.
#[divan::bench_group]
mod decode {
    use ce_bench::documents::dropping::Instance;

    use super::*;

    #[divan::bench(args = DOCUMENTS)]
    fn ours(bencher: Bencher, name: &str) {
        let answer = work::answer(documents::named(name));
        match name {
            PAGE => bencher.bench(|| drop(black_box(work::decode_page(black_box(&answer))))),
            _ => bencher.bench(|| drop(black_box(work::decode(black_box(&answer))))),
        }
    }

    #[divan::bench(args = DOCUMENTS)]
    fn value(bencher: Bencher, name: &str) {
        let text = documents::named(name);
        bencher.bench(|| drop(read::<Value>(&text)));
    }

    #[divan::bench(args = DOCUMENTS)]
    fn dropping(bencher: Bencher, name: &str) {
        let text = documents::named(name);
        match name {
            PAGE => bencher.bench(|| drop(read::<Vec<Instance>>(&text))),
            _ => bencher.bench(|| drop(read::<Instance>(&text))),
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
        bencher.bench(|| {
            let tree = sonic_rs::from_slice::<sonic_rs::Value>(black_box(text.as_bytes()));
            drop(black_box(tree.expect("a document")));
        });
    }
}

/// An instance back into text.
#[divan::bench_group]
mod write {
    use super::*;

    #[divan::bench(args = INSTANCES)]
    fn ours(bencher: Bencher, name: &str) {
        let instance = work::decode(&work::answer(documents::named(name)));
        bencher.bench(|| drop(black_box(black_box(&instance).to_json())));
    }

    #[divan::bench(args = INSTANCES)]
    fn value(bencher: Bencher, name: &str) {
        let tree: Value = read(&documents::named(name));
        bencher.bench(|| drop(black_box(serde_json::to_vec(black_box(&tree)))));
    }
}

/// Both requests, the callback, and both answers.
#[divan::bench_group]
mod flow {
    use ce_bench_async_by_hand::callback;
    use ce_bench_async_by_hand::documents::{AuthorizationUrl, Instance};
    use oauth2::basic::BasicClient;
    use oauth2::http::header::{CONTENT_TYPE, HeaderValue};
    use oauth2::{AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, RedirectUrl};
    use oauth2::{HttpRequest, HttpResponse, TokenUrl};

    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let (config, connect) = (ce_bench::config(work::BASE_URL), ce_bench::connect());
        let script = Script::default();
        bencher.bench(|| drop(black_box(work::flow(&config, &connect, &script))));
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let platform = ce_bench::by_reqwest(work::BASE_URL, None);
        let script = Script::default();
        bencher.bench(|| {
            drop(black_box(platform.oauth_request(work::STATE).build()));
            let answer: AuthorizationUrl =
                serde_json::from_slice(&script.oauth_url).expect("an answer");
            drop(black_box(answer.checked().expect("a URL")));
            let code = callback::code(&script.callback, work::STATE).expect("a code");
            drop(black_box(platform.create_request(&code).build()));
            let instance: Instance = serde_json::from_slice(&script.instance).expect("an instance");
            drop(black_box(instance));
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
        let (callback, token) = (Script::default().callback, documents::oauth_token());
        let answered = |request: HttpRequest| -> Result<HttpResponse, std::io::Error> {
            work::sent(request);
            let mut response = HttpResponse::new(token.clone().into_bytes());
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            Ok(response)
        };
        bencher.bench(|| {
            let state = || CsrfToken::new(work::STATE.to_owned());
            let (url, state) = client.authorize_url(state).url();
            drop(black_box(String::from(url)));
            let code = callback::code(&callback, state.secret()).expect("a code");
            let exchange = client.exchange_code(AuthorizationCode::new(code));
            drop(black_box(exchange.request(&answered).expect("a token")));
        });
    }
}

/// An event notification of 2 KB.
#[divan::bench_group]
mod verify {
    use hmac::{Hmac, KeyInit as _, Mac as _};

    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let header = work::signature();
        bencher.bench(|| work::verify(black_box(&header)));
    }

    #[divan::bench]
    fn bare_hmac(bencher: Bencher) {
        let mac = || {
            let mac = Hmac::<sha2::Sha256>::new_from_slice(work::SIGNATURE_KEY.as_bytes());
            mac.expect("a key")
                .chain_update(black_box(documents::NOTIFICATION))
        };
        let signed = mac().finalize().into_bytes();
        bencher.bench(|| {
            mac()
                .verify_slice(black_box(&signed))
                .expect("the platform's")
        });
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    black_box(serde_json::from_slice(black_box(text.as_bytes())).expect("a document"))
}
