//! The platform by hand, on ureq.

pub mod callback;
pub mod documents;

use std::time::Duration;

use documents::{App, AuthorizationUrl, Instance};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

pub type Error = Box<dyn std::error::Error + Send + Sync>;

pub struct Platform {
    agent: Agent,
    app: App,
    /// How long a connection may have been idle on which an instance is created.
    pub creation_idle_age: Duration,
}

impl Platform {
    pub fn new(timeout: Option<Duration>, app: App) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .timeout_global(timeout)
            .timeout_connect(timeout);
        Self {
            agent: config.build().into(),
            app,
            // What may be sent once is sent on a connection of its own: a kept one may have been closed.
            creation_idle_age: Duration::ZERO,
        }
    }

    /// The whole flow; `consent` sends the user away, and returns the callback.
    pub fn connect(&self, consent: impl FnOnce(&str) -> String) -> Result<Instance, Error> {
        let state = callback::state()?;
        let url = format!("{}/elements/instagram/oauth/url", self.app.base_url);
        let request = self
            .agent
            .get(url)
            .query_pairs(self.app.oauth_query(&state));
        let answer: AuthorizationUrl = request.call()?.body_mut().read_json()?;
        self.create(&callback::code(&consent(&answer.checked()?), &state)?)
    }

    pub fn create(&self, code: &str) -> Result<Instance, Error> {
        let request = self
            .agent
            .post(format!("{}/instances", self.app.base_url))
            .header("authorization", self.app.authorization())
            .config()
            .max_idle_age(self.creation_idle_age)
            .build();
        let mut answer = request.send_json(self.app.create_instance(code))?;
        Ok(answer.body_mut().read_json()?)
    }
}
