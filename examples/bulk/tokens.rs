//! The output: an id and a token for each row.

use std::collections::HashSet;
use std::path::Path;

use ce_async::model::Instance;

use crate::Failure;
use crate::private_file::PrivateFile;
use crate::rows::Row;

const HEADS: &str = "row,id,token,name";

pub struct Tokens {
    file: PrivateFile,
    /// The rows that were done in the runs before this.
    done: HashSet<usize>,
}

impl Tokens {
    /// Opens or makes it.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let (file, lines) = PrivateFile::open(path)?;
        let mut lines = lines.iter();
        match lines.next() {
            None => file.add(HEADS)?,
            Some(heads) if heads == HEADS => {}
            Some(_) => {
                return Err(format!("{} is no output of this program", path.display()).into());
            }
        }
        let row = |line: &String| line.split(',').next()?.parse().ok();
        Ok(Self {
            file,
            done: lines.filter_map(row).collect(),
        })
    }

    /// Was this row done in a run before this?
    pub fn has(&self, row: usize) -> bool {
        self.done.contains(&row)
    }

    /// Keeps what a row came to.
    pub fn keep(&self, row: &Row, instance: &Instance) -> Result<(), Failure> {
        let mut line = csv::WriterBuilder::new()
            .terminator(csv::Terminator::Any(b'\n'))
            .from_writer(Vec::new());
        // A line break in a name would be two lines.
        let name = row.name.replace(['\r', '\n'], " ");
        line.write_record([
            row.number.to_string().as_str(),
            &instance.id.to_string(),
            instance.token.expose(),
            &name,
        ])?;
        let line = String::from_utf8(line.into_inner().map_err(|error| error.to_string())?)?;
        self.file.add(line.trim_end_matches('\n'))
    }
}
