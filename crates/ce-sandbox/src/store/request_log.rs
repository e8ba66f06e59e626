use std::collections::VecDeque;

/// How many records are kept, and how many bytes they may take up.
const MAX_RECORDS: usize = 10_000;
const MAX_BYTES: usize = 16 << 20;

/// A record of a request: nothing of it that could be a secret.
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
    /// The path, as it was sent, without the query; of a very long one the beginning.
    pub path: String,
    /// The status that was answered; 0 if not even that was.
    pub status: u16,
    /// The request id: that of the answer, where the answer had one.
    pub request_id: String,
    /// The name of the [`Fault`](crate::Fault) that applied, if one did.
    pub fault: Option<&'static str>,
}

impl Served {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.method.len() + self.path.len() + self.request_id.len()
    }
}

/// The latest records.
#[derive(Default)]
pub(crate) struct RequestLog {
    records: VecDeque<Served>,
    bytes: usize,
}

impl RequestLog {
    pub(crate) fn push(&mut self, served: Served) {
        self.bytes += served.bytes();
        self.records.push_back(served);
        while self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.records.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes();
        }
    }

    pub(crate) fn records(&self) -> Vec<Served> {
        self.records.iter().cloned().collect()
    }
}
