//! `connect --consent browser`, with this test as the browser.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr};

use ce_blocking::ureq::Agent;

use crate::program::{CANARY, Ends as _, Printed, has_none, program};

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
    fn start() -> Self {
        let mut child = program("connect --consent browser --json").start();
        let mut story = BufReader::new(child.stderr.take().unwrap());
        let mut lines = story.by_ref().lines().map(Result::unwrap);
        let page = lines.find(|line| line.trim().starts_with("http://"));
        let page = page.expect("no page was printed").trim().to_owned();
        Self { child, story, page }
    }

    fn parameter(&self, name: &str) -> String {
        let query = self.page.split_once('?').unwrap().1;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.find(|(key, _)| *key == name).unwrap().1;
        value.replace("%3A", ":").replace("%2F", "/")
    }

    /// Waits for its end, with this exit code.
    fn end(mut self, code: i32) -> Printed {
        let (mut out, mut err) = (String::new(), String::new());
        self.story.read_to_string(&mut err).unwrap();
        let stdout = self.child.stdout.as_mut().unwrap();
        stdout.read_to_string(&mut out).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(code), "{err}");
        has_none(&err, &[CANARY, "panicked"]);
        Printed { out, err }
    }
}

/// A browser that follows no redirect by itself.
fn browser() -> Agent {
    let config = Agent::config_builder().http_status_as_error(false);
    config.max_redirects(0).proxy(None).build().into()
}

fn get(url: &str) -> u16 {
    browser().get(url).call().unwrap().status().as_u16()
}

#[test]
fn a_browser_that_allows_connects_the_account() {
    let program = Waiting::start();
    // Allow, as the form does; the sandbox's redirect leads back to the program.
    let form = browser().post(&program.page);
    let answer = form.send_form([("decision", "allow")]).unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    assert_eq!(get(location.trim_end_matches("#_")), 200);
    assert_eq!(program.end(0).object()["valid"], true);
}

#[test]
fn what_else_knocks_is_turned_away_and_delays_nothing() {
    let program = Waiting::start();
    let callback = program.parameter("redirect_uri");
    let host = callback.split('/').nth(2).unwrap();
    // As a browser opens them ahead of what it will ask for; the last has begun to ask.
    let mut idle: Vec<_> = (0..4).map(|_| TcpStream::connect(host).unwrap()).collect();
    idle[3].write_all(b"GET /callback?co").unwrap();
    assert_eq!(get(&format!("http://{host}/favicon.ico")), 404);
    let state = program.parameter("state");
    let head = browser().head(format!("{callback}?error=access_denied&state={state}"));
    assert_eq!(head.call().unwrap().status().as_u16(), 404);
    assert_eq!(get(&format!("{callback}?code=c4n4ry&state=forged")), 400);
    // They were open all the while: it isn't that they had been given up first.
    for stream in &mut idle {
        stream.set_nonblocking(true).unwrap();
        let read = stream.read(&mut [0]).unwrap_err();
        assert_eq!(read.kind(), ErrorKind::WouldBlock);
    }
    let denied = format!("{callback}?error=access_denied&state={state}");
    assert_eq!(get(&denied), 200);
    assert_eq!(program.end(3).out, "");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly() {
    let program = Waiting::start();
    crate::program::interrupt(&program.child);
    let err = program.end(130).err;
    let last = "connect: stopped; no instance was being created\n";
    assert!(err.ends_with(last), "{err}");
}
