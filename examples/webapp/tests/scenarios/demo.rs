use std::path::Path;
use std::time::Duration;

use ce_async::Limits;
use ce_async::reqwest::StatusCode;
use ce_sandbox::Sandbox;
use ce_webapp::{DEMO_API_KEY, Running, Settings, start};
use sqlx::{Connection as _, SqliteConnection};

use crate::fixture::browser::Browser;

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

/// The application on a platform of its own.
pub(crate) async fn demo_on(sandbox: &Sandbox, change: impl FnOnce(&mut Settings)) -> Demo {
    Demo::with(|settings| {
        live(settings, sandbox.base_url());
        change(settings);
    })
    .await
}

/// As if this were the live platform.
pub(crate) fn live(settings: &mut Settings, base_url: &str) {
    settings.base_url = Some(base_url.to_owned());
    settings.secrets.user = "user".to_owned();
    settings.secrets.organization = "organization".to_owned();
    settings.secrets.api_key = DEMO_API_KEY.to_owned();
    settings.secrets.api_secret = "secret".to_owned();
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
