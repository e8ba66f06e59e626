//! The CSV file: what is to be provisioned.

use std::path::Path;

use crate::Failure;

/// One instance to be.
pub struct Row {
    /// Its place in the file, from 1.
    pub number: usize,
    pub name: String,
    pub tags: Vec<String>,
    /// Every other column, by its head.
    pub configuration: Vec<(String, String)>,
}

/// Reads all rows; the column `name` must be there, `tags` (separated by blanks) may, and every
/// other column is an entry of the configuration.
pub fn read(path: &Path) -> Result<Vec<Row>, Failure> {
    let problem = |error: csv::Error| format!("{}: {error}", path.display());
    let mut reader = csv::Reader::from_path(path).map_err(problem)?;
    let heads = reader.headers().map_err(problem)?.clone();
    if !heads.iter().any(|head| head == "name") {
        return Err(format!("{}: there is no column \"name\"", path.display()).into());
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(problem)?;
        let mut row = Row {
            number: index + 1,
            name: String::new(),
            tags: Vec::new(),
            configuration: Vec::new(),
        };
        for (head, value) in heads.iter().zip(record.iter()) {
            match head {
                "name" => value.clone_into(&mut row.name),
                "tags" => row.tags = value.split_whitespace().map(str::to_owned).collect(),
                _ if value.is_empty() => {}
                key => row.configuration.push((key.to_owned(), value.to_owned())),
            }
        }
        rows.push(row);
    }
    Ok(rows)
}
