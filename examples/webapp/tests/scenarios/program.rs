//! The program: what it prints, what it logs, and how it ends.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use ce_sandbox::Sandbox;

use crate::demo::File;
use crate::fixture::browser::{Browser, EVENTS_KEY};
use crate::fixture::program::{API_SECRET, KEY, Program, command, replica};

#[tokio::test]
async fn nothing_secret_is_logged_and_everything_else_has_its_request_id() {
    let (sandbox, file) = (Sandbox::start().unwrap(), File::new());
    let mut command = replica(&sandbox, &file.url());
    command.args(["--log", "trace"]).stderr(Stdio::piped());
    let program = Program::start(&mut command);
    let mut ann = Browser::signed_in(&program.url, "Ann").await;
    let callback = ann.allowed("Pictures").await;
    ann.get(&callback).await;
    ann.get(&callback).await;
    ann.get("/callback?code=canary-code&state=canary-state")
        .await;
    // A provider's refusal is for whoever reads the log: by its name, if it has one.
    for error in ["server_error", "canary%20of%0Athe%20provider"] {
        let consent = ann.begin("instagram", "Pictures").await;
        let refused = ann.decide(&consent, "deny").await;
        let refused = refused
            .replace("access_denied", error)
            .replace("error_reason=user_denied", "error_reason=canary")
            .replace("error_description=", "error_description=canary");
        let page = ann.get(&refused).await;
        assert_eq!(page.heading(), "They turned us away");
    }
    let instance = sandbox.instances().remove(0);
    ann.press(&format!("/accounts/{}/check", instance.id)).await;
    let page = ann.get("/nothing").await;
    let request = page.headers["x-request-id"].to_str().unwrap();

    let (well, log) = program.stop();
    assert!(well, "{log}");
    assert!(
        log.contains(request) && log.contains("\"connected\""),
        "{log}"
    );
    let mut refusals = Vec::new();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        if line["message"] == "refused by the provider" {
            assert_eq!(line["level"], "WARN");
            refusals.push(line["reason"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(refusals, ["server_error", "(not a name)"]);
    let (_, query) = callback.split_once('?').unwrap();
    let values = query.split(['&', '=']).skip(1).step_by(2);
    let cookie = ann.cookie("session");
    let others = [
        "canary",
        sandbox.user_secret(),
        sandbox.organization_secret(),
        API_SECRET,
        KEY,
        EVENTS_KEY,
        instance.expose_token(),
        &cookie,
    ];
    for secret in values.chain(others) {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}

#[tokio::test]
async fn the_demo_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let entries = || std::fs::read_dir(folder.path()).unwrap().count();
    let program = Program::start(command().env("TMPDIR", folder.path()));
    assert_eq!(entries(), 1);
    let (well, log) = program.stop();
    assert!(well, "{log}");
    assert!(log.contains("CE_WEBAPP_KEY is not set"), "{log}");
    assert_eq!(entries(), 0);
}

#[test]
fn what_cannot_start_says_why_and_shows_no_secret() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("--port {}", taken.local_addr().unwrap().port());
    let public = "--public-url takes";
    let missing = "CE_USER_SECRET, CE_ORGANIZATION_SECRET, CE_API_SECRET, CE_WEBAPP_KEY";
    for (options, variable, code, named) in [
        ("--port 65536", "", 2, "--port"),
        ("--flow-lifetime NaN", "", 2, "--flow-lifetime"),
        ("--flow-lifetime 86401", "", 2, "--flow-lifetime"),
        ("--takeover 0", "", 2, "--takeover"),
        ("--log loud", "", 2, "--log"),
        ("", "CE_WEBAPP_KEY=canary", 2, "CE_WEBAPP_KEY"),
        (
            "--base-url https://p.example",
            "CE_API_KEY=canary",
            2,
            missing,
        ),
        ("", "CE_WEBAPP_DATABASE=mysql://canary", 1, "postgres://"),
        ("--database mysql://u:canary@h/d", "", 1, "postgres://"),
        ("--public-url http://app.example", "", 1, public),
        ("--public-url http://localhost.example", "", 1, public),
        ("--public-url https://app.example/path", "", 1, public),
        ("--public-url https://app.example?query", "", 1, public),
        ("--public-url ftp://app.example", "", 1, public),
        ("--public-url app.example", "", 1, public),
        // Nobody finds it there.
        ("--address 0.0.0.0", "", 1, public),
        (&port, "", 1, "choose another port by --port"),
    ] {
        let mut program = command();
        program.envs(variable.split_once('='));
        let child = program.args(options.split_whitespace()).spawn();
        let mut child = child.unwrap();
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut said).unwrap();
        if !said.is_empty() {
            child.kill().unwrap(); // it has started all the same
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(said, "", "{options}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{options}: {error}");
        assert!(error.contains(named), "{options}: {error}");
        assert!(!error.contains("canary"), "{options}: {error}");
    }
}

#[test]
fn it_says_its_version_and_what_it_takes() {
    for (option, said) in [
        ("--version", env!("CARGO_PKG_VERSION")),
        ("--help", "CE_WEBAPP_KEY"),
    ] {
        let output = command().arg(option).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains(said), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 105),
            "{text}"
        );
    }
}
