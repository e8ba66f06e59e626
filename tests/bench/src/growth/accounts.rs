//! The web application against what is in its database: pages and callbacks, as a browser sees them.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use ce_sandbox::Sandbox;
use ureq::{Agent, http::Response};

const PAGES: usize = 1_000;
const FLOWS: usize = 300;
/// They take turns.
const OWNERS: usize = 50;

/// Milliseconds of a page and of a callback, the median and the 99th percentile of each, and of the database for a
/// flow; then how often a table that isn't small was read from end to end. Each owner has ten accounts.
pub fn of_many(accounts: usize) -> Result<Vec<f64>, String> {
    let stage = Stage::set(accounts, 10)?;
    let app = stage.app();
    let owner = |number| app.sign_in(number * (accounts / 10 / OWNERS));
    let owners: Vec<_> = (0..OWNERS).map(owner).collect();
    let page = |number: usize| app.page(&owners[number % OWNERS]).0;
    let pages = quantiles((0..PAGES).map(page).collect());
    drop(app);
    let before = stage.database_time()?;
    let app = stage.app();
    let callback = |number: usize| app.callback(&stage.sandbox, &owners[number % OWNERS]);
    let callbacks = quantiles((0..FLOWS).map(callback).collect());
    drop(app);
    let each = (stage.database_time()? - before) / FLOWS as f64;
    Ok([&pages[..], &callbacks, &[each, stage.scans()?]].concat())
}

/// Milliseconds of the page of an owner with so many accounts, the median and the 99th percentile, and its
/// kilobytes. Others have a hundred thousand.
pub fn of_one(accounts: usize) -> Result<Vec<f64>, String> {
    let stage = Stage::set(100_000 + accounts, accounts)?;
    let app = stage.app();
    let owner = app.sign_in(0);
    let (pages, bytes): (_, Vec<_>) = (0..PAGES / 5).map(|_| app.page(&owner)).unzip();
    Ok([&quantiles(pages)[..], &[bytes[0] as f64 / 1e3]].concat())
}

/// The median and the 99th percentile, in milliseconds.
fn quantiles(mut seconds: Vec<f64>) -> [f64; 2] {
    seconds.sort_by(f64::total_cmp);
    [0.5, 0.99].map(|quantile| seconds[(seconds.len() as f64 * quantile) as usize] * 1e3)
}

/// The platform, and a database that has its rows.
struct Stage {
    database: String,
    sandbox: Sandbox,
}

impl Stage {
    fn set(accounts: usize, own: usize) -> Result<Self, String> {
        let database = std::env::var("POSTGRES_URL");
        let database =
            database.map_err(|_| "POSTGRES_URL says where the database is".to_owned())?;
        crate::output(crate::cargo("build").args(["--release", "--package=ce-webapp"]))?;
        let sandbox = Sandbox::start().map_err(|error| error.to_string())?;
        let stage = Self { database, sandbox };
        drop(stage.app()); // which makes the tables
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/growth/accounts.sql");
        let platform = stage.sandbox.base_url();
        stage.psql(&[
            &format!("--set=platform={platform}"),
            &format!("--set=accounts={accounts}"),
            &format!("--set=own={own}"),
            &format!("--file={file}"),
        ])?;
        stage.psql(&["--command=SELECT pg_stat_reset()"])?;
        Ok(stage)
    }

    fn app(&self) -> WebApp {
        let program = std::env::current_exe().expect("a path");
        let mut child = Command::new(program.with_file_name("ce-webapp"))
            // What is old is deleted every second.
            .args([
                "--log=error",
                "--takeover=4",
                "--base-url",
                self.sandbox.base_url(),
            ])
            .env("CE_WEBAPP_DATABASE", &self.database)
            .env(
                "CE_WEBAPP_KEY",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            )
            .env("CE_WEBAPP_EVENTS_KEY", "key of events")
            .env("CE_USER_SECRET", self.sandbox.user_secret())
            .env("CE_ORGANIZATION_SECRET", self.sandbox.organization_secret())
            .env("CE_API_KEY", ce_bench::API_KEY)
            .env("CE_API_SECRET", ce_bench::API_SECRET)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the web application");
        let (mut line, stdout) = (String::new(), child.stdout.take().expect("its output"));
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line.trim().replace("listening on ", "");
        let browser = Agent::config_builder().max_redirects(0).build().into();
        WebApp {
            child,
            url,
            browser,
        }
    }

    /// Milliseconds that the database has worked for applications that have ended.
    fn database_time(&self) -> Result<f64, String> {
        // What a connection has done is counted at its end.
        self.psql(&[
            "--command=SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        ])?;
        self.number("SELECT active_time FROM pg_stat_database WHERE datname = current_database()")
    }

    /// How often a table of more than a few pages was read from end to end.
    fn scans(&self) -> Result<f64, String> {
        self.number(
            "SELECT coalesce(sum(seq_scan), 0) FROM pg_stat_user_tables \
            JOIN pg_class ON pg_class.oid = relid WHERE reltuples >= 10000",
        )
    }

    fn number(&self, query: &str) -> Result<f64, String> {
        let printed = self.psql(&[&format!("--command={query}")])?;
        printed
            .trim()
            .parse()
            .map_err(|_| format!("no number: {printed}"))
    }

    fn psql(&self, arguments: &[&str]) -> Result<String, String> {
        let mut psql = Command::new("psql");
        psql.args([
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
        ]);
        crate::output(psql.args(arguments).arg(&self.database))
    }
}

/// A process of the web application, and a browser at it.
struct WebApp {
    child: Child,
    url: String,
    browser: Agent,
}

impl WebApp {
    /// The cookie of an owner's session.
    fn sign_in(&self, owner: usize) -> String {
        let form = [("user", format!("owner {owner}"))];
        let answer = self
            .browser
            .post(format!("{}/sign-in", self.url))
            .send_form(form);
        header(&answer.expect("a session"), "set-cookie")
    }

    /// Seconds of the page of an owner's accounts, and its bytes.
    fn page(&self, cookie: &str) -> (f64, usize) {
        let began = Instant::now();
        let answer = self.browser.get(&self.url).header("cookie", cookie).call();
        let page = answer
            .expect("a page")
            .body_mut()
            .read_to_string()
            .expect("a page");
        assert!(page.contains("What changed"), "{page}");
        (began.elapsed().as_secs_f64(), page.len())
    }

    /// Seconds of a callback, before which its flow was begun.
    fn callback(&self, sandbox: &Sandbox, cookie: &str) -> f64 {
        let begin = self.browser.post(format!("{}/connect/instagram", self.url));
        let begun = begin
            .header("cookie", cookie)
            .send_form([("name", "One more")]);
        let consent = header(&begun.expect("a redirect"), "location");
        let callback = sandbox.allow(&consent).expect("a callback");
        let began = Instant::now();
        let answer = self.browser.get(callback).header("cookie", cookie).call();
        let home = header(&answer.expect("an account"), "location");
        assert!(home.contains("done=connected"), "{home}");
        began.elapsed().as_secs_f64()
    }
}

impl Drop for WebApp {
    fn drop(&mut self) {
        self.child
            .kill()
            .and_then(|()| self.child.wait())
            .expect("its end");
    }
}

/// A header up to its first semicolon.
fn header<B>(answer: &Response<B>, name: &str) -> String {
    let value = answer
        .headers()
        .get(name)
        .map(|value| value.to_str().expect("ASCII"));
    value
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned()
}
