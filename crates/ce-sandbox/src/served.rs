use std::collections::VecDeque;

/// How many records are kept.
const KEPT: usize = 10_000;

/// A request that was received: nothing of it that could be a secret.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = ce_sandbox::Sandbox::start()?;
/// assert!(sandbox.served().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Served {
    /// The method, as it was sent.
    pub method: String,
    /// The path, as it was sent, without the query.
    pub path: String,
    /// The status that was answered; 0 if not even that was.
    pub status: u16,
    /// The request id: that of the answer, where the answer had one.
    pub request_id: String,
    /// The name of the [`Fault`](crate::Fault) that applied, if one did.
    pub fault: Option<&'static str>,
}

/// The latest records.
#[derive(Default)]
pub(crate) struct Log(VecDeque<Served>);

impl Log {
    pub(crate) fn push(&mut self, served: Served) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(served);
    }

    pub(crate) fn records(&self) -> Vec<Served> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_records_make_room() {
        let mut log = Log::default();
        for number in 0..=KEPT {
            log.push(Served {
                method: "GET".to_owned(),
                path: format!("/{number}"),
                status: 200,
                request_id: String::new(),
                fault: None,
            });
        }
        let records = log.records();
        assert_eq!(records.len(), KEPT);
        assert_eq!(records[0].path, "/1");
        assert_eq!(records[KEPT - 1].path, format!("/{KEPT}"));
    }
}
