//! The platform by hand, on reqwest.

#[path = "../../blocking-by-hand/src/callback.rs"]
pub mod callback;
#[path = "../../blocking-by-hand/src/documents.rs"]
pub mod documents;

use documents::{App, AuthorizationUrl, Instance};
use reqwest::{Client, ClientBuilder, RequestBuilder};

pub type Error = Box<dyn std::error::Error + Send + Sync>;

pub struct Platform {
    pub http: Client,
    /// What may be sent once is sent on a connection of its own: a kept one may have been closed.
    pub once: Client,
    app: App,
}

impl Platform {
    pub fn new(builder: impl Fn() -> ClientBuilder, app: App) -> reqwest::Result<Self> {
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

    /// A page of the list, and the token of the next.
    pub async fn page(&self, next: Option<&str>) -> Result<(Vec<Instance>, Option<String>), Error> {
        let request = self
            .http
            .get(format!("{}/instances", self.app.base_url))
            .query(&[("pageSize", Some("200")), ("nextPage", next)])
            .header("authorization", self.app.authorization());
        let answer = request.send().await?.error_for_status()?;
        let next = answer.headers().get("elements-next-page-token");
        let next = next.map(|next| next.to_str().map(str::to_owned));
        Ok((answer.json().await?, next.transpose()?))
    }
}
