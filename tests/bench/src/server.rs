//! The least server that answers what the platform answers, on one thread. Every answer but the
//! authorization URL is written beforehand: what is measured on top of it is the clients.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;

use crate::documents::{self, PAGE_LENGTH};

/// How a server behaves.
#[derive(Default)]
pub struct Behaviour {
    /// The certificate of one that speaks TLS 1.3.
    pub tls: Option<Certificate>,
    /// How long creating an instance takes.
    pub latency: Duration,
    /// Answers 429 to more requests a second.
    pub per_second: Option<NonZeroU32>,
}

/// How many requests may come at once where the rate is limited.
pub const BURST: NonZeroU32 = NonZeroU32::new(10).expect("a number");

/// A certificate that nobody has signed, and its key.
pub type Certificate = rcgen::CertifiedKey<rcgen::KeyPair>;

/// Makes one.
pub fn certificate() -> Certificate {
    rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate")
}

/// A server that runs until the program ends.
pub struct Server {
    origin: String,
}

struct Answers {
    instance: String,
    page: String,
    latency: Duration,
    limiter: Option<DefaultDirectRateLimiter>,
}

impl Server {
    /// Starts one.
    pub fn start(behaviour: Behaviour) -> Self {
        let answers = Answers {
            instance: ok("", &documents::instance(1_700)),
            page: documents::page(),
            latency: behaviour.latency,
            limiter: behaviour
                .per_second
                .map(|rate| RateLimiter::direct(Quota::per_second(rate).allow_burst(BURST))),
        };
        let scheme = behaviour.tls.as_ref().map_or("http", |_| "https");
        let (send_address, address) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            crate::runtime().block_on(async {
                let socket = TcpSocket::new_v4()?;
                socket.bind(([127, 0, 0, 1], 0).into())?;
                let listener = socket.listen(4096)?;
                send_address.send(listener.local_addr()?).ok();
                serve(listener, behaviour.tls.map(acceptor), Arc::new(answers)).await
            })
        });
        let address = address.recv().expect("an address");
        let origin = format!("{scheme}://{address}");
        Self { origin }
    }

    /// The API base.
    pub fn base_url(&self) -> String {
        self.with_instances(PAGE_LENGTH)
    }

    /// The API base of a platform that has so many instances.
    pub fn with_instances(&self, instances: usize) -> String {
        let pages = instances.div_ceil(PAGE_LENGTH);
        format!("{}/{pages}/elements/api-v2", self.origin)
    }
}

fn acceptor(made: Certificate) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = rustls::ServerConfig::builder_with_protocol_versions(&[&rustls::version::TLS13])
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    Arc::new(config.expect("TLS")).into()
}

async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    answers: Arc<Answers>,
) -> io::Result<()> {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await; // as many files are open as may be
            continue;
        };
        stream.set_nodelay(true)?;
        let (answers, tls) = (answers.clone(), tls.clone());
        tokio::spawn(async move {
            match tls {
                Some(tls) => connection(tls.accept(stream).await?, &answers).await,
                None => connection(stream, &answers).await,
            }
        });
    }
}

/// Answers one request after the other, until the peer has no more.
async fn connection(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answers: &Answers,
) -> io::Result<()> {
    let mut held = Vec::with_capacity(4096);
    loop {
        if let Some((length, answer)) = parse(&held, answers) {
            let creates = held.starts_with(b"POST");
            held.drain(..length);
            if creates && !answers.latency.is_zero() {
                // The runtime's own timers are up to a millisecond late.
                let latency = answers.latency;
                tokio::task::spawn_blocking(move || std::thread::sleep(latency)).await?;
            }
            stream.write_all(answer.as_bytes()).await?;
            stream.flush().await?;
        } else if stream.read_buf(&mut held).await? == 0 {
            return Ok(());
        }
    }
}

/// The length of the first request, if all of it is there, and its answer.
fn parse(held: &[u8], answers: &Answers) -> Option<(usize, String)> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    let head = request
        .parse(held)
        .ok()
        .filter(httparse::Status::is_complete)?
        .unwrap();
    let mut lengths = request
        .headers
        .iter()
        .filter(|it| it.name.eq_ignore_ascii_case("content-length"));
    let body = lengths
        .next()
        .map_or(Some(0), |it| str::from_utf8(it.value).ok()?.parse().ok())?;
    if held.len() < head + body {
        return None;
    }
    let path = request.path?;
    let parameter = |name: &str| path.split_once(name)?.1.split('&').next();
    let answer = if answers
        .limiter
        .as_ref()
        .is_some_and(|limiter| limiter.check().is_err())
    {
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n".to_owned()
    } else if let Some(state) = parameter("state=") {
        ok("", &documents::oauth_url(state))
    } else if request.method == Some("POST") {
        answers.instance.clone()
    } else {
        let next = 1 + parameter("nextPage=").map_or(0, |token| token.parse().unwrap_or(0));
        let pages: usize = path.split('/').nth(1)?.parse().ok()?;
        let token = (next < pages).then(|| format!("elements-next-page-token: {next}\r\n"));
        ok(&token.unwrap_or_default(), &answers.page)
    };
    Some((head + body, answer))
}

fn ok(header: &str, body: &str) -> String {
    let length = body.len();
    let fixed = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    format!("{fixed}{header}content-length: {length}\r\n\r\n{body}")
}
