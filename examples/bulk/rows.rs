//! The CSV file: what is to be provisioned.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::Failure;

/// One instance to be.
pub struct Row {
    /// What the row is known by: a digest of its content. It can't be read back, but a short password
    /// could be guessed from it, so it stands in private files alone.
    pub digest: String,
    /// Its line in the file.
    pub line: u64,
    pub name: String,
    pub tags: Vec<String>,
    /// Every other column, by its head.
    pub configuration: Vec<(String, String)>,
}

/// Reads all rows, which must differ. The column `name` must be there.
pub fn read(path: &Path, element: &str) -> Result<Vec<Row>, Failure> {
    let refused = |reason: String| format!("{}: {reason}", path.display());
    let problem = |error: csv::Error| refused(error.to_string());
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader
        .trim(csv::Trim::Headers)
        .from_path(path)
        .map_err(problem)?;
    let heads = reader.headers().map_err(problem)?.clone();
    for (index, head) in heads.iter().enumerate() {
        if heads.iter().take(index).any(|before| before == head) {
            return Err(refused(format!("the column {head:?} stands twice")).into());
        }
    }
    if heads.is_empty() {
        return Err(refused("it is empty".to_owned()).into());
    }
    if !heads.iter().any(|head| head == "name") {
        return Err(refused("there is no column \"name\"".to_owned()).into());
    }
    let mut rows = Vec::new();
    let mut lines = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(problem)?;
        let line = record.position().map_or(0, csv::Position::line);
        let columns = heads
            .iter()
            .zip(&record)
            .filter(|(_, value)| !value.is_empty());
        let row = row(element, line, columns.collect());
        if let Some(first) = lines.insert(row.digest.clone(), line) {
            return Err(refused(format!(
                "lines {first} and {line} are the same row: remove one, or give it another name"
            ))
            .into());
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The order of the columns does not count, and empty ones are as if they weren't there.
fn row(element: &str, line: u64, mut columns: BTreeMap<&str, &str>) -> Row {
    let mut digest = Sha256::new();
    for text in columns
        .iter()
        .flat_map(|(head, value)| [*head, *value])
        .chain([element])
    {
        // With their lengths, so that "ab" and "c" are not "a" and "bc".
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    }
    let digest = digest.finalize();
    let mut text = |column| columns.remove(column).unwrap_or_default();
    let (name, tags) = (text("name").to_owned(), text("tags").split_whitespace());
    Row {
        digest: digest
            .iter()
            .take(DIGEST / 2)
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        line,
        name,
        tags: tags.map(str::to_owned).collect(),
        configuration: columns
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    }
}

/// The length of a row's digest, in hexadecimal digits.
const DIGEST: usize = 32;

pub fn is_digest(text: &str) -> bool {
    text.len() == DIGEST && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
