use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ce_async::reqwest::Client;
use ce_webapp::Running;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// The driver's process. Browsers come and go with it.
pub(crate) struct Chromium {
    driver: Child,
    port: String,
    folder: PathBuf,
    visits: AtomicUsize,
}

/// A user at a browser.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) driver: WebDriver,
    pub(crate) app: String,
    /// Where the sandbox is told what to do.
    sandbox: String,
}

/// How long a page may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(50);

impl Chromium {
    pub(crate) fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver; browser/run.sh installs it");
        let stdout = driver.stdout.take().expect("its output");
        let mut lines = BufReader::new(stdout).lines();
        let port = lines.find_map(|line| {
            let line = line.ok()?;
            let port = line.split("successfully on port ").nth(1)?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let folder = std::env::temp_dir().join(format!("ce-webapp-browser-{}", std::process::id()));
        Self {
            driver,
            port: port.expect("its port"),
            folder,
            visits: AtomicUsize::new(0),
        }
    }

    /// A new browser, at the application.
    pub(crate) async fn visit(&self, app: &Running) -> Visit {
        let number = self.visits.fetch_add(1, Ordering::Relaxed).to_string();
        let profile = self.folder.join(number);
        let profile = format!("--user-data-dir={}", profile.display());
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            // It shall speak with the application, and with nobody else.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1200,820",
            "--hide-scrollbars",
            &profile,
        ] {
            capabilities.add_arg(argument).expect("an argument");
        }
        if let Some(program) = ["/usr/bin/chromium", "/usr/bin/google-chrome"]
            .into_iter()
            .find(|program| Path::new(program).exists())
        {
            capabilities.set_binary(program).expect("a program");
        }
        let url = format!("http://127.0.0.1:{}", self.port);
        let driver = WebDriver::new(url, capabilities).await.expect("a browser");
        let sandbox = app.sandbox().expect("the demo").address();
        Visit {
            driver,
            app: format!("http://{}", app.address()),
            sandbox: format!("http://{sandbox}/sandbox"),
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Visit {
    /// Closes the browser.
    pub(crate) async fn leave(self) {
        self.driver.quit().await.expect("a browser that closes");
    }

    pub(crate) async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.app);
        self.driver.goto(url).await.expect("a page");
    }

    pub(crate) async fn url(&self) -> String {
        self.driver
            .current_url()
            .await
            .expect("an address")
            .to_string()
    }

    /// Waits until this is the page's heading.
    pub(crate) async fn heading(&self, heading: &str) {
        let script = "const it = document.querySelector('h1'); \
                      return it !== null && it.textContent === arguments[0]";
        self.until(script, heading).await;
    }

    /// Waits until the page says this somewhere.
    pub(crate) async fn says(&self, text: &str) {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.until(script, text).await;
    }

    /// Waits until a script says yes. Between two pages it says nothing at all.
    async fn until(&self, script: &str, expected: &str) {
        let asked = async {
            let mut ticks = tokio::time::interval(INTERVAL);
            loop {
                ticks.tick().await;
                let answer = self.driver.execute(script, vec![json!(expected)]).await;
                if answer.is_ok_and(|answer| *answer.json() == json!(true)) && self.is_whole().await
                {
                    return;
                }
            }
        };
        if tokio::time::timeout(PATIENCE, asked).await.is_err() {
            panic!(
                "waited for {expected:?}, but the page says {:?}",
                self.text().await
            );
        }
    }

    /// Has the page arrived with everything?
    async fn is_whole(&self) -> bool {
        let script = "return document.readyState === 'complete'";
        let answer = self.driver.execute(script, Vec::new()).await;
        answer.is_ok_and(|answer| *answer.json() == json!(true))
    }

    pub(crate) async fn text(&self) -> String {
        let body = self.driver.find(By::Tag("body")).await.expect("a page");
        body.text().await.expect("its text")
    }

    /// Presses the button, or follows the link, that is called so.
    pub(crate) async fn press(&self, name: &str) {
        let path =
            format!("//*[(self::button or self::a) and contains(normalize-space(.), {name:?})]");
        let found = self
            .driver
            .query(By::XPath(path))
            .wait(PATIENCE, INTERVAL)
            .first()
            .await;
        let found = found.unwrap_or_else(|_| panic!("no button {name:?}"));
        found.click().await.expect("a click");
    }

    pub(crate) async fn fill(&self, field: &str, text: &str) {
        let found = self
            .driver
            .query(By::Id(field))
            .wait(PATIENCE, INTERVAL)
            .first()
            .await;
        let found = found.unwrap_or_else(|_| panic!("no field {field:?}"));
        found
            .send_keys(text)
            .await
            .expect("a field that takes text");
    }

    pub(crate) async fn sign_in(&self, user: &str) {
        self.open("/").await;
        self.fill("field-user", user).await;
        self.press("Sign in").await;
        self.heading("Your accounts").await;
    }

    /// Up to the provider's question.
    pub(crate) async fn ask_for(&self, element: &str, name: &str) {
        self.press(&format!("Connect {element}")).await;
        self.fill("field-name", name).await;
        self.press("Continue to").await;
        self.heading(&format!("Allow access to {element}?")).await;
    }

    pub(crate) async fn connect(&self, element: &str, name: &str) {
        self.ask_for(element, name).await;
        self.press("Allow").await;
        self.says(&format!("{name} is connected.")).await;
    }

    /// Has the platform report a change of the account on top of the page.
    pub(crate) async fn report(&self, what: &str, object: &str) {
        let link = self
            .ask("return document.querySelector('a.danger').href")
            .await;
        let id = link.as_str().and_then(|link| link.split('/').nth(4));
        let event = json!({"eventType": what, "objectType": "media", "objectId": object});
        let url = format!(
            "{}/instances/{}/events",
            self.sandbox,
            id.expect("an account")
        );
        let body = json!({"events": [event]}).to_string();
        let http = Client::builder().no_proxy().build().expect("a client");
        let report = http.post(url).header("content-type", "application/json");
        let told = report.body(body).send().await.expect("an answer");
        assert!(told.status().is_success(), "{}", told.status());
    }

    /// What a script says of the page. The page's own policy runs none but its own file.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        let answer = self.driver.execute(script, Vec::new()).await;
        answer.expect("a script that runs").json().clone()
    }

    /// A screen of this size; on a phone a pixel of the page is more than one of the screen.
    pub(crate) async fn screen(&self, width: u32, height: u32, scale: f32) {
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600
        });
        let cdp = self.driver.cdp();
        let set = cdp
            .send_raw("Emulation.setDeviceMetricsOverride", screen)
            .await;
        set.expect("a screen");
    }

    /// `light` or `dark`.
    pub(crate) async fn colours(&self, scheme: &str) {
        let features = json!({
            "features": [{"name": "prefers-color-scheme", "value": scheme}]
        });
        let cdp = self.driver.cdp();
        let set = cdp.send_raw("Emulation.setEmulatedMedia", features).await;
        set.expect("a colour scheme");
    }
}
