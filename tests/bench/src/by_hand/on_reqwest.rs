//! The flow by hand on reqwest.

use std::time::Duration;

use serde_json::Value;

use super::{App, callback, check, create_body, oauth_url_of};

/// The application's client: made once, with connections that are used again.
pub struct OnReqwest {
    http: reqwest::Client,
    /// For what may be sent once: on a connection of its own, as ours.
    once: reqwest::Client,
    app: App,
}

impl OnReqwest {
    /// A client of this platform.
    pub fn new(base_url: &str) -> Self {
        let builder = || {
            reqwest::Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(120))
                .redirect(reqwest::redirect::Policy::none())
        };
        Self {
            http: builder().build().expect("a client"),
            once: builder()
                .pool_max_idle_per_host(0)
                .build()
                .expect("a client"),
            app: App::new(base_url),
        }
    }

    /// Both steps, and the callback between them.
    pub async fn flow(&self, state: &str) -> Value {
        let url = format!(
            "{}/elements/{}/oauth/url",
            self.app.base_url,
            crate::ELEMENT
        );
        let answer = self
            .http
            .get(url)
            .query(&self.app.step_1(state))
            .header("accept", "application/json")
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        oauth_url_of(&answer).expect("a URL");
        let callback = callback(&crate::callback(state)).expect("a callback");
        let code = check(&callback, state).expect("a code");
        self.create(&code).await
    }

    /// Step 2.
    pub async fn create(&self, code: &str) -> Value {
        let instance = self
            .once
            .post(format!("{}/instances", self.app.base_url))
            .header("authorization", self.app.authorization())
            .header("accept", "application/json")
            .json(&create_body(&self.app, crate::ELEMENT, crate::NAME, code))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("an answer");
        let instance: Value = instance.json().await.expect("JSON");
        assert!(instance["token"].is_string());
        instance
    }

    /// One page of the list, and the token of the next.
    pub async fn page(&self, next: Option<&str>) -> (Vec<Value>, Option<String>) {
        let url = format!("{}/instances", self.app.base_url);
        let mut request = self.http.get(url).query(&[("pageSize", "200")]);
        if let Some(next) = next {
            request = request.query(&[("nextPage", next)]);
        }
        let answer = request
            .header("authorization", self.app.authorization())
            .header("accept", "application/json")
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("an answer");
        let next = answer.headers().get("elements-next-page-token");
        let next = next.and_then(|next| next.to_str().ok()).map(str::to_owned);
        (answer.json().await.expect("JSON"), next)
    }
}
