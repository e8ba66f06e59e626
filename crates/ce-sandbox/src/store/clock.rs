use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// As the platform writes times: `2017-08-07T18:46:38Z`.
pub(crate) fn iso_8601(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(writable(time)).to_string()
}

/// As headers write times.
pub(crate) fn http_date(time: SystemTime) -> String {
    httpdate::fmt_http_date(writable(time))
}

/// A clock of a test may stand anywhere; what can't be written becomes the nearest time that can.
fn writable(time: SystemTime) -> SystemTime {
    let end_of_9999 = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    time.clamp(UNIX_EPOCH, end_of_9999)
}
