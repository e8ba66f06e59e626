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

use std::fs;
use std::path::Path;

/// The README's list of behaviours is that of the tests.
#[test]
fn the_readme_lists_every_behaviour_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = Vec::new();
    collect(&root.join("tests/behaviours"), "", &mut tests);
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, list) = readme.split_once("## Behaviours").unwrap();
    let words = list.split_whitespace();
    let listed: Vec<&str> = words.filter(|word| word.contains("::")).collect();
    for test in &tests {
        assert!(listed.contains(&test.as_str()), "not listed: {test}");
    }
    for test in listed {
        assert!(
            tests.iter().any(|other| other == test),
            "no such test: {test}"
        );
    }
}

/// The tests in a folder, each by its path.
fn collect(folder: &Path, module: &str, tests: &mut Vec<String>) {
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
            tests.push(format!("`{module}{name}`"));
        }
    }
    tests.retain(|test| !test.starts_with("`main::"));
}
