//! Each behaviour of the sandbox, as an HTTP client sees it. The README lists them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is shared fails the test that uses it"
)]

mod authorization;
mod browsers;
mod change;
mod consent;
mod control;
mod create;
mod elements;
mod fault_rules;
mod faults;
mod flow;
mod handle;
mod http;
mod instances;
mod lists;
mod objects;
mod program;
mod raw;
mod wire;

/// The README's list of behaviours is that of the tests.
#[test]
fn the_readme_lists_every_behaviour_and_no_other() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = Vec::new();
    for file in std::fs::read_dir(root.join("tests/behaviours")).unwrap() {
        let path = file.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        for test in source.split("#[test]\nfn ").skip(1) {
            let (name, _) = test.split_once('(').unwrap();
            tests.push(format!("`{module}::{name}`"));
        }
    }
    tests.retain(|test| !test.starts_with("`main::"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, list) = readme.split_once("## Behaviours").unwrap();
    let listed: Vec<&str> = list
        .split_whitespace()
        .filter(|word| word.contains("::"))
        .collect();
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
