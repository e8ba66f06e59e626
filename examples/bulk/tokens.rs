//! The output: an id and a token for each row.

use std::collections::HashSet;
use std::path::Path;

use ce_async::model::Instance;

use crate::Failure;
use crate::own_file::OwnFile;
use crate::rows::{Row, is_digest};

pub struct Tokens {
    file: OwnFile,
    /// The rows that were done in the runs before this.
    pub done: HashSet<String>,
}

impl Tokens {
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let (file, lines) = OwnFile::read(path, "row,id,token,name")?;
        let mut done = HashSet::new();
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true);
        for (index, record) in reader.from_reader(lines.as_bytes()).records().enumerate() {
            let record = record.ok().filter(|record| record.len() == 4);
            let record = record.and_then(|it| it.deserialize(None).ok());
            let is_whole = |(row, _, token, _): &(String, u64, String, String)| {
                is_digest(row) && !token.is_empty()
            };
            let (row, ..) = record.filter(is_whole).ok_or_else(|| {
                let advice = "remove it, and the next run looks for its row's instance";
                file.damaged(index, advice)
            })?;
            done.insert(row);
        }
        Ok(Self { file, done })
    }

    /// Before anything is sent, whose token could not be kept.
    pub fn prepare(&self) -> Result<(), Failure> {
        self.file.prepare()
    }

    /// Keeps what a row came to.
    pub fn keep(&self, row: &Row, instance: &Instance) -> Result<(), Failure> {
        let mut line = csv::Writer::from_writer(Vec::new());
        line.write_record([
            &row.digest,
            &instance.id.to_string(),
            instance.token.expose(),
            // A line break in a name would be two lines.
            &row.name.replace(['\r', '\n'], " "),
        ])?;
        let line = line.into_inner().map_err(|error| error.to_string())?;
        self.file
            .add(String::from_utf8(line)?.trim_end_matches('\n'))
    }
}
