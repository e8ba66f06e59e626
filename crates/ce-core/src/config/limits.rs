use std::time::Duration;

/// The limits of every call: times, attempts and bytes.
///
/// The defaults fit the platform, where creating an instance takes 9 to 26 seconds by the vendor's
/// own logs.
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
    /// The time to establish a connection, TLS included. 10 seconds.
    pub connect_timeout: Duration,
    /// The time of one attempt, from the connection to the last byte of the response. 15 seconds. A
    /// call that may be sent once only is not bound by it: its one attempt has all the time.
    pub attempt_timeout: Duration,
    /// The time of a whole call, with every attempt and every wait between. 30 seconds.
    pub timeout: Duration,
    /// The time of the call that creates an instance. 120 seconds.
    pub provisioning_timeout: Duration,
    /// The time of the search for an instance whose creation was not answered. 150 seconds. The last
    /// look begins one [`timeout`](Limits::timeout) before its end. A search whose last look begins
    /// before [`provisioning_timeout`](Limits::provisioning_timeout) can't tell that there is none.
    pub recovery_timeout: Duration,
    /// The most attempts of a call. 4.
    pub max_attempts: u32,
    /// The upper bound of the wait after the first failure. 250 milliseconds. It doubles with every
    /// further failure; the wait is drawn at random below it.
    pub backoff: Duration,
    /// The longest wait, unless the platform asks for a longer one. 8 seconds.
    pub max_backoff: Duration,
    /// The largest body of a response, in bytes. 16 MiB.
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
