//! What HANDLERS.md and EVENTS.md show, run: two tabs, forged callbacks, a browser that hangs up, and
//! notifications that are not the platform's.

// A test: a panic is how it fails.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod actix_events;
mod actix_handlers;
mod axum_events;
mod axum_handlers;
mod store;

use std::sync::Arc;

use actix_session::SessionExt as _;
use actix_web::Responder as _;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, signature};
use store::{Flows, Inbox, forged, hang_up, slow_platform};
use tower_sessions::Session;

#[tokio::test]
async fn axum_ends_every_flow_once() {
    use axum_handlers::{begin, callback};

    let (sandbox, client) = slow_platform();
    let (flows, mut changes) = Flows::new();
    let shared = || State((client.clone(), flows.clone()));
    let store = Arc::new(tower_sessions::MemoryStore::default());
    let session_of = async |user: &str| {
        let session = Session::new(None, store.clone(), None);
        session.insert("user", user).await.unwrap();
        session
    };
    let (ann, bob) = (session_of("Ann").await, session_of("Bob").await);
    let back_as = |session: &Session, url: &str| {
        callback(shared(), session.clone(), OriginalUri(url.parse().unwrap()))
    };
    let (one, two) = tokio::join!(begin(shared(), ann.clone()), begin(shared(), ann.clone()));
    for away in [one, two] {
        let away = away.unwrap().into_response();
        let url = away.headers()["location"].to_str().unwrap();
        let back = sandbox.allow(url).unwrap();
        for forged in forged(&back) {
            let refused = back_as(&ann, &forged).await;
            assert_eq!(refused, Err(StatusCode::BAD_REQUEST));
        }
        assert_eq!(back_as(&bob, &back).await, Err(StatusCode::BAD_REQUEST));
        hang_up(back_as(&ann, &back), &mut changes, &sandbox).await;
        assert_eq!(back_as(&ann, &back).await, Err(StatusCode::CONFLICT));
    }
    assert_eq!(sandbox.created(), 2);
}

#[actix_web::test]
async fn actix_ends_every_flow_once() {
    use actix_handlers::{begin, callback};

    let (sandbox, client) = slow_platform();
    let (flows, mut changes) = Flows::new();
    let (client, flows) = (Data::new(client), Data::new(flows));
    let request = TestRequest::default().to_http_request();
    let ann = request.get_session();
    ann.insert("user", "Ann").unwrap();
    let back_as = |url: &str| {
        let request = TestRequest::with_uri(url).to_http_request();
        callback(client.clone(), flows.clone(), ann.clone(), request)
    };
    let begin = || begin(client.clone(), flows.clone(), ann.clone());
    let (one, two) = tokio::join!(begin(), begin());
    for away in [one, two] {
        let away = away.unwrap().respond_to(&request);
        let url = away.headers().get("location").unwrap().to_str().unwrap();
        let back = sandbox.allow(url).unwrap();
        for forged in forged(&back) {
            let refused = back_as(&forged).await.unwrap_err();
            assert_eq!(refused.as_response_error().status_code(), 400);
        }
        hang_up(back_as(&back), &mut changes, &sandbox).await;
        let again = back_as(&back).await.unwrap_err();
        assert_eq!(again.as_response_error().status_code(), 409);
    }
    assert_eq!(sandbox.created(), 2);
}

const BODY: &str = r#"{"message": {"events": [{}]}}"#;

#[actix_web::test]
async fn events_are_verified_and_taken_once() {
    let (key, signed) = ("k3y".to_owned(), signature("k3y", BODY.as_bytes()).unwrap());
    for (body, by_axum, by_actix) in [
        (BODY, StatusCode::OK, 200),
        ("{}", StatusCode::UNAUTHORIZED, 401),
    ] {
        let inbox = Inbox::default();
        for _ in 0..2 {
            let mut headers = HeaderMap::new();
            headers.insert(WEBHOOK_ID, "7".parse().unwrap());
            headers.insert(WEBHOOK_SIGNATURE, signed.parse().unwrap());
            let shared = State((key.clone(), inbox.clone()));
            let answer = axum_events::events(shared, headers, body.into()).await;
            assert_eq!(answer.into_response().status(), by_axum);

            let request = TestRequest::post()
                .insert_header((WEBHOOK_ID, "7"))
                .insert_header((WEBHOOK_SIGNATURE, &*signed));
            let shared = Data::new((key.clone(), inbox.clone()));
            let answer = actix_events::events(shared, request.to_http_request(), body.into());
            assert_eq!(answer.await.status(), by_actix);
        }
        assert_eq!(inbox.len(), usize::from(by_actix == 200));
    }
}

#[test]
fn the_page_shows_what_is_run_here() {
    let page = include_str!("../../EVENTS.md");
    for shown in [
        include_str!("axum_events.rs"),
        include_str!("actix_events.rs"),
    ] {
        assert!(page.contains(shown), "EVENTS.md should show {shown}");
    }
}
