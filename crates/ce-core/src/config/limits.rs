use std::time::Duration;

/// How long, how often and how much: the bounds of every call, the same in both clients.
///
/// The defaults fit the platform, where creating an instance takes 9 to 26 seconds.
///
/// ```
/// use std::time::Duration;
/// use ce_core::Limits;
///
/// let limits = Limits::default()
///     .timeout(Duration::from_secs(10))
///     .max_attempts(1);
/// assert_eq!(limits.provisioning_timeout, Duration::from_secs(120));
/// # assert_eq!(limits.timeout, Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Until a connection stands, TLS included. 10 seconds.
    pub connect_timeout: Duration,
    /// One attempt, from the connection to the last byte of the answer. 15 seconds. An instance's
    /// creation is not bound by it: it has one attempt, and all its time.
    pub attempt_timeout: Duration,
    /// A whole call, with every attempt and every wait between. 30 seconds.
    pub timeout: Duration,
    /// The whole call that creates an instance. 120 seconds.
    pub provisioning_timeout: Duration,
    /// How long an instance is looked for whose creation has no answer; the last look begins one
    /// [`timeout`](Limits::timeout) before its end. 150 seconds, so that the platform has its two
    /// minutes. A search whose last look begins before
    /// [`provisioning_timeout`](Limits::provisioning_timeout) can't say that there is no instance.
    pub recovery_timeout: Duration,
    /// How often a call is tried at most. 4.
    pub max_attempts: u32,
    /// The wait after a first failure is up to this long; it doubles with every further one, and
    /// is drawn at random between nothing and that bound. 250 milliseconds.
    pub backoff: Duration,
    /// No wait is longer than this unless the platform asks for it. 8 seconds.
    pub max_backoff: Duration,
    /// The largest answer that is read, in bytes. 16 MiB.
    pub max_body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(15),
            timeout: Duration::from_secs(30),
            provisioning_timeout: Duration::from_secs(120),
            recovery_timeout: Duration::from_secs(150),
            max_attempts: 4,
            backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(8),
            max_body_bytes: 16 * 1024 * 1024,
        }
    }
}

macro_rules! setters {
    ($($field:ident: $Type:ty),* $(,)?) => {
        impl Limits {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Limits#structfield.", stringify!($field), ").")]
                #[must_use]
                pub fn $field(mut self, $field: $Type) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

setters! {
    connect_timeout: Duration,
    attempt_timeout: Duration,
    timeout: Duration,
    provisioning_timeout: Duration,
    recovery_timeout: Duration,
    max_attempts: u32,
    backoff: Duration,
    max_backoff: Duration,
    max_body_bytes: usize,
}
