//! Each behaviour of the sandbox, as an HTTP client sees it. The README lists them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is shared fails the test that uses it"
)]

mod api;
mod consent;
mod control;
mod events;
mod faults;
mod flow;
mod handle;
mod http;
mod program;
mod raw;
mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The README's list of behaviours is that of the tests.
#[test]
fn the_readme_lists_every_behaviour_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    collect(&root.join("tests/behaviours"), "", &mut tests);
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, list) = readme.split_once("## Behaviours").unwrap();
    let listed = list.split('`').filter(|word| word.contains("::"));
    let listed: BTreeSet<_> = listed.map(str::to_owned).collect();
    let differing: Vec<_> = tests.symmetric_difference(&listed).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

/// The tests in a folder, each by its path.
fn collect(folder: &Path, module: &str, tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let module = format!("{module}{}::", path.file_stem().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &module, tests);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for test in source.split("#[test]\nfn ").skip(1) {
            let (name, _) = test.split_once('(').unwrap();
            tests.insert(format!("{module}{name}"));
        }
    }
    tests.retain(|test| !test.starts_with("main::"));
}
