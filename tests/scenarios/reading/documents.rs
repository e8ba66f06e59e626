//! Documents of the platform read into their types and are written back equal as JSON.
//!
//! The project's own stand in `fixtures/`. Whoever has more puts them into folders of the same
//! names, and names the folder above in `CE_DOCUMENTS`.

use std::fs;
use std::path::{Path, PathBuf};

use ce_core::model::{ApiErrorBody, CreateInstance, Instance, OAuthUrl};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_str, from_value, to_value};

fn each_survives<T: DeserializeOwned + Serialize>(kind: &str, to_json: fn(&T) -> String) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let further = std::env::var_os("CE_DOCUMENTS").map(PathBuf::from);
    let mut count = 0;
    for above in [own].into_iter().chain(further) {
        // Not every kind need be there, but the folder above must be.
        assert!(above.is_dir(), "no such folder: {}", above.display());
        for entry in fs::read_dir(above.join(kind)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let tree: Value = from_str(&text).unwrap();
            let read: T = from_str(&text).unwrap();
            let of_tree: T = from_value(tree.clone()).unwrap();
            let written: Value = from_str(&to_json(&read)).unwrap();
            for again in [
                written,
                to_value(&read).unwrap(),
                to_value(&of_tree).unwrap(),
            ] {
                assert_eq!(again, tree, "{}", path.display());
            }
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
