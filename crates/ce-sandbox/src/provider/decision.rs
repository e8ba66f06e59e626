use super::authorization_request::{AuthorizationRequest, GrantType, no_such_token};
use crate::store::{IssuedCode, Redacted, RequestToken, Store};
use crate::web::ApiResult;

/// The user's answer.
#[derive(Clone, Copy)]
pub(crate) enum Decision {
    Allow,
    Deny,
}

impl AuthorizationRequest {
    /// Where the browser goes once the user has decided.
    pub(crate) fn decide(&self, store: &Store, decision: Decision) -> ApiResult<String> {
        match &self.grant {
            GrantType::Code { state, .. } => {
                Ok(self.decide_on_a_code(store, decision, state.as_deref()))
            }
            GrantType::RequestToken(token) => self.decide_on_a_token(store, decision, token),
        }
    }

    fn decide_on_a_code(&self, store: &Store, decision: Decision, state: Option<&str>) -> String {
        let state = state.map(|state| ("state", state));
        let Decision::Allow = decision else {
            let denial = [
                ("error", "access_denied"),
                ("error_reason", "user_denied"),
                ("error_description", "The user denied the request."),
            ];
            return self.callback.with(denial.into_iter().chain(state), "");
        };
        let mut store = store.state();
        let code = store.random.code();
        let parameters = self.element.callback_parameters.iter();
        let with = parameters.map(|parameter| {
            let made_up = || store.random.digits();
            let value = parameter.value.clone().unwrap_or_else(made_up);
            (parameter.name.clone(), value)
        });
        let with: Vec<(String, String)> = with.collect();
        let extra = with.iter().map(|(name, value)| (&**name, &**value));
        let parameters = [("code", &*code)].into_iter().chain(extra).chain(state);
        let suffix = &self.element.callback_suffix;
        let callback = self.callback.with(parameters, suffix);
        let element_id = self.element.id;
        let issued = IssuedCode { element_id, with };
        store.codes.push((code, issued), callback.len());
        callback
    }

    /// The state is part of the callback URL already.
    fn decide_on_a_token(
        &self,
        store: &Store,
        decision: Decision,
        token: &str,
    ) -> ApiResult<String> {
        let mut state = store.state();
        // Another tab may have decided meanwhile.
        let is_undecided = |issued: &RequestToken| issued.verifier.is_none();
        match decision {
            Decision::Allow => {
                let verifier = state.random.code();
                let issued = state.request_tokens.get_mut(token);
                let issued = issued.filter(|issued| is_undecided(issued));
                issued.ok_or_else(no_such_token)?.verifier = Some(Redacted::new(&*verifier));
                let parameters = [("oauth_token", token), ("oauth_verifier", &verifier)];
                Ok(self
                    .callback
                    .with(parameters, &self.element.callback_suffix))
            }
            Decision::Deny => {
                if !state.request_tokens.redeem(token, is_undecided) {
                    return Err(no_such_token());
                }
                let parameters = [("oauth_problem", "user_refused"), ("oauth_token", token)];
                Ok(self.callback.with(parameters, ""))
            }
        }
    }
}
