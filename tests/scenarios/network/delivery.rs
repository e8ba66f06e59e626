//! Whether a request may have been sent, told by real failures. A creation that was not sent may be
//! made again; one that may have been must be searched for.

use ce_tests::prelude::*;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

on_both_clients! {
    a_refused_connection_was_sent_nothing,
    a_name_that_is_not_found_was_sent_nothing,
    a_connection_that_is_closed_may_have_been_sent_it,
    a_silent_platform_may_have_been_sent_it,
    a_redirect_is_not_followed,
}

const NOTHING: (Delivery, TransportCause) = (Delivery::NotSent, TransportCause::Connect);

/// What a creation that fails in the network in this time is reported as, and what it says.
async fn failed_in(
    time: Duration,
    kind: Kind,
    base_url: &str,
) -> ((Delivery, TransportCause), String) {
    let limits = Limits::default().provisioning_timeout(time);
    let client = kind.client(config_at(base_url).with_limits(limits.max_attempts(1)));
    let created = client.provision(&sales("n")).await;
    let is_unknown = end(&created) == "unknown";
    let error = created.unwrap_err();
    let (delivery, cause) = failure(&error);
    // Both are said, and agree.
    assert_eq!(is_unknown, delivery == Delivery::MaybeSent);
    ((delivery, cause), said(&error))
}

/// The same, in more time than it takes.
async fn failed(kind: Kind, base_url: &str) -> ((Delivery, TransportCause), String) {
    failed_in(Duration::from_secs(60), kind, base_url).await
}

async fn a_refused_connection_was_sent_nothing(kind: Kind) {
    let (address, refused) = refusing();
    let (failed, said) = failed(kind, &format!("http://{address}")).await;
    assert_eq!(failed, NOTHING);
    assert!(said.contains(&refused), "{said}");
}

async fn a_name_that_is_not_found_was_sent_nothing(kind: Kind) {
    // No part of a name may be that long, so that nobody need be asked.
    let (failed, _) = failed(kind, &format!("https://{}.example", "a".repeat(64))).await;
    assert_eq!(failed, NOTHING);
}

async fn a_connection_that_is_closed_may_have_been_sent_it(kind: Kind) {
    let closing = Server::start(async |stream| drop(stream));
    let (failed, _) = failed(kind, &closing.base_url()).await;
    assert_eq!(failed, (Delivery::MaybeSent, TransportCause::Interrupted));
}

async fn a_silent_platform_may_have_been_sent_it(kind: Kind) {
    let (server, time) = (Server::silent(), Duration::from_millis(500));
    let (failed, _) = failed_in(time, kind, &server.base_url()).await;
    assert_eq!(failed, (Delivery::MaybeSent, TransportCause::Timeout));
}

async fn a_redirect_is_not_followed(kind: Kind) {
    let elsewhere = MockServer::start().await;
    let location = format!("{}/stolen", elsewhere.uri());
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(307).insert_header("location", location);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let client = kind.client(config_at(&server.uri()));
    assert_eq!(end(&client.begin(&oauth("instagram")).await), "redirected");
    assert_eq!(end(&client.provision(&sales("n")).await), "unknown");
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
    // Nor to anywhere else: each was asked once.
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
}
