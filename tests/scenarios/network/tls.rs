//! TLS: who isn't trusted is sent nothing, and who is, is understood.

use ce_tests::prelude::*;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, HandshakeKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::tls;

on_both_clients! {
    who_is_not_trusted_is_sent_nothing,
    who_speaks_no_tls_is_sent_nothing,
    nothing_older_than_tls_1_2_is_spoken,
}

/// The address of a server whose certificate is for `localhost`.
fn encrypted(server: &Server) -> String {
    let port = server.address().port();
    format!("https://localhost:{port}/elements/api-v2")
}

/// A sandbox behind TLS, its certificate, and how each connection was made.
fn sandbox() -> (
    Sandbox,
    Server,
    CertificateDer<'static>,
    mpsc::Receiver<HandshakeKind>,
) {
    let sandbox = Sandbox::start().unwrap();
    let (origin, (tls, certificate)) = (sandbox.address(), tls::server("localhost"));
    let (tell, told) = mpsc::channel();
    let server = Server::start(move |stream| {
        let (tls, tell) = (tls.clone(), tell.clone());
        async move {
            let tls = tls.accept(stream).await.ok()?;
            tell.send(tls.get_ref().1.handshake_kind()?).ok()?;
            tls::hand_on(tls, origin).await.ok()
        }
    });
    (sandbox, server, certificate, told)
}

/// What a client needs that trusts this certificate alone.
fn trusting(certificate: &CertificateDer<'static>) -> ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// What an error says that tells that nothing was sent to this server.
async fn not_sent(kind: Kind, server: &Server) -> String {
    let client = kind.client(config_at(&encrypted(server)));
    let created = client.provision(&sales("n")).await;
    // A creation that may have been sent would be an unknown outcome.
    assert!(matches!(created, Err(Error::Transport(_))), "{created:?}");
    said(&created.unwrap_err())
}

async fn who_is_not_trusted_is_sent_nothing(kind: Kind) {
    let (sandbox, server, ..) = sandbox();
    let said = not_sent(kind, &server).await;
    assert!(said.contains("certificate"), "{said}");
    assert!(sandbox.served().is_empty());
}

async fn who_speaks_no_tls_is_sent_nothing(kind: Kind) {
    let plain = Server::start(async |mut stream| {
        let refused = answer(400, "");
        let _ = stream.write_all(refused.as_bytes()).await;
        let _ = stream.read(&mut [0; 4096]).await;
    });
    not_sent(kind, &plain).await;
}

/// A server that chooses TLS 1.1 is told that this isn't a version to speak (RFC 8446, 6.2).
async fn nothing_older_than_tls_1_2_is_spoken(kind: Kind) {
    const PROTOCOL_VERSION: u8 = 70;
    let (tell, told) = std::sync::mpsc::channel();
    let server = Server::start(move |mut stream| {
        let tell = tell.clone();
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            // A ServerHello with a suite that TLS 1.1 could have.
            let mut hello = vec![22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
            hello.extend([7; 32]);
            hello.extend([0, 0xc0, 0x13, 0]);
            let _ = stream.write_all(&hello).await;
            let mut alert = [0; 7];
            let _ = stream.read_exact(&mut alert).await;
            let _ = tell.send(alert);
        }
    });
    not_sent(kind, &server).await;
    assert_eq!(told.recv().unwrap()[5..], [2, PROTOCOL_VERSION]);
}

/// Every way to give a client a certificate has an effect, and with each TLS is set up once, not for
/// each connection: a creation has one of its own.
#[tokio::test]
async fn both_clients_can_be_given_certificates_and_resume_sessions() {
    use ce_async::reqwest::Certificate;

    let (sandbox, server, certificate, told) = sandbox();
    let config = || config_behind(&encrypted(&server), &sandbox);
    let root = Certificate::from_der(&certificate).unwrap();
    let clients = [
        Kind::Async.trusting(&certificate, None, config()),
        Kind::Blocking.trusting(&certificate, None, config()),
        async_client(config(), |http| {
            http.add_root_certificate(root.clone()).no_proxy()
        }),
        async_client(config(), |http| {
            http.tls_certs_merge([root.clone()]).no_proxy()
        }),
        async_client(config(), |http| {
            http.tls_backend_preconfigured(trusting(&certificate))
                .no_proxy()
        }),
    ];
    for client in clients {
        for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
            client.provision(&sales("n")).await.unwrap();
            assert_eq!(told.recv().unwrap(), expected);
        }
    }
}
