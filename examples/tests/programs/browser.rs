//! `connect --consent browser`, with this test as the browser.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::run::program;

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
    request("GET", url, "")
}

fn request(method: &str, url: &str, form: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
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

#[test]
fn a_browser_that_allows_connects_the_account() {
    for client in ["async", "blocking"] {
        let (mut program, mut out, url) = waiting_for_a_browser(client);
        // Allow, as the form does; the sandbox's redirect leads back to the program.
        let answer = request("POST", &url, "decision=allow");
        let location = answer.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("location").then_some(value)
        });
        let thanks = get(location.unwrap().trim_end_matches("#_"));
        assert!(thanks.starts_with("HTTP/1.1 200"), "{thanks}");
        let mut told = String::new();
        out.read_to_string(&mut told).unwrap();
        assert_eq!(program.0.wait().unwrap().code(), Some(0), "{told}");
        let last: serde_json::Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
        assert_eq!(last["valid"], true);
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

#[test]
fn an_idle_connection_delays_nothing() {
    let (mut program, _out, url) = waiting_for_a_browser("async");
    let callback = parameter(&url, "redirect_uri");
    let state = parameter(&url, "state");
    let host = callback.strip_prefix("http://").unwrap();
    let host = host.split('/').next().unwrap();
    // As a browser opens them ahead of what it will ask for; the last has begun to ask.
    let mut idle: Vec<_> = (0..4).map(|_| TcpStream::connect(host).unwrap()).collect();
    idle[3].write_all(b"GET /callback?co").unwrap();
    let forged = get(&format!("{callback}?code=c4n4ry&state=forged"));
    assert!(forged.starts_with("HTTP/1.1 400"), "{forged}");
    // They were open all the while: it isn't that they had been given up first.
    for stream in &mut idle {
        stream.set_nonblocking(true).unwrap();
        let read = stream.read(&mut [0]).unwrap_err();
        assert_eq!(read.kind(), ErrorKind::WouldBlock);
    }
    let thanks = get(&format!("{callback}?error=access_denied&state={state}"));
    assert!(thanks.starts_with("HTTP/1.1 200"), "{thanks}");
    assert_eq!(program.0.wait().unwrap().code(), Some(3));
}
