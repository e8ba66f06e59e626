//! What was sent, written down before it is sent.

use std::collections::HashMap;
use std::path::Path;

use ce_async::PendingAuthorization;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::private_file::PrivateFile;
use crate::rows::Row;

pub struct Journal {
    file: PrivateFile,
    /// What was sent last of each row, in the runs before this.
    sent: HashMap<usize, PendingAuthorization>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    row: usize,
    name: String,
    /// None once it is known that nothing came of it.
    pending: Option<PendingAuthorization>,
}

impl Journal {
    /// Opens or makes it. It must be of these rows.
    pub fn open(path: &Path, rows: &[Row]) -> Result<Self, Failure> {
        let (file, lines) = PrivateFile::open(path)?;
        let mut sent = HashMap::new();
        for line in lines {
            let line: Line = serde_json::from_str(&line)
                .map_err(|_| format!("{} is no journal of this program", path.display()))?;
            let row = rows.get(line.row.saturating_sub(1));
            if row.is_none_or(|row| row.name != line.name) {
                let path = path.display();
                return Err(format!("{path} is of other rows than these: row {}", line.row).into());
            }
            match line.pending {
                Some(pending) => sent.insert(line.row, pending),
                None => sent.remove(&line.row),
            };
        }
        Ok(Self { file, sent })
    }

    /// What was sent of a row in a run before this.
    pub fn pending(&self, row: usize) -> Option<PendingAuthorization> {
        self.sent.get(&row).cloned()
    }

    /// Writes down what is about to be sent, or that nothing came of it.
    pub fn note(&self, row: &Row, pending: Option<&PendingAuthorization>) -> Result<(), Failure> {
        self.file.add(&serde_json::to_string(&Line {
            row: row.number,
            name: row.name.clone(),
            pending: pending.cloned(),
        })?)
    }
}
