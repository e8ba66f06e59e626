//! What must hold for any input whatever. The property tests and the coverage-guided fuzz targets
//! call the same functions; a violation is a panic.

use std::fmt::Debug;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use ce_core::calls::{GetInstance, ListConfiguration, ListInstances, Ping};
use ce_core::model::*;
use ce_core::{
    Call, CallExecution, CallbackOutcome, Config, ConnectRequest, Entropy, Error, Input, Limits,
    Operation, PendingAuthorization, Step, http,
};
use ce_sandbox::Sandbox;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fixture::{config_at, instagram};

/// Every target.
pub const TARGETS: [fn(&[u8]); 6] = [
    callback,
    decoders,
    error_bodies,
    retry_after,
    stored_pending,
    sandbox,
];

fn config() -> Config {
    config_at("https://a.example").with_limits(Limits::default())
}

fn connect() -> ConnectRequest {
    instagram().state("st")
}

/// A callback is refused, a denial, or a code that is sent on as it came.
pub fn callback(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let now = SystemTime::UNIX_EPOCH;
    let pending = PendingAuthorization::new(&connect(), &Entropy::from([1; 48]), now);
    for text in [
        text.to_string(),
        format!("state=st&{text}"),
        format!("/cb?state=st&code={text}"),
    ] {
        match pending.read_callback(&text, now) {
            Ok(CallbackOutcome::Granted(granted)) => {
                let config = config();
                let connect = connect();
                let mut create = connect.create(&config, granted).unwrap();
                let Step::Send(attempt) = create.step(Input::Start, Duration::ZERO) else {
                    panic!("a consent is sent")
                };
                let body: Value = serde_json::from_slice(attempt.request.expose().body()).unwrap();
                let code = body["providerData"]["code"].as_str().unwrap();
                assert!(!code.trim().is_empty());
            }
            Ok(CallbackOutcome::Denied(denied)) => drop(denied.to_string()),
            Err(error) => drop(error.to_string()),
        }
    }
}

/// What reads, is written back equal, and prints nothing of its secrets.
pub fn decoders(data: &[u8]) {
    lossless(data, Instance::to_json);
    lossless(data, CreateInstance::to_json);
    lossless(data, OAuthUrl::to_json);
    lossless(data, ApiErrorBody::to_json);
    lossless(data, Element::to_json);
    lossless(data, ConfigurationEntry::to_json);
    lossless(data, RequestToken::to_json);
    // As an answer, whatever its form, it is an answer or an error.
    let token = ElementToken::new("t");
    for status in [200, 204, 404, 500] {
        let _ = answered(GetInstance::new(InstanceId::new(1)), status, data);
        let _ = answered(Ping::through(&token), status, data);
        let _ = answered(ListInstances::new(), status, data);
        let _ = answered(ListConfiguration::new(&token), status, data);
        let _ = answered(connect().preflight(), status, data);
    }
}

/// Whether it reads as this type; if so, what is written is equal.
pub fn lossless<T: DeserializeOwned + Serialize + Debug + PartialEq>(
    data: &[u8],
    to_json: fn(&T) -> String,
) -> bool {
    // What a tree can't hold (numbers beyond `f64`) has nothing to be compared with.
    let (Ok(read), Ok(mut tree)) = (
        serde_json::from_slice::<T>(data),
        serde_json::from_slice::<Value>(data),
    ) else {
        return false;
    };
    let text = to_json(&read);
    let written: Value = serde_json::from_str(&text).unwrap();
    // The id of an instance is written as an integer, whatever it was.
    if std::any::type_name::<T>() == std::any::type_name::<Instance>() && !tree["id"].is_u64() {
        tree["id"] = written["id"].clone();
    }
    assert_eq!(written, tree);
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), read);
    // Serde writes the same.
    let value = serde_json::to_value(&read).unwrap();
    assert_eq!(value, tree);
    assert_eq!(serde_json::from_value::<T>(value).unwrap(), read);
    drop(format!("{read:?}"));
    true
}

fn answered<C: Call>(call: C, status: u16, body: &[u8]) -> Result<(), Error> {
    let response = http::Response::builder().status(status);
    step(call, response, body)
}

/// One attempt, one answer; a wait counts as an answer to come.
fn step<C: Call>(call: C, response: http::response::Builder, body: &[u8]) -> Result<(), Error> {
    let response = response.body(body.to_vec().into()).unwrap().into();
    let config = config();
    let mut execution = CallExecution::new(&config, call);
    let Step::Send(_) = execution.step(Input::Start, Duration::ZERO) else {
        panic!("the first step is to send")
    };
    match execution.step(Input::Response(Ok(response)), Duration::from_secs(1)) {
        Step::Done(result) => result.map(drop),
        Step::Sleep(time) => {
            assert!(time < Duration::from_secs(30), "{time:?}");
            Ok(())
        }
        Step::Send(_) => panic!("no attempt follows another at once"),
    }
}

/// An error keeps the platform's message and the whole body, and prints neither control characters nor
/// more than fits on a screen.
pub fn error_bodies(data: &[u8]) {
    let Err(error) = answered(GetInstance::new(InstanceId::new(1)), 400, data) else {
        panic!("400 is an error")
    };
    let Error::Refused(api_error) = &error else {
        panic!("{error}")
    };
    let tree: Option<Value> = serde_json::from_slice(data).ok();
    let said = tree.as_ref().and_then(|tree| tree.get("message")?.as_str());
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        assert_eq!(api_error.message(), Some(said));
    }
    assert_eq!(api_error.expose_body(), data);
    let printed = error.to_string();
    assert!(!printed.contains(char::is_control) && printed.chars().count() < 20_000);
}

/// Whatever a platform asks for, the wait is bounded by the call's time.
pub fn retry_after(data: &[u8]) {
    let parts: Vec<&[u8]> = data.splitn(2, |byte| *byte == b'|').collect();
    for status in [429, 503] {
        let mut response = http::Response::builder().status(status);
        for (name, value) in ["retry-after", "date"].iter().zip(&parts) {
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                response = response.header(*name, value);
            }
        }
        let _ = step(GetInstance::new(InstanceId::new(1)), response, b"");
    }
}

/// A stored flow that reads is written equal, and whatever it holds does no harm.
pub fn stored_pending(data: &[u8]) {
    let Ok(pending) = serde_json::from_slice::<PendingAuthorization>(data) else {
        return;
    };
    let written = serde_json::to_string(&pending).unwrap();
    let again: PendingAuthorization = serde_json::from_str(&written).unwrap();
    assert_eq!(again, pending);
    let _ = pending.expires();
    for state in ["s", pending.expose_state()] {
        let callback = format!("code=c&state={state}");
        let _ = pending.read_callback(&callback, SystemTime::now());
    }
    if let Ok(mut search) = pending.reconcile(&config()) {
        drop(search.step(Input::Start, Duration::ZERO));
    }
}

/// The sandbox answers, or closes the connection; it never fails within.
pub fn sandbox(data: &[u8]) {
    drop(answer_of_sandbox(data));
}

/// What the sandbox answers to these bytes.
pub fn answer_of_sandbox(data: &[u8]) -> Vec<u8> {
    static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start().unwrap());
    let mut stream = TcpStream::connect(SANDBOX.address()).unwrap();
    // The sandbox may have seen enough before all is written.
    let _ = stream.write_all(data);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.starts_with("HTTP/1.1 500"), "{text}");
    answer
}
