//! The program: its ready line, its exit codes, its log.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use ce_sandbox::{DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET};

use crate::http;

/// The running program; killed when the test is over, however it ends.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ce-sandbox"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

type Streams = (BufReader<ChildStdout>, BufReader<ChildStderr>);

/// Starts it, and waits for its ready line, which has the base URL.
fn start(arguments: &[&str]) -> (Program, String, Streams) {
    let mut child = command(arguments).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let program = Program(child);
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let base_url = line.strip_prefix("listening on ").unwrap().trim_end();
    (program, base_url.to_owned(), (stdout, stderr))
}

/// For command lines that end by themselves.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// One `GET`, and its status.
fn get(base_url: &str, path: &str, authorization: &str) -> u16 {
    let headers = [("Authorization", authorization)];
    http::send("GET", &format!("{base_url}{path}"), &headers, "").status
}

fn authorization(user: &str, organization: &str) -> String {
    format!("User {user}, Organization {organization}")
}

#[test]
fn it_serves_with_the_secrets_it_was_given_and_logs_none() {
    let (mut program, base_url, (mut stdout, mut stderr)) =
        start(&["--user-secret", "us+er=", "--organization-secret=or/g="]);
    let right = authorization("us+er=", "or/g=");
    assert_eq!(get(&base_url, "/elements/keys", &right), 200);
    let query = "/elements/instagram/oauth/url?apiKey=k&apiSecret=s3cret&callbackUrl=http://h/";
    assert_eq!(get(&base_url, query, "Element t0ken"), 200);
    let wrong = authorization("us+er=", "wrong");
    assert_eq!(get(&base_url, "/instances", &wrong), 401);

    program.0.kill().unwrap();
    let mut log = String::new();
    stderr.read_to_string(&mut log).unwrap();
    let beginnings = [
        "GET /elements/api-v2/elements/keys 200 ",
        "GET /elements/api-v2/elements/instagram/oauth/url 200 ",
        "GET /elements/api-v2/instances 401 ",
    ];
    assert_eq!(log.lines().count(), beginnings.len(), "{log}");
    for (line, beginning) in log.lines().zip(beginnings) {
        let id = line.strip_prefix(beginning).unwrap();
        assert_eq!(id.len(), 24, "{line}");
    }
    for secret in ["us+er=", "or/g=", "s3cret", "t0ken"] {
        assert!(!log.contains(secret), "{log}");
    }
    let mut more = String::new();
    stdout.read_to_string(&mut more).unwrap();
    assert_eq!(more, "", "one line and no more");
}

#[test]
fn defaults_are_as_its_help_says() {
    let (status, help, _) = run(&["--help"]);
    assert_eq!(status, Some(0));
    let (_program, base_url, _) = start(&[]);
    assert!(base_url.starts_with("http://127.0.0.1:"), "{base_url}");
    let authorization = authorization(DEFAULT_USER_SECRET, DEFAULT_ORGANIZATION_SECRET);
    assert_eq!(get(&base_url, "/elements/keys", &authorization), 200);
    let options = "--port --address --user-secret --organization-secret --provisioning --seed \
                   --catalogue --max-instances --fault";
    let secrets = [DEFAULT_USER_SECRET, DEFAULT_ORGANIZATION_SECRET];
    for part in options.split(' ').chain(secrets) {
        assert!(help.contains(part), "{part}\n{help}");
    }
}

#[test]
fn its_version_is_the_crates() {
    let (status, stdout, _) = run(&["--version"]);
    assert_eq!(status, Some(0));
    assert_eq!(
        stdout,
        concat!("ce-sandbox ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_taken_port_ends_it_with_1_and_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, stdout, stderr) = run(&["--port", &port]);
    assert_eq!((status, stdout.as_str()), (Some(1), ""));
    assert!(
        stderr.contains(&port) && stderr.contains("--port"),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 1);
}

#[test]
fn a_wrong_command_line_ends_it_with_2_and_names_the_culprit() {
    let table: &[(&[&str], &str)] = &[
        (&["--nonsense"], "--nonsense"),
        (&["--port", "70000"], "--port"),
        (&["--provisioning", "soon"], "--provisioning"),
        (&["--user-secret", ""], "user secret"),
        (
            &["--organization-secret", "hunter 2"],
            "organization secret",
        ),
    ];
    for (arguments, culprit) in table {
        let (status, stdout, stderr) = run(arguments);
        assert_eq!((status, stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(
            stderr.contains(culprit) && stderr.contains("--help"),
            "{stderr}"
        );
        assert!(!stderr.contains("hunter"), "{stderr}");
    }
}

#[test]
fn a_reader_that_goes_away_does_not_end_it() {
    let (mut program, base_url, streams) = start(&[]);
    drop(streams);
    for _ in 0..3 {
        assert_eq!(get(&base_url, "/nothing", ""), 404);
    }
    assert_eq!(program.0.try_wait().unwrap(), None, "still running");
}

/// A file that is gone when the test is over.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = directory.join(format!("{name}-{}.json", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn catalogue(id: u64, key: &str) -> String {
    format!(
        r#"{{"elements": [{{"id": {id}, "key": "{key}", "name": "N", "hub": "h",
            "authentication": "custom"}}]}}"#
    )
}

#[test]
fn catalogues_come_on_top() {
    let files = [
        File::new("first", &catalogue(9001, "first")),
        File::new("second", &catalogue(9002, "second")),
    ];
    let arguments = [
        "--catalogue",
        files[0].path(),
        "--catalogue",
        files[1].path(),
    ];
    let (_program, base_url, _) = start(&arguments);
    let authorization = authorization(DEFAULT_USER_SECRET, DEFAULT_ORGANIZATION_SECRET);
    for key in ["instagram", "first", "second"] {
        assert_eq!(
            get(&base_url, &format!("/elements/{key}"), &authorization),
            200
        );
    }
}

#[test]
fn a_mistake_in_a_catalogue_is_shown_to_the_file_the_element_and_the_field() {
    let taken = File::new("taken", &catalogue(74, "mine"));
    let wrong = File::new("wrong", &catalogue(9001, "mine").replace("custom", "magic"));
    let broken = File::new("broken", "{");
    let table = [
        (&taken, "element mine: id: "),
        (&wrong, "element mine: authentication: "),
        (&broken, "line 1"),
    ];
    for (file, part) in table {
        let (status, stdout, stderr) = run(&["--catalogue", file.path()]);
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        assert!(
            stderr.contains(file.path()) && stderr.contains(part),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    for signal in ["-TERM", "-INT"] {
        let (mut program, ..) = start(&[]);
        let id = program.0.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(program.0.wait().unwrap().code(), Some(0));
    }
}
