//! The platform by hand, on reqwest.

#[path = "../../blocking-by-hand/src/callback.rs"]
pub mod callback;
#[path = "../../blocking-by-hand/src/documents.rs"]
pub mod documents;

use std::time::Duration;

use documents::{App, AuthorizationUrl, Instance};
use reqwest::{Client, RequestBuilder};

pub type Error = Box<dyn std::error::Error + Send + Sync>;

pub struct Platform {
    pub http: Client,
    /// What may be sent once is sent on a connection of its own: a kept one may have been closed.
    pub once: Client,
    app: App,
}

impl Platform {
    pub fn new(timeout: Option<Duration>, app: App) -> reqwest::Result<Self> {
        let builder = || match timeout {
            Some(time) => Client::builder()
                .timeout(time)
                .connect_timeout(Duration::from_secs(10)),
            None => Client::builder(),
        };
        let (http, once) = (
            builder().build()?,
            builder().pool_max_idle_per_host(0).build()?,
        );
        Ok(Self { http, once, app })
    }

    pub fn oauth_request(&self, state: &str) -> RequestBuilder {
        let url = format!("{}/elements/instagram/oauth/url", self.app.base_url);
        self.http.get(url).query(&self.app.oauth_query(state))
    }

    pub fn create_request(&self, code: &str) -> RequestBuilder {
        self.once
            .post(format!("{}/instances", self.app.base_url))
            .header("authorization", self.app.authorization())
            .json(&self.app.create_instance(code))
    }

    /// The whole flow; `consent` sends the user away, and returns the callback.
    pub async fn connect(&self, consent: impl FnOnce(&str) -> String) -> Result<Instance, Error> {
        let state = callback::state()?;
        let answer = self.oauth_request(&state).send().await?;
        let answer: AuthorizationUrl = answer.error_for_status()?.json().await?;
        let code = callback::code(&consent(&answer.checked()?), &state)?;
        self.create(&code).await
    }

    pub async fn create(&self, code: &str) -> Result<Instance, Error> {
        let answer = self.create_request(code).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Each instance of the list, page by page.
    pub async fn list(&self, mut each: impl FnMut(Instance)) -> Result<(), Error> {
        let mut next: Option<String> = None;
        loop {
            let request = self
                .http
                .get(format!("{}/instances", self.app.base_url))
                .query(&[("pageSize", Some("200")), ("nextPage", next.as_deref())])
                .header("authorization", self.app.authorization());
            let answer = request.send().await?.error_for_status()?;
            let token = answer.headers().get("elements-next-page-token");
            next = token
                .map(|token| token.to_str().map(str::to_owned))
                .transpose()?;
            let page: Vec<Instance> = answer.json().await?;
            page.into_iter().for_each(&mut each);
            if next.is_none() {
                return Ok(());
            }
        }
    }
}
