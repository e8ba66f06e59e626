//! A file of this program's own: only its owner can read it, its first line says what it is, and whole
//! lines are added.

use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::Failure;

const FOREIGN: &str = "it is not a file of this program's for this platform, and was not changed; \
                       choose another --output";

pub struct OwnFile {
    path: PathBuf,
    first_line: String,
    end: Mutex<End>,
}

struct End {
    /// None if there is no file yet.
    file: Option<File>,
    /// The bytes up to the end of the last whole line.
    length: u64,
}

impl OwnFile {
    /// Finds the file, if there is one, and returns it with the whole lines behind the first, which must
    /// be this. Nothing of it is changed before it is prepared.
    pub fn read(path: &Path, first_line: &str) -> Result<(Self, String), Failure> {
        let first_line = format!("{first_line}\n");
        // Not to append: on Windows such a file can be neither cut off nor locked. The lock keeps others
        // from writing, so its end is where the last line ended.
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(problem(path, &error)),
        };
        let lines = file.as_ref().map(|file| examine(file, &first_line));
        let lines = lines.transpose().map_err(|error| problem(path, &error))?;
        let lines = lines.unwrap_or_default();
        let length = lines.len() as u64;
        let own = Self {
            path: path.to_owned(),
            end: Mutex::new(End { file, length }),
            first_line,
        };
        let lines = lines.strip_prefix(&own.first_line).unwrap_or_default();
        Ok((own, lines.to_owned()))
    }

    /// What is wrong with one of the lines, counted from the second of the file.
    pub fn damaged(&self, index: usize, advice: &str) -> Failure {
        let line = index + 2;
        problem(&self.path, &format!("line {line} is damaged: {advice}"))
    }

    /// Makes it ready for lines: makes the file, or cuts off what is half-written at its end.
    pub fn prepare(&self) -> Result<(), Failure> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = end.length == 0;
        let text = if is_new { &*self.first_line } else { "" };
        self.write(&mut end, text).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::WouldBlock => {
                let reason = "it wasn't there a moment ago: another run is at work on it, or it is a link";
                problem(&self.path, &reason)
            }
            _ => problem(&self.path, &error),
        })
    }

    /// Adds a line; returns once it is on the disk.
    pub fn add(&self, line: &str) -> Result<(), Failure> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let written = self.write(&mut end, &format!("{line}\n"));
        written.map_err(|error| problem(&self.path, &error))
    }

    fn write(&self, end: &mut End, text: &str) -> io::Result<()> {
        let file = match &mut end.file {
            Some(file) => file,
            none => none.insert(create(&self.path)?),
        };
        // What a kill or a full disk has left half-written is cut off: behind it a line would be lost.
        file.set_len(end.length)?;
        file.seek(SeekFrom::Start(end.length))?;
        let written = file.write_all(text.as_bytes());
        if let Err(error) = written.and_then(|()| file.sync_data()) {
            // If this fails too, the next run does it.
            let _ = file.set_len(end.length);
            return Err(error);
        }
        end.length += text.len() as u64;
        Ok(())
    }
}

/// Reads the whole lines of a file that must begin with this one.
fn examine(mut file: &File, first_line: &str) -> Result<String, Failure> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(FOREIGN.into());
    }
    file.try_lock()
        .map_err(|_| "another run is at work on it")?;
    // No more than that: a file that isn't ours may be large.
    let mut lines = Vec::new();
    file.take(first_line.len() as u64).read_to_end(&mut lines)?;
    // A first line may be torn as well, and then there is no second.
    if !first_line.as_bytes().starts_with(&lines) {
        return Err(FOREIGN.into());
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        return Err("others may read it: chmod 600 it first".into());
    }
    file.read_to_end(&mut lines)?;
    let last = lines.iter().rposition(|byte| *byte == b'\n');
    lines.truncate(last.map_or(0, |end| end + 1));
    Ok(String::from_utf8(lines).map_err(|_| "it is damaged: it is not UTF-8")?)
}

fn create(path: &Path) -> io::Result<File> {
    let mut open = OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    let file = open.open(path)?;
    file.try_lock()?;
    // A journal that is gone after a power cut would be of no use.
    #[cfg(unix)]
    if let Some(folder) = std::path::absolute(path)?.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

fn problem(path: &Path, reason: &dyn Display) -> Failure {
    format!("{}: {reason}", path.display()).into()
}
