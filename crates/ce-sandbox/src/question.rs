use std::sync::Arc;

use http::StatusCode;

use crate::absolute_url::AbsoluteUrl;
use crate::catalogue::Element;
use crate::platform::Platform;
use crate::query::Query;

/// What a provider asks its user: may this application do that?
pub(crate) struct Question {
    pub(crate) element: Arc<Element>,
    pub(crate) client_id: String,
    pub(crate) callback: AbsoluteUrl,
    pub(crate) scope: Option<String>,
    pub(crate) state: Option<String>,
}

/// A question that cannot be put. The browser stays here: an address that is not trusted enough
/// to send a code to is not trusted with an error either.
pub(crate) struct Unanswerable {
    pub(crate) status: StatusCode,
    pub(crate) reason: String,
}

impl Unanswerable {
    pub(crate) fn bad_request(reason: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            reason: reason.into(),
        }
    }
}

/// The user's answer.
#[derive(Clone, Copy)]
pub(crate) enum Decision {
    Allow,
    Deny,
}

impl Question {
    pub(crate) fn read(
        platform: &Platform,
        key_or_id: &str,
        fields: &Query,
    ) -> Result<Self, Unanswerable> {
        let element = platform.catalogue.find(key_or_id).ok();
        let Some(element) = element.filter(|element| element.is_oauth2()) else {
            return Err(Unanswerable {
                status: StatusCode::NOT_FOUND,
                reason: "No provider asks for consent here.".to_owned(),
            });
        };
        let client_id = fields.first("client_id").unwrap_or_default().trim();
        if client_id.is_empty() {
            return Err(Unanswerable::bad_request(
                "The application does not say who it is: client_id is missing.",
            ));
        }
        let callback = fields.first("redirect_uri").and_then(AbsoluteUrl::parse);
        let Some(callback) = callback else {
            return Err(Unanswerable::bad_request(
                "The application does not say where to return to: \
                 redirect_uri has to be an absolute http or https URL.",
            ));
        };
        if fields.first("response_type") != Some("code") {
            return Err(Unanswerable::bad_request(
                "The application asks for something else than a code: \
                 response_type has to be code.",
            ));
        }
        let text = |name| fields.first(name).map(str::to_owned);
        Ok(Self {
            element: Arc::clone(element),
            client_id: client_id.to_owned(),
            callback,
            scope: text("scope"),
            state: text("state"),
        })
    }

    /// Each thing that is asked for. Providers differ in what stands between them.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        let scope = self.scope.as_deref().unwrap_or_default();
        scope
            .split(|c: char| c.is_whitespace() || c == ',' || c == '+')
            .filter(|scope| !scope.is_empty())
    }

    /// Where the browser goes once the user has decided.
    pub(crate) fn decide(&self, platform: &Platform, decision: Decision) -> String {
        match decision {
            Decision::Allow => {
                let mut state = platform.state();
                let code = state.chance.code();
                state.codes.issue(code.clone(), self.element.id);
                self.callback(&[("code", &code)], &self.element.callback_suffix)
            }
            Decision::Deny => self.callback(
                &[
                    ("error", "access_denied"),
                    ("error_reason", "user_denied"),
                    ("error_description", "The user denied the request."),
                ],
                "",
            ),
        }
    }

    fn callback(&self, parameters: &[(&str, &str)], suffix: &str) -> String {
        let mut parameters = parameters.to_vec();
        if let Some(state) = &self.state {
            parameters.push(("state", state));
        }
        self.callback.with(&parameters, suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "response_type=code&client_id=app&redirect_uri=http://h/cb";

    fn read(platform: &Platform, key: &str, raw: &str) -> Result<Question, u16> {
        let fields = Query::parse(raw.as_bytes()).ok().unwrap();
        Question::read(platform, key, &fields).map_err(|refused| refused.status.as_u16())
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        let platform = Platform::for_test();
        let table = [
            ("instagram", GOOD, 200),
            ("74", GOOD, 200),
            ("closeio", GOOD, 404),
            ("nothing", GOOD, 404),
            ("instagram", "", 400),
            (
                "instagram",
                "response_type=code&redirect_uri=http://h/cb",
                400,
            ),
            (
                "instagram",
                "response_type=code&client_id=+&redirect_uri=http://h/cb",
                400,
            ),
            ("instagram", "response_type=code&client_id=app", 400),
            (
                "instagram",
                "response_type=code&client_id=app&redirect_uri=/cb",
                400,
            ),
            (
                "instagram",
                "response_type=code&client_id=app&redirect_uri=javascript:x",
                400,
            ),
            (
                "instagram",
                "response_type=token&client_id=app&redirect_uri=http://h/cb",
                400,
            ),
            ("instagram", "client_id=app&redirect_uri=http://h/cb", 400),
        ];
        for (key, raw, expected) in table {
            let status = read(&platform, key, raw).err().unwrap_or(200);
            assert_eq!(status, expected, "{key} {raw}");
        }
    }

    #[test]
    fn scopes_may_be_separated_in_several_ways() {
        let platform = Platform::for_test();
        let table: &[(&str, &[&str])] = &[
            ("a+b%20c", &["a", "b", "c"]),
            ("a,b,+c", &["a", "b", "c"]),
            ("a%2Bb", &["a", "b"]),
            ("", &[]),
        ];
        for (scope, expected) in table {
            let question = read(&platform, "instagram", &format!("{GOOD}&scope={scope}"));
            let question = question.ok().unwrap();
            assert_eq!(question.scopes().collect::<Vec<_>>(), *expected);
        }
    }

    #[test]
    fn a_decision_leads_to_the_callback() {
        let platform = Platform::for_test();
        let decide = |key, raw: &str, decision| {
            let question = read(&platform, key, raw).ok().unwrap();
            question.decide(&platform, decision)
        };
        let with_state = format!("{GOOD}&state=a%26b");

        let allowed = decide("instagram", &with_state, Decision::Allow);
        let code = allowed.strip_prefix("http://h/cb?code=").unwrap();
        let code = code.strip_suffix("&state=a%26b#_").unwrap();
        assert!(platform.state().codes.redeem(code, 74));

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
}
