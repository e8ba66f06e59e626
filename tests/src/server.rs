use std::net::SocketAddr;
use std::pin::Pin;

use ce_core::http;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// A request as it came. Its URI is the target: a path, or where a proxy is to connect to.
pub type Request = http::Request<Vec<u8>>;

/// A server that does as a test wants: each connection is handed to a function. It ends with its
/// connections when it is dropped.
pub struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Server {
    /// Starts it.
    pub fn start<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output: Send> + Send + 'static,
    {
        Self::run(Box::new(move |stream| {
            let served = serve(stream);
            Box::pin(async move { drop(served.await) })
        }))
    }

    /// Behind pointers, so that a runtime is built for one kind of connection.
    fn run(serve: Box<Serve>) -> Self {
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

    /// Answers each request with the text that the function has for it.
    pub fn answering(answer: impl Fn(Request) -> String + Clone + Send + 'static) -> Self {
        Self::start(move |stream| {
            let answer = answer.clone();
            async move {
                let mut stream = BufReader::new(stream);
                while let Some(request) = read_request(&mut stream).await {
                    let answer = answer(request);
                    stream.write_all(answer.as_bytes()).await.ok()?;
                    if answer.contains("Connection: close") {
                        break;
                    }
                }
                Some(())
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

type Serve = dyn Fn(TcpStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send;

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// An answer with this status and body.
pub fn answer(status: u16, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} Any\r\nContent-Length: {length}\r\n\r\n{body}")
}

/// Reads a request to its end. `None`: the connection was closed before.
pub async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut head).await.ok()? == 0 {
            return None;
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(&head).ok()?;
    let mut request = http::Request::builder().method(parsed.method?);
    request = request.uri(parsed.path?);
    for header in parsed.headers {
        request = request.header(header.name, header.value);
    }
    let length = request.headers_ref()?.get(http::header::CONTENT_LENGTH);
    let length = length.map_or(Some(0), |value| value.to_str().ok()?.parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    request.body(body).ok()
}
