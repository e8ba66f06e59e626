//! The examples that take no options, and what holds for all of them.

use crate::program::{Ends as _, connect, has, program};

#[test]
fn each_example_runs() {
    for name in ["minimal_async", "minimal_blocking"] {
        let printed = program(name).ends(0, "");
        has(
            &printed.out,
            &["connected: instance ", "ElementToken([redacted])"],
        );
    }
    has(
        &program("types_only").ends(0, "").out,
        &["instance 428551 is valid: Some(true)"],
    );
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
    for words in programs.map(|it| it.split(' ').collect::<Vec<_>>()) {
        let mut command = program(words[0]);
        // Where the output of `bulk` is by default; Windows has names of its own for it.
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, folder.path());
        }
        let mut child = command.args(&words[1..]).start();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{words:?}: {err}");
        let has_options = ["connect", "bulk"].contains(&words[0]);
        assert!(output.status.success() || !has_options, "{words:?}: {err}");
    }
    // Nobody reads the story: the result is there all the same.
    let mut child = connect("--json").start();
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
        let printed = program(name).arg("--version").ends(0, "");
        assert_eq!(
            printed.out,
            format!("{name} {}\n", env!("CARGO_PKG_VERSION"))
        );
        has(
            &program(name).arg("--help").ends(0, "").out,
            &[option, "130  Ctrl-C"],
        );
        program(name)
            .arg("--bogus")
            .ends(2, "unexpected argument '--bogus'");
    }
}
