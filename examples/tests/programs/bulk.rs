//! `bulk`: which rows get an instance, and what is refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::Command;

use ce_sandbox::Sandbox;
use tempfile::TempDir;

use crate::program::{CANARY, ends, program};

/// A folder with `rows.csv` and all that comes of it, gone with the test.
pub struct Files(TempDir);

impl Files {
    pub fn new(rows: &str) -> Self {
        let files = Self(TempDir::new().unwrap());
        files.write("rows.csv", rows);
        files
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program, at this sandbox.
    pub fn bulk(&self, sandbox: &Sandbox) -> Command {
        let mut command = program("bulk");
        command
            .arg(self.path("rows.csv"))
            .arg("--output")
            .arg(self.path("tokens.csv"))
            .args(["--base-url", sandbox.base_url()])
            .args(["--at-a-time", "16", "--provisioning-timeout", "1"])
            .env("CE_USER_SECRET", sandbox.user_secret())
            .env("CE_ORGANIZATION_SECRET", sandbox.organization_secret());
        command
    }

    /// The output, by name: id and token.
    pub fn tokens(&self) -> BTreeMap<String, (u64, String)> {
        let mut tokens = BTreeMap::new();
        for record in csv::Reader::from_path(self.path("tokens.csv"))
            .unwrap()
            .into_records()
        {
            let record = record.unwrap();
            let token = (record[1].parse().unwrap(), record[2].to_owned());
            let before = tokens.insert(record[3].to_owned(), token);
            assert!(before.is_none(), "a row stands twice: {record:?}");
        }
        tokens
    }

    /// Asserts that the output holds each of the sandbox's instances, and that the files are private.
    pub fn hold(&self, sandbox: &Sandbox, number: usize) {
        let instances = sandbox.instances();
        let instances = instances.iter().map(|instance| {
            (
                instance.name.clone(),
                (instance.id, instance.expose_token().to_owned()),
            )
        });
        let tokens = self.tokens();
        assert_eq!(tokens.len(), number);
        assert_eq!(tokens, instances.collect());
        for name in ["tokens.csv", "tokens.csv.journal"] {
            assert!(!self.read(name).contains(CANARY));
            #[cfg(unix)]
            {
                let metadata = std::fs::metadata(self.path(name)).unwrap();
                let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
                assert_eq!(mode & 0o777, 0o600);
            }
        }
    }
}

/// A CSV file with rows of these numbers.
pub fn rows(numbers: RangeInclusive<usize>) -> String {
    let mut csv = "name,username,password\n".to_owned();
    for number in numbers {
        writeln!(
            csv,
            "\"Account {number}, of many\",user{number},c4n4ry{number}"
        )
        .unwrap();
    }
    csv
}

#[test]
fn a_row_is_known_by_its_content() {
    let sandbox = Sandbox::start().unwrap();
    let files = Files::new(&rows(2..=3));
    ends(&mut files.bulk(&sandbox), 0, "");
    // Inserted before the others, which are the same with columns in another order.
    files.write(
        "rows.csv",
        "tags, password ,name,username\n,c4n4ry1,\"Account 1, of many\",user1\n\
         ,c4n4ry3,\"Account 3, of many\",user3\n,c4n4ry2,\"Account 2, of many\",user2\n",
    );
    let printed = ends(&mut files.bulk(&sandbox), 0, "");
    assert!(
        printed.out.contains("3 rows, 2 of them done before"),
        "{}",
        printed.out
    );
    assert_eq!(sandbox.created(), 3);
    files.hold(&sandbox, 3);
    // Another element, and a row that has changed, are other rows.
    files.write(
        "rows.csv",
        "name,username,password\nAccount 4,user4,c4n4ry\n",
    );
    ends(&mut files.bulk(&sandbox), 0, "");
    files.write(
        "rows.csv",
        "name,username,password\nAccount 4 anew,user4,c4n4ry\n",
    );
    ends(&mut files.bulk(&sandbox), 0, "");
    files.hold(&sandbox, 5);
    ends(
        files.bulk(&sandbox).args(["--element", "bob"]),
        1,
        "line 2: the platform refused",
    );
}

#[test]
fn a_file_that_is_ambiguous_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    let files = Files::new("");
    for (csv, sentence) in [
        (
            "name,username\nAnn,a\nBob,b\nAnn,a\n",
            "rows.csv: lines 2 and 4 are the same row",
        ),
        (
            "name,username,name\nAnn,a,Bob\n",
            "rows.csv: the column \"name\" stands twice",
        ),
        (
            "name,username, username\nAnn,a,b\n",
            "rows.csv: the column \"username\" stands twice",
        ),
        ("username\nann\n", "rows.csv: there is no column \"name\""),
        (
            "name,username\nAnn\n",
            "rows.csv: CSV error: record 1 (line: 2",
        ),
    ] {
        files.write("rows.csv", csv);
        ends(&mut files.bulk(&sandbox), 2, sentence);
    }
    std::fs::remove_file(files.path("rows.csv")).unwrap();
    ends(&mut files.bulk(&sandbox), 2, "rows.csv: ");
    assert!(sandbox.served().is_empty());
    assert_eq!(std::fs::read_dir(files.0.path()).unwrap().count(), 0);
}

#[test]
fn a_row_that_is_refused_leaves_the_others_be() {
    let sandbox = Sandbox::start().unwrap();
    let files = Files::new("name,username,password\nAnn,a,c4n4ry\nBob,b,\n ,c,c4n4ry\n");
    let printed = ends(&mut files.bulk(&sandbox), 1, "line 3: the platform refused");
    assert!(
        printed
            .err
            .contains("line 4: nothing was sent: name is missing"),
        "{}",
        printed.err
    );
    files.hold(&sandbox, 1);
    // Mended, they are sent at once: nothing is looked for that is known not to be there.
    let before = sandbox.served().len();
    files.write(
        "rows.csv",
        "name,username,password\nAnn,a,c4n4ry\nBob,b,c4n4ry\nC,c,c4n4ry\n",
    );
    ends(&mut files.bulk(&sandbox), 0, "");
    assert_eq!(sandbox.served().len(), before + 2);
}

#[test]
fn a_row_that_was_sent_and_is_gone_is_not_forgotten() {
    let sandbox = Sandbox::start().unwrap();
    let files = Files::new(&rows(1..=1));
    ends(&mut files.bulk(&sandbox), 0, "");
    // As if it had been killed before the token came.
    std::fs::remove_file(files.path("tokens.csv")).unwrap();
    files.write("rows.csv", &rows(2..=2));
    ends(
        &mut files.bulk(&sandbox),
        0,
        "that are changed or gone now: 1; each may",
    );
    files.write("rows.csv", &rows(1..=2));
    ends(&mut files.bulk(&sandbox), 0, "");
    assert_eq!(sandbox.created(), 2);
    files.hold(&sandbox, 2);
}

#[test]
fn a_file_that_is_not_its_own_is_refused_unchanged() {
    const FOREIGN: &str = "row,id,token,name of something else\nhalf a line";
    let sandbox = Sandbox::start().unwrap();
    for foreign in ["tokens.csv", "tokens.csv.journal"] {
        let files = Files::new(&rows(1..=1));
        let refused = |path: &str| {
            let sentence =
                "it is not a file of this program's for this platform, and was not changed";
            ends(&mut files.bulk(&sandbox), 2, sentence);
            assert_eq!(files.read(path), FOREIGN);
        };
        files.write(foreign, FOREIGN);
        refused(foreign);
        // The other one was not even made.
        assert_eq!(std::fs::read_dir(files.0.path()).unwrap().count(), 2);
        #[cfg(unix)]
        {
            std::fs::rename(files.path(foreign), files.path("elsewhere")).unwrap();
            std::os::unix::fs::symlink(files.path("elsewhere"), files.path(foreign)).unwrap();
            refused("elsewhere");
            std::fs::remove_file(files.path(foreign)).unwrap();
            files.write(foreign, "");
            ends(
                &mut files.bulk(&sandbox),
                2,
                "others may read it: chmod 600 it first",
            );
            std::fs::remove_file(files.path(foreign)).unwrap();
            std::os::unix::fs::symlink("/dev/zero", files.path(foreign)).unwrap();
            ends(
                &mut files.bulk(&sandbox),
                2,
                "it is not a file of this program's",
            );
        }
    }
    // What was done at another platform is not done at this one.
    let files = Files::new(&rows(1..=1));
    ends(&mut files.bulk(&sandbox), 0, "");
    let another = Sandbox::start().unwrap();
    ends(
        &mut files.bulk(&another),
        2,
        "tokens.csv.journal: it is not a file of this program's",
    );
    assert!(another.served().is_empty());
}

#[test]
fn a_torn_line_is_repaired_or_stops_the_run() {
    let sandbox = Sandbox::start().unwrap();
    let files = Files::new(&rows(1..=3));
    ends(&mut files.bulk(&sandbox), 0, "");
    let whole = files.read("tokens.csv");
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    // As if the machine had stopped amid a line: of the heads, of a digest, before the line's end.
    for end in [5, last + 5, whole.len() - 1] {
        files.write("tokens.csv", &whole[..end]);
        ends(&mut files.bulk(&sandbox), 0, "");
        assert_eq!(sandbox.created(), 3);
        files.hold(&sandbox, 3);
    }
    // Half a line with another one behind it is no token.
    let torn = format!("{}{}", &whole[..last - 20], &whole[last..]);
    files.write("tokens.csv", &torn);
    ends(
        &mut files.bulk(&sandbox),
        2,
        "tokens.csv: line 3 is damaged: remove it, and the next run",
    );
    assert_eq!(files.read("tokens.csv"), torn);
    files.write("tokens.csv", &whole[..whole.find('\n').unwrap() + 1]);
    ends(&mut files.bulk(&sandbox), 0, "");
    files.hold(&sandbox, 3);
    let journal = files
        .read("tokens.csv.journal")
        .replacen("{\"row\"", "{\"ro", 1);
    files.write("tokens.csv.journal", &journal);
    ends(
        &mut files.bulk(&sandbox),
        2,
        "tokens.csv.journal: line 2 is damaged: its row may have",
    );
    assert_eq!(sandbox.created(), 3);
}

#[test]
fn what_is_given_up_too_soon_would_be_created_twice() {
    let files = Files::new(&rows(1..=1));
    let sandbox = Sandbox::builder()
        .user_secret("c4n4ry-user")
        .start()
        .unwrap();
    // Of an option that stands twice, the last counts.
    let run = |seconds| {
        let mut command = files.bulk(&sandbox);
        command.args(["--provisioning-timeout", seconds]);
        command
    };
    for seconds in ["2", "119.9"] {
        let sentence = "--provisioning-timeout must be at least 120: the platform may take as long";
        ends(&mut run(seconds), 2, sentence);
    }
    assert!(sandbox.served().is_empty());
    ends(&mut run("120"), 0, "");
    // The sandbox within the program is for trying it.
    let mut tried = program("bulk");
    tried
        .arg(files.path("rows.csv"))
        .arg("--output")
        .arg(files.path("tried.csv"));
    ends(tried.args(["--provisioning-timeout", "2"]), 0, "");
}

#[test]
fn wrong_usage_ends_with_2() {
    for (arguments, sentence) in [
        ("--at-a-time 0", "expected a number from 1 to 1000"),
        ("--provisioning-timeout 0", "expected seconds, such as 120"),
        ("--base-url http://127.0.0.1:1", "--output <FILE>"),
        (
            "--base-url http://127.0.0.1:1 --output x",
            "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET",
        ),
    ] {
        ends(program("bulk").args(arguments.split(' ')), 2, sentence);
    }
}
