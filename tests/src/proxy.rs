use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use ce_core::{Config, Credentials};
use ce_sandbox::Sandbox;
use rustls::pki_types::CertificateDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::tls;

/// A name that nobody can look up: the proxy alone knows where it is.
const NAME: &str = "platform.example";

/// A proxy, and the TLS of the platform behind it, which a sandbox plays.
pub struct Proxy {
    url: String,
    address: SocketAddr,
    certificates: [CertificateDer<'static>; 1],
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    asked: Mutex<Vec<String>>,
    /// To be closed in the end, whoever holds the other one.
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Starts one before a sandbox, to be told this password: letters and digits.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn before(sandbox: &Sandbox, password: &str) -> std::io::Result<Self> {
        let origin = sandbox.base_url().split('/').nth(2).unwrap().to_owned();
        let (tls, certificate) = tls::server(NAME);
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::<Shared>::default();
        let kept = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let mut tunnels = Vec::new();
            for stream in listener.incoming().flatten() {
                let Some(head) = message(&mut BufReader::new(&stream)) else {
                    break; // the handle's knock
                };
                lock(&kept.streams).push(stream.try_clone().unwrap());
                lock(&kept.asked).push(String::from_utf8_lossy(&head).into_owned());
                let (tls, origin) = (Arc::clone(&tls), origin.clone());
                tunnels.push(std::thread::spawn(move || tunnel(stream, tls, &origin)));
            }
            for tunnel in tunnels {
                let _ = tunnel.join();
            }
        });
        Ok(Self {
            url: format!("http://user:{password}@{address}"),
            address,
            certificates: [certificate],
            shared,
            thread: Some(thread),
        })
    }

    /// Where it is, with its password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Who is trusted behind it.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }

    /// The platform behind it.
    pub fn config(&self, credentials: Credentials) -> Config {
        Config::new(&format!("https://{NAME}/elements/api-v2"), credentials).unwrap()
    }

    /// The heads of the requests to the proxy itself.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.shared.asked).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(TcpStream::connect(self.address));
        for stream in lock(&self.shared.streams).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the tunnel, and carries requests and answers through it, one after the other.
fn tunnel(stream: TcpStream, tls: Arc<ServerConfig>, origin: &str) -> Option<()> {
    (&stream)
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .ok()?;
    let connection = ServerConnection::new(tls).ok()?;
    let mut client = BufReader::new(StreamOwned::new(connection, stream));
    let mut config = BufReader::new(TcpStream::connect(origin).ok()?);
    loop {
        let request = message(&mut client)?;
        config.get_mut().write_all(&request).ok()?;
        let answer = message(&mut config)?;
        client.get_mut().write_all(&answer).ok()?;
        client.get_mut().flush().ok()?;
    }
}

/// A request or an answer, head and body.
fn message(from: &mut impl BufRead) -> Option<Vec<u8>> {
    let (mut message, mut length) = (Vec::new(), 0);
    loop {
        let start = message.len();
        from.read_until(b'\n', &mut message).ok()?;
        let line = String::from_utf8_lossy(message.get(start..)?).to_ascii_lowercase();
        match line.split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().ok()?,
            _ if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let head = message.len();
    message.resize(head + length, 0);
    from.read_exact(message.get_mut(head..)?).ok()?;
    (head > 0).then_some(message)
}
