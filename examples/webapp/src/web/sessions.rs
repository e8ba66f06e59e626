//! Where sessions live: in this process, or in Redis, where every replica finds them.

use std::time::Duration;

use async_trait::async_trait;
use fred::interfaces::ClientLike as _;
use fred::types::Builder;
use fred::types::config::{Config, ReconnectPolicy};
use http::Uri;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result;
use tower_sessions::{Expiry, MemoryStore, SessionManagerLayer, SessionStore};
use tower_sessions_redis_store::RedisStore;

/// One of the two.
#[derive(Clone, Debug)]
pub(crate) enum Sessions {
    Memory(MemoryStore),
    Redis(RedisStore<fred::clients::Pool>, fred::clients::Pool),
}

/// The store can't be used.
#[derive(Debug, thiserror::Error)]
#[error("the session store (--session-store redis://…): {0}")]
pub struct SessionStoreError(#[from] fred::error::Error);

/// As long as a shop has its customers wait, and no longer.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(3);
const CONNECTIONS: usize = 4;
/// A session that nothing was done in for so long is over.
const IDLE_HOURS: i64 = 12;

impl Sessions {
    /// Connects, and waits until it is.
    pub(crate) async fn open(url: Option<&str>) -> std::result::Result<Self, SessionStoreError> {
        let Some(url) = url else {
            return Ok(Self::Memory(MemoryStore::default()));
        };
        let mut config = Config::from_url(url)?;
        // At the start, a wrong address is an error and not a wait.
        config.fail_fast = true;
        let pool = Builder::from_config(config)
            .with_performance_config(|performance| {
                performance.default_command_timeout = COMMAND_TIMEOUT;
            })
            .with_connection_config(|connection| {
                connection.connection_timeout = COMMAND_TIMEOUT;
                connection.internal_command_timeout = COMMAND_TIMEOUT;
            })
            .set_policy(ReconnectPolicy::new_exponential(0, 100, 5_000, 2))
            .build_pool(CONNECTIONS)?;
        pool.init().await?;
        Ok(Self::Redis(RedisStore::new(pool.clone()), pool))
    }

    /// Does it answer?
    pub(crate) async fn is_well(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Redis(_, pool) => pool.ping::<String>(None).await.is_ok(),
        }
    }

    pub(crate) async fn close(&self) {
        if let Self::Redis(_, pool) = self {
            // There is nothing left to be told.
            let _ = pool.quit().await;
        }
    }

    /// The middleware: a cookie that no script reads, and that no other site's form brings along.
    pub(crate) fn layer(&self, public_url: &Uri) -> SessionManagerLayer<Self> {
        let secure = public_url.scheme_str() == Some("https");
        SessionManagerLayer::new(self.clone())
            // Browsers take a name with this prefix over TLS only, and from this host only.
            .with_name(if secure { "__Host-session" } else { "session" })
            .with_http_only(true)
            // The browser comes back from the provider by a link, so `Strict` would lose it.
            .with_same_site(SameSite::Lax)
            .with_secure(secure)
            .with_expiry(Expiry::OnInactivity(
                tower_sessions::cookie::time::Duration::hours(IDLE_HOURS),
            ))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        match self {
            Self::Memory(store) => store.create(record).await,
            Self::Redis(store, _) => store.create(record).await,
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        match self {
            Self::Memory(store) => store.save(record).await,
            Self::Redis(store, _) => store.save(record).await,
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        match self {
            Self::Memory(store) => store.load(id).await,
            Self::Redis(store, _) => store.load(id).await,
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        match self {
            Self::Memory(store) => store.delete(id).await,
            Self::Redis(store, _) => store.delete(id).await,
        }
    }
}
