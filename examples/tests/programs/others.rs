//! The examples that take no options, and what holds for all of them.

use crate::program::{Ends as _, has, has_none, program};

#[test]
fn each_example_runs() {
    for name in ["minimal_async", "minimal_blocking"] {
        let out = program(name).ends(0, "").out;
        has(&out, &["connected: instance ", "ElementToken([redacted])"]);
    }
    let out = program("types_only").ends(0, "").out;
    has(&out, &["instance 428551 is valid: Some(true)"]);
    #[rustfmt::skip] // A line a line.
    has(&program("lifecycle").ends(0, "").out, &[
        "List those with a tag:\n", "Ann's photos\n",
        "Disable 500001: true\n", "403 Forbidden\n",
        "Enable 500001: instagram answers a ping\n",
        "Re-authorize 500001: the same id (true), the same token (true), now Ann's photos, again\n",
        "Delete both: a ping through the first is 401", "Left: 0\n",
    ]);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    #[rustfmt::skip] // Many a line.
    let programs = [
        "connect --json", "connect", "connect --preflight", "connect --help", "bulk", "bulk --help",
        "lifecycle", "minimal_async", "minimal_blocking", "types_only", "files", "events",
    ];
    let folder = tempfile::TempDir::new().unwrap();
    for words in programs {
        let mut command = program(words);
        // Where the output of `bulk` is by default; Windows has names of its own for it.
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, folder.path());
        }
        let mut child = command.start();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        has_none(&err, &["panicked"]);
        let has_options = words.starts_with("connect") || words.starts_with("bulk");
        assert!(output.status.success() || !has_options, "{words}: {err}");
    }
    // Nobody reads the story: the result is there all the same.
    let mut child = program("connect --json").start();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(object["valid"], true);
}

#[test]
fn programs_with_options_say_their_version_and_their_options() {
    for (name, option) in [
        ("connect", "--callback-url"),
        ("bulk", "--provisioning-timeout"),
    ] {
        let version = format!("{name} {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(program(name).arg("--version").ends(0, "").out, version);
        let help = program(name).arg("--help").ends(0, "").out;
        has(&help, &[option, "130  Ctrl-C"]);
    }
}
