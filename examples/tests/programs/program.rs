//! What every test of a program needs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::Command;

use assert_cmd::assert::OutputAssertExt as _;
use ce_sandbox::{Builder, DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, Sandbox};
use predicates::prelude::{PredicateBooleanExt as _, predicate::str::contains};
use tempfile::TempDir;

pub const CLIENTS: [&str; 2] = ["async", "blocking"];

/// Stands in every secret, so that its parts are found in whatever is printed.
pub const CANARY: &str = "c4n4ry";

/// Cargo builds a package's examples before it runs its tests; they lie beside them.
pub fn program(name: &str) -> Command {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(path);
    for secret in [
        "USER_SECRET",
        "ORGANIZATION_SECRET",
        "API_KEY",
        "API_SECRET",
    ] {
        command.env_remove(format!("CE_{secret}"));
    }
    command
}

/// `connect` with these arguments, between blanks.
pub fn connect(arguments: &str) -> Command {
    let mut command = program("connect");
    command.args(arguments.split_whitespace());
    command
}

/// The same, at this platform.
pub fn connect_at(base_url: &str, arguments: &str) -> Command {
    let mut command = connect(arguments);
    command
        .args(["--base-url", base_url])
        .env("CE_USER_SECRET", DEFAULT_USER_SECRET)
        .env("CE_ORGANIZATION_SECRET", DEFAULT_ORGANIZATION_SECRET)
        .env("CE_API_KEY", "client id")
        .env("CE_API_SECRET", "c4n4ry-api-secret");
    command
}

/// What a program printed.
pub struct Printed {
    pub out: String,
    pub err: String,
}

pub trait Ends {
    /// Runs it to its end: with this code, this sentence on standard error, no panic and no secret.
    fn ends(&mut self, code: i32, sentence: &str) -> Printed;

    /// Runs it to its success, and reads the one object on its standard output.
    fn object(&mut self) -> serde_json::Value;
}

impl Ends for Command {
    #[track_caller]
    fn ends(&mut self, code: i32, sentence: &str) -> Printed {
        let harmless = || contains(CANARY).not().and(contains("panicked").not());
        let ended = self.assert().code(code).stdout(harmless());
        let ended = ended.stderr(contains(sentence).and(harmless()));
        let output = ended.get_output();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        Printed { out, err }
    }

    #[track_caller]
    fn object(&mut self) -> serde_json::Value {
        serde_json::from_str(&self.ends(0, "").out).unwrap()
    }
}

/// Asserts that a text has all these parts.
#[track_caller]
pub fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// A sandbox, and a folder with `rows.csv` and all that comes of it. Both are gone with the test.
pub struct Bulk {
    pub sandbox: Sandbox,
    pub folder: TempDir,
}

impl Bulk {
    pub fn new(sandbox: Builder, rows: &str) -> Self {
        let (sandbox, folder) = (sandbox.start().unwrap(), TempDir::new().unwrap());
        let bulk = Self { sandbox, folder };
        bulk.write("rows.csv", rows);
        bulk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self) -> Command {
        let mut command = program("bulk");
        command
            .arg(self.path("rows.csv"))
            .arg("--output")
            .arg(self.path("tokens.csv"))
            .args(["--base-url", self.sandbox.base_url()])
            .args(["--at-a-time", "16", "--provisioning-timeout", "1"])
            .env("CE_USER_SECRET", self.sandbox.user_secret())
            .env("CE_ORGANIZATION_SECRET", self.sandbox.organization_secret());
        command
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn ends(&self, code: i32, sentence: &str) -> Printed {
        self.command().ends(code, sentence)
    }

    /// The same, with other rows.
    #[track_caller]
    pub fn with(&self, rows: &str, code: i32, sentence: &str) -> Printed {
        self.write("rows.csv", rows);
        self.ends(code, sentence)
    }

    /// The output, by name: id and token.
    pub fn tokens(&self) -> BTreeMap<String, (u64, String)> {
        let output = csv::Reader::from_path(self.path("tokens.csv")).unwrap();
        let records: Vec<_> = output.into_records().map(Result::unwrap).collect();
        let token = |it: &csv::StringRecord| (it[1].parse().unwrap(), it[2].to_owned());
        let tokens: BTreeMap<_, _> = records
            .iter()
            .map(|it| (it[3].to_owned(), token(it)))
            .collect();
        assert_eq!(
            tokens.len(),
            records.len(),
            "a row stands twice: {records:?}"
        );
        tokens
    }

    /// Asserts that so many instances were ever created, that the output holds them all, and that the
    /// files are private.
    #[track_caller]
    pub fn holds(&self, number: usize) {
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

/// Sends SIGINT, as Ctrl-C does.
#[cfg(unix)]
pub fn interrupt(child: &std::process::Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}
