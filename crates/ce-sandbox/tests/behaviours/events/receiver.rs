//! An application that is told of events.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread::{JoinHandle, spawn};

use serde_json::Value;

use crate::raw::PATIENCE;

/// A notification as it came.
#[derive(Default)]
pub(crate) struct Received {
    pub(crate) target: String,
    pub(crate) id: String,
    pub(crate) signature: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Answers with one status after the other, and with 200 then; 0 is no answer at all.
pub(crate) struct Receiver {
    address: SocketAddr,
    received: mpsc::Receiver<Received>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    pub(crate) fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = mpsc::channel();
        let mut statuses = Vec::from(statuses).into_iter();
        let thread = spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                // A connection without a request is the handle's, and means the end.
                let Some(received) = read(&stream) else { break };
                let status = statuses.next().unwrap_or(200);
                // Whoever is told of it may look at once whether it was delivered.
                if status > 0 {
                    let answer = format!("HTTP/1.1 {status} S\r\nContent-Length: 0\r\n\r\n");
                    stream.write_all(answer.as_bytes()).unwrap();
                }
                drop(stream);
                let _ = sender.send(received);
            }
        });
        Self {
            address,
            received,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/events?for=me", self.address)
    }

    pub(crate) fn next(&self) -> Received {
        self.received.recv_timeout(PATIENCE).unwrap()
    }

    /// The first event of the next notification.
    pub(crate) fn next_event(&self) -> Value {
        self.next().json()["message"]["events"][0].take()
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.received.try_recv().is_err()
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut received = Received::default();
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    received.target = line.split(' ').nth(1)?.to_owned();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "elements-webhook-id" => received.id = value.to_owned(),
            "elements-webhook-signature" => received.signature = value.to_owned(),
            "content-length" => received.body = vec![0; value.parse().ok()?],
            _ => {}
        }
    }
    reader.read_exact(&mut received.body).ok()?;
    Some(received)
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
