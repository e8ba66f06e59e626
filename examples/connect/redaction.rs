//! What was sent and answered, as far as it may be seen.

use std::time::Duration;

use ce_async::core::{Input, Operation, Step};
use ce_async::core::{redact_authorization, redact_json, redact_parameters};
use ce_async::{Request, Response};
use serde_json::Value;

use crate::telling::{printable, say};

/// A procedure that tells each request and each answer while it is driven.
pub struct Told<P>(pub P);

impl<P: Operation> Operation for Told<P> {
    type Output = P::Output;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        match &input {
            Input::Response(Ok(answer)) => answered(answer),
            Input::Response(Err(error)) => say(printable(&format!("   ← nothing: {error}"))),
            Input::Start | Input::SleepFinished => {}
        }
        let step = self.0.step(input, elapsed);
        match &step {
            Step::Send(attempt) => sent(&attempt.request),
            Step::Sleep(time) => say(format!("   … again in {:.1} s", time.as_secs_f32())),
            Step::Done(_) => {}
        }
        step
    }
}

fn sent(request: &Request) {
    say(format!("   → {request:?}"));
    let request = request.expose();
    if let Some(authorization) = request.headers().get("authorization") {
        let words = redact_authorization(authorization.to_str().unwrap_or_default());
        say(format!("     Authorization: {words}"));
    }
    for (name, value) in redact_parameters(request.uri().query().unwrap_or_default()) {
        say(printable(&format!("     {name}={value}")));
    }
    tell_body(request.body());
}

fn answered(response: &Response) {
    let id = response.header("elements-request-id").unwrap_or("none");
    say(printable(&format!(
        "   ← {} (request id {id})",
        response.status()
    )));
    tell_body(response.body());
}

/// One line a member: whoever wants all of it has the sandbox and curl.
fn tell_body(body: &[u8]) {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut body @ Value::Object(_)) => {
            redact_json(&mut body);
            for (name, value) in body.as_object().into_iter().flatten() {
                let text = value.to_string();
                let mut line: String = text.chars().take(100).collect();
                if line.len() < text.len() {
                    line.push('…');
                }
                say(printable(&format!("     {name}: {line}")));
            }
        }
        Ok(_) => say("     JSON, but not an object"),
        Err(_) if body.is_empty() => {}
        Err(_) => say(format!("     {} bytes that are not JSON", body.len())),
    }
}

/// A provider's URL may hold the API secret.
pub fn hide_query(url: &mut String) {
    if let Some(end) = url.find(['?', '#']) {
        url.truncate(end);
        url.push_str("?[redacted]");
    }
}
