//! The program: what it prints, what it logs, and how it ends.

// A test: a panic is how it fails.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]
#![cfg(unix)]

mod browser;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use browser::Browser;
use ce_sandbox::Sandbox;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ce-webapp"));
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["CE_WEBAPP_KEY", "CE_WEBAPP_DATABASE"] {
        program.env_remove(name);
    }
    program
}

/// The address in its one line.
fn address(child: &mut Child) -> String {
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("listening on ").unwrap();
    url.to_owned()
}

/// Tells it to stop, as a service manager does, and waits until it has.
fn stop(mut child: Child) -> (bool, String) {
    let id = child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    (child.wait().unwrap().success(), log)
}

#[tokio::test]
async fn nothing_secret_is_logged_and_everything_else_has_its_request_id() {
    let sandbox = Sandbox::builder()
        .user_secret("canary-user")
        .organization_secret("canary-organization")
        .start()
        .unwrap();
    let folder = std::env::temp_dir().join(format!("ce-webapp-log-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite:{}", folder.join("accounts.sqlite3").display());
    let mut child = program()
        .args([
            "--base-url",
            sandbox.base_url(),
            "--database",
            &database,
            "--log",
            "trace",
        ])
        .env("CE_USER_SECRET", "canary-user")
        .env("CE_ORGANIZATION_SECRET", "canary-organization")
        .env("CE_API_KEY", "Shoebox")
        .env("CE_API_SECRET", "canary-api-secret")
        .env("CE_WEBAPP_KEY", KEY)
        .spawn()
        .unwrap();
    let url = address(&mut child);
    let mut ann = Browser::signed_in(&url, "Ann").await;
    let consent = ann.begin(&url, "instagram", "Pictures").await;
    let callback = ann.decide(&consent, "allow").await;
    ann.get(&callback).await;
    ann.get(&callback).await;
    ann.get(&format!(
        "{url}/callback?code=canary-code&state=canary-state"
    ))
    .await;
    // A provider's refusal is for whoever reads the log: by its name, if it has one.
    for error in ["server_error", "canary%20of%0Athe%20provider"] {
        let consent = ann.begin(&url, "instagram", "Pictures").await;
        let refused = ann.decide(&consent, "deny").await;
        let refused = refused
            .replace("access_denied", error)
            .replace("error_reason=user_denied", "error_reason=canary")
            .replace("error_description=", "error_description=canary");
        let page = ann.get(&refused).await;
        assert_eq!(page.heading(), "They turned us away");
    }
    let instance = sandbox.instances().remove(0);
    ann.press(&url, &format!("/accounts/{}/check", instance.id))
        .await;
    let page = ann.get(&format!("{url}/nothing")).await;
    let request = page.headers["x-request-id"].to_str().unwrap();

    let (well, log) = stop(child);
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
    let parameter = |name: &str| {
        let value = callback
            .split(['?', '&', '#'])
            .find_map(|part| part.strip_prefix(name));
        value.unwrap().to_owned()
    };
    for secret in [
        "canary",
        KEY,
        instance.expose_token(),
        &parameter("code="),
        &parameter("state="),
        &ann.cookie("session"),
    ] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn the_demo_leaves_nothing_behind() {
    let folder = std::env::temp_dir().join(format!("ce-webapp-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut child = program().env("TMPDIR", &folder).spawn().unwrap();
    address(&mut child);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    let (well, log) = stop(child);
    assert!(well, "{log}");
    assert!(log.contains("CE_WEBAPP_KEY is not set"), "{log}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_cannot_start_says_why_and_shows_no_secret() {
    let table: [(&[&str], i32, &str); 4] = [
        (&["--nonsense"], 2, "--nonsense"),
        (&["--base-url", "https://p.example"], 2, "CE_USER_SECRET"),
        (&["--database", "mysql://u:canary@h/d"], 1, "postgres://"),
        (&["--public-url", "http://app.example"], 1, "--public-url"),
    ];
    for (arguments, code, named) in table {
        let output = program().args(arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(named), "{arguments:?}: {error}");
        assert!(!error.contains("canary"), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_taken_port_says_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = program().args(["--port", &port]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("choose another port by --port"), "{error}");
}
