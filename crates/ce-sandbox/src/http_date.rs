use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second that an HTTP date can name: that before the year 10 000.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// The time as HTTP writes it, to the second; one that cannot be written becomes the nearest that
/// can.
pub(crate) fn format(time: SystemTime) -> String {
    httpdate::fmt_http_date(time.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST))
}

/// The same for a time that lies ahead.
pub(crate) fn format_after(now: SystemTime, duration: Duration) -> String {
    format(now.checked_add(duration).unwrap_or(UNIX_EPOCH + LAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_time_can_be_written() {
        let second = Duration::from_secs(1);
        let table = [
            (UNIX_EPOCH, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (UNIX_EPOCH - second, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (UNIX_EPOCH + LAST, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (UNIX_EPOCH + LAST + second, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (time, expected) in table {
            assert_eq!(format(time), expected);
        }
        let far = format_after(UNIX_EPOCH, Duration::MAX);
        assert_eq!(far, "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
