//! Runs a program as a person does.

use std::path::PathBuf;
use std::process::{Command, Output};

const SECRETS: [&str; 4] = [
    "CE_USER_SECRET",
    "CE_ORGANIZATION_SECRET",
    "CE_API_KEY",
    "CE_API_SECRET",
];

/// Cargo builds a package's examples before it runs its tests; they lie beside them.
pub fn program(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path: PathBuf = profile.join("examples").join(file);
    assert!(
        path.exists(),
        "{} is not built: cargo test -p ce-examples builds it",
        path.display()
    );
    let mut command = Command::new(path);
    for secret in SECRETS {
        command.env_remove(secret);
    }
    command
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[track_caller]
pub fn ends(output: &Output, code: i32, sentence: &str) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    assert!(err.contains(sentence), "{err}");
    assert!(
        !err.contains("panicked") && !out.contains("c4n4ry"),
        "{out}\n{err}"
    );
    assert!(!err.contains("c4n4ry"), "{err}");
}
