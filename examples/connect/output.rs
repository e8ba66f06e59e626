//! The story on standard error, and on standard output what came of it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};

use ce_async::model::Instance;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::Options;

/// A line of the story. If nobody reads it any more, the work goes on.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{}", escaped(&line.to_string()));
}

/// The first line of a step.
pub fn step(line: &str) {
    say("");
    say(line);
}

pub fn show_instance(options: &Options, instance: &Instance) -> Result<(), Failure> {
    let id = instance.id;
    let element = instance.element.as_ref().and_then(|it| it.key.as_ref());
    let element = element.map_or(&*options.element, |key| key.as_str());
    let name = instance.name.as_deref().unwrap_or_default();
    let token = match options.show_token {
        true => instance.token.expose(),
        false => "[redacted]",
    };
    let lines = [
        format!("Connected: instance {id} of {element}, \"{name}\"."),
        format!("Its token is what an application keeps: {token}"),
    ];
    let object = json!({
        "id": id,
        "name": instance.name,
        "element": element,
        "valid": instance.valid,
        "token": token,
    });
    say("");
    show(options, &lines, &object)
}

/// Shows a result: the lines, or the object alone.
pub fn show(options: &Options, lines: &[String], object: &Value) -> Result<(), Failure> {
    if options.json {
        lines.iter().for_each(say);
        return print(object);
    }
    lines.iter().try_for_each(|line| print(escaped(line)))
}

fn print(line: impl Display) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{line}") {
        // A reader that has closed the pipe has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("can't write the result: {error}")))
        }
        _ => Ok(()),
    }
}

/// What may be from outside, made safe to print: it can neither steer the terminal nor forge a line.
fn escaped(line: &str) -> String {
    let escaped = |character: char| match character {
        '"' | '\'' | '\\' => character.to_string(),
        other => other.escape_debug().to_string(),
    };
    line.chars().map(escaped).collect()
}
