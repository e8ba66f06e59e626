//! Which rows get an instance, and which are refused.

use std::fs;

use ce_sandbox::Sandbox;

use super::{Bulk, HEADS, rows};
use crate::program::{Ends as _, has};

#[test]
fn a_row_is_known_by_its_content() {
    let bulk = Bulk::new(Sandbox::builder(), &rows(2..=3));
    bulk.ends(0, "");
    // Inserted before the others, which are the same with columns in another order.
    let inserted = "tags, password ,name,username\n,c4n4ry1,\"Account 1, of many\",user1\n\
                    ,c4n4ry3,\"Account 3, of many\",user3\n,c4n4ry2,\"Account 2, of many\",user2\n";
    let printed = bulk.with(inserted, 0, "");
    has(&printed.out, &["3 rows, 2 of them done before"]);
    bulk.holds(3);
    // A row that has changed is another one, and so is one for another element.
    for row in ["Account 4,user4,c4n4ry", "Account 4 anew,user4,c4n4ry"] {
        bulk.with(&format!("{HEADS}{row}\n"), 0, "");
    }
    bulk.holds(5);
    let mut command = bulk.command();
    let command = command.args(["--element", "bob"]);
    command.ends(1, "line 2: the platform refused");
}

#[test]
fn a_row_that_is_refused_leaves_the_others_be() {
    let bulk = Bulk::new(
        Sandbox::builder(),
        &format!("{HEADS}Ann,a,c4n4ry\nBob,b,\n ,c,d\n"),
    );
    let printed = bulk.ends(1, "line 3: the platform refused");
    has(&printed.err, &["line 4: nothing was sent: name is missing"]);
    bulk.holds(1);
    // Nothing is looked for that is known not to be there: it is sent again at once.
    let before = bulk.sandbox.served().len();
    bulk.ends(1, "line 3: the platform refused");
    assert_eq!(bulk.sandbox.served().len(), before + 1);
}

#[test]
fn a_row_that_was_sent_and_is_gone_is_not_forgotten() {
    let bulk = Bulk::new(Sandbox::builder(), &rows(1..=1));
    bulk.ends(0, "");
    // As if it had been killed before the token came.
    fs::remove_file(bulk.path("tokens.csv")).unwrap();
    let gone = "that are changed or gone now: 1; each may have an instance";
    bulk.with(&rows(2..=2), 0, gone);
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
        ("", "rows.csv: it is empty"),
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
    let too_soon = "--provisioning-timeout must be at least 120: the platform may take as long";
    for (seconds, code, sentence) in [("2", 2, too_soon), ("119.9", 2, too_soon), ("120", 0, "")] {
        // Of an option that stands twice, the last counts.
        let mut command = bulk.command();
        command.env("CE_USER_SECRET", "c4n4ry-user");
        command
            .args(["--provisioning-timeout", seconds])
            .ends(code, sentence);
        assert_eq!(bulk.sandbox.created(), u64::from(code == 0));
    }
}
