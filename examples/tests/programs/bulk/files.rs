//! The files that `bulk` writes: its own alone, and whole.

use std::fs;
#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

use ce_sandbox::Sandbox;

use super::{Bulk, rows};

#[test]
fn a_file_that_is_not_its_own_is_refused_unchanged() {
    const FOREIGN: &str = "row,id,token,name of something else\nhalf a line";
    const REFUSED: &str =
        "it is not a file of this program's for this platform, and was not changed";
    for foreign in ["tokens.csv", "tokens.csv.journal"] {
        let bulk = Bulk::new(Sandbox::builder(), &rows(1..=1));
        bulk.write(foreign, FOREIGN);
        bulk.ends(2, REFUSED);
        assert_eq!(bulk.read(foreign), FOREIGN);
        // The other one was not even made.
        assert_eq!(fs::read_dir(bulk.folder.path()).unwrap().count(), 2);
        #[cfg(unix)]
        {
            let link = |to: PathBuf| std::os::unix::fs::symlink(to, bulk.path(foreign)).unwrap();
            let remove = || fs::remove_file(bulk.path(foreign)).unwrap();
            fs::rename(bulk.path(foreign), bulk.path("elsewhere")).unwrap();
            link(bulk.path("elsewhere"));
            bulk.ends(2, REFUSED);
            assert_eq!(bulk.read("elsewhere"), FOREIGN);
            remove();
            link("/dev/zero".into());
            bulk.ends(2, REFUSED);
            remove();
            bulk.write(foreign, "");
            bulk.ends(2, "others may read it: chmod 600 it first");
        }
    }
    let mut bulk = Bulk::new(Sandbox::builder(), &rows(1..=1));
    bulk.ends(0, "");
    let held = fs::File::open(bulk.path("tokens.csv")).unwrap();
    held.lock().unwrap();
    bulk.ends(2, "tokens.csv: another run is at work on it");
    drop(held);
    // What was done at another platform is not done at this one.
    bulk.sandbox = Sandbox::start().unwrap();
    bulk.ends(2, &format!("tokens.csv.journal: {REFUSED}"));
    assert!(bulk.sandbox.served().is_empty());
}

#[cfg(unix)]
#[test]
fn nothing_is_sent_whose_token_could_not_be_kept() {
    let bulk = Bulk::new(Sandbox::builder(), &rows(1..=3));
    std::os::unix::fs::symlink("nowhere/tokens.csv", bulk.path("tokens.csv")).unwrap();
    for _ in 0..2 {
        bulk.ends(2, "tokens.csv: it wasn't there a moment ago");
    }
    assert!(bulk.sandbox.served().is_empty());
}

#[test]
fn a_second_run_beside_the_first_is_refused() {
    let slow = Sandbox::builder().provisioning(Duration::from_secs(1));
    let bulk = Bulk::new(slow, &rows(1..=3));
    let mut first = bulk.command().spawn().unwrap();
    while bulk.sandbox.served().is_empty() && first.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    bulk.ends(2, "another run is at work on it");
    assert!(first.wait().unwrap().success());
    bulk.holds(3);
}

#[test]
fn a_torn_line_is_repaired_or_stops_the_run() {
    let bulk = Bulk::new(Sandbox::builder(), &rows(1..=3));
    bulk.ends(0, "");
    let whole = bulk.read("tokens.csv");
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    // As if the machine had stopped amid a line: of the heads, of a digest, of
    // what is longer than the line to come, before the line's end.
    let long = "x".repeat(500);
    for (end, behind) in [
        (5, ""),
        (last + 5, ""),
        (last, &long),
        (whole.len() - 1, ""),
    ] {
        bulk.write("tokens.csv", &format!("{}{behind}", &whole[..end]));
        bulk.ends(0, "");
        bulk.holds(3);
    }
    // Half a line with another one behind it is no token.
    let torn = format!("{}{}", &whole[..last - 20], &whole[last..]);
    bulk.write("tokens.csv", &torn);
    bulk.ends(
        2,
        "tokens.csv: line 3 is damaged: remove it, and the next run",
    );
    assert_eq!(bulk.read("tokens.csv"), torn);
    fs::remove_file(bulk.path("tokens.csv")).unwrap();
    bulk.ends(0, "");
    bulk.holds(3);
    let journal = bulk
        .read("tokens.csv.journal")
        .replacen("{\"row\"", "{\"ro", 1);
    bulk.write("tokens.csv.journal", &journal);
    bulk.ends(2, "tokens.csv.journal: line 2 is damaged: its row may have");
}
