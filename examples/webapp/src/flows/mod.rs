//! A flow: what is stored of it while its user is away, how it is finished, and who looks after it.

mod finish;
mod maintenance;

use std::collections::BTreeMap;
use std::time::SystemTime;

use ce_async::{ConnectRequest, PendingAuthorization};
use serde::{Deserialize, Serialize};

pub(crate) use finish::FlowEnd;

use crate::app::App;
use crate::database::{OpenFlow, StorageError, digest};

/// All that the callback's handler needs, on whatever replica it runs. No credential is in it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) pending: PendingAuthorization,
    pub(crate) details: AccountDetails,
}

/// What the user wants connected.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct AccountDetails {
    /// What the account is called.
    pub(crate) name: String,
    /// What this element wants to know beside the name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Returns `true` if this element uses OAuth 1.0a.
    pub(crate) oauth1: bool,
    /// Returns `true` if this element reports changes.
    #[serde(default)]
    pub(crate) events: bool,
}

impl Flow {
    /// What the flow is called where its `state` must not be seen.
    pub(crate) fn id(&self) -> String {
        digest(self.pending.expose_state())
    }

    /// The request to the platform, made anew on whatever replica the flow comes to.
    pub(crate) fn connection(&self, app: &App) -> ConnectRequest {
        let element = self.pending.element().as_str();
        app.connection(element, &self.details, self.pending.reauthorizes())
    }
}

impl App {
    /// The flow that a callback answers, if this user began it. It stays where it is: a forged callback
    /// must not end a flow.
    pub(crate) async fn flow_of_callback(
        &self,
        owner: &str,
        callback: &str,
    ) -> Result<Option<OpenFlow>, StorageError> {
        if let Some(state) = PendingAuthorization::state_of_callback(callback) {
            return self.database.waiting_flow(owner, &digest(&state)).await;
        }
        // With OAuth 1.0a some providers lose the state; then the request token tells.
        let now = SystemTime::now();
        let mut flows = self.database.waiting_flows(owner).await?.into_iter();
        Ok(flows.find(|open| open.flow.pending.read_callback(callback, now).is_ok()))
    }
}

/// Enough of a flow's id to follow it through the logs.
pub(crate) fn short_id(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}
