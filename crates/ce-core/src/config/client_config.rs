use std::time::Duration;

use bytes::Bytes;
use ce_model::ElementToken;
use http::uri::{self, Scheme};
use http::{HeaderValue, Uri};

use super::url::parse_base;
use super::{Credentials, Limits};
use crate::error::{FieldErrors, InvalidInput};

/// What a client is made from: the API base, the credentials and the [`Limits`].
///
/// It is checked when it is made, so that no call fails over it later.
///
/// ```
/// use std::time::Duration;
/// use ce_core::{Config, Credentials, Limits, api_base};
///
/// let credentials = Credentials::new("user secret", "organization secret");
/// let limits = Limits::default().timeout(Duration::from_secs(10)).max_attempts(2);
/// let config = Config::new(api_base::CLOUD_ELEMENTS_US, credentials)?.with_limits(limits);
/// assert_eq!(config.base_url(), "https://api.cloud-elements.com/elements/api-v2");
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    base_url: String,
    /// The same, parsed: every request shares the scheme and the host.
    base: Uri,
    credentials: Credentials,
    /// `User …, Organization …`, written once.
    authorization: HeaderValue,
    limits: Limits,
    jitter_seed: Option<u64>,
}

impl Config {
    /// A configuration with this API base (`https://…/elements/api-v2`) and these credentials. An
    /// international name is given in its ASCII form (`xn--…`).
    ///
    /// # Errors
    /// Names every problem: a base URL that is not one, or is plain `http` to another machine; secrets
    /// that are blank, hold line breaks or characters beyond ASCII.
    pub fn new(base_url: &str, credentials: Credentials) -> Result<Self, InvalidInput> {
        Self::checked(base_url, credentials, false)
    }

    /// Like [`new`](Config::new), but accepts plain `http` to another machine: **every secret is sent
    /// unencrypted**. For closed test networks.
    ///
    /// # Errors
    /// As for [`new`](Config::new).
    pub fn allowing_unencrypted_http(
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidInput> {
        Self::checked(base_url, credentials, true)
    }

    fn checked(
        base_url: &str,
        credentials: Credentials,
        allow_unencrypted: bool,
    ) -> Result<Self, InvalidInput> {
        let mut errors = FieldErrors::default();
        let (base_url, base) = parse_base(base_url, allow_unencrypted).unwrap_or_else(|kind| {
            errors.push("base URL", kind);
            Default::default()
        });
        let authorization = credentials.authorization(None).unwrap_or_else(|invalid| {
            errors.extend(invalid);
            HeaderValue::from_static("")
        });
        errors.into_result()?;
        Ok(Self {
            base_url,
            base,
            authorization,
            credentials,
            limits: Limits::default(),
            jitter_seed: None,
        })
    }

    /// Sets the limits of every call.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Replaces the credentials, such as for another tenant.
    ///
    /// # Errors
    /// As for [`new`](Config::new).
    pub fn with_credentials(mut self, credentials: Credentials) -> Result<Self, InvalidInput> {
        self.authorization = credentials.authorization(None)?;
        self.credentials = credentials;
        Ok(self)
    }

    /// Makes the random part of every wait repeatable, for tests.
    #[must_use]
    pub fn with_jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// The API base, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns `true` if the API base is on this machine, where no proxy is asked.
    pub fn is_loopback(&self) -> bool {
        self.base.host().is_some_and(super::url::is_loopback)
    }

    /// Returns `true` if the API base is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.base.scheme() == Some(&Scheme::HTTPS)
    }

    /// The limits of every call.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How long a connection may take: at most nine tenths of any attempt, so that a connection that
    /// took too long can be told from an answer that is lost.
    pub fn connect_timeout(&self) -> Duration {
        let limits = &self.limits;
        let shortest = limits.attempt_timeout.min(limits.provisioning_timeout);
        limits
            .connect_timeout
            .min(limits.timeout.min(shortest).mul_f32(0.9))
    }

    /// The path of the API base, without a slash at its end.
    pub(crate) fn base_path(&self) -> &str {
        self.base.path().trim_end_matches('/')
    }

    /// The URL with this path and query, unless it is too long for one.
    pub(crate) fn uri(&self, path_and_query: Bytes) -> Option<Uri> {
        let mut parts = uri::Parts::default();
        parts.scheme = self.base.scheme().cloned();
        parts.authority = self.base.authority().cloned();
        parts.path_and_query = uri::PathAndQuery::from_maybe_shared(path_and_query).ok();
        Uri::from_parts(parts).ok()
    }

    pub(crate) fn jitter(&self) -> fastrand::Rng {
        match self.jitter_seed {
            Some(seed) => fastrand::Rng::with_seed(seed),
            None => fastrand::Rng::new(),
        }
    }

    /// `User …, Organization …`
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    /// `User …, Organization …, Element …`
    pub(crate) fn element_authorization(
        &self,
        token: &ElementToken,
    ) -> Result<HeaderValue, InvalidInput> {
        self.credentials.authorization(Some(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(user: &str, organization: &str) -> Result<Config, InvalidInput> {
        Config::new("https://a.example", Credentials::new(user, organization))
    }

    #[test]
    fn a_seed_makes_the_waits_repeatable() {
        let config = config("u", "o").unwrap();
        let drawn = |config: &Config| config.jitter().u64(..);
        assert_ne!(drawn(&config), drawn(&config));
        let seeded = config.with_jitter_seed(7);
        assert_eq!(drawn(&seeded), drawn(&seeded));
    }

    #[test]
    fn a_connection_has_nine_tenths_of_the_shortest_attempt_at_most() {
        let config = config("u", "o").unwrap();
        assert_eq!(config.connect_timeout(), Duration::from_secs(10));
        let second = Duration::from_secs(1);
        for limits in [
            Limits::default().timeout(second),
            Limits::default().attempt_timeout(second),
            Limits::default().provisioning_timeout(second),
        ] {
            let time = config.clone().with_limits(limits).connect_timeout();
            assert!((899..=900).contains(&time.as_millis()), "{time:?}");
        }
    }

    #[test]
    fn secrets_that_no_header_can_carry_are_refused_when_given() {
        #[rustfmt::skip] // Many a line.
        let bad = [
            "", " ", "a\nb", "a\r\nX: y", "a\0b", "schlüssel",
            // Pasted with what stands around it.
            "User abc=", "abc= ", " abc=", "abc=, Organization def=",
            // What `Debug` shows.
            "[redacted]",
        ];
        for bad in bad {
            let error = config(bad, bad).unwrap_err();
            assert_eq!(error.errors().len(), 2, "{bad:?}: {error}");
            assert!(bad.trim().is_empty() || !error.to_string().contains(bad));
            let config = config("u", "o").unwrap();
            let through = config.element_authorization(&ElementToken::new(bad));
            assert_eq!(through.unwrap_err().errors().len(), 1, "{bad:?}");
            assert!(config.with_credentials(Credentials::new("u", bad)).is_err());
        }
    }
}
