//! TLS: who isn't trusted is sent nothing, and who is, is understood.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use ce_core::calls::GetInstance;
use ce_core::model::InstanceId;
use ce_core::{Credentials, Delivery, Error, Limits, Platform, TransportCause};
use ce_tests::{AnyClient, Scripted, answer, on_both_clients};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

on_both_clients! {
    who_is_not_trusted_is_sent_nothing,
    who_speaks_no_tls_is_sent_nothing,
}

/// A server with a certificate that nobody has signed.
struct TlsServer {
    address: SocketAddr,
    certificate: CertificateDer<'static>,
    requests: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl TlsServer {
    fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stream.peek(&mut [0]).unwrap_or(0) == 0 {
                    break; // the handle's knock
                }
                let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut tls = BufReader::new(rustls::StreamOwned::new(connection, stream));
                let mut line = String::new();
                while tls.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                if line == "\r\n" {
                    counted.fetch_add(1, Ordering::Relaxed);
                    let body = r#"{"id":7,"name":"n","token":"t","element":{}}"#;
                    let _ = tls.get_mut().write_all(&answer(200, &[], body));
                    let tls = tls.get_mut();
                    tls.conn.send_close_notify();
                    let _ = tls.flush();
                }
            }
        });
        Self {
            address,
            certificate,
            requests,
            thread: Some(thread),
        }
    }

    fn platform(&self) -> Platform {
        let base_url = format!("https://localhost:{}/api", self.address.port());
        let platform = Platform::new(&base_url, Credentials::new("u", "o")).unwrap();
        platform.limits(Limits::default().max_attempts(1))
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join);
    }
}

async fn who_is_not_trusted_is_sent_nothing<C: AnyClient>() {
    let server = TlsServer::start();
    let client = C::of(server.platform());
    let error = client
        .send(GetInstance::new(InstanceId::new(7)))
        .await
        .unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(source.cause(), TransportCause::Connect, "{error}");
    assert_eq!(source.delivery(), Delivery::NotSent, "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(server.requests.load(Ordering::Relaxed), 0);
}

async fn who_speaks_no_tls_is_sent_nothing<C: AnyClient>() {
    let plain = Scripted::start(|_| answer(400, &[], "")).unwrap();
    let base_url = plain.base_url().replace("http://", "https://");
    let platform = Platform::new(&base_url, Credentials::new("u", "o")).unwrap();
    let client = C::of(platform.limits(Limits::default().max_attempts(1)));
    let error = client
        .send(GetInstance::new(InstanceId::new(7)))
        .await
        .unwrap_err();
    let Error::Transport { source, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(source.delivery(), Delivery::NotSent, "{error}");
}

#[tokio::test]
async fn the_async_client_can_be_given_certificates() {
    let server = TlsServer::start();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(server.certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ce_async::Client::configured(server.platform(), |http| {
        http.tls_backend_preconfigured(tls).no_proxy()
    });
    let client = client.unwrap();
    let instance = client
        .send(GetInstance::new(InstanceId::new(7)))
        .await
        .unwrap();
    assert_eq!(instance.id.get(), 7);
}

#[test]
fn the_blocking_client_can_be_given_certificates() {
    use ce_blocking::ureq::tls::{Certificate, TlsConfig};

    let server = TlsServer::start();
    let root = Certificate::from_der(&server.certificate).to_owned();
    let tls = TlsConfig::builder().root_certs([root].into());
    let client = ce_blocking::Client::configured(server.platform(), |config| {
        config.tls_config(tls.build()).proxy(None)
    });
    let client = client.unwrap();
    let instance = client.send(GetInstance::new(InstanceId::new(7))).unwrap();
    assert_eq!(instance.id.get(), 7);
}
