use http::Uri;
use serde::Serialize;
use serde_json::Value;

use super::redaction;
use crate::catalogue::weight_of_value;

/// How many characters of a path are recorded, and how many bytes of a query.
const MAX_PATH: usize = 2048;
const MAX_QUERY: usize = 8192;

/// A record of a request: nothing of it that could be a secret.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = ce_sandbox::Sandbox::start()?;
/// assert!(sandbox.served().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Served {
    /// The method, as it was sent.
    pub method: String,
    /// The path, as it was sent, without the query; of a very long one the beginning.
    pub path: String,
    /// The parameters of the query, decoded. Values that could be secrets are `[redacted]`.
    pub query: Vec<(String, String)>,
    /// The body, if it was JSON of at most 16 KiB. Values that could be secrets are `[redacted]`.
    pub body: Option<Value>,
    /// The status that was answered; 0 if not even that was.
    pub status: u16,
    /// The request id: that of the answer, where the answer had one.
    pub request_id: String,
    /// The name of the [`Fault`](crate::Fault) that applied, if one did.
    pub fault: Option<&'static str>,
}

impl Served {
    /// What is known of it before it is answered.
    pub(crate) fn new(method: &http::Method, uri: &Uri, body: &[u8], request_id: &str) -> Self {
        let query = uri.query().unwrap_or_default();
        Self {
            method: method.to_string(),
            path: uri.path().chars().take(MAX_PATH).collect(),
            query: match query.len() > MAX_QUERY {
                true => Vec::new(),
                false => redaction::query(query),
            },
            body: redaction::body(body),
            status: 0,
            request_id: request_id.to_owned(),
            fault: None,
        }
    }

    /// About how many bytes it takes up in memory.
    pub(crate) fn weight(&self) -> usize {
        let query = self.query.iter();
        let query = query.map(|(name, value)| 2 * size_of::<String>() + name.len() + value.len());
        let texts = self.method.len() + self.path.len() + self.request_id.len();
        let body = self.body.as_ref().map_or(0, weight_of_value);
        size_of::<Self>() + texts + query.sum::<usize>() + body
    }
}
