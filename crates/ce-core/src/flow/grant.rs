use ce_model::{ElementKey, InstanceId, Object, Secret};

use crate::flow::Denied;

/// How the user came back.
#[derive(Debug)]
pub enum CallbackOutcome {
    /// With consent: create the instance.
    Granted(AuthorizationGrant),
    /// Without.
    Denied(Denied),
}

/// The user's consent: a code that works once. Creating the instance takes it.
///
/// It can't be copied, since a code is worth one attempt.
#[derive(Debug)]
pub struct AuthorizationGrant {
    pub(crate) element: ElementKey,
    /// What the flow found: the code; or token, verifier and the request's secret.
    pub(crate) found: Object,
    /// What the callback was recognized by.
    pub(crate) state: Option<Secret>,
    /// What the callback held besides.
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
