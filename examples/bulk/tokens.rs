//! The output: an id and a token for each row.

use std::collections::HashSet;
use std::path::Path;

use ce_async::model::Instance;

use crate::Failure;
use crate::own_file::{Found, OwnFile};
use crate::rows::{Row, is_digest};

const HEADS: &str = "row,id,token,name";

/// Reads an output: it, and the rows that were done in the runs before this. Nothing of it is changed.
pub fn read(path: &Path) -> Result<(Found, HashSet<String>), Failure> {
    let found = Found::read(path, HEADS)?;
    let mut done = HashSet::new();
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader
        .has_headers(false)
        .flexible(true)
        .from_reader(found.lines.as_bytes());
    for (index, record) in reader.into_records().enumerate() {
        let record = record.ok().filter(|record| {
            let is = |column, is: fn(&str) -> bool| record.get(column).is_some_and(is);
            record.len() == 4
                && is(0, is_digest)
                && is(1, |id| id.parse::<u64>().is_ok())
                && is(2, |token| !token.is_empty())
        });
        let row = record.as_ref().and_then(|record| record.get(0));
        let row = row.ok_or_else(|| {
            found.damaged(
                index,
                "remove it, and the next run looks for its row's instance",
            )
        })?;
        done.insert(row.to_owned());
    }
    Ok((found, done))
}

pub struct Tokens(OwnFile);

impl Tokens {
    pub fn open(found: Found) -> Result<Self, Failure> {
        Ok(Self(found.open()?))
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
        self.0.add(String::from_utf8(line)?.trim_end_matches('\n'))
    }
}
