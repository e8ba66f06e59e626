//! The least server that answers what the platform answers: one thread a connection, every answer
//! written beforehand. What is measured on top of it is the clients.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use crate::documents;

/// How many instances a page holds.
pub const PAGE: usize = 200;

/// Where a server listens. It does until the program ends.
pub struct Server {
    address: SocketAddr,
}

struct Answers {
    oauth_url: Vec<u8>,
    instance: Vec<u8>,
    page: Vec<u8>,
    last_page: Vec<u8>,
    /// How long an instance's creation takes.
    latency: Duration,
}

impl Server {
    /// Starts a server that creates instances within `latency`.
    pub fn start(latency: Duration) -> Self {
        let instance = documents::instance(1_700);
        let page = format!("[{}]", vec![instance.as_str(); PAGE].join(","));
        let answers = Arc::new(Answers {
            oauth_url: answer("", &documents::oauth_url()),
            page: answer("elements-next-page-token: next\r\n", &page),
            last_page: answer("", &page),
            instance: answer("", &instance),
            latency,
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = answers.clone();
                std::thread::spawn(move || serve(stream, &answers));
            }
        });
        Self { address }
    }

    /// The API base.
    pub fn base_url(&self) -> String {
        format!("http://{}/elements/api-v2", self.address)
    }
}

fn answer(header: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{header}\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Answers one request after the other, until the peer has no more.
fn serve(mut stream: TcpStream, answers: &Answers) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut held = Vec::with_capacity(4096);
    let mut chunk = [0; 4096];
    loop {
        let head = loop {
            if let Some(end) = held.windows(4).position(|it| it == b"\r\n\r\n") {
                break end + 4;
            }
            held.extend_from_slice(read(&mut stream, &mut chunk)?);
        };
        let text = String::from_utf8_lossy(&held[..head]).to_ascii_lowercase();
        let whole = head + content_length(&text);
        while held.len() < whole {
            held.extend_from_slice(read(&mut stream, &mut chunk)?);
        }
        held.drain(..whole);
        let line = text.lines().next()?;
        stream
            .write_all(if line.contains("/oauth/url") {
                &answers.oauth_url
            } else if line.starts_with("post") {
                std::thread::sleep(answers.latency);
                &answers.instance
            } else if line.contains("nextpage=last") {
                &answers.last_page
            } else {
                &answers.page
            })
            .ok()?;
    }
}

fn read<'a>(stream: &mut TcpStream, chunk: &'a mut [u8]) -> Option<&'a [u8]> {
    let read = stream.read(chunk).ok().filter(|&read| read > 0)?;
    chunk.get(..read)
}

fn content_length(head: &str) -> usize {
    let mut values = head
        .lines()
        .filter_map(|line| line.strip_prefix("content-length:"));
    values
        .next()
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0)
}
