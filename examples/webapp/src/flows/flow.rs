//! A flow while its user is away: what lies in the session.

use std::collections::BTreeMap;
use std::time::SystemTime;

use ce_async::{CallbackError, CallbackOutcome, ConnectRequest, PendingAuthorization};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::database::StorageError;
use crate::web::user::Visitor;

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
    /// Does this element take OAuth 1.0a?
    pub(crate) oauth1: bool,
}

/// So many flows may be open in one session: in tabs that were left, most of them.
const OPEN_AT_ONCE: usize = 4;

const KEY: &str = "flows";

impl Flow {
    pub(crate) fn id(&self) -> String {
        id(self.pending.expose_state())
    }

    /// What its end takes, said anew on whatever replica it comes to.
    pub(crate) fn connection(&self, app: &App) -> ConnectRequest {
        let element = self.pending.element().as_str();
        app.connection(element, &self.details, self.pending.reauthorizes())
    }

    /// Puts it into the session. Of too many, the oldest goes.
    pub(crate) async fn keep(self, visitor: &Visitor) -> Result<(), StorageError> {
        let mut flows: Vec<Self> = visitor.session.get(KEY).await?.unwrap_or_default();
        flows.push(self);
        let surplus = flows.len().saturating_sub(OPEN_AT_ONCE);
        flows.drain(..surplus);
        visitor.session.insert(KEY, flows).await?;
        Ok(())
    }

    /// The flow that a callback answers, and how its user came back.
    pub(crate) async fn find(
        visitor: &Visitor,
        callback: &str,
    ) -> Result<Option<(Self, Result<CallbackOutcome, CallbackError>)>, StorageError> {
        let flows: Vec<Self> = visitor.session.get(KEY).await?.unwrap_or_default();
        let now = SystemTime::now();
        let read = flows.into_iter().map(|flow| {
            let returned = flow.pending.read_callback(callback, now);
            (flow, returned)
        });
        let not_ours = |error: &CallbackError| {
            matches!(
                error,
                CallbackError::StateMissing | CallbackError::StateMismatch
            )
        };
        let mut ours = read.filter(|(_, returned)| !returned.as_ref().is_err_and(not_ours));
        Ok(ours.next())
    }

    /// Takes it out of the session.
    pub(crate) async fn forget(&self, visitor: &Visitor) -> Result<(), StorageError> {
        let mut flows: Vec<Self> = visitor.session.get(KEY).await?.unwrap_or_default();
        flows.retain(|flow| flow.id() != self.id());
        visitor.session.insert(KEY, flows).await?;
        Ok(())
    }
}

/// What a flow is called where its `state` must not be seen: the hash of it.
pub(crate) fn id(state: &str) -> String {
    use std::fmt::Write as _;
    let mut id = String::with_capacity(64);
    for byte in Sha256::digest(state.as_bytes()) {
        let _ = write!(id, "{byte:02x}");
    }
    id
}
