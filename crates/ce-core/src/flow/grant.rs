use ce_model::{ElementKey, InstanceId, Object, Secret};

use crate::flow::Denied;

/// What a callback says.
#[derive(Debug)]
pub enum CallbackOutcome {
    /// The user consented: create the instance.
    Granted(AuthorizationGrant),
    /// The user did not consent, or the provider refused.
    Denied(Denied),
}

/// The user's consent, with a code that works once.
///
/// [`ConnectRequest::create`](crate::ConnectRequest::create) consumes it. It can't be cloned, since
/// the code is worth one attempt.
#[derive(Debug)]
pub struct AuthorizationGrant {
    pub(crate) element: ElementKey,
    /// What proves the consent: the code; or token, verifier and the token's secret.
    pub(crate) found: Object,
    /// What the callback was recognized by.
    pub(crate) state: Option<Secret>,
    /// The callback's other parameters.
    pub(crate) extras: Object,
    pub(crate) correlation: Option<String>,
    /// The instance that is authorized again; a new one if there is none.
    pub(crate) instance: Option<InstanceId>,
}

impl AuthorizationGrant {
    /// The element that the consent is for.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }
}
