use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ce_webapp::{Running, Settings, start};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;

use crate::fixture::browser::http;

/// A user at a browser, and an application of its own.
pub(crate) struct Visit {
    pub(crate) driver: WebDriver,
    app: Running,
    /// After the browser, if a test fails.
    _process: Driver,
    _profile: TempDir,
}

/// The driver's process.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How long a page may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_millis(50);

impl Visit {
    /// Starts all that it takes.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same, with other settings.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        // The driver's HTTP client brings no choice of cryptography.
        let _ = http();
        let process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = Driver(process.expect("chromedriver; browser/run.sh installs it"));
        let stdout = process.0.stdout.take().expect("its output");
        let port = BufReader::new(stdout).lines().find_map(|line| {
            let line = line.ok()?;
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let profile = TempDir::with_prefix("ce-webapp-browser-").expect("a folder");
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            // It shall speak with the application, and with nobody else.
            "--disable-component-update",
            "--window-size=1200,820",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            capabilities.add_arg(argument).expect("an argument");
        }
        let url = format!("http://127.0.0.1:{}", port.expect("its port"));
        Self {
            driver: WebDriver::new(url, capabilities).await.expect("a browser"),
            app: start(settings).await.expect("the application"),
            _process: process,
            _profile: profile,
        }
    }

    /// Closes the browser, and stops the application.
    pub(crate) async fn leave(self) {
        self.driver.quit().await.expect("a browser that closes");
        self.app.stop().await;
    }

    pub(crate) async fn open(&self, path: &str) {
        let url = format!("http://{}{path}", self.app.address());
        self.driver.goto(url).await.expect("a page");
    }

    pub(crate) async fn switch_to(&self, tab: &WindowHandle) {
        let switched = self.driver.switch_to_window(tab.clone()).await;
        switched.expect("a tab");
    }

    /// Waits until this is the page's heading.
    pub(crate) async fn heading(&self, heading: &str) {
        self.find(&format!("//h1[normalize-space() = {heading:?}]"))
            .await;
    }

    /// Waits until the page says this somewhere.
    pub(crate) async fn says(&self, text: &str) {
        self.find(&format!("//body[contains(normalize-space(), {text:?})]"))
            .await;
    }

    /// Presses the button, or follows the link, that is called so.
    pub(crate) async fn press(&self, name: &str) {
        let path =
            format!("//*[(self::button or self::a) and contains(normalize-space(), {name:?})]");
        self.find(&path).await.click().await.expect("a click");
    }

    pub(crate) async fn fill(&self, field: &str, text: &str) {
        let field = self.find(&format!("//input[@id = {field:?}]")).await;
        let filled = field.send_keys(text).await;
        filled.expect("a field that takes text");
    }

    /// Waits until there is such an element, by its XPath.
    async fn find(&self, path: &str) -> WebElement {
        let found = self.driver.query(By::XPath(path));
        match found.wait(PATIENCE, INTERVAL).first().await {
            Ok(found) => found,
            Err(_) => {
                let said = self.ask("return document.body.innerText").await;
                panic!("waited for {path}, but the page says {said}")
            }
        }
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
        self.fill("field-account-name", name).await;
        self.press("Continue to").await;
        self.heading(&format!("Allow access to {element}?")).await;
    }

    pub(crate) async fn connect(&self, element: &str, name: &str) {
        self.ask_for(element, name).await;
        self.press("Allow").await;
        self.says(&format!("{name} is connected.")).await;
    }

    /// Has the platform report a change of the account that was connected last.
    pub(crate) fn report(&self, what: &str, object: &str) {
        let sandbox = self.app.sandbox().expect("the demo");
        let instance = sandbox.instances().pop().expect("an account").id;
        let event = json!({"eventType": what, "objectType": "media", "objectId": object});
        let told = sandbox.notify(instance, event.as_object().cloned());
        told.expect("an account with events on");
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
        let set = cdp.send_raw("Emulation.setDeviceMetricsOverride", screen);
        set.await.expect("a screen");
    }

    /// `light` or `dark`.
    pub(crate) async fn colours(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        let cdp = self.driver.cdp();
        let set = cdp.send_raw("Emulation.setEmulatedMedia", features);
        set.await.expect("a colour scheme");
    }
}
