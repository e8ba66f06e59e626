use std::time::{Duration, SystemTime};

/// A point in time, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(pub(crate) i64);

impl Timestamp {
    pub(crate) fn now() -> Self {
        SystemTime::now().into()
    }

    pub(crate) fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(millis(time)))
    }

    pub(crate) fn before(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(millis(time)))
    }

    /// As a machine reads it: `2017-08-07T18:46:38Z`.
    pub(crate) fn machine(self) -> String {
        humantime::format_rfc3339_seconds(self.system_time()).to_string()
    }

    /// As a person reads it: `7 August 2017, 18:46 UTC`.
    pub(crate) fn human(self) -> String {
        let machine = self.machine();
        let (date, time) = machine.split_once('T').unwrap_or((&machine, ""));
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        let month = month
            .and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?))
            .unwrap_or(&"");
        let day = day.unwrap_or_default().trim_start_matches('0');
        let time = time.get(..5).unwrap_or_default();
        format!("{day} {month} {}, {time} UTC", year.unwrap_or_default())
    }

    fn system_time(self) -> SystemTime {
        let since = Duration::from_millis(self.0.clamp(0, END_OF_9999).cast_unsigned());
        SystemTime::UNIX_EPOCH
            .checked_add(since)
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH);
        Self(millis(since.unwrap_or_default()))
    }
}

fn millis(time: Duration) -> i64 {
    time.as_millis().try_into().unwrap_or(i64::MAX)
}

/// The last moment that RFC 3339 can write.
const END_OF_9999: i64 = 253_402_300_799_000;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_well() {
        for (millis, machine, human) in [
            (0, "1970-01-01T00:00:00Z", "1 January 1970, 00:00 UTC"),
            (
                1_502_131_598_000,
                "2017-08-07T18:46:38Z",
                "7 August 2017, 18:46 UTC",
            ),
            (
                i64::MAX,
                "9999-12-31T23:59:59Z",
                "31 December 9999, 23:59 UTC",
            ),
            (-5, "1970-01-01T00:00:00Z", "1 January 1970, 00:00 UTC"),
        ] {
            assert_eq!(Timestamp(millis).machine(), machine);
            assert_eq!(Timestamp(millis).human(), human);
        }
    }
}
