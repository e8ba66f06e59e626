//! Whether a request may have been sent, told by real failures, on both clients. A creation that was
//! not sent may be made again; one that may have been must be searched for.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use ce_core::{Config, Credentials, Delivery, Error, Limits, TransportCause};
use ce_tests::{AnyClient, on_both_clients, sales};

on_both_clients! {
    a_refused_connection_was_sent_nothing,
    a_name_that_is_not_found_was_sent_nothing,
    a_connection_that_is_closed_may_have_been_sent_it,
    a_silent_platform_may_have_been_sent_it,
}

/// What a creation that fails in the network is reported as.
async fn failed<C: AnyClient>(base_url: &str) -> (Delivery, TransportCause) {
    let limits = Limits::default()
        .provisioning_timeout(Duration::from_millis(500))
        .max_attempts(1);
    let config = Config::new(base_url, Credentials::new("u", "o")).unwrap();
    let client = C::of(config.with_limits(limits));
    let error = client.provision(&sales("n")).await.unwrap_err();
    println!("{error}");
    let (error, is_unknown) = match &error {
        Error::OutcomeUnknown(unknown) => (unknown.reason(), true),
        error => (error, false),
    };
    let Error::Transport(source) = error else {
        panic!("{error:?}")
    };
    // Both are said, and agree.
    assert_eq!(is_unknown, source.delivery() == Delivery::MaybeSent);
    (source.delivery(), source.cause())
}

async fn a_refused_connection_was_sent_nothing<C: AnyClient>() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let failed = failed::<C>(&format!("http://{}", address.unwrap())).await;
    assert_eq!(failed, (Delivery::NotSent, TransportCause::Connect));
}

async fn a_name_that_is_not_found_was_sent_nothing<C: AnyClient>() {
    // No part of a name may be that long, so that nobody need be asked.
    let failed = failed::<C>(&format!("https://{}.example", "a".repeat(64))).await;
    assert_eq!(failed, (Delivery::NotSent, TransportCause::Connect));
}

/// Takes one connection, reads nothing, and keeps it until told to close it.
fn accepting() -> (SocketAddr, Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (close, told) = channel();
    let thread = std::thread::spawn(move || {
        let connection = listener.accept().unwrap();
        let _ = told.recv();
        drop(connection);
    });
    (address, close, thread)
}

async fn a_connection_that_is_closed_may_have_been_sent_it<C: AnyClient>() {
    let (address, close, thread) = accepting();
    drop(close);
    let failed = failed::<C>(&format!("http://{address}")).await;
    assert_eq!(failed, (Delivery::MaybeSent, TransportCause::Interrupted));
    thread.join().unwrap();
}

async fn a_silent_platform_may_have_been_sent_it<C: AnyClient>() {
    let (address, close, thread) = accepting();
    let failed = failed::<C>(&format!("http://{address}")).await;
    assert_eq!(failed, (Delivery::MaybeSent, TransportCause::Timeout));
    drop(close);
    thread.join().unwrap();
}
