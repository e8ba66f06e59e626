//! TLS: who isn't trusted is sent nothing, and who is, is understood.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use ce_async::reqwest::{Certificate, ClientBuilder};
use ce_core::calls::GetInstance;
use ce_core::model::InstanceId;
use ce_core::{Config, Credentials, Delivery, Error, Limits, TransportCause};
use ce_tests::{AnyClient, Scripted, answer, on_both_clients, sales, tls};
use rustls::pki_types::CertificateDer;

on_both_clients! {
    who_is_not_trusted_is_sent_nothing,
    who_speaks_no_tls_is_sent_nothing,
    nothing_older_than_tls_1_2_is_offered,
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
        let (config, certificate) = tls::server("localhost");
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

    fn config(&self) -> Config {
        let base_url = format!("https://localhost:{}/api", self.address.port());
        let config = Config::new(&base_url, Credentials::new("u", "o")).unwrap();
        config.with_limits(Limits::default().max_attempts(1))
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
    let client = C::of(server.config());
    let error = client.provision(&sales("n")).await.unwrap_err();
    let Error::Transport(source) = &error else {
        panic!("{error}")
    };
    assert_eq!(source.cause(), TransportCause::Connect, "{error}");
    assert_eq!(source.delivery(), Delivery::NotSent, "{error}");
    let causes = ce_tests::causes(&error);
    assert!(causes.contains("certificate"), "{causes}");
    assert_eq!(server.requests.load(Ordering::Relaxed), 0);
}

async fn who_speaks_no_tls_is_sent_nothing<C: AnyClient>() {
    let plain = Scripted::start(|_| answer(400, &[], "")).unwrap();
    let base_url = plain.base_url().replace("http://", "https://");
    let config = Config::new(&base_url, Credentials::new("u", "o")).unwrap();
    let client = C::of(config.with_limits(Limits::default().max_attempts(1)));
    let error = client.provision(&sales("n")).await.unwrap_err();
    let Error::Transport(source) = &error else {
        panic!("{error}")
    };
    assert_eq!(source.delivery(), Delivery::NotSent, "{error}");
}

async fn nothing_older_than_tls_1_2_is_offered<C: AnyClient>() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let hello = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut header = [0; 5];
        stream.read_exact(&mut header).unwrap();
        let mut hello = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
        stream.read_exact(&mut hello).unwrap();
        // A ServerHello that chooses TLS 1.1, with a suite that it could have.
        let mut answer = vec![22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
        answer.extend([7; 32]);
        answer.extend([0, 0xc0, 0x13, 0]);
        let _ = stream.write_all(&answer);
        let _ = stream.read(&mut [0; 64]);
        hello
    });
    let base_url = format!("https://localhost:{port}/api");
    let config = Config::new(&base_url, Credentials::new("u", "o")).unwrap();
    let client = C::of(config.with_limits(Limits::default().max_attempts(1)));
    let error = client.provision(&sales("n")).await.unwrap_err();
    let Error::Transport(source) = &error else {
        panic!("{error}")
    };
    assert_eq!(source.delivery(), Delivery::NotSent, "{error}");
    let offered = versions(&hello.join().unwrap());
    assert!(!offered.is_empty(), "no versions are offered");
    assert!(
        offered.iter().all(|version| *version >= 0x0303),
        "{offered:x?}"
    );
}

/// The versions that a ClientHello offers (RFC 8446, 4.1.2 and 4.2.1).
fn versions(hello: &[u8]) -> Vec<u16> {
    let u16_at = |at: usize| u16::from_be_bytes([hello[at], hello[at + 1]]);
    let length_at = |at: usize| usize::from(u16_at(at));
    // Type and length, version, random; session; suites; compressions.
    let session = 4 + 2 + 32;
    let suites = session + 1 + usize::from(hello[session]);
    let compressions = suites + 2 + length_at(suites);
    let mut at = compressions + 1 + usize::from(hello[compressions]) + 2;
    while at < hello.len() {
        if u16_at(at) == 43 {
            let list = at + 5..at + 5 + usize::from(hello[at + 4]);
            return list.step_by(2).map(u16_at).collect();
        }
        at += 4 + length_at(at + 2);
    }
    Vec::new()
}

/// Every way to give reqwest a certificate has an effect.
#[tokio::test]
async fn the_async_client_can_be_given_certificates() {
    type Configure = fn(ClientBuilder, Certificate) -> ClientBuilder;

    let table: [(&str, Configure); 3] = [
        ("added", |http, root| http.add_root_certificate(root)),
        ("merged", |http, root| http.tls_certs_merge([root])),
        ("only", |http, root| http.tls_certs_only([root])),
    ];
    for (name, configure) in table {
        let server = TlsServer::start();
        let root = Certificate::from_der(&server.certificate).unwrap();
        let client = ce_tests::async_client(server.config(), |http| {
            configure(http, root.clone()).no_proxy()
        });
        let instance = client.send(GetInstance::new(InstanceId::new(7))).await;
        assert_eq!(instance.unwrap().id.get(), 7, "{name}");
    }
}

#[tokio::test]
async fn the_async_client_can_be_given_a_tls_configuration() {
    let server = TlsServer::start();
    let tls = tls::trusting(std::slice::from_ref(&server.certificate));
    let client = ce_tests::async_client(server.config(), |http| {
        http.tls_backend_preconfigured(tls.clone()).no_proxy()
    });
    let instance = client.send(GetInstance::new(InstanceId::new(7))).await;
    assert_eq!(instance.unwrap().id.get(), 7);
}

#[test]
fn the_blocking_client_can_be_given_certificates() {
    use ce_blocking::ureq::tls::{Certificate, TlsConfig};

    let server = TlsServer::start();
    let root = Certificate::from_der(&server.certificate).to_owned();
    let tls = TlsConfig::builder().root_certs([root].into());
    let client = ce_tests::blocking_client(server.config(), |config| {
        config.tls_config(tls.build()).proxy(None)
    });
    let instance = client.send(GetInstance::new(InstanceId::new(7))).unwrap();
    assert_eq!(instance.id.get(), 7);
}
