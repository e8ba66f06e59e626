//! Instructions instead of times: they are the same on a busy machine, and nearly so on another.
//!
//! The counts are kept in `instructions.txt`. One that grows by more than 5 % fails; after a change
//! that is worth it, or with another compiler, `--accept` writes the new ones.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use ce_core::{Response, http};

use crate::{documents, model, own_work};

/// What is counted, and how often it is done for it.
const WORK: [(&str, usize); 4] = [
    ("decode-1-KB", 400),
    ("decode-10-KB", 200),
    ("write-3-KB", 400),
    ("flow", 400),
];

/// How much a count may grow, for what isn't ours: the C library, and where memory happens to lie.
const TOLERANCE: f64 = 1.05;

/// Does one work `times` times; it is what callgrind looks at.
pub fn work(name: &str, times: usize) -> Result<(), String> {
    let answer = |bytes| -> Response {
        let body = documents::instance(bytes).into();
        http::Response::new(body).into()
    };
    match name {
        "decode-1-KB" | "decode-10-KB" => {
            let answer = answer(if name == "decode-1-KB" { 1_000 } else { 10_000 });
            (0..times).for_each(|_| drop(black_box(model::decode(&answer))));
        }
        "write-3-KB" => {
            let instance = model::decode(&answer(3_000));
            (0..times).for_each(|_| drop(black_box(black_box(&instance).to_json())));
        }
        "flow" => own_work::repeat(times),
        _ => return Err(format!("no such work: {name}")),
    }
    Ok(())
}

/// Counts all, and compares with what is kept; whether none has grown.
pub fn run(accept: bool) -> Result<bool, String> {
    let kept = std::fs::read_to_string(file()).unwrap_or_default();
    let compiler = compiler()?;
    let mut counted = format!("{compiler}\n");
    if !kept.is_empty() && !kept.starts_with(&counted) {
        let before = kept.lines().next().unwrap_or_default();
        println!(
            "Kept with {before}, counted with {compiler}: some of a difference may be theirs.\n"
        );
    }
    let mut held = true;
    println!("| work | instructions | kept | bar |");
    println!("| --- | --- | --- | --- |");
    for (name, times) in WORK {
        // What is done before the work is in both.
        let count = (collected(name, 2 * times)? - collected(name, times)?) / times as u64;
        counted += &format!("{name} {count}\n");
        let before = kept
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find_map(|(kept, count)| (kept == name).then(|| count.parse::<u64>().ok())?);
        let grown = before.is_none_or(|before| count as f64 > before as f64 * TOLERANCE);
        held &= !grown;
        let before = before.map_or("nothing".to_owned(), |before| before.to_string());
        let broken = if grown && !accept { " **broken**" } else { "" };
        println!("| {name} | {count}{broken} | {before} | ≤ 1.05× |");
    }
    if accept {
        std::fs::write(file(), counted).map_err(|error| error.to_string())?;
        return Ok(true);
    }
    Ok(held)
}

/// The compiler's name and version.
fn compiler() -> Result<String, String> {
    let output = Command::new("rustc").arg("--version").output();
    let output = output.map_err(|error| format!("rustc can't be run: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The instructions of this program at some work.
fn collected(name: &str, times: usize) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["work", name, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind can't be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.contains("Collected"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
        .ok_or_else(|| format!("valgrind says no count: {said}"))
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt")
}
