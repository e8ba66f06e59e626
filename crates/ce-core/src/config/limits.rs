use std::time::Duration;

use crate::error::{FieldErrorKind, FieldErrors, InvalidInput};

/// A row a limit: what it bounds, its name, and its default.
macro_rules! limits {
    (
        $(#[$about:meta])*
        pub struct Limits { $($(#[$doc:meta])* $field:ident: $Type:ty = $default:expr,)* }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[$doc])* pub $field: $Type,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

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

limits! {
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
    pub struct Limits {
        /// The time to establish a connection, TLS included. 10 seconds.
        connect_timeout: Duration = Duration::from_secs(10),
        /// The time of one attempt, from the connection to the last byte of the response. 15 seconds. A
        /// call that may be sent once only is not bound by it: its one attempt has all the time.
        attempt_timeout: Duration = Duration::from_secs(15),
        /// The time of a whole call, with every attempt and every wait between. 30 seconds.
        timeout: Duration = Duration::from_secs(30),
        /// The time of the call that creates an instance. 120 seconds.
        provisioning_timeout: Duration = Duration::from_secs(120),
        /// The time of the search for an instance whose creation was not answered. 150 seconds. The last
        /// look begins one [`timeout`](Limits::timeout) before its end. A search whose last look begins
        /// before [`provisioning_timeout`](Limits::provisioning_timeout) can't tell that there is none.
        recovery_timeout: Duration = Duration::from_secs(150),
        /// The most attempts of a call. 4.
        max_attempts: u32 = 4,
        /// The upper bound of the wait after the first failure. 250 milliseconds. It doubles with every
        /// further failure; the wait is drawn at random below it.
        backoff: Duration = Duration::from_millis(250),
        /// The longest wait, unless the platform asks for a longer one. 8 seconds.
        max_backoff: Duration = Duration::from_secs(8),
        /// The largest body of a response, in bytes. 16 MiB.
        max_body_bytes: usize = 16 * 1024 * 1024,
    }
}

impl Limits {
    /// # Errors
    /// Names those that leave no room for a call.
    pub(crate) fn check(&self) -> Result<(), InvalidInput> {
        let provisioning = self.provisioning_timeout;
        let mut errors = FieldErrors::default();
        for (name, is_zero) in [
            ("limits.connect_timeout", self.connect_timeout.is_zero()),
            ("limits.attempt_timeout", self.attempt_timeout.is_zero()),
            ("limits.timeout", self.timeout.is_zero()),
            ("limits.provisioning_timeout", provisioning.is_zero()),
            ("limits.max_attempts", self.max_attempts == 0),
            ("limits.max_body_bytes", self.max_body_bytes == 0),
        ] {
            if is_zero {
                errors.push(name, FieldErrorKind::Zero);
            }
        }
        errors.into_result()
    }
}
