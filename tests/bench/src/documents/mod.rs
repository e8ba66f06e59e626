//! What the platform answers, in the sizes that are measured.

pub mod dropping;

use serde_json::{Value, json};

/// The instances over which decoding and writing are measured.
pub const INSTANCES: [&str; 5] = ["1 KB", "3 KB", "10 KB", "30 KB", "100 KB"];
/// The name of a page of [`PAGE_LENGTH`] instances.
pub const PAGE: &str = "a page";
/// What is decoded.
pub const DOCUMENTS: [&str; 6] = ["1 KB", "3 KB", "10 KB", "30 KB", "100 KB", PAGE];
/// How many instances a page holds.
pub const PAGE_LENGTH: usize = 200;
/// An event notification of 2 KB.
pub const NOTIFICATION: &[u8] = include_bytes!("notification.json");
/// What it is signed with.
pub const SIGNATURE_KEY: &str = "c3RhYmxlIGtleSBvZiBhbiBpbnN0YW5jZQ";

/// The text of one of these.
pub fn named(name: &str) -> String {
    let number = name.split(' ').next().and_then(|size| size.parse().ok());
    number.map_or_else(page, |kilobytes: usize| instance(kilobytes * 1_000))
}

/// An instance of about so many bytes, with fields that no type of ours or of the peers knows.
pub fn instance(bytes: usize) -> String {
    let read = |json| serde_json::from_str::<Value>(json).expect("JSON");
    let mut instance = read(include_str!("instance.json"));
    let more = read(include_str!("more.json"));
    for round in 0.. {
        let text = instance.to_string();
        if text.len() + 200 >= bytes {
            return text;
        }
        for (name, value) in more["entries"][round % 4].as_object().into_iter().flatten() {
            instance["configuration"][format!("{name}.{round}")] = value.clone();
        }
        let lists = ["parameters", "resources"];
        for list in &lists[..1 + usize::from(round % 3 == 2)] {
            let items = instance["element"][list].as_array_mut().expect("a list");
            items.push(more[list][0].clone());
        }
    }
    unreachable!("a text grows")
}

/// A page of the list of instances.
pub fn page() -> String {
    format!("[{}]", vec![instance(1_700); PAGE_LENGTH].join(","))
}

/// Step 1's answer.
pub fn oauth_url(state: &str) -> String {
    let url = "https://provider.example/oauth/authorize?client_id=c6a1e0b9f2d94c8d\
        &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code";
    json!({"oauthUrl": format!("{url}&state={state}"), "element": "instagram"}).to_string()
}

/// What an OAuth 2.0 provider would answer that tells as much as an instance: the same document, its
/// token by OAuth's name.
pub fn oauth_token() -> String {
    let names = r#""token_type":"bearer","access_token":"#;
    instance(1_700).replacen(r#""token":"#, names, 1)
}
