//! What all handlers share. None of it is of any user: a replica can be lost at any time.

use std::time::Duration;

use ce_async::model::{AuthenticationScheme, Events, InstanceId, Secret};
use ce_async::{Client, ConnectRequest};
use http::Uri;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::catalogue::Catalogue;
use crate::database::Database;
use crate::flows::AccountDetails;
use crate::web::session::SessionCookie;

/// The application, as one replica runs it.
pub(crate) struct App {
    pub(crate) client: Client,
    pub(crate) provider_key: String,
    pub(crate) provider_secret: Secret,
    pub(crate) database: Database,
    pub(crate) cookie: SessionCookie,
    pub(crate) catalogue: Catalogue,
    pub(crate) public_url: Uri,
    pub(crate) flow_lifetime: Duration,
    pub(crate) takeover: Duration,
    pub(crate) patience: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) live_interval: Duration,
    /// What the platform signs events with; without it there are none.
    pub(crate) events_key: Option<Secret>,
    /// Cancelled when the application stops.
    pub(crate) stopping: CancellationToken,
    /// This replica's name in the leases.
    pub(crate) replica: String,
    /// Flows being ended: they outlive the request that began it.
    pub(crate) work: TaskTracker,
}

impl App {
    /// What is to be connected. Both halves of a flow say it, each on its replica.
    pub(crate) fn connection(
        &self,
        element: &str,
        details: &AccountDetails,
        reauthorize: Option<InstanceId>,
    ) -> ConnectRequest {
        let mut connect = ConnectRequest::new(element)
            .api_key(&self.provider_key)
            .api_secret(self.provider_secret.expose())
            .callback_url(self.at("/callback"))
            .name(&details.name)
            .expires_after(self.flow_lifetime)
            // A lost answer must not lose the account.
            .recoverable();
        if details.oauth1 {
            connect = connect.authentication(AuthenticationScheme::OAuth1);
        }
        if let Some(key) = self.events_key.as_ref().filter(|_| details.events) {
            let events = Events::webhooks(self.at("/events"));
            connect = connect.events(events.signature_key(key.expose()));
        }
        if let Some(instance) = reauthorize {
            connect = connect.reauthorize(instance);
        }
        for (key, value) in &details.fields {
            connect = connect.configuration(key, value.as_str());
            if let Some(parameter) = crate::catalogue::step_1_parameter(key) {
                connect = connect.parameter(parameter, value);
            }
        }
        connect
    }

    /// One of our addresses, as others find it.
    fn at(&self, path: &str) -> String {
        let url = self.public_url.to_string();
        format!("{}{path}", url.trim_end_matches('/'))
    }
}
