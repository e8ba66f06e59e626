use std::time::SystemTime;

use jiff::Timestamp;

pub(crate) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// As the platform writes times: `2017-08-07T18:46:38Z`.
pub(crate) fn iso_8601(time: SystemTime) -> String {
    timestamp(time).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As headers write times.
pub(crate) fn http_date(time: SystemTime) -> String {
    let written = timestamp(time).strftime("%a, %d %b %Y %H:%M:%S GMT");
    written.to_string()
}

/// A clock of a test may stand anywhere; what can't be written becomes the last time that can.
fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::MAX)
}
