//! What the platform tells: who may tell it, how often it counts, and who sees it.

use std::time::Duration;

use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, signature};
use ce_sandbox::NotifyError;
use ce_webapp::Settings;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::demo::{Demo, File, in_time, platform};
use crate::fixture::browser::{Browser, EVENTS_KEY, http, notify, says};

fn told(settings: &mut Settings) {
    settings.secrets.events_key = Some(EVENTS_KEY.to_owned());
    settings.live_interval = Duration::from_millis(20);
}

/// A notification of one event, which happened on this day.
fn notification(instance: u64, object: &str, day: u32) -> String {
    let date = format!("2026-03-{day:02}T10:00:00Z");
    let event = json!({
        "objectType": "media", "objectId": object, "eventType": "CREATED", "date": date
    });
    json!({"instanceId": instance, "message": {"events": [event]}}).to_string()
}

/// Reads a stream up to this text. `None` if it ends before.
async fn read_up_to(stream: &mut reqwest::Response, text: &str) -> Option<String> {
    let mut read = String::new();
    while !read.contains(text) {
        let chunk = in_time(stream.chunk()).await.unwrap()?;
        read.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    Some(read)
}

async fn live(browser: &Browser) -> reqwest::Response {
    let request = browser.request(Method::GET, "/events/live");
    request.send().await.unwrap()
}

#[tokio::test]
async fn what_changes_at_the_provider_is_shown_to_its_owner_alone_and_at_once() {
    let demo = Demo::with(|settings| settings.live_interval = Duration::from_millis(20)).await;
    let mut ann = demo.connected("Ann").await;
    let mut bob = demo.connected("Bob").await;
    let (mut anns, mut bobs) = (live(&ann).await, live(&bob).await);
    let content = anns.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(content, "text/event-stream");
    for stream in [&mut anns, &mut bobs] {
        read_up_to(stream, "Nothing has changed").await.unwrap();
    }

    let event = json!({"objectType": "media", "objectId": 7, "eventType": "CREATED"});
    let instances = demo.sandbox().instances();
    for (instance, name, owner) in [(1, "Bob", &mut bobs), (0, "Ann", &mut anns)] {
        let event = event.as_object().cloned();
        demo.sandbox()
            .notify(instances[instance].id, event)
            .unwrap();
        let told = read_up_to(owner, "was added").await.unwrap();
        says(&told, &format!("in {name}'s pictures"));
        assert_eq!(told.matches("was added").count(), 1, "{told}");
    }
    for (browser, name, other) in [(&mut ann, "Ann", "Bob"), (&mut bob, "Bob", "Ann")] {
        let home = browser.home().await;
        says(&home, &format!("in {name}'s pictures"));
        assert!(!home.contains(other), "{home}");
    }
}

#[tokio::test]
async fn what_is_not_the_platforms_is_refused() {
    let demo = Demo::with(told).await;
    let mut ann = demo.connected("Ann").await;
    let instance = demo.instance().id;
    let body = &notification(instance, "7", 1);
    let (id, key) = (Some("1"), EVENTS_KEY);
    let signed = |key, body: &str| Some(signature(key, body.as_bytes()).unwrap());
    let unknown = &notification(instance + 1, "7", 1);
    let huge = &" ".repeat(300 * 1024);
    for (what, body, id, signed, status) in [
        ("unsigned", body.as_str(), id, None, 401),
        ("another key", body, id, signed("other", body), 401),
        ("another body", "{", id, signed(key, body), 401),
        ("no id", body, None, signed(key, body), 400),
        ("no JSON", "{", id, signed(key, "{"), 400),
        ("too long", huge, id, signed(key, huge), 413),
        ("no account", unknown, id, signed(key, unknown), 404),
    ] {
        let mut request = http().post(format!("{}/events", demo.url));
        for (name, value) in [(WEBHOOK_ID, id), (WEBHOOK_SIGNATURE, signed.as_deref())] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(answer.status(), status, "{what}");
    }
    let home = ann.home().await;
    says(&home, "Nothing has changed");
    let status = live(&demo.nobody()).await.status();
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_comes_out_of_order_or_strange_is_shown_in_order_and_as_text() {
    let demo = Demo::with(told).await;
    let mut ann = demo.connected("Ann").await;
    let instance = demo.instance().id;
    for (id, object, day) in [
        ("1", "second", 2),
        ("2", "<b>third\0", 3),
        ("3", "first", 1),
    ] {
        let status = notify(&demo.url, id, notification(instance, object, day)).await;
        assert_eq!(status, StatusCode::OK);
    }
    let home = ann.home().await;
    let shown = [
        "media &lt;b&gt;third was",
        "media second was",
        "media first was",
    ];
    let places = shown.map(|text| home.find(text).unwrap_or_else(|| panic!("{text}: {home}")));
    assert!(places.is_sorted(), "{home}");
    says(&home, "1 March 2026, 10:00 UTC");
}

#[tokio::test]
async fn two_replicas_are_told_the_same_and_show_it_once_and_at_once() {
    let (file, sandbox) = (File::new(), platform(0));
    let replica = async || {
        let settings = |settings: &mut Settings| {
            told(settings);
            settings.database = Some(file.url());
        };
        Demo::on(&sandbox, settings).await
    };
    let (a, b) = (replica().await, replica().await);
    let ann = a.connected("Ann").await;
    let instance = sandbox.instances()[0].id;
    let mut on_b = live(&ann).await;
    read_up_to(&mut on_b, "Nothing has changed").await.unwrap();
    let body = notification(instance, "7", 1);
    let (one, two) = tokio::join!(
        notify(&a.url, "1", body.clone()),
        notify(&b.url, "1", body.clone())
    );
    assert_eq!([one, two], [StatusCode::OK; 2]);
    read_up_to(&mut on_b, "media 7").await.unwrap();
    assert_eq!(
        notify(&a.url, "2", notification(instance, "8", 2)).await,
        StatusCode::OK
    );
    let told = read_up_to(&mut on_b, "media 7").await.unwrap();
    assert_eq!(told.matches("was added").count(), 2, "{told}");
    a.app.stop().await;
    b.app.stop().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_application() {
    let demo = Demo::with(told).await;
    let mut ann = demo.connected("Ann").await;
    let bob = demo.user("Bob").await;
    let (mut anns, mut bobs) = (live(&ann).await, live(&bob).await);
    for stream in [&mut anns, &mut bobs] {
        read_up_to(stream, "Nothing has changed").await.unwrap();
    }
    ann.press("/sign-out").await;
    assert_eq!(read_up_to(&mut anns, "never").await, None);
    // Bob's browser reads on; the application ends all the same.
    in_time(demo.app.stop()).await;
    assert_eq!(read_up_to(&mut bobs, "never").await, None);
}

#[tokio::test]
async fn without_a_key_the_platform_reports_nothing() {
    let sandbox = platform(0);
    let demo = Demo::on(&sandbox, |_| {}).await;
    let mut ann = demo.connected("Ann").await;
    let id = sandbox.instances()[0].id;
    let refused = sandbox.notify(id, []);
    assert_eq!(refused, Err(NotifyError::NotEnabled { id }));
    assert_eq!(
        notify(&demo.url, "1", notification(id, "7", 1)).await,
        StatusCode::NOT_FOUND
    );
    assert!(!ann.home().await.contains("What changed"));
}
