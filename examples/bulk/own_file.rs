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

/// A file as it was found, or none. Nothing of it is changed.
pub struct Found {
    path: PathBuf,
    first_line: String,
    file: Option<File>,
    /// The whole lines behind the first.
    pub lines: String,
    /// The bytes up to the end of the last whole line.
    length: u64,
}

impl Found {
    /// Reads the file, if there is one. It must begin with this line.
    pub fn read(path: &Path, first_line: &str) -> Result<Self, Failure> {
        let mut found = Self {
            path: path.to_owned(),
            first_line: format!("{first_line}\n"),
            file: None,
            lines: String::new(),
            length: 0,
        };
        // Not to append: on Windows such a file can be neither cut off nor locked. The lock keeps others
        // from writing, so its end is where the last line ended.
        match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => found.examine(file).map_err(|error| problem(path, &error))?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(problem(path, &error).into()),
        }
        Ok(found)
    }

    fn examine(&mut self, mut file: File) -> Result<(), Failure> {
        let metadata = file.metadata()?;
        let mut start = Vec::new();
        if metadata.is_file() {
            // No more than that: a file that isn't ours may be large.
            (&file)
                .take(self.first_line.len() as u64)
                .read_to_end(&mut start)?;
        }
        // A first line may be torn as well, and then there is no second.
        if !metadata.is_file() || !self.first_line.as_bytes().starts_with(&start) {
            return Err(FOREIGN.into());
        }
        #[cfg(unix)]
        if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
            return Err("others may read it: chmod 600 it first".into());
        }
        file.try_lock()
            .map_err(|_| "another run is at work on it")?;
        if start.len() == self.first_line.len() {
            let mut rest = Vec::new();
            file.read_to_end(&mut rest)?;
            // What a kill or a full disk has left half-written is not a line.
            let last = rest.iter().rposition(|byte| *byte == b'\n');
            rest.truncate(last.map_or(0, |end| end + 1));
            self.length = (start.len() + rest.len()) as u64;
            self.lines = String::from_utf8(rest).map_err(|_| "it is damaged: it is not UTF-8")?;
        }
        self.file = Some(file);
        Ok(())
    }

    /// What is wrong with one of the lines, counted from the second of the file.
    pub fn damaged(&self, index: usize, advice: &str) -> Failure {
        let line = index + 2;
        problem(&self.path, &format!("line {line} is damaged: {advice}")).into()
    }

    /// Makes it ready for further lines: makes the file, or cuts off what is half-written at its end.
    pub fn open(self) -> Result<OwnFile, Failure> {
        let Self {
            path,
            first_line,
            length,
            file,
            ..
        } = self;
        let opened = file.map_or_else(|| create(&path), Ok).and_then(|mut file| {
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            Ok(file)
        });
        let file = opened.map_err(|error| problem(&path, &error))?;
        let own = OwnFile {
            path,
            end: Mutex::new(Ok((file, length))),
        };
        if length == 0 {
            own.add(first_line.trim_end())?;
        }
        Ok(own)
    }
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

fn problem(path: &Path, reason: &dyn Display) -> String {
    format!("{}: {reason}", path.display())
}

pub struct OwnFile {
    path: PathBuf,
    /// The file and its length, or why a line could not be written.
    end: Mutex<Result<(File, u64), String>>,
}

impl OwnFile {
    /// Adds a line; returns once it is on the disk. After a failure, such as a full disk, nothing is
    /// added any more: behind half a line the next would be lost.
    pub fn add(&self, line: &str) -> Result<(), Failure> {
        let line = format!("{line}\n");
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, length) = end.as_mut().map_err(|error| error.clone())?;
        let written = file.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| file.sync_data()) {
            // If this fails too, the next run does it.
            let _ = file.set_len(*length);
            let error = problem(&self.path, &error);
            *end = Err(error.clone());
            return Err(error.into());
        }
        *length += line.len() as u64;
        Ok(())
    }
}
