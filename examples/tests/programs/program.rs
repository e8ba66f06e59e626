//! What every test of a program needs.

use std::process::Command;

use assert_cmd::assert::OutputAssertExt as _;
use ce_sandbox::{DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET};
use predicates::prelude::{PredicateBooleanExt as _, predicate::str::contains};

pub const CLIENTS: [&str; 2] = ["async", "blocking"];

/// Stands in every secret, so that its parts are found in whatever is printed.
pub const CANARY: &str = "c4n4ry";

/// Cargo builds a package's examples before it runs its tests; they lie beside them.
pub fn program(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = profile.join("examples").join(file);
    assert!(
        path.exists(),
        "cargo test -p ce-examples builds {}",
        path.display()
    );
    let mut command = Command::new(path);
    for secret in [
        "CE_USER_SECRET",
        "CE_ORGANIZATION_SECRET",
        "CE_API_KEY",
        "CE_API_SECRET",
    ] {
        command.env_remove(secret);
    }
    command
}

/// `connect` with these arguments, between blanks.
pub fn connect(arguments: &str) -> Command {
    let mut command = program("connect");
    command.args(arguments.split_whitespace());
    command
}

/// The same, at this platform.
pub fn connect_at(base_url: &str, arguments: &str) -> Command {
    let mut command = connect(arguments);
    command
        .args(["--base-url", base_url])
        .env("CE_USER_SECRET", DEFAULT_USER_SECRET)
        .env("CE_ORGANIZATION_SECRET", DEFAULT_ORGANIZATION_SECRET)
        .env("CE_API_KEY", "client id")
        .env("CE_API_SECRET", "c4n4ry-api-secret");
    command
}

/// What a program printed.
pub struct Printed {
    pub out: String,
    pub err: String,
}

/// Runs it to its end: with this code, this sentence on standard error, no panic and no secret.
#[track_caller]
pub fn ends(command: &mut Command, code: i32, sentence: &str) -> Printed {
    let harmless = || contains(CANARY).not().and(contains("panicked").not());
    let ended = command.assert().code(code);
    let ended = ended
        .stdout(harmless())
        .stderr(contains(sentence).and(harmless()));
    let output = ended.get_output();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Printed {
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// Runs it to its success, and reads the one object on its standard output.
#[track_caller]
pub fn object(command: &mut Command) -> serde_json::Value {
    let printed = ends(command, 0, "");
    assert_eq!(printed.out.lines().count(), 1, "{}", printed.out);
    serde_json::from_str(&printed.out).unwrap()
}

/// Sends SIGINT, as Ctrl-C does.
#[cfg(unix)]
pub fn interrupt(child: &std::process::Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}
