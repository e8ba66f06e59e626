//! What HANDLERS.md and EVENTS.md lead to, run: two tabs, forged callbacks, a browser that hangs up, a
//! platform that is away, a process that dies, and notifications that are not the platform's.

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
mod inbox;
mod reconcile;
mod store;
mod waiting;

use std::time::Duration;

use actix_session::SessionExt as _;
use actix_web::Responder as _;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::post;
use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, signature};
use ce_async::{Client, Config, Credentials, PendingAuthorization};
use ce_sandbox::{Fault, FaultRule, Sandbox};
use inbox::Inbox;
use store::Flows;
use tower::ServiceExt as _;
use tower_sessions::{MemoryStore, Session};

/// A platform that takes its time, and a client for it.
fn slow_platform() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .provisioning(Duration::from_millis(300))
        .start()
        .unwrap();
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    let credentials = Credentials::new(user, organization);
    let config = Config::new(sandbox.base_url(), credentials).unwrap();
    let client = Client::new(config).unwrap();
    (sandbox, client)
}

/// What HANDLERS.md adds to an application that has a way to sign in.
fn app(client: &Client, flows: &Flows) -> Router {
    let sign_in = async |session: Session, user: String| {
        session.insert("user", user).await.unwrap();
    };
    Router::new()
        .route("/sign-in", post(sign_in))
        .merge(axum_handlers::routes(client.clone(), flows.clone()))
        .layer(axum_handlers::sessions(MemoryStore::default()))
}

/// Signs in, and returns the `Set-Cookie`.
async fn sign_in(app: &Router, user: &'static str) -> String {
    let request = Request::post("/sign-in").body(Body::from(user)).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    response.headers()["set-cookie"].to_str().unwrap().into()
}

/// `POST /connect`, and the user allows it: the callback, with the origin cut off.
async fn connect(app: &Router, cookie: &str, sandbox: &Sandbox) -> String {
    let request = Request::post("/connect").header("cookie", cookie);
    let request = request.body(Body::empty()).unwrap();
    let away = app.clone().oneshot(request).await.unwrap();
    let url = away.headers()["location"].to_str().unwrap();
    let back = sandbox.allow(url).unwrap();
    back.strip_prefix("https://app.example").unwrap().to_owned()
}

async fn get(app: &Router, cookie: &str, url: &str) -> Response {
    let request = Request::get(url).header("cookie", cookie);
    let request = request.body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

/// Two flows at once, in two tabs. Forged callbacks leave them as they are. The browser hangs up as soon as its
/// flow is claimed; the token comes into the database all the same.
async fn ends_every_flow_once(
    (sandbox, flows): (&Sandbox, &Flows),
    begin: impl AsyncFn() -> String,
    status: impl AsyncFn(&str) -> u16,
) {
    let (one, two) = tokio::join!(begin(), begin());
    for back in [one, two] {
        let (address, _) = back.split_once('?').unwrap();
        let state = PendingAuthorization::state_of_callback(&back).unwrap();
        for forged in [
            back.replace("state=", "state=x"),
            format!("{address}?code=stolen"),
            // The state alone, without what would end a flow.
            format!("{address}?state={state}"),
        ] {
            assert_eq!(status(&forged).await, 400, "{forged}");
        }
        tokio::select! {
            biased;
            _ = status(&back) => panic!("ended before the browser could hang up"),
            () = flows.claimed(&state) => {}
        }
        let token = flows.ended(&state).await.unwrap();
        let instances = sandbox.instances();
        assert!(instances.iter().any(|it| it.expose_token() == token));
        assert_eq!(status(&back).await, 409);
    }
    assert_eq!(sandbox.created(), 2);
}

#[tokio::test]
async fn axum_ends_every_flow_once() {
    let (sandbox, client) = slow_platform();
    let flows = Flows::default();
    let app = app(&client, &flows);
    let ann = sign_in(&app, "Ann").await;
    // The callback comes from the provider's site.
    assert!(ann.contains("SameSite=Lax"), "{ann}");
    let bobs = connect(&app, &sign_in(&app, "Bob").await, &sandbox).await;
    let refused = get(&app, &ann, &bobs).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let begin = async || connect(&app, &ann, &sandbox).await;
    let status = async |url: &str| get(&app, &ann, url).await.status().as_u16();
    ends_every_flow_once((&sandbox, &flows), begin, status).await;
}

#[tokio::test]
async fn a_callback_may_come_again_if_nothing_was_done() {
    let (sandbox, client) = slow_platform();
    let flows = Flows::default();
    let began = app(&client, &flows);
    let back = connect(&began, &sign_in(&began, "Ann").await, &sandbox).await;
    // Another replica has no connection yet: a request on one that closes may have been sent.
    let client = Client::new(client.config().clone()).unwrap();
    let app = app(&client, &flows);
    let ann = sign_in(&app, "Ann").await;
    let closed_for = Duration::ZERO;
    sandbox.set_faults([FaultRule::new(Fault::Refuse { closed_for })]);
    let failed = get(&app, &ann, &back).await;
    assert_eq!(failed.status(), StatusCode::BAD_GATEWAY);
    sandbox.clear_faults();
    let connected = get(&app, &ann, &back).await;
    assert_eq!(connected.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_job_finds_what_a_dead_process_left() {
    let (sandbox, client) = slow_platform();
    let flows = Flows::default();
    let connect = axum_handlers::connect();
    let away = client.begin(&connect).await.unwrap();
    let (pending, state) = (&away.pending, away.pending.expose_state());
    flows.insert("Ann", pending).await;
    assert!(flows.claim(state).await);
    let back = sandbox.allow(away.url.as_str()).unwrap();
    client.finish(&connect, pending, &back).await.unwrap();
    // The process dies here.
    assert!(flows.left_open(Duration::from_secs(270)).await.is_empty());
    flows.age(state, Duration::from_secs(300));
    let job = tokio::spawn(reconcile::reconcile(client, flows.clone()));
    let token = flows.ended(state).await.unwrap();
    assert_eq!(token, sandbox.instances()[0].expose_token());
    job.abort();
}

#[actix_web::test]
async fn actix_ends_every_flow_once() {
    use actix_handlers::{begin, callback};

    let (sandbox, client) = slow_platform();
    let flows = Flows::default();
    let (client, flows) = (Data::new(client), Data::new(flows));
    let request = TestRequest::default().to_http_request();
    let ann = request.get_session();
    ann.insert("user", "Ann").unwrap();
    let begin = async || {
        let away = begin(client.clone(), flows.clone(), ann.clone()).await;
        let away = away.unwrap().respond_to(&request);
        let url = away.headers().get("location").unwrap().to_str().unwrap();
        sandbox.allow(url).unwrap()
    };
    let status = async |url: &str| {
        let request = TestRequest::with_uri(url).to_http_request();
        match callback(client.clone(), flows.clone(), ann.clone(), request).await {
            Ok(answer) => answer.status().as_u16(),
            Err(error) => error.as_response_error().status_code().as_u16(),
        }
    };
    ends_every_flow_once((&sandbox, &flows), begin, status).await;
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
            let request = Request::post("/events")
                .header(WEBHOOK_ID, "7")
                .header(WEBHOOK_SIGNATURE, &signed);
            let app = axum_events::routes(key.clone(), inbox.clone());
            let answer = app.oneshot(request.body(Body::from(body)).unwrap()).await;
            assert_eq!(answer.unwrap().status(), by_axum);

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
