//! The examples of files and of events.

use std::fs;

use crate::program::{Ends as _, has, has_none, program};

#[test]
fn a_folder_comes_back_the_same() {
    let folder = tempfile::TempDir::new().unwrap();
    // Windows has no such name.
    let question_mark = if cfg!(windows) { "" } else { "?" };
    let inner = format!("two words/#1 ä{question_mark}");
    let deep = folder.path().join(&inner);
    fs::create_dir_all(&deep).unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    fs::write(deep.join("50%.bin"), [0, 13, 10, 255]).unwrap();
    let large = vec![b'x'; 3 << 20];
    fs::write(deep.join("large"), large).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), deep.join("circle")).unwrap();
    let printed = program("files").arg(folder.path()).ends(0, "");
    #[rustfmt::skip] // A line a line.
    has(&printed.out, &[
        "         0 /empty\n", &format!("         4 /{inner}/50%.bin\n"),
        &format!("   3145728 /{inner}/large\n"), "uploaded 3, listed 3, the same 3\n",
    ]);
    has_none(&printed.out, &["circle"]);
    let own = program("files").ends(0, "");
    has(&own.out, &["/main.rs\n", "the same"]);
    let none = folder.path().join("none");
    program("files").arg(none).ends(1, "none: ");
}

#[test]
fn a_file_that_no_body_holds_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = fs::File::create(folder.path().join("huge")).unwrap();
    file.set_len((16 << 20) + 1).unwrap();
    let mut command = program("files");
    let printed = command.arg(folder.path()).ends(1, "huge is larger than");
    assert_eq!(printed.out, "");
}

#[test]
fn events_are_printed_once_verified() {
    let printed = program("events").ends(0, "");
    let mut lines: Vec<&str> = printed.out.lines().collect();
    // Notifications come in any order.
    lines.sort_unstable();
    let expected = [
        "CREATED contacts 3",
        "DELETED contacts 3",
        "a forged one: 401 Unauthorized",
    ];
    assert_eq!(lines, expected);
}
