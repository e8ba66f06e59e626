//! The examples that take no options, and what holds for all of them.

use std::process::Stdio;

use crate::program::{connect, ends, program};

#[test]
fn each_example_runs() {
    for (name, parts) in [
        (
            "minimal_async",
            &["connected: instance ", "ElementToken([redacted])"][..],
        ),
        (
            "minimal_blocking",
            &["connected: instance ", "ElementToken([redacted])"],
        ),
        ("types_only", &["instance 428551 is valid: Some(true)"]),
        (
            "lifecycle",
            &[
                "List those with a tag:",
                "Ann's photos",
                "Disable 500001: true",
                "403 Forbidden",
                "Enable 500001: instagram answers a ping",
                "Re-authorize 500001: the same id (true), the same token (true), now Ann's photos, again",
                "Delete both: 401",
                "Left: 0",
            ],
        ),
    ] {
        let printed = ends(&mut program(name), 0, "");
        for part in parts {
            assert!(printed.out.contains(part), "{part}: {}", printed.out);
        }
    }
}

#[test]
fn a_closed_pipe_is_no_panic() {
    for (name, arguments) in [
        ("connect", &["--json"][..]),
        ("connect", &[]),
        ("connect", &["--preflight"]),
        ("connect", &["--help"]),
        ("bulk", &[]),
        ("bulk", &["--help"]),
        ("lifecycle", &[]),
        ("minimal_async", &[]),
        ("minimal_blocking", &[]),
        ("types_only", &[]),
    ] {
        let mut command = program(name);
        command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{name} {arguments:?}: {err}");
        let is_tool = matches!(name, "connect" | "bulk");
        assert!(
            output.status.success() || !is_tool,
            "{name} {arguments:?}: {err}"
        );
    }
    // Nobody reads the story: the result is there all the same.
    let mut child = connect("--json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["valid"] == true);
}

#[test]
fn programs_with_options_say_their_version_and_their_options() {
    for (name, option, code) in [
        ("connect", "--callback-url", "130  Ctrl-C"),
        ("bulk", "--provisioning-timeout", "130  Ctrl-C"),
    ] {
        let printed = ends(program(name).arg("--version"), 0, "");
        assert_eq!(
            printed.out,
            format!("{name} {}\n", env!("CARGO_PKG_VERSION"))
        );
        let printed = ends(program(name).arg("--help"), 0, "");
        assert!(
            printed.out.contains(option) && printed.out.contains(code),
            "{}",
            printed.out
        );
        ends(
            program(name).arg("--bogus"),
            2,
            "unexpected argument '--bogus'",
        );
    }
}
