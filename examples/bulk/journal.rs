//! What was sent, written down before it is sent.

use std::collections::HashMap;
use std::path::Path;

use ce_async::PendingAuthorization;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::own_file::OwnFile;
use crate::rows::Row;

pub struct Journal {
    file: OwnFile,
    /// By its row, what the runs before this sent last, if its outcome isn't known.
    pub pending: HashMap<String, PendingAuthorization>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    row: String,
    name: String,
    /// None once it is known that nothing was created.
    pending: Option<PendingAuthorization>,
}

impl Journal {
    /// Reads a journal, which must be of this platform.
    pub fn read(path: &Path, platform: &str) -> Result<Self, Failure> {
        let head = serde_json::json!({ "journal of": "bulk", "platform": platform });
        let (file, lines) = OwnFile::read(path, &head.to_string())?;
        let mut pending = HashMap::new();
        for (index, line) in lines.lines().enumerate() {
            let line: Line = serde_json::from_str(line).map_err(|_| {
                let advice = "its row may have an instance; look in the platform's console, then \
                              remove the line";
                file.damaged(index, advice)
            })?;
            match line.pending {
                Some(sent) => pending.insert(line.row, sent),
                None => pending.remove(&line.row),
            };
        }
        Ok(Self { file, pending })
    }

    /// Before anything is sent that could not be noted.
    pub fn prepare(&self) -> Result<(), Failure> {
        self.file.prepare()
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
