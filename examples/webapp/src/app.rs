//! The application as one replica runs it. None of it is of any user: a replica can be lost at any time.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use axum_server::Handle;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ce_async::{Client, Config, Credentials};
use ce_sandbox::Sandbox;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::{Host, Url};

use crate::connect::catalogue::Catalogue;
use crate::db::Db;
use crate::db::vault::Key;
use crate::routes;
use crate::settings::Settings;

/// What all handlers share.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) client: Client,
    pub(crate) catalogue: Catalogue,
    pub(crate) db: Db,
    /// Where browsers find us, as they write it: `https://app.example`.
    pub(crate) origin: String,
    /// This replica's name in the leases.
    pub(crate) replica: String,
    /// Flows being ended: they outlive the request that began it.
    pub(crate) work: TaskTracker,
    /// Cancelled when the application is to stop.
    pub(crate) stopping: CancellationToken,
}

/// The application, serving.
pub struct Running {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    server: JoinHandle<std::io::Result<()>>,
    app: Arc<App>,
    sandbox: Option<Sandbox>,
    /// Where the demo's database is; it goes with this.
    _folder: Option<TempDir>,
}

/// So long, flows that are being ended may take when the application stops. What is not ended then,
/// another replica takes over, or this one when it is started again.
const LAST_WORK: Duration = Duration::from_secs(25);

/// Starts the application. It serves when this returns.
///
/// # Errors
/// If it can't listen, the database can't be used, or the platform refuses the credentials. The error says
/// what to do.
pub async fn start(mut settings: Settings) -> anyhow::Result<Running> {
    let sandbox = match settings.base_url {
        Some(_) => None,
        None => Some(demo(&mut settings)?),
    };
    let address = SocketAddr::new(settings.address, settings.port);
    let listener = TcpListener::bind(address).map_err(|error| {
        anyhow::anyhow!("cannot listen on {address}: {error}{}", advice(&error))
    })?;
    let address = listener.local_addr()?;
    let origin = origin(settings.public_url.as_deref(), address)
        .context("--public-url takes https://HOST, or http:// on this machine, without a path")?;

    let secrets = &mut settings.secrets;
    if secrets.key.is_none() {
        tracing::warn!(
            "CE_WEBAPP_KEY is not set: tokens are sealed with a key that is forgotten at the end"
        );
    }
    let key = secrets.key.take().map_or_else(Key::generate, Ok)?;
    let credentials = Credentials::new(&secrets.user, &secrets.organization);
    let base_url = settings.base_url.as_deref().unwrap_or_default();
    let config = Config::new(base_url, credentials).context("the platform")?;
    let client =
        Client::new(config.with_limits(settings.limits)).context("the platform's client")?;

    let (database, folder) = match settings.database.clone() {
        Some(url) => (url, None),
        None => {
            let folder = TempDir::with_prefix("ce-webapp-").context("the demo's database")?;
            let file = folder.path().join("accounts.sqlite3");
            (format!("sqlite:{}", file.display()), Some(folder))
        }
    };
    let stopping = CancellationToken::new();
    let app = Arc::new(App {
        db: Db::open(&database, &key, client.config().base_url()).await?,
        catalogue: Catalogue::start(&client, settings.elements.clone(), stopping.clone()).await?,
        client,
        origin,
        replica: random_text()?,
        work: TaskTracker::new(),
        stopping: stopping.clone(),
        settings,
    });
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener)?
        .http1_only()
        .handle(handle.clone());
    // Whoever sends half a header must not hold a connection for ever.
    server
        .http_builder()
        .http1()
        .header_read_timeout(app.settings.read_timeout);
    let router = routes::router(Arc::clone(&app))?;
    let server = tokio::spawn(server.serve(router.into_make_service()));
    tokio::spawn(stopping.run_until_cancelled_owned(Arc::clone(&app).maintain()));
    Ok(Running {
        address,
        handle,
        server,
        app,
        sandbox,
        _folder: folder,
    })
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The sandbox that plays the platform, if one does.
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_ref()
    }

    /// Stops: no more connections, requests in flight are answered, flows that are being ended end.
    pub async fn stop(self) {
        self.app.stopping.cancel();
        self.handle.graceful_shutdown(Some(LAST_WORK));
        self.app.work.close();
        let ended = async {
            let _ = self.server.await;
            self.app.work.wait().await;
        };
        if timeout(LAST_WORK, ended).await.is_err() {
            tracing::warn!("stopped with work left, which another replica takes over");
        }
        self.app.db.pool.close().await;
    }
}

/// A sandbox that plays the platform, and the secrets for it.
fn demo(settings: &mut Settings) -> anyhow::Result<Sandbox> {
    let sandbox = Sandbox::start().context("the sandbox")?;
    let secrets = &mut settings.secrets;
    settings.base_url = Some(sandbox.base_url().to_owned());
    secrets.user = sandbox.user_secret().to_owned();
    secrets.organization = sandbox.organization_secret().to_owned();
    secrets.api_key = crate::DEMO_API_KEY.to_owned();
    secrets.api_secret = "demo api secret".to_owned();
    if secrets.events_key.is_none() {
        secrets.events_key = Some(random_text()?);
    }
    tracing::info!(
        base_url = sandbox.base_url(),
        "a sandbox plays the platform"
    );
    Ok(sandbox)
}

/// What to do about it.
fn advice(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "; another program listens there: choose another port by --port, or any that is free by --port 0"
        }
        ErrorKind::PermissionDenied => "; choose a port above 1023 by --port",
        ErrorKind::AddrNotAvailable => "; --address takes an address of this machine",
        _ => "",
    }
}

/// Where browsers find the application, as they write it. Fails if cookies and codes would travel in the open.
fn origin(given: Option<&str>, listening: SocketAddr) -> anyhow::Result<String> {
    let url = given.map_or_else(|| format!("http://{listening}"), str::to_owned);
    let url = Url::parse(&url)?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let is_encrypted = url.scheme() == "https";
    ensure!(
        is_encrypted || url.scheme() == "http" && is_here,
        "it is not encrypted"
    );
    ensure!(url.path() == "/" && url.query().is_none(), "it is no host");
    Ok(url.origin().ascii_serialization())
}

/// Nobody guesses it.
pub(crate) fn random_text() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the operating system gave no random bytes")?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
