//! The program: its ready line, its exit codes, its log.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use ce_sandbox::{DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, Fault, Operation};
use tempfile::NamedTempFile;

use crate::http;

/// The running program; killed when the test is over, however it ends.
struct Program {
    child: Child,
    base_url: String,
    streams: Option<(BufReader<ChildStdout>, ChildStderr)>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ce-sandbox"));
    command.args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    /// Starts it, and waits for its ready line, which has the base URL.
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let base_url = line.strip_prefix("listening on ").unwrap_or_default();
        Self {
            child,
            base_url: base_url.trim_end().to_owned(),
            streams: Some((stdout, stderr)),
        }
    }

    /// One `GET` with these secrets, and its status.
    fn get(&self, path: &str, user: &str, organization: &str) -> u16 {
        let authorization = format!("User {user}, Organization {organization}");
        let headers = [("Authorization", &*authorization)];
        http::send("GET", &format!("{}{path}", self.base_url), &headers, "").status
    }

    fn get_by_default(&self, path: &str) -> u16 {
        self.get(path, DEFAULT_USER_SECRET, DEFAULT_ORGANIZATION_SECRET)
    }
}

/// For command lines that end by themselves: the exit code and what was printed.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// It ends with this code, and says these on stderr.
fn ends(arguments: &[&str], code: i32, parts: &[&str]) -> String {
    let (status, stdout, stderr) = run(arguments);
    assert_eq!((status, &*stdout), (Some(code), ""), "{arguments:?}");
    for part in parts {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    stderr
}

#[test]
fn it_serves_with_the_secrets_it_was_given_and_logs_none() {
    let arguments = ["--user-secret", "us+er=", "--organization-secret=or/g="];
    let mut program = Program::start(&arguments);
    assert_eq!(program.get("/elements/keys", "us+er=", "or/g="), 200);
    let query = "/elements/instagram/oauth/url?apiKey=k&apiSecret=s3cret&callbackUrl=http://h/";
    assert_eq!(program.get(query, "x", "y, Element t0ken"), 200);
    assert_eq!(program.get("/instances", "us+er=", "wrong"), 401);

    program.child.kill().unwrap();
    let (mut stdout, mut stderr) = program.streams.take().unwrap();
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
    let program = Program::start(&[]);
    let url = &program.base_url;
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(program.get_by_default("/elements/keys"), 200);
    let options = "--port --address --user-secret --organization-secret --provisioning --seed \
                   --catalogue --max-instances --fault";
    let secrets = [DEFAULT_USER_SECRET, DEFAULT_ORGANIZATION_SECRET];
    for part in options.split(' ').chain(secrets) {
        assert!(help.contains(part), "{part}\n{help}");
    }
}

#[test]
fn its_help_has_every_fault_and_operation_and_fits_a_terminal() {
    let (_, help, _) = run(&["--help"]);
    for fault in Fault::all() {
        let name = fault.name();
        let says = |line: &&str| line.get(2..).unwrap_or("").split(' ').next() == Some(name);
        let line = help.lines().find(says);
        let line = line.unwrap_or_else(|| panic!("{name}\n{help}"));
        // A `*` marks what keeps the operation from being carried out. Of a connection that is refused
        // there is no question.
        let is_marked = line.starts_with(" *");
        assert_eq!(is_marked, !fault.executes() && name != "refuse", "{line}");
    }
    for operation in Operation::all() {
        let name = operation.name();
        assert!(
            help.contains(name),
            "{name} is missing in src/bin/ce-sandbox/faults.rs"
        );
    }
    let (_, faults) = help.split_once("\nFaults: ").unwrap();
    assert!(faults.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn its_version_is_the_crates() {
    let (status, stdout, _) = run(&["--version"]);
    let expected = concat!("ce-sandbox ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((status, &*stdout), (Some(0), expected));
}

#[test]
fn a_taken_port_ends_it_with_1_and_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let stderr = ends(&["--port", &port], 1, &[&port, "--port"]);
    assert_eq!(stderr.lines().count(), 1);
}

#[test]
fn a_wrong_command_line_ends_it_with_2_and_names_the_culprit() {
    for (option, value, culprit) in [
        ("--nonsense", "", "--nonsense"),
        ("--port", "70000", "--port"),
        ("--provisioning", "soon", "--provisioning"),
        ("--user-secret", "", "user secret"),
        ("--organization-secret", "hunter 2", "organization secret"),
    ] {
        let stderr = ends(&[option, value], 2, &[culprit, "--help"]);
        assert!(!stderr.contains("hunter"), "{stderr}");
    }
}

#[test]
fn a_reader_that_goes_away_does_not_end_it() {
    let mut program = Program::start(&[]);
    drop(program.streams.take());
    for _ in 0..3 {
        assert_eq!(program.get_by_default("/nothing"), 404);
    }
    assert_eq!(program.child.try_wait().unwrap(), None, "still running");
}

fn file(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    fs::write(&file, text).unwrap();
    file
}

fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

fn catalogue(id: u64, key: &str) -> String {
    format!(
        r#"{{"elements": [{{"id": {id}, "key": "{key}", "name": "N", "hub": "h",
            "authentication": "custom"}}]}}"#
    )
}

#[test]
fn catalogues_come_on_top() {
    let first = file(&catalogue(9001, "first"));
    let second = file(&catalogue(9002, "second"));
    let option = "--catalogue";
    let program = Program::start(&[option, path(&first), option, path(&second)]);
    for key in ["instagram", "first", "second"] {
        assert_eq!(program.get_by_default(&format!("/elements/{key}")), 200);
    }
}

#[test]
fn a_mistake_in_a_catalogue_is_shown_to_the_file_the_element_and_the_field() {
    let taken = file(&catalogue(74, "mine"));
    let wrong = file(&catalogue(9001, "mine").replace("custom", "magic"));
    let broken = file("{");
    for (file, part) in [
        (&taken, "element mine: id: "),
        (&wrong, "element mine: authentication: "),
        (&broken, "line 1"),
    ] {
        let path = path(file);
        let stderr = ends(&["--catalogue", path], 2, &[path, part]);
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

/// Windows has no signals, and nothing in the standard library that presses Ctrl-C.
#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&[]);
        let id = program.child.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status();
        assert!(kill.unwrap().success());
        assert_eq!(program.child.wait().unwrap().code(), Some(0));
    }
}
