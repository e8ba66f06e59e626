//! Which rows get an instance, and which are refused.

use std::fs;

use ce_sandbox::Sandbox;

use super::{Bulk, rows};
use crate::program::{Ends as _, has, program};

#[test]
fn a_row_is_known_by_its_content() {
    let bulk = Bulk::new(Sandbox::builder(), &rows(2..=3));
    bulk.ends(0, "");
    // Inserted before the others, which are the same with columns in another order.
    let inserted = "tags, password ,name,username\n,c4n4ry1,\"Account 1, of many\",user1\n\
                    ,c4n4ry3,\"Account 3, of many\",user3\n,c4n4ry2,\"Account 2, of many\",user2\n";
    has(
        &bulk.with(inserted, 0, "").out,
        &["3 rows, 2 of them done before"],
    );
    bulk.holds(3);
    // A row that has changed is another one, and so is one for another element.
    bulk.with("name,username,password\nAccount 4,user4,c4n4ry\n", 0, "");
    bulk.with(
        "name,username,password\nAccount 4 anew,user4,c4n4ry\n",
        0,
        "",
    );
    bulk.holds(5);
    bulk.command()
        .args(["--element", "bob"])
        .ends(1, "line 2: the platform refused");
}

#[test]
fn a_row_that_is_refused_leaves_the_others_be() {
    let bulk = Bulk::new(
        Sandbox::builder(),
        "name,username,password\nAnn,a,c4n4ry\nBob,b,\n ,c,d\n",
    );
    let printed = bulk.ends(1, "line 3: the platform refused");
    has(&printed.err, &["line 4: nothing was sent: name is missing"]);
    bulk.holds(1);
    // Corrected, they are sent at once: nothing is looked for that is known not to be there.
    let before = bulk.sandbox.served().len();
    bulk.with(
        "name,username,password\nAnn,a,c4n4ry\nBob,b,c4n4ry\nC,c,d\n",
        0,
        "",
    );
    assert_eq!(bulk.sandbox.served().len(), before + 2);
}

#[test]
fn a_row_that_was_sent_and_is_gone_is_not_forgotten() {
    let bulk = Bulk::new(Sandbox::builder(), &rows(1..=1));
    bulk.ends(0, "");
    // As if it had been killed before the token came.
    fs::remove_file(bulk.path("tokens.csv")).unwrap();
    bulk.with(
        &rows(2..=2),
        0,
        "that are changed or gone now: 1; each may have an instance",
    );
    bulk.with(&rows(1..=2), 0, "");
    bulk.holds(2);
}

#[test]
fn rows_that_are_ambiguous_are_refused() {
    let bulk = Bulk::new(Sandbox::builder(), "");
    #[rustfmt::skip] // A row a case.
    let table = [
        ("name,username\nAnn,a\nBob,b\nAnn,a\n", "rows.csv: lines 2 and 4 are the same row"),
        ("name,username,name\nAnn,a,Bob\n", "rows.csv: the column \"name\" stands twice"),
        ("name,username, username\nAnn,a,b\n", "rows.csv: the column \"username\" stands twice"),
        ("username\nann\n", "rows.csv: there is no column \"name\""),
        ("name,username\nAnn\n", "rows.csv: CSV error: record 1 (line: 2"),
    ];
    for (rows, sentence) in table {
        bulk.with(rows, 2, sentence);
    }
    fs::remove_file(bulk.path("rows.csv")).unwrap();
    bulk.ends(2, "rows.csv: ");
    assert!(bulk.sandbox.served().is_empty());
    assert_eq!(fs::read_dir(bulk.folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_given_up_too_soon_would_be_created_twice() {
    let bulk = Bulk::new(Sandbox::builder().user_secret("c4n4ry-user"), &rows(1..=1));
    // Of an option that stands twice, the last counts.
    let run = |seconds, code, sentence| {
        let mut command = bulk.command();
        command
            .args(["--provisioning-timeout", seconds])
            .ends(code, sentence);
    };
    let too_soon = "--provisioning-timeout must be at least 120: the platform may take as long";
    run("2", 2, too_soon);
    run("119.9", 2, too_soon);
    assert!(bulk.sandbox.served().is_empty());
    run("120", 0, "");
    // The sandbox within the program is for trying it.
    let mut tried = program("bulk");
    tried
        .arg(bulk.path("rows.csv"))
        .arg("--output")
        .arg(bulk.path("tried.csv"));
    tried.args(["--provisioning-timeout", "2"]).ends(0, "");
}

#[test]
fn wrong_usage_ends_with_2() {
    #[rustfmt::skip] // A row a case.
    let table = [
        ("--at-a-time 0", "expected a number from 1 to 1000"),
        ("--provisioning-timeout 0", "expected seconds, such as 120"),
        ("--base-url http://127.0.0.1:1", "--output <FILE>"),
        ("--base-url http://127.0.0.1:1 --output x", "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET"),
    ];
    for (arguments, sentence) in table {
        program("bulk").args(arguments.split(' ')).ends(2, sentence);
    }
}
