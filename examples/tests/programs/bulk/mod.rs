//! `bulk`: which rows get an instance, which files it reads and writes, and what is left when it ends
//! in its midst.

mod files;
mod killed;
mod rows;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::Command;

use ce_sandbox::{Builder, Sandbox};
use tempfile::TempDir;

use crate::program::{CANARY, Ends as _, Printed, at};

const HEADS: &str = "name,username,password\n";

/// A sandbox, and a folder with `rows.csv` and all that comes of it. Both are gone with the test.
struct Bulk {
    sandbox: Sandbox,
    folder: TempDir,
}

impl Bulk {
    fn new(sandbox: Builder, rows: &str) -> Self {
        let (sandbox, folder) = (sandbox.start().unwrap(), TempDir::new().unwrap());
        let bulk = Self { sandbox, folder };
        bulk.write("rows.csv", rows);
        bulk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self) -> Command {
        let words = "bulk --at-a-time 16 --provisioning-timeout 1";
        let mut command = at(self.sandbox.base_url(), words);
        command.arg("--output").arg(self.path("tokens.csv"));
        command.arg(self.path("rows.csv"));
        command
    }

    /// Runs it to its end.
    #[track_caller]
    fn ends(&self, code: i32, sentence: &str) -> Printed {
        self.command().ends(code, sentence)
    }

    /// The same, with other rows.
    #[track_caller]
    fn with(&self, rows: &str, code: i32, sentence: &str) -> Printed {
        self.write("rows.csv", rows);
        self.ends(code, sentence)
    }

    /// Runs it until each row has an instance. A fault may leave a row without one: that is said, and the
    /// next run tries again.
    #[track_caller]
    fn completes(&self, number: usize) {
        let is_left = || !self.command().output().unwrap().status.success();
        let runs = std::iter::repeat_with(is_left).take(10);
        assert!(
            runs.into_iter().any(|is_left| !is_left),
            "it does not come to an end"
        );
        self.holds(number);
    }

    /// The output, by name: id and token. There is none before the first.
    fn tokens(&self) -> BTreeMap<String, (u64, String)> {
        let output = fs::read(self.path("tokens.csv")).unwrap_or_default();
        let output = csv::Reader::from_reader(&*output);
        let mut tokens = BTreeMap::new();
        for record in output.into_records().map(Result::unwrap) {
            let token = (record[1].parse().unwrap(), record[2].to_owned());
            let before = tokens.insert(record[3].to_owned(), token);
            assert_eq!(before, None, "a row stands twice: {record:?}");
        }
        tokens
    }

    /// Asserts that so many instances were ever created, that the output holds them all, and that the
    /// files are private.
    #[track_caller]
    fn holds(&self, number: usize) {
        assert_eq!(self.sandbox.created(), number as u64);
        let instances = self.sandbox.instances().into_iter().map(|it| {
            let token = it.expose_token().to_owned();
            (it.name, (it.id, token))
        });
        let tokens = self.tokens();
        assert_eq!(tokens.len(), number);
        assert_eq!(tokens, instances.collect());
        for name in ["tokens.csv", "tokens.csv.journal"] {
            assert!(!self.read(name).contains(CANARY));
            #[cfg(unix)]
            {
                let metadata = fs::metadata(self.path(name)).unwrap();
                let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
                assert_eq!(mode & 0o777, 0o600);
            }
        }
    }
}

/// A CSV file with rows of these numbers.
fn rows(numbers: RangeInclusive<usize>) -> String {
    let mut csv = HEADS.to_owned();
    for it in numbers {
        writeln!(csv, "\"Account {it}, of many\",user{it},c4n4ry{it}").unwrap();
    }
    csv
}
