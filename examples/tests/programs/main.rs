//! Every example is run as a person runs it: what it prints, and with which code it ends.

mod browser;
mod bulk;
mod elements;
mod exit_codes;
mod faults;
mod run;
mod told;

use run::{program, text};

#[test]
fn the_minimal_examples_run() {
    for name in ["minimal_async", "minimal_blocking"] {
        let output = program(name).output().unwrap();
        let printed = text(&output.stdout);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(printed.contains("connected: instance "), "{printed}");
        assert!(printed.contains("ElementToken([redacted])"), "{printed}");
    }
    let output = program("types_only").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("instance 428551 is valid: Some(true)"));
}
