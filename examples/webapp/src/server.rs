use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ce_async::calls::CheckCredentials;
use ce_async::model::Secret;
use ce_async::{Client, Config, Credentials};
use ce_sandbox::Sandbox;
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::database::Key;
use crate::database::{Database, DatabaseError};
use crate::routes;
use crate::settings::{PlatformAccess, Settings};
use crate::web::headers::SecurityHeaders;
use crate::web::public_url::public_url;
use crate::web::requests;
use crate::web::serve::serve;
use crate::web::session::{SessionCookie, new_token};

/// Why the application did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port is taken, or not allowed.
    #[error("cannot listen on {address}: {source}{}", advice(source))]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// Cookies and codes would travel in the open.
    #[error("--public-url takes https://HOST, or http:// on this machine, without a path")]
    PublicUrl,
    /// The sandbox did not start.
    #[error("the sandbox: {0}")]
    Sandbox(#[from] ce_sandbox::StartError),
    /// The platform's address or secrets are no good.
    #[error("the platform: {0}")]
    Platform(#[from] ce_async::InvalidInput),
    /// The platform does not accept the credentials.
    #[error(
        "the platform refuses the credentials: check CE_USER_SECRET, CE_ORGANIZATION_SECRET and \
         --base-url ({0})"
    )]
    Credentials(ce_async::Error),
    /// The client for it can't be made.
    #[error("the platform's client: {0}")]
    Client(#[from] ce_async::BuildError),
    /// The database can't be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The operating system gave no random bytes for a key.
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(#[from] getrandom::Error),
    /// There is no place for the demo's database.
    #[error("the demo's database: {0}")]
    TemporaryFile(std::io::Error),
}

/// The application, serving.
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<Infallible>,
    server: JoinHandle<()>,
    maintenance: JoinHandle<()>,
    app: Arc<App>,
    sandbox: Option<Sandbox>,
    temporary: Option<Temporary>,
}

/// So long, flows that are being ended may take when the application stops. What is not ended then,
/// another replica takes over, or this one when it is started again.
const LAST_WORK: Duration = Duration::from_secs(25);

/// Starts the application. It serves when this returns.
///
/// # Errors
/// See [`StartError`].
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    let sandbox = match &settings.platform {
        Some(_) => None,
        None => {
            let sandbox = Sandbox::start()?;
            tracing::info!(
                base_url = sandbox.base_url(),
                "a sandbox plays the platform"
            );
            Some(sandbox)
        }
    };
    let access = match (&settings.platform, &sandbox) {
        (Some(access), _) => access.clone(),
        (None, Some(sandbox)) => of_sandbox(sandbox),
        (None, None) => return Err(StartError::PublicUrl),
    };
    let credentials = Credentials::new(&access.user_secret, &access.organization_secret);
    let config = Config::new(&access.base_url, credentials)?.with_limits(settings.limits);
    let provider_origin = config.is_loopback().then(|| origin(&access.base_url));

    let address = SocketAddr::new(settings.address, settings.port);
    let listen = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let public_url =
        public_url(settings.public_url.as_deref(), address).ok_or(StartError::PublicUrl)?;

    let key = match settings.key {
        Some(key) => key,
        None => {
            tracing::warn!(
                "CE_WEBAPP_KEY is not set: tokens are sealed with a key that is forgotten at the end"
            );
            Key::generate()?
        }
    };
    let events_key = match settings.events_key {
        // The sandbox reports to the demo.
        None if sandbox.is_some() => Some(new_token()?),
        key => key,
    };
    let mut temporary = None;
    let database_url = match settings.database {
        Some(url) => url,
        None => {
            let place = Temporary::new().map_err(StartError::TemporaryFile)?;
            let url = format!("sqlite:{}", place.0.join("accounts.sqlite3").display());
            temporary = Some(place);
            url
        }
    };
    let encrypted = public_url.scheme_str() == Some("https");
    let client = Client::new(config)?;
    check_credentials(&client).await?;
    let platform = client.config().base_url();
    let database = Database::open(&database_url, &key, platform).await?;
    let app = Arc::new(App {
        catalogue: Catalogue::new(&client, settings.elements),
        client,
        provider_key: access.api_key,
        provider_secret: Secret::new(access.api_secret),
        database,
        cookie: SessionCookie::new(encrypted),
        public_url,
        flow_lifetime: settings.flow_lifetime,
        takeover: settings.takeover,
        patience: settings.patience,
        read_timeout: settings.read_timeout,
        live_interval: settings.live_interval,
        events_key: events_key.map(Secret::new),
        stopping: CancellationToken::new(),
        replica: requests::random_id(),
        work: TaskTracker::new(),
    });
    let security = SecurityHeaders::new(encrypted, provider_origin.as_deref());
    let router = routes::router(Arc::clone(&app), security);
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(serve(listener, router, settings.read_timeout, stopped));
    let maintenance = tokio::spawn(Arc::clone(&app).maintain());
    Ok(Running {
        address,
        stop,
        server,
        maintenance,
        app,
        sandbox,
        temporary,
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
        drop(self.stop);
        self.app.stopping.cancel();
        self.maintenance.abort();
        let ended = async {
            let _ = self.server.await;
            self.app.work.close();
            self.app.work.wait().await;
        };
        if tokio::time::timeout(LAST_WORK, ended).await.is_err() {
            tracing::warn!("stopped with work left, which another replica takes over");
        }
        self.app.database.close().await;
        drop(self.temporary);
    }
}

/// So long the start waits for the platform.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// Wrong secrets end the start, and not a user's flow after the consent. A platform that can't be reached
/// does not: it may be back before the first user comes.
async fn check_credentials(client: &Client) -> Result<(), StartError> {
    match tokio::time::timeout(CHECK_TIMEOUT, client.send(CheckCredentials)).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) if error.status() == Some(StatusCode::UNAUTHORIZED) => {
            return Err(StartError::Credentials(error));
        }
        Ok(Err(error)) => tracing::warn!(%error, "the credentials could not be checked"),
        Err(_) => tracing::warn!("the credentials could not be checked: no answer"),
    }
    Ok(())
}

/// What to do about it.
fn advice(error: &std::io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "; another program listens there: choose another port by --port, or any that is free by \
             --port 0"
        }
        ErrorKind::PermissionDenied => "; choose a port above 1023 by --port",
        ErrorKind::AddrNotAvailable => "; --address takes an address of this machine",
        _ => "",
    }
}

fn of_sandbox(sandbox: &Sandbox) -> PlatformAccess {
    PlatformAccess::new(
        sandbox.base_url(),
        [
            sandbox.user_secret(),
            sandbox.organization_secret(),
            crate::DEMO_API_KEY,
            "demo api secret",
        ]
        .map(str::to_owned),
    )
}

/// `http://127.0.0.1:8080` of `http://127.0.0.1:8080/elements/api-v2`.
fn origin(url: &str) -> String {
    url.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// A directory that goes when the application does.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("ce-webapp-{}", requests::random_id()));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
