//! What was sent and answered, as far as it may be seen.

use std::time::Duration;

use ce_async::{Event, Procedure, Request, Response, Step};
use serde_json::Value;

use crate::telling::{printable, say};

/// Names whose values may be seen. All others are redacted: a provider may call its secrets
/// anything.
const HARMLESS: [&str; 26] = [
    "callbackUrl",
    "createdDate",
    "dateTime",
    "description",
    "element",
    "endpoint",
    "externalAuthentication",
    "firstName",
    "hookName",
    "hub",
    "id",
    "image",
    "key",
    "message",
    "name",
    "oauth.callback.url",
    "oauth.scope",
    "pagination.max",
    "protocolType",
    "providerMessage",
    "requestId",
    "scope",
    "siteAddress",
    "status",
    "tags",
    "type",
];

/// A procedure that tells each request and each answer while it is driven.
pub struct Told<P>(pub P);

impl<P: Procedure> Procedure for Told<P> {
    type Output = P::Output;

    fn step(&mut self, event: Event, elapsed: Duration) -> Step<Self::Output> {
        match &event {
            Event::Answered(Ok(answer)) => answered(answer),
            Event::Answered(Err(error)) => say(printable(&format!("   ← nothing: {error}"))),
            Event::Begin | Event::Waited => {}
        }
        let step = self.0.step(event, elapsed);
        match &step {
            Step::Send(attempt) => sent(&attempt.request),
            Step::Wait(time) => say(format!("   … again in {:.1} s", time.as_secs_f32())),
            Step::Done(_) => {}
        }
        step
    }
}

fn sent(request: &Request) {
    say(format!("   → {request:?}"));
    let request = request.expose();
    if let Some(authorization) = request.headers().get("authorization") {
        let words = authorization.to_str().unwrap_or_default();
        let parts: Vec<_> = words
            .split(", ")
            .map(|part| format!("{} [redacted]", part.split(' ').next().unwrap_or_default()))
            .collect();
        say(format!("     Authorization: {}", parts.join(", ")));
    }
    let pairs = request.uri().query().unwrap_or_default().split('&');
    for (name, value) in pairs.filter_map(|pair| pair.split_once('=')) {
        let value = if HARMLESS.contains(&name) {
            value
        } else {
            "[redacted]"
        };
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
        Ok(Value::Object(members)) => {
            for (name, mut value) in members {
                redact(&name, &mut value, false);
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

/// Leaves the names and hides what may be secret: every text that isn't known to be harmless, and
/// where the names are the provider's (`open`), every value.
fn redact(name: &str, value: &mut Value, open: bool) {
    let harmless = HARMLESS.contains(&name);
    match value {
        Value::Object(members) => {
            let open = open || matches!(name, "configuration" | "providerData");
            for (name, value) in members {
                redact(name, value, open);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(name, item, open)),
        Value::String(url) if name == "oauthUrl" => hide_query(url),
        Value::String(_) if !harmless => *value = "[redacted]".into(),
        Value::Number(_) | Value::Bool(_) if open && !harmless => *value = "[redacted]".into(),
        _ => {}
    }
}

/// A provider's URL may hold the API secret.
pub fn hide_query(url: &mut String) {
    if let Some(end) = url.find(['?', '#']) {
        url.truncate(end);
        url.push_str("?[redacted]");
    }
}
