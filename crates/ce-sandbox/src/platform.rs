use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::authorization::Secrets;
use crate::catalogue::Catalogue;
use crate::door::Commands;
use crate::fault_plan::FaultPlan;
use crate::grant::{IssuedCode, RequestToken};
use crate::instance_store::InstanceStore;
use crate::one_time::OneTime;
use crate::random::Chance;
use crate::served::{Log, Served};

pub(crate) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;
pub(crate) type Observer = Box<dyn Fn(&Served) + Send + Sync>;

/// All that handlers need: what was set when the sandbox was built, and what changed since.
pub(crate) struct Platform {
    /// Scheme, host and port of the address that the sandbox listens on.
    pub(crate) origin: String,
    pub(crate) secrets: Secrets,
    pub(crate) catalogue: Catalogue,
    pub(crate) provisioning: Duration,
    pub(crate) max_body_bytes: usize,
    /// How many objects a resource of an instance may hold.
    pub(crate) max_objects: usize,
    pub(crate) clock: Clock,
    pub(crate) observer: Option<Observer>,
    pub(crate) state: Mutex<State>,
    pub(crate) faults: Mutex<FaultPlan>,
    /// Tells the door to close and to open.
    pub(crate) door: Commands,
    pub(crate) log: Mutex<Log>,
}

/// What requests change.
pub(crate) struct State {
    pub(crate) chance: Chance,
    pub(crate) codes: OneTime<IssuedCode>,
    pub(crate) request_tokens: OneTime<RequestToken>,
    pub(crate) instances: InstanceStore,
}

impl Platform {
    /// Never hold it over an `await`, nor while the user's own callbacks run.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        recover(&self.state)
    }

    /// As with [`Self::state`].
    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultPlan> {
        recover(&self.faults)
    }

    /// Keeps the record, then tells the observer. An observer that panics harms nobody.
    pub(crate) fn record(&self, served: Served) {
        recover(&self.log).push(served.clone());
        if let Some(observer) = &self.observer {
            let _ = catch_unwind(AssertUnwindSafe(|| observer(&served)));
        }
    }

    pub(crate) fn served(&self) -> Vec<Served> {
        recover(&self.log).records()
    }

    /// The time, to the second, as the platform writes it.
    pub(crate) fn now(&self) -> String {
        let mut stamp = String::new();
        // A clock may stand before 1970 or after 9999, which cannot be written.
        let now = humantime::format_rfc3339_seconds((self.clock)().max(UNIX_EPOCH));
        if write!(stamp, "{now}").is_err() {
            stamp = humantime::format_rfc3339_seconds(UNIX_EPOCH).to_string();
        }
        stamp
    }
}

/// A thread that panicked while it held the lock left nothing half done: every change is one call.
fn recover<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Platform {
        /// A platform with the secrets `u` and `o`, and a clock that stands at 1970.
        pub(crate) fn for_test() -> Self {
            Self {
                origin: "http://127.0.0.1:8000".to_owned(),
                secrets: Secrets::new("u", "o"),
                catalogue: Catalogue::built_in().unwrap(),
                provisioning: Duration::ZERO,
                max_body_bytes: 1000,
                max_objects: 5,
                clock: Box::new(|| UNIX_EPOCH),
                observer: None,
                state: Mutex::new(State {
                    chance: Chance::new(Some(1)),
                    codes: OneTime::default(),
                    request_tokens: OneTime::default(),
                    instances: InstanceStore::new(500_001, 3),
                }),
                faults: Mutex::new(FaultPlan::new(Some(1), Vec::new())),
                door: tokio::sync::mpsc::unbounded_channel().0,
                log: Mutex::default(),
            }
        }
    }

    #[test]
    fn any_clock_can_be_written() {
        let mut platform = Platform::for_test();
        let table = [
            (
                UNIX_EPOCH + Duration::from_secs(86_400),
                "1970-01-02T00:00:00Z",
            ),
            (UNIX_EPOCH - Duration::from_secs(1), "1970-01-01T00:00:00Z"),
            (
                UNIX_EPOCH + Duration::from_secs(1 << 40),
                "1970-01-01T00:00:00Z",
            ),
        ];
        for (time, expected) in table {
            platform.clock = Box::new(move || time);
            assert_eq!(platform.now(), expected);
        }
    }
}
