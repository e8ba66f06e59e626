//! `connect --consent browser`, with this test as the browser.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Stdio};

use crate::program::{CANARY, CLIENTS, connect};

/// `connect`, which has printed the page to open. It is ended with the test.
struct Waiting {
    child: Child,
    story: BufReader<ChildStderr>,
    page: String,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Waiting {
    fn start(client: &str) -> Self {
        let mut command = connect(&format!("--consent browser --json --client {client}"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut story = BufReader::new(child.stderr.take().unwrap());
        let mut page = String::new();
        while !page.trim().starts_with("http://") {
            page.clear();
            assert_ne!(
                story.read_line(&mut page).unwrap(),
                0,
                "no page was printed"
            );
        }
        let page = page.trim().to_owned();
        Self { child, story, page }
    }

    fn parameter(&self, name: &str) -> String {
        let query = self.page.split_once('?').unwrap().1;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(key, _)| *key == name).unwrap().1;
        value.replace("%3A", ":").replace("%2F", "/")
    }

    /// The callback URL with this, and the status of the answer.
    fn come_back(&self, parameters: &str) -> String {
        get(&format!("{}?{parameters}", self.parameter("redirect_uri")))
    }

    fn deny(&self) -> String {
        self.come_back(&format!(
            "error=access_denied&state={}",
            self.parameter("state")
        ))
    }

    /// Waits for its end: the exit code, and what it printed on standard output and standard error.
    fn end(mut self) -> (Option<i32>, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.story.read_to_string(&mut err).unwrap();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        assert!(!err.contains(CANARY) && !err.contains("panicked"), "{err}");
        (self.child.wait().unwrap().code(), out, err)
    }
}

fn get(url: &str) -> String {
    request("GET", url, "")
}

fn request(method: &str, url: &str, form: &str) -> String {
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_browser_brings_the_callback() {
    for client in CLIENTS {
        let program = Waiting::start(client);
        // What else knocks is turned away, and the program goes on waiting.
        let favicon = program
            .parameter("redirect_uri")
            .replace("/callback", "/favicon.ico");
        assert!(get(&favicon).starts_with("HTTP/1.1 404"));
        let forged = program.come_back("code=c4n4ry&state=forged");
        assert!(forged.starts_with("HTTP/1.1 400"), "{forged}");
        assert!(program.deny().starts_with("HTTP/1.1 200"));
        let (code, out, _) = program.end();
        assert_eq!((code, out.as_str()), (Some(3), ""));
    }
}

#[test]
fn a_browser_that_allows_connects_the_account() {
    for client in CLIENTS {
        let program = Waiting::start(client);
        // Allow, as the form does; the sandbox's redirect leads back to the program.
        let answer = request("POST", &program.page, "decision=allow");
        let location = answer.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("location").then_some(value)
        });
        let thanks = get(location.unwrap().trim_end_matches("#_"));
        assert!(thanks.starts_with("HTTP/1.1 200"), "{thanks}");
        let (code, out, err) = program.end();
        assert_eq!(code, Some(0), "{err}");
        let object: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(object["valid"], true);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly() {
    let program = Waiting::start("async");
    crate::program::interrupt(&program.child);
    let (code, _, err) = program.end();
    assert_eq!(code, Some(130));
    assert!(
        err.ends_with("connect: stopped; no instance was being created\n"),
        "{err}"
    );
}

#[test]
fn an_idle_connection_delays_nothing() {
    let program = Waiting::start("async");
    let callback = program.parameter("redirect_uri");
    let host = callback
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    // As a browser opens them ahead of what it will ask for; the last has begun to ask.
    let mut idle: Vec<_> = (0..4).map(|_| TcpStream::connect(host).unwrap()).collect();
    idle[3].write_all(b"GET /callback?co").unwrap();
    let forged = program.come_back("code=c4n4ry&state=forged");
    assert!(forged.starts_with("HTTP/1.1 400"), "{forged}");
    // They were open all the while: it isn't that they had been given up first.
    for stream in &mut idle {
        stream.set_nonblocking(true).unwrap();
        let read = stream.read(&mut [0]).unwrap_err();
        assert_eq!(read.kind(), ErrorKind::WouldBlock);
    }
    assert!(program.deny().starts_with("HTTP/1.1 200"));
    assert_eq!(program.end().0, Some(3));
}
