//! Every example is run as a person runs it: what it prints, and with which code it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use ce_sandbox::Sandbox;
use ce_tests::{Scripted, answer};
use serde_json::Value;

const SECRETS: [&str; 4] = [
    "CE_USER_SECRET",
    "CE_ORGANIZATION_SECRET",
    "CE_API_KEY",
    "CE_API_SECRET",
];

/// Cargo builds a package's examples before it runs its tests; they lie beside them.
fn program(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path: PathBuf = profile.join("examples").join(file);
    let mut command = Command::new(path);
    for secret in SECRETS {
        command.env_remove(secret);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    program("connect").args(arguments).output().unwrap()
}

fn run_at(base_url: &str, user_secret: &str, arguments: &[&str]) -> Output {
    program("connect")
        .args(["--base-url", base_url])
        .args(arguments)
        .env("CE_USER_SECRET", user_secret)
        .env(
            "CE_ORGANIZATION_SECRET",
            ce_sandbox::DEFAULT_ORGANIZATION_SECRET,
        )
        .env("CE_API_KEY", "client id")
        .env("CE_API_SECRET", "c4n4ry-api-secret")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[track_caller]
fn ends(output: &Output, code: i32, sentence: &str) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    assert!(err.contains(sentence), "{err}");
    assert!(
        !err.contains("panicked") && !out.contains("c4n4ry"),
        "{out}\n{err}"
    );
    assert!(!err.contains("c4n4ry"), "{err}");
}

fn last_line(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_str(text(&output.stdout).lines().last().unwrap()).unwrap()
}

#[test]
fn the_minimal_examples_run() {
    for name in ["minimal_async", "minimal_blocking"] {
        let output = program(name).output().unwrap();
        let printed = text(&output.stdout);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(printed.contains("connected: instance "), "{printed}");
        assert!(printed.contains("ElementToken([redacted])"), "{printed}");
    }
    let output = program("types_only").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("instance 428551 is valid: Some(true)"));
}

#[test]
fn connects_with_either_client_and_either_method() {
    for client in ["async", "blocking"] {
        for method in ["get", "post"] {
            let output = run(&["--client", client, "--oauth-url-method", method, "--json"]);
            let object = last_line(&output);
            assert_eq!(object["element"], "instagram");
            assert_eq!(object["valid"], true);
            assert_eq!(object["token"], "[redacted]");
            assert!(object["id"].is_u64() && object["name"].is_string());
            let told = text(&output.stdout);
            for step in [
                "1. Ask",
                "2. The user",
                "3. Create",
                "4. Use",
                &format!("the {client} client"),
            ] {
                assert!(told.contains(step), "{step}: {told}");
            }
            assert!(
                told.contains(&format!("→ {} /", method.to_uppercase())),
                "{told}"
            );
            assert!(told.contains("Authorization: User [redacted], Organization [redacted]"));
            for secret in [
                ce_sandbox::DEFAULT_USER_SECRET,
                ce_sandbox::DEFAULT_ORGANIZATION_SECRET,
                "sandbox-client-secret",
            ] {
                assert!(!told.contains(secret), "{told}");
            }
        }
    }
}

#[test]
fn every_option_has_its_effect() {
    for client in ["async", "blocking"] {
        let sandbox = Sandbox::start().unwrap();
        let output = run_at(
            sandbox.base_url(),
            sandbox.user_secret(),
            &[
                "--client",
                client,
                "--element",
                "shopify",
                "--name",
                "Ann's <b>shop",
                "--tag",
                "a",
                "--tag",
                "b",
                "--scope",
                "read_products",
                "--param",
                "siteAddress=ann.example",
                "--config",
                "shopify.site.address=ann.example",
                "--callback-url",
                "https://app.example/cb?x=1",
                "--timeout",
                "20",
                "--json",
                "--show-token",
            ],
        );
        let object = last_line(&output);
        assert_eq!(object["element"], "shopify");
        let token = object["token"].as_str().unwrap();
        assert!(token.len() > 20 && token != "[redacted]");
        let instances = sandbox.instances();
        let [instance] = &instances[..] else {
            panic!("{instances:?}")
        };
        assert_eq!(instance.tags, ["a", "b"]);
        assert_eq!(instance.name, "Ann's shop");
        let told = text(&output.stdout);
        assert!(told.contains("scope=read_products"), "{told}");
        assert!(told.contains("siteAddress=ann.example"), "{told}");
        assert!(
            told.contains("callbackUrl=https://app.example/cb%3Fx%3D1"),
            "{told}"
        );
    }
}

#[test]
fn a_denial_ends_with_3() {
    for client in ["async", "blocking"] {
        let output = run(&["--consent", "deny", "--client", client]);
        ends(
            &output,
            3,
            "the connection was denied: access_denied (user_denied)",
        );
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let sandbox = Sandbox::start().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken_url = format!("http://127.0.0.1:{}/cb", taken.local_addr().unwrap().port());
    for (arguments, sentence) in [
        (&["--bogus"][..], "unknown option --bogus"),
        (&["stray"], "unknown option stray"),
        (
            &["--client", "sync"],
            "--client takes async or blocking, not \"sync\"",
        ),
        (
            &["--consent", "maybe"],
            "--consent takes allow or deny or browser",
        ),
        (
            &["--oauth-url-method", "put"],
            "--oauth-url-method takes get or post",
        ),
        (&["--param", "c4n4ry"], "--param takes NAME=VALUE"),
        (&["--config", "=c4n4ry"], "--config takes NAME=VALUE"),
        (&["--timeout", "0"], "--timeout takes seconds"),
        (&["--timeout", "inf"], "--timeout takes seconds"),
        (&["--name"], "missing argument for option '--name'"),
        (&["--name", " "], "name is missing or blank"),
        (&["--element", ""], "element is missing or blank"),
        (
            &["--callback-url", "app.example"],
            "oauth.callback.url is not an absolute http or https URL",
        ),
        (
            &["--base-url", sandbox.base_url()],
            "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET, CE_API_KEY, CE_API_SECRET",
        ),
        (
            &["--consent", "browser", "--callback-url", &taken_url],
            "another program listens there",
        ),
        (
            &[
                "--consent",
                "browser",
                "--callback-url",
                "https://app.example/cb",
            ],
            "must be http on this machine",
        ),
    ] {
        ends(&run(arguments), 2, sentence);
    }
    let plain = run_at("http://platform.example/api", "u", &[]);
    ends(&plain, 2, "base URL is plain http to another machine");
    let broken = run_at(sandbox.base_url(), "c4n4ry\nX: y", &[]);
    ends(&broken, 2, "user secret holds a line break");
}

#[test]
fn the_platforms_refusal_ends_with_4() {
    let sandbox = Sandbox::start().unwrap();
    for client in ["async", "blocking"] {
        let output = run_at(sandbox.base_url(), "c4n4ry", &["--client", client]);
        ends(
            &output,
            4,
            "the platform refused to create the instance (status 401, request id ",
        );
        let output = run(&["--element", "unheard-of", "--client", client]);
        ends(&output, 4, "unheard-of");
        let output = run(&[
            "--element",
            "shopify",
            "--param",
            "siteAddress=ann.example",
            "--client",
            client,
        ]);
        ends(&output, 4, "missing: shopify.site.address");
    }
}

#[test]
fn an_unknown_outcome_ends_with_5() {
    let sandbox = Sandbox::start().unwrap();
    // A provider that redirects at once, and a platform that loses the answer.
    let server = Scripted::start(|asked| match asked.target.split('?').next() {
        Some("/authorize") => {
            let state = asked
                .query()
                .into_iter()
                .find(|(name, _)| name == "state")
                .unwrap()
                .1;
            let location = format!("Location: http://localhost/callback?code=c4n4ry&state={state}");
            answer(302, &[&location], "")
        }
        Some("/elements/api-v2/elements/instagram/oauth/url") => {
            let state = asked
                .query()
                .into_iter()
                .find(|(name, _)| name == "state")
                .unwrap()
                .1;
            let host = asked.header("host").unwrap();
            let url = format!(r#"{{"oauthUrl":"http://{host}/authorize?state={state}"}}"#);
            answer(200, &[], &url)
        }
        _ => answer(
            502,
            &["Elements-Request-Id: r1"],
            "<html>Bad gateway</html>",
        ),
    })
    .unwrap();
    for client in ["async", "blocking"] {
        let output = run_at(
            &server.base_url(),
            sandbox.user_secret(),
            &["--client", client],
        );
        ends(
            &output,
            5,
            "it is not known whether the platform did create the instance",
        );
        assert!(text(&output.stderr).contains("r1"));
    }
}

#[test]
fn a_dead_network_ends_with_6() {
    let gone = Scripted::start(|_| Vec::new()).unwrap();
    let base_url = gone.base_url();
    drop(gone);
    let html = Scripted::start(|_| answer(200, &[], "<html>c4n4ry</html>")).unwrap();
    for client in ["async", "blocking"] {
        let arguments = ["--client", client, "--timeout", "5"];
        ends(
            &run_at(&base_url, "u", &arguments),
            6,
            "no connection to the platform",
        );
        ends(&run_at(&html.base_url(), "u", &arguments), 6, "is HTML");
    }
}

/// A program that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program in `--consent browser` and reads on to the URL it prints.
fn waiting_for_a_browser(client: &str) -> (Running, BufReader<std::process::ChildStdout>, String) {
    let mut child = program("connect")
        .args(["--consent", "browser", "--client", client, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let running = Running(child);
    loop {
        let mut line = String::new();
        assert_ne!(out.read_line(&mut line).unwrap(), 0, "no URL was printed");
        if line.trim().starts_with("http://") {
            return (running, out, line.trim().to_owned());
        }
    }
}

fn get(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")))
        .unwrap();
    value.replace("%3A", ":").replace("%2F", "/")
}

#[test]
fn a_browser_brings_the_callback() {
    for client in ["async", "blocking"] {
        let (mut program, mut out, url) = waiting_for_a_browser(client);
        let callback = parameter(&url, "redirect_uri");
        let state = parameter(&url, "state");
        // What else knocks is turned away, and the program goes on waiting.
        assert!(get(&callback.replace("/callback", "/favicon.ico")).starts_with("HTTP/1.1 404"));
        let forged = get(&format!("{callback}?code=c4n4ry&state=forged"));
        assert!(forged.starts_with("HTTP/1.1 400"), "{forged}");
        let thanks = get(&format!("{callback}?error=access_denied&state={state}"));
        assert!(thanks.starts_with("HTTP/1.1 200"), "{thanks}");
        assert_eq!(program.0.wait().unwrap().code(), Some(3));
        let mut told = String::new();
        out.read_to_string(&mut told).unwrap();
        assert!(!told.contains("c4n4ry"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly() {
    let (mut program, _out, _) = waiting_for_a_browser("async");
    let pid = program.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(program.0.wait().unwrap().code(), Some(130));
    let mut err = String::new();
    program
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(err, "connect: stopped; no instance was being created\n");
}
