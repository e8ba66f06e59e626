//! Rows that are counted, not timed. Counting replaces the allocator, and costs more than the
//! allocations themselves; so it is done by a program of its own.

use std::process::Command;

use crate::report::{Bar, Row};

/// Has the other program count.
pub fn rows() -> Result<Vec<Row>, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--locked", "-p", "ce-bench"])
        .args(["--features", "counting", "--bin", "ce-bench-counting"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .map_err(|error| format!("cargo can't be run: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let counted: Vec<f64> = printed.split_whitespace().flat_map(str::parse).collect();
    let &[ours, theirs] = counted.as_slice() else {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("what was counted can't be read: {printed}{errors}"));
    };
    Ok(vec![Row {
        what: "the whole flow's own work, allocations".to_owned(),
        against: "`json!`, `Value` and `url`",
        value: ours / theirs,
        bar: Bar::AtMost(0.5),
        detail: format!("{ours}, theirs {theirs}"),
    }])
}

/// Counts, and prints what [`rows`] reads.
#[cfg(feature = "counting")]
pub fn count() {
    let (ours, theirs) = crate::own_work::allocations();
    println!("{ours} {theirs}");
}
