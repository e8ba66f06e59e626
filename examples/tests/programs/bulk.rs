//! `bulk`, killed and started again.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ce_sandbox::Sandbox;

use crate::run::{ends, program, text};

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ce-bulk-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn csv(rows: usize) -> String {
    let mut csv = "name,username,password\n".to_owned();
    for row in 1..=rows {
        writeln!(csv, "\"Account {row}, of many\",user{row},c4n4ry{row}").unwrap();
    }
    csv
}

fn bulk(sandbox: &Sandbox, csv: &Path, output: &Path) -> Command {
    let mut command = program("bulk");
    command
        .arg(csv)
        .args(["--base-url", sandbox.base_url()])
        .arg("--output")
        .arg(output)
        .args(["--at-a-time", "16", "--provisioning-timeout", "1"])
        .env("CE_USER_SECRET", sandbox.user_secret())
        .env("CE_ORGANIZATION_SECRET", sandbox.organization_secret());
    command
}

/// The output's rows, by number: name, id, token.
fn read(output: &Path) -> BTreeMap<usize, (String, u64, String)> {
    let mut rows = BTreeMap::new();
    for record in csv::Reader::from_path(output).unwrap().into_records() {
        let record = record.unwrap();
        let row = (
            record[3].to_owned(),
            record[1].parse().unwrap(),
            record[2].to_owned(),
        );
        let before = rows.insert(record[0].parse().unwrap(), row);
        assert!(before.is_none(), "a row stands twice: {record:?}");
    }
    rows
}

/// A sandbox that tells of each creation that has reached it.
fn told_of_creations() -> (Sandbox, Receiver<()>) {
    let (tell, told) = channel();
    let tell = Mutex::new(tell);
    let sandbox = Sandbox::builder()
        .provisioning(Duration::from_millis(30))
        .on_request(move |served| {
            if served.method == "POST" {
                let _ = tell.lock().unwrap().send(());
            }
        })
        .start()
        .unwrap();
    (sandbox, told)
}

#[test]
fn killed_ten_times_it_ends_with_each_row_once() {
    const ROWS: usize = 1000;
    let folder = Folder::new("killed");
    let (sandbox, creations) = told_of_creations();
    let csv = folder.file("rows.csv", &csv(ROWS));
    let output = folder.0.join("tokens.csv");
    // Where it is killed differs from run to run, and is drawn so that some rows are left.
    let chance = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), ROWS);
    println!("drawn: {chance}");
    for kill in 0..10 {
        let mut run = bulk(&sandbox, &csv, &output)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let creations_until = (chance >> (6 * kill)) % 64 + 20;
        for _ in 0..creations_until {
            creations.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        // SIGKILL, where there are signals.
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let last = bulk(&sandbox, &csv, &output).output().unwrap();
    assert!(last.status.success(), "{}", text(&last.stderr));

    assert_eq!(sandbox.created(), ROWS as u64);
    let tokens: HashMap<u64, String> = sandbox
        .instances()
        .iter()
        .map(|instance| (instance.id, instance.expose_token().to_owned()))
        .collect();
    let rows = read(&output);
    assert_eq!(rows.len(), ROWS);
    for (row, (name, id, token)) in rows {
        assert_eq!(name, format!("Account {row}, of many"));
        assert_eq!(tokens.get(&id), Some(&token), "row {row}");
    }
    for file in [&output, &folder.0.join("tokens.csv.journal")] {
        assert!(!std::fs::read_to_string(file).unwrap().contains("c4n4ry"));
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(file).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&mode.permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
    // Nothing is left to do, and nothing is done.
    let again = bulk(&sandbox, &csv, &output).output().unwrap();
    assert!(text(&again.stdout).contains("1000 of them done before"));
    assert_eq!(sandbox.created(), ROWS as u64);
}

#[test]
fn a_line_that_was_half_written_is_written_again() {
    let folder = Folder::new("half");
    let sandbox = Sandbox::start().unwrap();
    let csv = folder.file("rows.csv", &csv(3));
    let output = folder.0.join("tokens.csv");
    assert!(bulk(&sandbox, &csv, &output).status().unwrap().success());
    // As if the machine had stopped amid the last row, whose instance exists.
    let whole = std::fs::read_to_string(&output).unwrap();
    let half = whole.trim_end().rfind('\n').unwrap() + 5;
    std::fs::write(&output, &whole[..half]).unwrap();
    assert!(bulk(&sandbox, &csv, &output).status().unwrap().success());
    assert_eq!(sandbox.created(), 3);
    assert_eq!(read(&output).len(), 3);
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::new("wrong");
    let sandbox = Sandbox::start().unwrap();
    let run = |csv: &Path, output: &str| -> Output {
        bulk(&sandbox, csv, &folder.0.join(output))
            .output()
            .unwrap()
    };
    let good = folder.file("good.csv", &csv(3));
    let no_name = folder.file("no-name.csv", "username\nann\n");
    ends(&run(&no_name, "a.csv"), 2, "no column \"name\"");
    ends(&run(&folder.0.join("absent.csv"), "b.csv"), 2, "absent.csv");
    folder.file("foreign.csv", "something else\n");
    #[cfg(unix)]
    ends(&run(&good, "foreign.csv"), 2, "others may read it");
    // Other rows than those that were begun with.
    assert!(run(&good, "c.csv").status.success());
    let other = folder.file("other.csv", "name,username,password\nBob,b,c4n4ry\n");
    ends(&run(&other, "c.csv"), 2, "is of other rows than these");
    // A row that the platform refuses leaves the others be.
    let lacking = folder.file(
        "lacking.csv",
        "name,username,password\nAnn,a,c4n4ry\nBob,b,\nCarla,c,c4n4ry\n",
    );
    ends(&run(&lacking, "d.csv"), 1, "row 2: the platform refused");
    assert_eq!(read(&folder.0.join("d.csv")).len(), 2);
    // Mended, it is sent at once: nothing is looked for that is known not to be there.
    let before = sandbox.served().len();
    let mended = folder.file(
        "lacking.csv",
        "name,username,password\nAnn,a,c4n4ry\nBob,b,c4n4ry\nCarla,c,c4n4ry\n",
    );
    assert!(run(&mended, "d.csv").status.success());
    assert_eq!(sandbox.served().len(), before + 1);
    // A row that can't be sent at all leaves nothing behind, and neither do two of one name.
    let blank = folder.file("blank.csv", "name,username,password\n ,a,c4n4ry\n");
    ends(
        &run(&blank, "e.1"),
        1,
        "row 1: nothing was sent: name is missing",
    );
    let journal = std::fs::read_to_string(folder.0.join("e.1.journal")).unwrap();
    assert_eq!(journal, "");
    let twice = folder.file("twice.csv", "name,username,username\nAnn,a,b\n");
    ends(
        &run(&twice, "e.2"),
        1,
        "configuration \"username\" is given more than once",
    );
    let help = program("bulk").arg("--help").output().unwrap();
    assert!(text(&help.stdout).contains("--provisioning-timeout"));
    let usage = program("bulk").args(["--at-a-time", "0"]).output().unwrap();
    ends(&usage, 2, "a number from 1 to 1000");
    let usage = program("bulk")
        .args(["--base-url", "http://127.0.0.1:1", "--output", "x"])
        .output()
        .unwrap();
    ends(&usage, 2, "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET");
}

#[test]
fn what_is_given_up_too_soon_would_be_created_twice() {
    let folder = Folder::new("soon");
    let csv = folder.file("rows.csv", &csv(1));
    let sandbox = Sandbox::builder()
        .user_secret("c4n4ry-user")
        .start()
        .unwrap();
    let output = folder.0.join("tokens.csv");
    let run = |seconds: &str| {
        // Of an option that stands twice, the last counts.
        let mut command = bulk(&sandbox, &csv, &output);
        command.args(["--provisioning-timeout", seconds]);
        command.output().unwrap()
    };
    for seconds in ["2", "119.9"] {
        ends(
            &run(seconds),
            2,
            "--provisioning-timeout must be at least 120: the platform may take as long",
        );
    }
    assert!(sandbox.served().is_empty());
    assert!(run("120").status.success());
    // The sandbox within the program is for trying it.
    let output = folder.0.join("tried.csv");
    let tried = program("bulk")
        .arg(&csv)
        .arg("--output")
        .arg(&output)
        .args(["--provisioning-timeout", "2"])
        .output()
        .unwrap();
    assert!(tried.status.success(), "{}", text(&tried.stderr));
}
