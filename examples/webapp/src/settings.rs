use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ce_async::Limits;

use crate::database::Key;

/// How the application is run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where it listens.
    pub address: IpAddr,
    /// Where it listens; 0 takes any port that is free.
    pub port: u16,
    /// Where browsers find it; by default where it listens.
    pub public_url: Option<String>,
    /// SQLite or PostgreSQL; without it a new file that is removed at the end.
    pub database: Option<String>,
    /// What secrets in the database are sealed with; without it a key that is forgotten at the end.
    pub key: Option<Key>,
    /// What the platform signs events with. Without it, of the live platform nothing is reported.
    pub events_key: Option<String>,
    /// How often the page of changes looks for new ones.
    pub live_interval: Duration,
    /// The platform, and who asks; without it a sandbox in this process.
    pub platform: Option<PlatformAccess>,
    /// The elements on offer; if none are named, all that a consent page connects.
    pub elements: Vec<String>,
    /// How long a user may stay at the provider.
    pub flow_lifetime: Duration,
    /// How long a replica may be silent before another takes over what it was doing.
    pub takeover: Duration,
    /// How long a page waits for the platform before it says that things take their time.
    pub patience: Duration,
    /// How long a browser may take to send a request's header, or a form.
    pub read_timeout: Duration,
    /// The bounds of every call to the platform.
    pub limits: Limits,
}

/// Where the platform is, and the secrets for it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlatformAccess {
    /// `https://…/elements/api-v2`
    pub base_url: String,
    /// The secret of the platform's user.
    pub user_secret: String,
    /// The organization's secret.
    pub organization_secret: String,
    /// The key that the provider gave the application.
    pub api_key: String,
    /// The secret that belongs to it.
    pub api_secret: String,
}

impl PlatformAccess {
    /// All of it.
    pub fn new(
        base_url: impl Into<String>,
        [user_secret, organization_secret, api_key, api_secret]: [String; 4],
    ) -> Self {
        Self {
            base_url: base_url.into(),
            user_secret,
            organization_secret,
            api_key,
            api_secret,
        }
    }
}

impl std::fmt::Debug for PlatformAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformAccess")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Default for Settings {
    /// The demo: it needs nothing, and leaves nothing behind.
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            public_url: None,
            database: None,
            key: None,
            events_key: None,
            live_interval: Duration::from_secs(2),
            platform: None,
            elements: Vec::new(),
            flow_lifetime: Duration::from_secs(15 * 60),
            takeover: Duration::from_secs(30),
            patience: Duration::from_secs(40),
            read_timeout: Duration::from_secs(10),
            limits: Limits::default(),
        }
    }
}
