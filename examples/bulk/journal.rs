//! What was sent, written down before it is sent.

use std::collections::HashMap;
use std::path::Path;

use ce_async::PendingAuthorization;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::own_file::{Found, OwnFile};
use crate::rows::Row;

pub struct Journal {
    file: OwnFile,
    pending: Pending,
}

/// What the runs before this sent last of each row, if its outcome isn't known.
pub type Pending = HashMap<String, PendingAuthorization>;

#[derive(Serialize, Deserialize)]
struct Line {
    row: String,
    name: String,
    /// None once it is known that nothing was created.
    pending: Option<PendingAuthorization>,
}

/// Reads a journal, which must be of this platform. Nothing of it is changed.
pub fn read(path: &Path, platform: &str) -> Result<(Found, Pending), Failure> {
    let head = serde_json::json!({ "journal of": "bulk", "platform": platform });
    let found = Found::read(path, &head.to_string())?;
    let mut pending = HashMap::new();
    for (index, line) in found.lines.lines().enumerate() {
        let line: Line = serde_json::from_str(line).map_err(|_| {
            found.damaged(
                index,
                "its row may have an instance; look in the platform's console, then remove the line",
            )
        })?;
        match line.pending {
            Some(sent) => pending.insert(line.row, sent),
            None => pending.remove(&line.row),
        };
    }
    Ok((found, pending))
}

impl Journal {
    pub fn open(found: Found, pending: Pending) -> Result<Self, Failure> {
        let file = found.open()?;
        Ok(Self { file, pending })
    }

    /// What was sent of a row in a run before this.
    pub fn pending(&self, row: &Row) -> Option<&PendingAuthorization> {
        self.pending.get(&row.digest)
    }

    /// Writes down what is about to be sent, or that nothing was created.
    pub fn note(&self, row: &Row, pending: Option<&PendingAuthorization>) -> Result<(), Failure> {
        self.file.add(&serde_json::to_string(&Line {
            row: row.digest.clone(),
            name: row.name.clone(),
            pending: pending.cloned(),
        })?)
    }
}
