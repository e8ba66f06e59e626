use std::path::Path;
use std::time::Duration;

use ce_async::Limits;
use ce_sandbox::Sandbox;
use ce_webapp::{Running, Settings, start};
use sqlx::{Connection as _, SqliteConnection};

use crate::browser::{Browser, Page};

/// The application as it starts without options, with short waits.
pub(crate) struct Demo {
    pub(crate) app: Running,
    pub(crate) url: String,
}

impl Demo {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        // A lost answer is looked into for a timestamp, and not for minutes.
        settings.limits = Limits::default()
            .timeout(Duration::from_secs(2))
            .recovery_timeout(Duration::from_millis(200))
            .max_attempts(1);
        change(&mut settings);
        let app = start(settings).await.unwrap();
        let url = format!("http://{}", app.address());
        Self { app, url }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.app.sandbox().unwrap()
    }

    /// Begins a flow, and has the user allow it: the callback's URL.
    pub(crate) async fn allowed(&self, browser: &mut Browser, name: &str) -> String {
        let consent = browser.begin(&self.url, "instagram", name).await;
        browser.decide(&consent, "allow").await
    }

    /// Goes where a redirect within the application leads.
    pub(crate) async fn follow(&self, browser: &mut Browser, page: &Page) -> Page {
        browser
            .get(&format!("{}{}", self.url, page.location()))
            .await
    }

    pub(crate) async fn home(&self, browser: &mut Browser) -> Page {
        browser.get(&format!("{}/", self.url)).await
    }
}

/// A database file that tests look into, and that is removed at the end.
pub(crate) struct File(tempfile::TempDir);

impl File {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn url(&self) -> String {
        format!(
            "sqlite:{}",
            self.0.path().join("accounts.sqlite3").display()
        )
    }

    pub(crate) async fn open(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }
}

/// Waits until a query finds nothing any more.
pub(crate) async fn until_none(database: &mut SqliteConnection, query: &'static str) {
    let gone = async {
        while sqlx::query(query)
            .fetch_optional(&mut *database)
            .await
            .unwrap()
            .is_some()
        {}
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .unwrap();
}
