//! A file that only its owner can read, to which whole lines are added.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::Failure;

pub struct PrivateFile(Mutex<File>);

impl PrivateFile {
    /// Opens or makes it, and returns the whole lines in it. What a kill has left half-written at
    /// its end is cut off.
    pub fn open(path: &Path) -> Result<(Self, Vec<String>), Failure> {
        let mut open = OpenOptions::new();
        open.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let mut file = open.open(path).map_err(|error| problem(&error))?;
        file.try_lock()
            .map_err(|_| problem(&"another run is at work on it"))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if file.metadata()?.permissions().mode() & 0o077 != 0 {
                return Err(problem(&"others may read it: chmod 600 it first").into());
            }
        }
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|error| problem(&error))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        let lines = text.get(..whole).unwrap_or_default().lines();
        Ok((Self(Mutex::new(file)), lines.map(str::to_owned).collect()))
    }

    /// Adds a line; returns once it is on the disk.
    pub fn add(&self, line: &str) -> Result<(), Failure> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes())?;
        Ok(file.sync_data()?)
    }
}
