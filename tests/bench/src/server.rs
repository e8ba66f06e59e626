//! The least server that answers what the platform answers: one thread a connection, and every answer
//! but the authorization URL written beforehand. What is measured on top of it is the clients.

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
    instance: Vec<u8>,
    /// The body of every page.
    page: String,
    /// How long an instance's creation takes.
    latency: Duration,
}

impl Server {
    /// Starts a server that creates instances within `latency`.
    pub fn start(latency: Duration) -> Self {
        let instance = documents::instance(1_700);
        let page = format!("[{}]", vec![instance.as_str(); PAGE].join(","));
        let answers = Arc::new(Answers {
            instance: answer(&instance),
            page,
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

    /// The API base, with a name for the host.
    pub fn named_base_url(&self) -> String {
        format!("http://localhost:{}/elements/api-v2", self.address.port())
    }

    /// The API base of a platform that has so many pages of instances.
    pub fn listing_base_url(&self, pages: usize) -> String {
        format!("http://{}/{pages}/elements/api-v2", self.address)
    }
}

fn answer(body: &str) -> Vec<u8> {
    (head("", body) + body).into_bytes()
}

fn head(header: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{header}\
         content-length: {length}\r\n\r\n"
    )
}

/// The head of the page that is asked for. Its token is the number of the next, until there are as
/// many as the path says.
fn page_head(line: &str, page: &str) -> String {
    let number = |text: &str| -> Option<usize> {
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        text.get(..end)?.parse().ok()
    };
    let pages = line.split_once('/').and_then(|(_, path)| number(path));
    let asked = line
        .split_once("nextpage=")
        .and_then(|(_, token)| number(token));
    let next = asked.unwrap_or(0) + 1;
    if pages.is_some_and(|pages| next < pages) {
        head(&format!("elements-next-page-token: {next}\r\n"), page)
    } else {
        head("", page)
    }
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
        let text = String::from_utf8_lossy(&held[..head]);
        let state = state(&text).to_owned();
        let text = text.to_ascii_lowercase();
        let whole = head + content_length(&text);
        while held.len() < whole {
            held.extend_from_slice(read(&mut stream, &mut chunk)?);
        }
        held.drain(..whole);
        let line = text.lines().next()?;
        let answered = if line.contains("/oauth/url") {
            stream.write_all(&answer(&documents::oauth_url(&state)))
        } else if line.starts_with("post") {
            std::thread::sleep(answers.latency);
            stream.write_all(&answers.instance)
        } else {
            let page = page_head(line, &answers.page) + &answers.page;
            stream.write_all(page.as_bytes())
        };
        answered.ok()?;
    }
}

/// The `state` of a request line.
fn state(head: &str) -> &str {
    let given = head.split_once("state=").map_or("", |(_, given)| given);
    given.split(['&', ' ']).next().unwrap_or_default()
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
