//! Documents of the platform read into their types and are written back equal as JSON.
//!
//! The project's own stand in `fixtures/`. Whoever has more puts them into folders of the same
//! names, and names the folder above in `CE_DOCUMENTS`.

use std::fs;
use std::path::{Path, PathBuf};

use ce_core::model::{ApiErrorBody, CreateInstance, Instance, OAuthUrl};
use ce_tests::fuzzing::lossless;

/// Whether a document is of its kind; if so, it survives.
type Survives = fn(&[u8]) -> bool;

const KINDS: [(&str, Survives); 4] = [
    ("create-requests", |it| {
        lossless(it, CreateInstance::to_json)
    }),
    ("instance-responses", |it| lossless(it, Instance::to_json)),
    ("oauth-url-responses", |it| lossless(it, OAuthUrl::to_json)),
    ("error-bodies", |it| lossless(it, ApiErrorBody::to_json)),
];

#[test]
fn documents_survive() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let further = std::env::var_os("CE_DOCUMENTS").map(PathBuf::from);
    for (kind, survives) in KINDS {
        let mut count = 0;
        for above in [Some(&own), further.as_ref()].into_iter().flatten() {
            // Not every kind need be there, but the folder above must be.
            assert!(above.is_dir(), "no such folder: {}", above.display());
            for entry in fs::read_dir(above.join(kind)).into_iter().flatten() {
                let path = entry.unwrap().path();
                println!("{}", path.display());
                assert!(survives(&fs::read(&path).unwrap()));
                count += 1;
            }
        }
        assert!(count >= 3, "{kind}: only {count} documents");
    }
}
