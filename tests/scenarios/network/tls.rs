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
    sessions_are_resumed,
}

/// A sandbox behind TLS, and the address that its certificate is for.
fn sandbox() -> (Sandbox, Server, CertificateDer<'static>, String) {
    let sandbox = Sandbox::start().unwrap();
    let (origin, (tls, certificate)) = (sandbox.address(), tls::server("localhost"));
    let server = Server::start(move |stream| tls::hand_on(tls.clone(), stream, origin));
    let port = server.address().port();
    let base_url = format!("https://localhost:{port}/elements/api-v2");
    (sandbox, server, certificate, base_url)
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

async fn who_is_not_trusted_is_sent_nothing(kind: Kind) {
    let (sandbox, _server, _, base_url) = sandbox();
    let client = kind.client(config_at(&base_url));
    let error = client.provision(&sales("n")).await.unwrap_err();
    assert_eq!(
        failure(&error),
        (Delivery::NotSent, TransportCause::Connect)
    );
    assert!(said(&error).contains("certificate"), "{}", said(&error));
    assert!(sandbox.served().is_empty());
}

async fn who_speaks_no_tls_is_sent_nothing(kind: Kind) {
    let plain = Server::start(async |mut stream| {
        let _ = stream
            .write_all(b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n")
            .await;
        let _ = stream.read(&mut [0; 4096]).await;
    });
    let base_url = plain.base_url().replace("http://", "https://");
    let client = kind.client(config_at(&base_url));
    let error = client.provision(&sales("n")).await.unwrap_err();
    assert_eq!(failure(&error).0, Delivery::NotSent, "{error}");
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
    let base_url = format!("https://localhost:{}/api", server.address().port());
    let client = kind.client(config_at(&base_url));
    let error = client.provision(&sales("n")).await.unwrap_err();
    assert_eq!(failure(&error).0, Delivery::NotSent, "{error}");
    assert_eq!(told.recv().unwrap()[5..], [2, PROTOCOL_VERSION]);
}

/// TLS is set up once, not for each connection: a creation has one of its own.
async fn sessions_are_resumed(kind: Kind) {
    let sandbox = Sandbox::start().unwrap();
    let (origin, (tls, certificate)) = (sandbox.address(), tls::server("localhost"));
    let (tell, told) = mpsc::channel();
    let server = Server::start(move |stream| {
        let (tls, tell) = (tls.clone(), tell.clone());
        async move {
            let mut tls = tls.accept(stream).await.ok()?;
            tell.send(tls.get_ref().1.handshake_kind()?).ok()?;
            let mut origin = tokio::net::TcpStream::connect(origin).await.ok()?;
            tokio::io::copy_bidirectional(&mut tls, &mut origin)
                .await
                .ok()
        }
    });
    let credentials =
        ce_core::Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let base_url = format!(
        "https://localhost:{}/elements/api-v2",
        server.address().port()
    );
    let config = ce_core::Config::new(&base_url, credentials).unwrap();
    let client = match kind {
        Kind::Async => {
            let root = ce_async::reqwest::Certificate::from_der(&certificate).unwrap();
            async_client(config, |http| {
                http.tls_certs_only([root.clone()]).no_proxy()
            })
        }
        Kind::Blocking => {
            use ce_blocking::ureq::tls::{Certificate, TlsConfig};
            let root = Certificate::from_der(&certificate).to_owned();
            let tls = TlsConfig::builder().root_certs([root].into()).build();
            blocking_client(config, |http| http.tls_config(tls.clone()).proxy(None))
        }
    };
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        client.provision(&sales("n")).await.unwrap();
        assert_eq!(told.recv().unwrap(), expected);
    }
}

/// Every way to give a client a certificate has an effect.
#[tokio::test]
async fn both_clients_can_be_given_certificates() {
    use ce_async::reqwest::Certificate;
    use ce_blocking::ureq::tls::TlsConfig;

    let (sandbox, _server, certificate, base_url) = sandbox();
    sandbox.add_instances("instagram", 1).unwrap();
    let instance = &sandbox.instances()[0];
    let credentials =
        ce_core::Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let config = || ce_core::Config::new(&base_url, credentials.clone()).unwrap();
    let root = Certificate::from_der(&certificate).unwrap();
    let ureq_root = ce_blocking::ureq::tls::Certificate::from_der(&certificate).to_owned();
    let ureq_tls = TlsConfig::builder().root_certs([ureq_root].into()).build();
    let clients: [AnyClient; 5] = [
        async_client(config(), |http| {
            http.add_root_certificate(root.clone()).no_proxy()
        }),
        async_client(config(), |http| {
            http.tls_certs_merge([root.clone()]).no_proxy()
        }),
        async_client(config(), |http| {
            http.tls_certs_only([root.clone()]).no_proxy()
        }),
        async_client(config(), |http| {
            http.tls_backend_preconfigured(trusting(&certificate))
                .no_proxy()
        }),
        blocking_client(config(), |http| {
            http.tls_config(ureq_tls.clone()).proxy(None)
        }),
    ];
    for client in clients {
        let got = client
            .send(GetInstance::new(InstanceId::new(instance.id)))
            .await;
        assert_eq!(got.unwrap().token.expose(), instance.expose_token());
    }
}
