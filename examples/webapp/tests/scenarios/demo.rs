use std::path::Path;
use std::time::Duration;

use ce_async::Limits;
use ce_sandbox::{Fault, FaultRule, InstanceSummary, Operation, Sandbox};
use ce_webapp::{DEMO_API_KEY, Key, Running, Settings, start};
use reqwest::StatusCode;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::fixture::browser::Browser;
use crate::fixture::program::KEY;

/// The application as it starts without options, but for a file that tests look into, and short waits.
pub(crate) struct Demo {
    pub(crate) app: Running,
    pub(crate) url: String,
    pub(crate) file: File,
}

impl Demo {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let file = File::new();
        let mut settings = Settings::default();
        settings.database = Some(file.url());
        settings.secrets.key = Key::parse(KEY);
        // A lost answer is looked into for a moment, and not for minutes.
        settings.limits = Limits::default()
            .timeout(Duration::from_secs(2))
            .recovery_timeout(Duration::from_millis(200))
            .max_attempts(1);
        change(&mut settings);
        let app = start(settings).await.unwrap();
        let url = format!("http://{}", app.address());
        Self { app, url, file }
    }

    /// On a platform of its own.
    pub(crate) async fn on(sandbox: &Sandbox, change: impl FnOnce(&mut Settings)) -> Self {
        Self::with(|settings| {
            live(settings, sandbox.base_url());
            change(settings);
        })
        .await
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.app.sandbox().unwrap()
    }

    /// The platform misbehaves from now on.
    pub(crate) fn fail(&self, fault: Fault, operation: Operation) {
        let rule = FaultRule::new(fault).on(operation);
        self.sandbox().set_faults([rule]);
    }

    /// The only one that there is.
    pub(crate) fn instance(&self) -> InstanceSummary {
        let mut instances = self.sandbox().instances();
        assert_eq!(instances.len(), 1);
        instances.remove(0)
    }

    pub(crate) async fn user(&self, name: &str) -> Browser {
        Browser::signed_in(&self.url, name).await
    }

    pub(crate) fn nobody(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// A user who has connected an account.
    pub(crate) async fn connected(&self, user: &str) -> Browser {
        let mut browser = self.user(user).await;
        let callback = browser.allowed(&format!("{user}'s pictures")).await;
        let page = browser.get(&callback).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }
}

/// A platform that can be started anew at the same address.
pub(crate) fn platform(port: u16) -> Sandbox {
    let builder = Sandbox::builder().port(port);
    let builder = builder
        .user_secret("user")
        .organization_secret("organization");
    builder.start().unwrap()
}

/// As if this were the live platform.
pub(crate) fn live(settings: &mut Settings, base_url: &str) {
    settings.base_url = Some(base_url.to_owned());
    settings.secrets.user = "user".to_owned();
    settings.secrets.organization = "organization".to_owned();
    settings.secrets.api_key = DEMO_API_KEY.to_owned();
    settings.secrets.api_secret = "secret".to_owned();
}

/// A database file, which is removed at the end.
pub(crate) struct File(TempDir);

impl File {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}/accounts.sqlite3", self.folder().display())
    }

    pub(crate) async fn open(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }

    /// Waits until a query finds nothing any more.
    pub(crate) async fn until_none(&self, query: &'static str) {
        let mut database = self.open().await;
        let mut find = async || sqlx::query(query).fetch_optional(&mut database).await;
        in_time(async { while find().await.unwrap().is_some() {} }).await;
    }
}

/// Waits, but not for ever.
pub(crate) async fn in_time<T>(what: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(20);
    let in_time = tokio::time::timeout(limit, what).await;
    in_time.expect("it takes less than seconds")
}
