use std::future::Future;
use std::net::SocketAddr;

use ce_core::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// A server for what no HTTP library does: each connection is handed to a function. It ends with its
/// connections when it is dropped.
pub struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Starts it.
    pub fn start<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream));
            }
        });
        let runtime = Some(runtime);
        Self { address, runtime }
    }

    /// Answers each request with these bytes, and closes the connection.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |stream| {
            let answer = answer.clone();
            async move {
                let mut stream = BufReader::new(stream);
                read_request(&mut stream).await?;
                stream.write_all(&answer).await.ok()
            }
        })
    }

    /// Takes connections, and neither reads nor writes.
    pub fn silent() -> Self {
        Self::start(|stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same, as an API base.
    pub fn base_url(&self) -> String {
        format!("http://{}/elements/api-v2", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// `GET`, `CONNECT`, …
    pub method: String,
    /// What it is for: a path, or where a proxy is to connect to.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
}

/// Reads a request to its end. `None`: the connection was closed before.
pub async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head).await.ok()? == 0 {
            return None;
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(&head).ok()?;
    let header = |header: &httparse::Header<'_>| {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(header.value).ok()?))
    };
    let (method, target) = (request.method?.to_owned(), request.path?.to_owned());
    let headers: HeaderMap = request.headers.iter().map(header).collect::<Option<_>>()?;
    let length = headers.get("content-length");
    let length = length.map_or(Some(0), |value| value.to_str().ok()?.parse().ok())?;
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    Some(Received {
        method,
        target,
        headers,
    })
}
