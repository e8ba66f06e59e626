use crate::grant::{IssuedCode, RequestToken};
use crate::platform::Platform;
use crate::question::{Question, Unanswerable, Way, no_such_token};
use crate::redacted::Redacted;

/// The user's answer.
#[derive(Clone, Copy)]
pub(crate) enum Decision {
    Allow,
    Deny,
}

impl Question {
    /// Where the browser goes once the user has decided.
    pub(crate) fn decide(
        &self,
        platform: &Platform,
        decision: Decision,
    ) -> Result<String, Unanswerable> {
        match &self.way {
            Way::Code { state, .. } => {
                Ok(self.decide_on_a_code(platform, decision, state.as_deref()))
            }
            Way::RequestToken(token) => self.decide_on_a_token(platform, decision, token),
        }
    }

    fn decide_on_a_code(
        &self,
        platform: &Platform,
        decision: Decision,
        state: Option<&str>,
    ) -> String {
        let state = state.map(|state| ("state", state));
        let Decision::Allow = decision else {
            let denial = [
                ("error", "access_denied"),
                ("error_reason", "user_denied"),
                ("error_description", "The user denied the request."),
            ];
            let parameters: Vec<_> = denial.into_iter().chain(state).collect();
            return self.callback.with(&parameters, "");
        };
        let mut platform_state = platform.state();
        let code = platform_state.chance.code();
        let with: Vec<(String, String)> = self
            .element
            .callback_parameters
            .iter()
            .map(|parameter| {
                let made_up = || platform_state.chance.digits();
                let value = parameter.value.clone().unwrap_or_else(made_up);
                (parameter.name.clone(), value)
            })
            .collect();
        let extra = with.iter().map(|(name, value)| (&**name, &**value));
        let parameters: Vec<_> = [("code", &*code)]
            .into_iter()
            .chain(extra)
            .chain(state)
            .collect();
        let callback = self
            .callback
            .with(&parameters, &self.element.callback_suffix);
        let issued = IssuedCode {
            element_id: self.element.id,
            with,
        };
        platform_state.codes.issue(code, issued);
        callback
    }

    /// The state is part of the callback URL already.
    fn decide_on_a_token(
        &self,
        platform: &Platform,
        decision: Decision,
        token: &str,
    ) -> Result<String, Unanswerable> {
        let mut state = platform.state();
        match decision {
            Decision::Allow => {
                let verifier = state.chance.code();
                let issued = state.request_tokens.get_mut(token);
                // Another tab may have decided meanwhile.
                let issued = issued.filter(|issued| issued.verifier.is_none());
                issued.ok_or_else(no_such_token)?.verifier = Some(Redacted::new(&*verifier));
                let parameters = [("oauth_token", token), ("oauth_verifier", &verifier)];
                Ok(self
                    .callback
                    .with(&parameters, &self.element.callback_suffix))
            }
            Decision::Deny => {
                let is_undecided = |issued: &RequestToken| issued.verifier.is_none();
                if !state.request_tokens.redeem(token, is_undecided) {
                    return Err(no_such_token());
                }
                let parameters = [("oauth_problem", "user_refused"), ("oauth_token", token)];
                Ok(self.callback.with(&parameters, ""))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::tests::{GOOD, read};

    #[test]
    fn a_decision_leads_to_the_callback() {
        let platform = Platform::for_test();
        let decide = |key, raw: &str, decision| {
            let question = read(&platform, key, raw).ok().unwrap();
            question.decide(&platform, decision).ok().unwrap()
        };
        let with_state = format!("{GOOD}&state=a%26b");

        let allowed = decide("instagram", &with_state, Decision::Allow);
        let code = allowed.strip_prefix("http://h/cb?code=").unwrap();
        let code = code.strip_suffix("&state=a%26b#_").unwrap();
        assert!(
            platform
                .state()
                .codes
                .redeem(code, |issued| issued.element_id == 74)
        );

        let allowed = decide("shopify", GOOD, Decision::Allow);
        assert!(
            !allowed.contains("state=") && !allowed.contains('#'),
            "{allowed}"
        );

        assert_eq!(
            decide("instagram", &with_state, Decision::Deny),
            "http://h/cb?error=access_denied&error_reason=user_denied\
             &error_description=The%20user%20denied%20the%20request.&state=a%26b"
        );
    }

    #[test]
    fn a_provider_may_add_to_the_callback() {
        let platform = Platform::for_test();
        let with_state = format!("{GOOD}&state=s");
        let question = read(&platform, "quickbooks", &with_state).ok().unwrap();
        let allowed = question.decide(&platform, Decision::Allow).ok().unwrap();
        let names: Vec<&str> = allowed
            .split(['?', '&'])
            .skip(1)
            .filter_map(|pair| pair.split('=').next())
            .collect();
        assert_eq!(
            names,
            ["code", "realmId", "dataSource", "state"],
            "{allowed}"
        );
        assert!(allowed.contains("&dataSource=QBO&"), "{allowed}");
        let denied = question.decide(&platform, Decision::Deny).ok().unwrap();
        assert!(!denied.contains("realmId"), "{denied}");
    }

    #[test]
    fn a_request_token_is_decided_on_once() {
        let platform = Platform::for_test();
        let etsy = platform.catalogue.find("etsy").unwrap().id;
        let issue = |name: &str| {
            let issued = RequestToken::for_test(etsy, None);
            platform
                .state()
                .request_tokens
                .issue(name.to_owned(), issued);
        };
        issue("t");
        issue("u");
        let ask = |raw: &str| read(&platform, "etsy", raw);
        let question = ask("oauth_token=t&oauth_callback=http://h/cb?state=s")
            .ok()
            .unwrap();
        assert_eq!(question.client_id, "app");
        assert_eq!(
            question.fields(),
            [
                ("oauth_token", "t"),
                ("oauth_callback", "http://h/cb?state=s")
            ]
        );
        let allowed = question.decide(&platform, Decision::Allow).ok().unwrap();
        let verifier = allowed
            .strip_prefix("http://h/cb?state=s&oauth_token=t&oauth_verifier=")
            .unwrap();
        let kept = platform
            .state()
            .request_tokens
            .get("t")
            .unwrap()
            .verifier
            .clone();
        assert_eq!(kept, Some(Redacted::new(verifier)));

        let denied = ask("oauth_token=u").ok().unwrap();
        assert_eq!(
            denied.decide(&platform, Decision::Deny).ok().as_deref(),
            Some("http://h/token?oauth_problem=user_refused&oauth_token=u")
        );
        for decision in [Decision::Allow, Decision::Deny] {
            assert!(
                question.decide(&platform, decision).is_err(),
                "decided already"
            );
            assert!(
                denied.decide(&platform, decision).is_err(),
                "decided already"
            );
        }
        assert!(
            platform.state().request_tokens.get("t").is_some(),
            "still good for step 2"
        );
        issue("v");
        for raw in [
            "oauth_token=t",
            "oauth_token=u",
            "oauth_token=unknown",
            "",
            "oauth_token=v&oauth_callback=javascript:x",
        ] {
            assert_eq!(ask(raw).err(), Some(400), "{raw}");
        }
        assert_eq!(read(&platform, "desk", "oauth_token=v").err(), Some(400));
    }
}
