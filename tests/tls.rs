//! TLS before a server, with a certificate that nobody has signed, and a proxy before that. Not in the
//! library: what else is built on that needs no certificates.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};

use ce_tests::{Request, Server, read_request};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Whose cryptography it is.
pub fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// What a server of this name needs, and its certificate.
pub fn server(name: &str) -> (TlsAcceptor, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate)
}

/// Hands on to a plain server what is in TLS.
pub async fn hand_on(mut tls: TlsStream<TcpStream>, origin: SocketAddr) -> io::Result<()> {
    let mut origin = TcpStream::connect(origin).await?;
    copy_bidirectional(&mut tls, &mut origin).await.map(drop)
}

/// A proxy that alone knows where `platform.example` is, and the TLS of that.
pub struct Proxy {
    /// Where it is.
    pub server: Server,
    /// Who is to be trusted behind it.
    pub certificate: CertificateDer<'static>,
    /// The requests to the proxy itself.
    pub asked: mpsc::Receiver<Request>,
}

impl Proxy {
    /// Starts it before a server.
    pub fn before(origin: SocketAddr) -> Self {
        let (tls, certificate) = server("platform.example");
        let (tell, asked) = mpsc::channel();
        let server = Server::start(move |stream| {
            let (tls, tell) = (tls.clone(), tell.clone());
            async move {
                let mut stream = BufReader::new(stream);
                tell.send(read_request(&mut stream).await?).ok()?;
                let established = b"HTTP/1.1 200 Connection established\r\n\r\n";
                stream.write_all(established).await.ok()?;
                let tls = tls.accept(stream.into_inner()).await.ok()?;
                hand_on(tls, origin).await.ok()
            }
        });
        Self {
            server,
            certificate,
            asked,
        }
    }
}
