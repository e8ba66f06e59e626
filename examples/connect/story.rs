//! Shows on standard error what is done, and on standard output what came of it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::time::Duration;

use ce_async::Request;
use ce_async::core::{Input, Operation, Step};
use ce_async::core::{redact_authorization, redact_json, redact_parameters};
use ce_async::model::Json;

use crate::failure::Failure;

/// A line of the story. If nobody reads it any more, the work goes on.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A line of the result. A reader that has closed the pipe has seen enough.
pub fn print(line: impl Display) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::usage(format_args!(
            "can't write the result: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Text from outside, made safe to print: it can neither steer the terminal nor forge a line.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => escaped.push(character),
            _ => escaped.extend(character.escape_debug()),
        }
    }
    escaped
}

/// An operation that shows each request and each response, as far as they may be seen.
pub struct Shown<O>(pub O);

impl<O: Operation> Operation for Shown<O> {
    type Output = O::Output;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        match &input {
            Input::Response(Ok(response)) => {
                let id = escaped(response.header("elements-request-id").unwrap_or("none"));
                say(format_args!("   ← {} (request id {id})", response.status()));
                show_body(response.body());
            }
            Input::Response(Err(error)) => say(format_args!("   ← nothing: {error}")),
            Input::Start | Input::SleepFinished => {}
        }
        let step = self.0.step(input, elapsed);
        match &step {
            Step::Send(attempt) => show_request(&attempt.request),
            Step::Sleep(time) => say(format_args!("   … again in {:.1} s", time.as_secs_f32())),
            Step::Done(_) => {}
        }
        step
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

/// A line a member, cut short.
fn show_body(body: &[u8]) {
    let json = serde_json::from_slice::<Json>(body);
    match json.and_then(|json| json.to_value()) {
        Ok(mut json) => {
            redact_json(&mut json);
            for (name, value) in json.as_object().into_iter().flatten() {
                let line = format!("{name}: {value}");
                let cut = line.chars().nth(110).map_or("", |_| "…");
                say(format_args!(
                    "     {}{cut}",
                    escaped(&format!("{line:.110}"))
                ));
            }
        }
        Err(_) if body.is_empty() => {}
        Err(_) => say(format_args!("     {} bytes that are not JSON", body.len())),
    }
}
