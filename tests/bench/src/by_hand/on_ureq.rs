//! The flow by hand on ureq.

use std::time::Duration;

use serde_json::Value;

use super::{App, callback, check, create_body, oauth_url_of};

/// The application's agent: made once, with connections that are used again.
pub struct OnUreq {
    agent: ureq::Agent,
    app: App,
}

impl OnUreq {
    /// An agent of this platform.
    pub fn new(base_url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(120)))
            .max_redirects(0)
            .max_idle_connections(64)
            .max_idle_connections_per_host(64);
        Self {
            agent: config.build().into(),
            app: App::new(base_url),
        }
    }

    /// Both steps, and the callback between them.
    pub fn flow(&self, state: &str) -> Value {
        let url = format!(
            "{}/elements/{}/oauth/url",
            self.app.base_url,
            crate::ELEMENT
        );
        let answer: Value = self
            .agent
            .get(url)
            .query_pairs(self.app.step_1(state))
            .header("accept", "application/json")
            .call()
            .and_then(|mut answer| answer.body_mut().read_json())
            .expect("an answer");
        oauth_url_of(&answer).expect("a URL");
        let callback = callback(&crate::callback(state)).expect("a callback");
        let code = check(&callback, state).expect("a code");
        let instance: Value = self
            .agent
            .post(format!("{}/instances", self.app.base_url))
            .header("authorization", self.app.authorization())
            .header("accept", "application/json")
            // What may be sent once is sent on a connection of its own, as ours.
            .config()
            .max_idle_age(Duration::ZERO)
            .build()
            .send_json(create_body(&self.app, crate::ELEMENT, crate::NAME, &code))
            .and_then(|mut answer| answer.body_mut().read_json())
            .expect("an answer");
        assert!(instance["token"].is_string());
        instance
    }
}
