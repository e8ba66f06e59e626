//! What no client library shows: requests and answers as bytes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ce_sandbox::{Builder, Sandbox, Served};
use serde_json::Value;

use crate::http::{Api, Client as _};

/// How long a test waits for what has to come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Sends one request of the platform's on a connection of its own.
pub(crate) fn send(api: &Api, method: &str, path: &str, body: &str) -> TcpStream {
    let request = format!(
        "{method} /elements/api-v2{path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
         Authorization: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        api.authorization(),
        body.len(),
    );
    write(api, request.as_bytes())
}

/// Sends these bytes on a connection of its own.
pub(crate) fn write(sandbox: &Sandbox, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

/// What came up to the end of the connection, which must be a proper one.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) status: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn of(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Self::parse(&bytes)
    }

    pub(crate) fn parse(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::default();
        }
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let (status, headers) = head.split_once("\r\n").unwrap();
        let headers = headers.split("\r\n").map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        });
        Self {
            status: status.to_owned(),
            headers: headers.collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(other, _)| other == name)?;
        Some(value)
    }

    pub(crate) fn length(&self) -> Option<usize> {
        self.header("Content-Length")?.parse().ok()
    }

    #[track_caller]
    pub(crate) fn is(&self, status: &str, content_type: &str, length: usize) {
        assert_eq!(self.status, format!("HTTP/1.1 {status}"));
        assert_eq!(self.header("Content-Type"), Some(content_type));
        assert_eq!(self.length(), Some(length));
        assert_eq!(self.header("Transfer-Encoding"), None);
        assert!(self.header("Date").is_some());
    }

    #[track_caller]
    pub(crate) fn is_json(&self, length: usize) {
        self.is("200 OK", "application/json", length);
    }

    #[track_caller]
    pub(crate) fn is_bad_gateway(&self) {
        let html = "text/html; charset=utf-8";
        self.is("502 Bad Gateway", html, self.body.len());
        assert!(self.body.starts_with(b"<html>"));
    }

    #[track_caller]
    pub(crate) fn is_refusal(&self, status: &str, retry_after: Option<&str>) {
        self.is(status, "application/json", self.body.len());
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        let id = self.header("Elements-Request-Id");
        assert_eq!(body["requestId"].as_str(), id);
        assert!(!body["message"].as_str().unwrap().is_empty());
        assert_eq!(self.header("Retry-After"), retry_after);
    }
}

/// What an observer was told.
pub(crate) struct Reports(Receiver<Served>);

impl Reports {
    /// Waits for a request that is so.
    pub(crate) fn find(&self, is_it: impl Fn(&Served) -> bool) -> Served {
        loop {
            let served = self.0.recv_timeout(PATIENCE).unwrap();
            if is_it(&served) {
                return served;
            }
        }
    }
}

/// A sandbox that tells what it serves.
pub(crate) fn observed(builder: Builder) -> (Api, Reports) {
    let (report, reports) = channel();
    let report = Mutex::new(report);
    let builder = builder.on_request(move |served| {
        let _ = report.lock().unwrap().send(served.clone());
    });
    (Api::of(builder), Reports(reports))
}
