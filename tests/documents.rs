//! Documents of the platform read into their types and are written back equal as JSON.
//!
//! The project's own stand in `fixtures/`. Whoever has more puts them into folders of the same
//! names, and names the folder above in `CE_DOCUMENTS`.

use std::fs;
use std::path::{Path, PathBuf};

use ce_core::model::{ApiErrorBody, CreateInstance, Instance, OAuthUrl};
use serde_json::Value;

fn folders() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let further = std::env::var_os("CE_DOCUMENTS").map(PathBuf::from);
    [own].into_iter().chain(further).collect()
}

fn each_survives<T: serde::de::DeserializeOwned + serde::Serialize + std::fmt::Debug>(
    kind: &str,
    to_json: fn(&T) -> String,
) {
    let mut count = 0;
    for above in folders() {
        let folder = above.join(kind);
        let Ok(entries) = fs::read_dir(&folder) else {
            // Not every kind need be there, but the folder above must be.
            assert!(above.is_dir(), "no such folder: {}", above.display());
            continue;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&path).unwrap();
            let tree: Value = serde_json::from_str(&text).unwrap();
            let read: T = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(
                serde_json::to_value(&read).unwrap(),
                tree,
                "{}",
                path.display()
            );
            let written = to_json(&read);
            let again: Value = serde_json::from_str(&written).unwrap();
            assert_eq!(again, tree, "{}", path.display());
            let from_tree: T = serde_json::from_value(tree.clone()).unwrap();
            assert_eq!(serde_json::to_value(&from_tree).unwrap(), tree);
            count += 1;
        }
    }
    println!("{kind}: {count} documents");
    assert!(count >= 3, "{kind}: only {count} documents");
}

#[test]
fn create_requests() {
    each_survives("create-requests", CreateInstance::to_json);
}

#[test]
fn instance_responses() {
    each_survives("instance-responses", Instance::to_json);
}

#[test]
fn oauth_url_responses() {
    each_survives("oauth-url-responses", OAuthUrl::to_json);
}

#[test]
fn error_bodies() {
    each_survives("error-bodies", ApiErrorBody::to_json);
}
