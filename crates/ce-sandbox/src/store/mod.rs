//! What a sandbox keeps, in memory and under one lock: instances, files, codes, request tokens,
//! notifications, and a log of the requests.

mod bounded;
mod callback_url;
mod clock;
mod grants;
mod instances;
mod outbox;
mod random;
mod redacted;
mod redaction;
mod request_log;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bounded::{Bounded, Issued};
pub(crate) use callback_url::CallbackUrl;
pub(crate) use clock::{Clock, http_date};
pub(crate) use grants::{IssuedCode, LinkedFile, RequestToken};
pub(crate) use instances::{
    Configuration, Content, ExternalAuthentication, FileConflict, FilePath, Files, Instance,
    Instances, Job, MASK, StoredFile, mask_all, without_tags,
};
pub(crate) use outbox::{Message, Outbox};
pub use outbox::{Notification, NotificationStatus};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use random::Random;
pub(crate) use redacted::Redacted;
pub use request_log::Served;
use tokio::sync::Notify;

use crate::catalogue::Catalogue;

/// What was set when the sandbox was built.
pub(crate) struct Settings {
    /// Scheme, host and port of the address that the sandbox listens on.
    pub(crate) origin: String,
    pub(crate) user_secret: Redacted,
    pub(crate) organization_secret: Redacted,
    pub(crate) catalogue: Catalogue,
    pub(crate) provisioning: Duration,
    pub(crate) seed: Option<u64>,
    pub(crate) first_instance_id: u64,
    pub(crate) max_body_bytes: usize,
    pub(crate) max_instances: usize,
    /// How many objects of one name an instance may have.
    pub(crate) max_objects: usize,
    /// About how many bytes all instances and objects may take up in memory.
    pub(crate) max_bytes: usize,
    /// How long a request's head may take, and its body.
    pub(crate) request_timeout: Duration,
    pub(crate) clock: Clock,
    /// Whether events are reported to other machines, too.
    pub(crate) events_anywhere: bool,
}

pub(crate) struct Store {
    pub(crate) settings: Settings,
    state: Mutex<State>,
    /// How far the clock was put forward, in milliseconds.
    advanced: AtomicU64,
    /// Somebody is to look at the outbox again.
    pub(crate) outbox_changed: Notify,
}

/// What requests change.
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) codes: Issued<IssuedCode>,
    pub(crate) request_tokens: Issued<RequestToken>,
    /// Links to files, which work any number of times.
    pub(crate) links: Issued<LinkedFile>,
    pub(crate) instances: Instances,
    /// How many bulk jobs there were.
    jobs: u64,
    pub(crate) outbox: Outbox,
    pub(crate) log: Bounded<Served>,
    /// How often everything was forgotten. Creations that began before a reset come to nothing.
    pub(crate) resets: u64,
}

impl Settings {
    /// Where an element's provider asks its users.
    pub(crate) fn consent_path(element_key: &str) -> String {
        let key = utf8_percent_encode(element_key, NON_ALPHANUMERIC);
        format!("/provider/{key}/authorize")
    }
}

impl State {
    /// The id of a new bulk job.
    pub(crate) fn next_job(&mut self) -> u64 {
        self.jobs += 1;
        self.jobs
    }

    fn new(settings: &Settings) -> Self {
        Self {
            random: Random::new(settings.seed),
            codes: Bounded::new(10_000, 8 << 20),
            request_tokens: Bounded::new(10_000, 8 << 20),
            links: Bounded::new(10_000, 8 << 20),
            instances: Instances::new(
                settings.first_instance_id,
                settings.max_instances,
                settings.max_bytes,
            ),
            jobs: 0,
            outbox: Outbox::default(),
            log: Bounded::new(10_000, 16 << 20),
            resets: 0,
        }
    }
}

impl Store {
    pub(crate) fn new(settings: Settings) -> Self {
        let state = Mutex::new(State::new(&settings));
        Self {
            settings,
            state,
            advanced: AtomicU64::new(0),
            outbox_changed: Notify::new(),
        }
    }

    /// Never hold it over an `await`, nor while the user's own callbacks run.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked while it held the lock left nothing half done: every change is one
        // call.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything, as if the sandbox were started anew.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        let resets = state.resets + 1;
        *state = State {
            resets,
            ..State::new(&self.settings)
        };
        self.advanced.store(0, Ordering::SeqCst);
    }

    pub(crate) fn time(&self) -> SystemTime {
        let time = (self.settings.clock)();
        let advanced = Duration::from_millis(self.advanced.load(Ordering::SeqCst));
        time.checked_add(advanced).unwrap_or(time)
    }

    /// Puts the clock forward, and does what is due by then.
    pub(crate) fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let add = |advanced: u64| Some(advanced.saturating_add(by));
        let _ = self
            .advanced
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
        self.outbox_changed.notify_one();
    }

    /// The time, to the second, as the platform writes it.
    pub(crate) fn now(&self) -> String {
        clock::iso_8601(self.time())
    }
}
