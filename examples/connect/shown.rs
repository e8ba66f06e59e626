//! A transport that shows each request and each response, as far as they may be seen.

use std::time::Duration;

use ce_async::core::{redact_authorization, redact_json, redact_parameters};
use ce_async::model::Json;
use ce_async::{Attempt, Request, Response, TransportError, async_trait};

use crate::output::say;

#[derive(Debug)]
pub struct Shown<T>(pub T);

#[async_trait]
impl<T: ce_async::Transport> ce_async::Transport for Shown<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        show_request(&attempt.request);
        let answer = self.0.send(attempt).await;
        show_answer(&answer);
        answer
    }

    async fn sleep(&self, time: Duration) {
        show_wait(time);
        self.0.sleep(time).await;
    }
}

impl<T: ce_blocking::Transport> ce_blocking::Transport for Shown<T> {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        show_request(&attempt.request);
        let answer = self.0.send(attempt);
        show_answer(&answer);
        answer
    }

    fn sleep(&self, time: Duration) {
        show_wait(time);
        self.0.sleep(time);
    }
}

fn show_request(request: &Request) {
    say(format_args!("   → {request:?}"));
    let request = request.expose();
    if let Some(authorization) = request.headers().get("authorization") {
        let words = redact_authorization(authorization.to_str().unwrap_or_default());
        say(format_args!("     Authorization: {words}"));
    }
    for (name, value) in redact_parameters(request.uri().query().unwrap_or_default()) {
        say(format_args!("     {name}={value}"));
    }
    show_body(request.body());
}

fn show_answer(answer: &Result<Response, TransportError>) {
    match answer {
        Ok(response) => {
            let id = response.header("elements-request-id").unwrap_or("none");
            say(format_args!("   ← {} (request id {id})", response.status()));
            show_body(response.body());
        }
        Err(error) => say(format_args!("   ← nothing: {error}")),
    }
}

fn show_wait(time: Duration) {
    say(format_args!("   … again in {:.1} s", time.as_secs_f32()));
}

/// A line a member, cut short. There are many switches, which say little.
fn show_body(body: &[u8]) {
    // Not read as a `Value`: hostile JSON in it can exhaust the stack.
    let json = serde_json::from_slice::<Json>(body).and_then(|json| json.to_value());
    let Ok(mut json) = json else {
        if !body.is_empty() {
            say(format_args!("     {} bytes that are not JSON", body.len()));
        }
        return;
    };
    redact_json(&mut json);
    let members = json.as_object().into_iter().flatten();
    for (name, value) in members.filter(|(_, value)| !value.is_boolean()) {
        let line = format!("{name}: {value}");
        let cut = line.chars().nth(110).map_or("", |_| "…");
        say(format_args!("     {line:.110}{cut}"));
    }
}
