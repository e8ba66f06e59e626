//! A peer that takes connections and reads nothing holds no call beyond its time, on both clients,
//! although a large request is not sent to its end.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ce_core::model::AuthenticationScheme;
use ce_core::{Config, ConnectRequest, Credentials, Error, Limits, TransportCause};
use ce_tests::{AnyClient, on_both_clients};

on_both_clients! {
    a_request_that_nobody_reads_ends_in_time,
}

/// How long it would hold whoever waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Takes one connection, and keeps it open without reading from it.
struct Unreading {
    address: SocketAddr,
    enough: Sender<()>,
    thread: JoinHandle<()>,
}

impl Unreading {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (enough, told) = channel();
        let thread = std::thread::spawn(move || {
            let _connection = listener.accept().unwrap();
            let _ = told.recv_timeout(PATIENCE);
        });
        Self {
            address,
            enough,
            thread,
        }
    }
}

async fn a_request_that_nobody_reads_ends_in_time<C: AnyClient>() {
    let peer = Unreading::start();
    let time = Duration::from_millis(300);
    let config = Config::new(
        &format!("http://{}", peer.address),
        Credentials::new("u", "o"),
    );
    let limits = Limits::default().provisioning_timeout(time);
    let client = C::of(config.unwrap().with_limits(limits));
    let connect = ConnectRequest::new("closeio")
        .authentication(AuthenticationScheme::Basic)
        .name("n")
        // More than the system keeps of what nobody reads.
        .configuration("notes", "n".repeat(16 << 20));
    let began = Instant::now();
    let error = client.provision(&connect).await.unwrap_err();
    assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
    peer.enough.send(()).unwrap();
    peer.thread.join().unwrap();
    let Error::OutcomeUnknown(unknown) = error else {
        panic!("{error:?}")
    };
    let Error::Transport(source) = unknown.reason() else {
        panic!("{unknown:?}")
    };
    assert_eq!(source.cause(), TransportCause::Timeout);
}
