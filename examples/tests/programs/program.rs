//! What every test of a program needs.

use std::process::{Child, Command, Stdio};

use ce_sandbox::{DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET};

pub const CLIENTS: [&str; 2] = ["async", "blocking"];

/// Stands in every secret, so that its parts are found in whatever is printed.
pub const CANARY: &str = "c4n4ry";

/// The environment of a run at a platform.
const VARIABLES: [(&str, &str); 4] = [
    ("CE_USER_SECRET", DEFAULT_USER_SECRET),
    ("CE_ORGANIZATION_SECRET", DEFAULT_ORGANIZATION_SECRET),
    ("CE_API_KEY", "client id"),
    ("CE_API_SECRET", "c4n4ry-api-secret"),
];

/// A program and its arguments, between blanks.
pub fn program(words: &str) -> Command {
    let mut words = words.split_whitespace();
    // `cargo test` builds the examples, too, and puts them beside the tests. With `--test` it does not.
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push(words.next().unwrap());
    let mut command = Command::new(path.with_extension(std::env::consts::EXE_EXTENSION));
    for (name, _) in VARIABLES {
        command.env_remove(name);
    }
    command.args(words);
    command
}

/// The same, at this platform.
pub fn at(base_url: &str, words: &str) -> Command {
    let mut program = program(words);
    program.args(["--base-url", base_url]).envs(VARIABLES);
    program
}

/// What a program printed.
pub struct Printed {
    pub out: String,
    pub err: String,
}

impl Printed {
    /// The one object on standard output.
    pub fn object(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

pub trait Ends {
    /// Starts it, with its output at hand.
    fn start(&mut self) -> Child;

    /// Runs it to its end: with this code, this sentence on standard error, no panic and no secret.
    fn ends(&mut self, code: i32, sentence: &str) -> Printed;
}

impl Ends for Command {
    fn start(&mut self) -> Child {
        let piped = self.stdout(Stdio::piped()).stderr(Stdio::piped());
        piped.spawn().unwrap()
    }

    #[track_caller]
    fn ends(&mut self, code: i32, sentence: &str) -> Printed {
        let output = self.output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
        assert_eq!(output.status.code(), Some(code), "{out}{err}");
        has(&err, &[sentence]);
        has_none(&format!("{out}{err}"), &[CANARY, "panicked"]);
        Printed { out, err }
    }
}

/// Asserts that a text has all these parts.
#[track_caller]
pub fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// Asserts that a text has none of these parts.
#[track_caller]
pub fn has_none(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{part}: {text}");
    }
}

/// Sends SIGINT, as Ctrl-C does. Windows has no signals, and nothing in the standard library for it.
#[cfg(unix)]
pub fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &id]).status();
    assert!(kill.unwrap().success());
}
