//! How many crates, how long a build, how large a program: ours beside the same by hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::effort::Effort;
use crate::report::{Bar, Report, Row};

/// Every row; whether all bars hold.
pub fn run(effort: Effort) -> Result<bool, String> {
    let mut report = Report::begin(effort);
    report.add(crates()?);
    for (client, library, bar) in [("blocking", "`ureq`", 1.30), ("async", "`reqwest`", 1.20)] {
        report.add(builds(effort, client, library, bar)?);
    }
    Ok(report.end())
}

fn crates() -> Result<Vec<Row>, String> {
    let row = |package: &str, below: &'static str, count: usize, bar: usize, detail: String| Row {
        what: format!("crates below `{package}`"),
        against: below,
        value: count as f64,
        bar: Bar::Count(bar as f64),
        detail,
    };
    let model = below(&tree("ce-model")?, "ce-model").len();
    let core = below(&tree("ce-core")?, "ce-core").len();
    let blocking = below(&tree("ce-blocking")?, "ce-blocking").len();
    let with_async = tree("ce-async")?;
    let (all, reqwest) = (
        below(&with_async, "ce-async").len(),
        below(&with_async, "reqwest"),
    );
    // What a program by hand needs for the same features: reqwest is told which TLS to use.
    let tls = ["rustls", "rustls-platform-verifier"].map(|name| below(&with_async, name));
    let alone = reqwest.iter().chain(tls.iter().flatten()).copied();
    let alone = alone.collect::<BTreeSet<_>>().len() + 1;
    Ok(vec![
        row("ce-model", "", model, 16, String::new()),
        row("ce-core", "", core, 28, String::new()),
        row(
            "ce-blocking",
            "`ureq` + 16",
            blocking,
            27 + 16,
            "27 below `ureq`".to_owned(),
        ),
        row(
            "ce-async",
            "`reqwest` + 16",
            all,
            alone + 16,
            format!("{alone} by `reqwest`"),
        ),
    ])
}

/// A package's dependencies, each line with its depth.
fn tree(package: &str) -> Result<String, String> {
    let output = cargo(&[
        "tree",
        "--locked",
        "-e",
        "normal",
        "--prefix",
        "depth",
        "--no-dedupe",
    ])
    .args(["-p", package])
    .output()
    .map_err(|error| format!("cargo can't be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// The crates below one of a tree, each once.
fn below<'a>(tree: &'a str, name: &str) -> BTreeSet<&'a str> {
    let mut inside: Option<usize> = None;
    let mut crates = BTreeSet::new();
    for line in tree.lines() {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let (depth, package) = line.split_at(digits);
        let depth = depth.parse().unwrap_or(0);
        inside = inside.filter(|&top| depth > top);
        match inside {
            Some(_) => drop(crates.insert(package)),
            None if package.split(' ').next() == Some(name) => inside = Some(depth),
            None => {}
        }
    }
    crates
}

/// A program on one client and the same by hand: built from nothing, and stripped.
fn builds(
    effort: Effort,
    client: &str,
    library: &'static str,
    bar: f64,
) -> Result<Vec<Row>, String> {
    let (ours, by_hand) = (
        format!("ce-bench-{client}"),
        format!("ce-bench-{client}-by-hand"),
    );
    // The first build reads from the disk what the others find in memory, and the machine does
    // something else now and then: of up to three each, in turns, the quickest counts.
    let least = match effort {
        Effort::Whole => 3,
        Effort::Quick => 1,
    };
    let (mut their_seconds, their_bytes) = build(&by_hand)?;
    let (mut seconds, bytes) = build(&ours)?;
    let mut builds = 1;
    while builds < least || (builds < 3 && seconds > their_seconds * bar) {
        builds += 1;
        their_seconds = build(&by_hand)?.0.min(their_seconds);
        seconds = build(&ours)?.0.min(seconds);
    }
    Ok(vec![
        Row {
            what: format!("clean release build of a program with `ce-{client}`"),
            against: library,
            value: seconds / their_seconds,
            bar: Bar::NoSlower(bar),
            detail: format!("{seconds:.1} s, by hand {their_seconds:.1} s"),
        },
        Row {
            what: "its size, stripped".to_owned(),
            against: library,
            value: bytes / their_bytes,
            bar: Bar::AtMost(1.15),
            detail: format!("{:.0} KB, by hand {:.0} KB", bytes / 1e3, their_bytes / 1e3),
        },
    ])
}

/// Seconds and bytes of a program that is built from nothing.
fn build(package: &str) -> Result<(f64, f64), String> {
    let folder = target().join(package);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    let mut build = cargo(&["build", "--release", "--locked", "--quiet", "-p", package]);
    build.env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    build.arg("--target-dir").arg(&folder).stdout(Stdio::null());
    let began = Instant::now();
    let status = build
        .status()
        .map_err(|error| format!("cargo can't be run: {error}"))?;
    let seconds = began.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("{package} can't be built"));
    }
    let program = folder.join("release").join(package);
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    let bytes = std::fs::metadata(&program)
        .map_err(|error| error.to_string())?
        .len();
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok((seconds, bytes as f64))
}

/// Cargo, in the workspace, without what this program was told by its own.
fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/budgets")
}
