//! No memory is freed that still holds a secret: every block is looked at as it is freed.
//!
//! Secrets are those of the platform's user, of a flow (`state`, parameters of step 1) and the token
//! of an instance. JSON of unknown content, configurations among it, is not wiped. Transports are
//! left out, and so is JSON with escapes, which `serde_json` writes into memory of its own.
#![allow(unsafe_code)] // an allocator is written in no other way

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, SystemTime};

use ce_core::model::{ElementToken, Instance, Secret};
use ce_core::{
    Config, ConnectOutcome, ConnectRequest, Credentials, Entropy, Input, OAuthUrlMethod, Operation,
    Step, http,
};
use zeroize::Zeroizing;

/// The system's, which counts blocks that are freed with a secret in them.
struct Watching;

/// A part of every secret here.
const CANARY: &[u8] = b"cAnArY7";

thread_local! {
    static FREED_WITH_IT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that there is no byte in a block that may not be read.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is whole until it is handed on.
        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
        if bytes.windows(CANARY.len()).any(|window| window == CANARY) {
            FREED_WITH_IT.with(|count| count.set(count.get() + 1));
        }
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks were freed with a secret in them, while `act` ran.
fn freed_with_a_secret(act: impl FnOnce()) -> usize {
    let before = FREED_WITH_IT.get();
    act();
    FREED_WITH_IT.get() - before
}

/// A secret as a caller gives it away: in more room than it needs, which a shrinking box would leave.
fn secret(name: &str) -> String {
    let mut text = String::with_capacity(200);
    text.push_str(name);
    text.push_str("cAnArY7");
    text
}

fn done<P: Operation>(mut operation: P, answer: &str) -> P::Output {
    let sent = operation.step(Input::Start, Duration::ZERO);
    assert!(matches!(sent, Step::Send(_)));
    drop(sent);
    // In memory that wipes itself, as the clients have it.
    let mut body = Zeroizing::new(Vec::with_capacity(answer.len()));
    body.extend_from_slice(answer.as_bytes());
    let response = http::Response::new(ce_core::bytes::Bytes::from_owner(body));
    let response = Input::Response(Ok(response.into()));
    let Step::Done(output) = operation.step(response, Duration::ZERO) else {
        panic!("an answer ends it")
    };
    output
}

#[test]
fn the_allocator_sees_what_is_not_wiped() {
    assert_eq!(freed_with_a_secret(|| drop(secret("plain"))), 1);
    assert_eq!(freed_with_a_secret(|| drop(String::from("harmless"))), 0);
}

#[test]
fn a_whole_flow_frees_nothing_unwiped() {
    for method in [OAuthUrlMethod::Get, OAuthUrlMethod::Post] {
        let freed = freed_with_a_secret(|| {
            let credentials = Credentials::new(secret("user"), secret("organization"));
            let config = Config::new("https://a.example", credentials).unwrap();
            let connect = ConnectRequest::new("instagram")
                .api_key("k")
                .api_secret("api")
                .callback_url("https://app.example/callback")
                .name("n")
                .state(secret("state"))
                .parameter("password", secret("parameter"))
                .oauth_url_method(method)
                // The platform's URL can't be wiped, so there is no state in it.
                .dangerously_accept_callbacks_without_state();
            let now = SystemTime::UNIX_EPOCH;
            let begin = connect.begin(&config, &Entropy::from([1; 48]), now);
            let answer = r#"{"oauthUrl":"https://provider.example/"}"#;
            let redirect = done(begin.unwrap(), answer).unwrap();

            let callback = "code=c&state=statecAnArY7";
            let finish = connect.finish(&config, &redirect.pending, callback, now);
            let answer = r#"{"id":7,"element":{},"token":"cAnArY7"}"#;
            let Ok(ConnectOutcome::Connected(instance)) = done(finish.unwrap(), answer) else {
                panic!("the instance is created")
            };
            let copy = instance.clone();
            assert_eq!(copy, instance);
            drop(Zeroizing::new(copy.to_json()));
        });
        assert_eq!(freed, 0, "{method:?}");
    }
}

#[test]
fn a_text_that_is_taken_over_is_wiped() {
    let secrets = freed_with_a_secret(|| drop(Secret::new(secret(""))));
    let tokens = freed_with_a_secret(|| drop(ElementToken::new(secret(""))));
    assert_eq!((secrets, tokens), (0, 0));
}

#[test]
fn a_token_is_wiped_however_it_is_read_and_written() {
    // Of what no type knows, more than is written into one piece of memory at first.
    let more: Vec<String> = (0..40)
        .map(|n| format!(r#""f{n}":"{}""#, "x".repeat(n * 9)))
        .collect();
    let text = format!(r#"{{"id":7,"token":"cAnArY7",{}}}"#, more.join(","));
    let read: [fn(&str) -> Instance; 3] = [
        |text| serde_json::from_str(text).unwrap(),
        |text| serde_json::from_slice(text.as_bytes()).unwrap(),
        |text| {
            let list = Zeroizing::new(["[", text, "]"].concat());
            serde_json::from_str::<Vec<_>>(&list).unwrap().remove(0)
        },
    ];
    for (number, read) in read.into_iter().enumerate() {
        let freed = freed_with_a_secret(|| {
            let instance = read(&text);
            assert!(instance.other.get("f39").is_some());
            let written = Zeroizing::new(instance.to_json());
            assert_eq!(written.len(), text.len());
            // Serde's own output is not wiped; into nothing it leaves nothing.
            serde_json::to_writer(std::io::sink(), &instance).unwrap();
        });
        assert_eq!(freed, 0, "way {number}");
    }
}
