//! Events: switched on, received, verified and printed. `cargo run --example events`

use std::collections::HashSet;
use std::error::Error;
use std::io::{Write as _, stdout};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use ce_async::calls::Resource;
use ce_async::core::events::{self, WEBHOOK_ID, WEBHOOK_SIGNATURE};
use ce_async::model::{AuthenticationScheme, EventNotification, Events, Object};
use ce_async::{Client, Config, ConnectRequest, Credentials};
use ce_sandbox::Sandbox;
use tokio::sync::mpsc;

/// What the handler knows.
#[derive(Clone)]
struct Application {
    signature_key: Arc<str>,
    /// Of the notifications that came. In a real application: a unique column of the database.
    ids: Arc<Mutex<HashSet<String>>>,
    /// Who works on them.
    queue: mpsc::Sender<EventNotification>,
}

/// The raw body first: the signature is over the bytes as they came. Then the JSON.
async fn receive(
    State(application): State<Application>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(), StatusCode> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = header(WEBHOOK_SIGNATURE);
    let verified = events::verify(&application.signature_key, signature, &body);
    verified.map_err(|_| StatusCode::UNAUTHORIZED)?;
    let id = header(WEBHOOK_ID).ok_or(StatusCode::BAD_REQUEST)?;
    let notification = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    // What fails from here on is not answered with 2xx, and comes again.
    let place = application.queue.try_reserve();
    let place = place.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let ids = application.ids.lock();
    if ids
        .unwrap_or_else(PoisonError::into_inner)
        .insert(id.to_owned())
    {
        place.send(notification);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let about = "Events: switched on, received, verified and printed, with a sandbox";
    clap::Command::new("events").about(about).get_matches();
    // In a real application it is random, as long as a password of a machine, and kept like one.
    let signature_key = "MySecretEventSignatureKey";
    let (queue, mut notifications) = mpsc::channel(100);
    let application = Application {
        signature_key: signature_key.into(),
        ids: Arc::default(),
        queue,
    };
    let router = Router::new().route("/events", post(receive));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/events", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router.with_state(application)).await });

    // Not needed with the default features: these examples are built with ring, which is quicker.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();

    // A stand-in for the platform. In a real application: its URL, and your secrets from its console.
    let sandbox = Sandbox::start()?;
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let client = Client::new(Config::new(sandbox.base_url(), credentials)?)?;
    let connect = ConnectRequest::new("closeio")
        .authentication(AuthenticationScheme::Basic)
        .configuration("username", "API key, from the provider")
        .configuration("password", "from the provider")
        .events(Events::webhooks(&*url).signature_key(signature_key))
        .name("Ann's contacts");
    let instance = client.provision(&connect).await?;

    let contacts = || Resource::through(&instance.token, "contacts");
    let body = serde_json::json!({"name": "Bob"});
    let bob = client.send(contacts().create::<_, Object>(&body)).await?;
    let id = bob.body.text("id").ok_or("a contact without an id")?;
    client.send(contacts().delete(&*id)).await?;

    for _ in 0..2 {
        let notification = notifications.recv().await.ok_or("the server has ended")?;
        for event in notification.events() {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let id = event.object_id.as_ref().map(|id| match id.as_str() {
                Some(text) => text.into_owned(),
                None => id.to_json(),
            });
            let (what, which) = (text(&event.event_type), text(&event.object_type));
            writeln!(stdout(), "{what} {which} {}", id.unwrap_or_default())?;
        }
    }

    // Anybody can send to that URL.
    let forged = ce_async::reqwest::Client::builder().no_proxy().build()?;
    let forged = forged
        .post(url)
        .header(WEBHOOK_ID, "1")
        .body("{}")
        .send()
        .await?;
    writeln!(stdout(), "a forged one: {}", forged.status())?;
    Ok(())
}
