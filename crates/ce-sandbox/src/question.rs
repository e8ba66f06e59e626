use std::sync::Arc;

use http::StatusCode;

use crate::absolute_url::AbsoluteUrl;
use crate::element::{Authentication, Element};
use crate::platform::Platform;
use crate::query::Query;

/// What a provider asks its user: may this application do that?
pub(crate) struct Question {
    pub(crate) element: Arc<Element>,
    pub(crate) client_id: String,
    pub(crate) callback: AbsoluteUrl,
    pub(crate) way: Way,
}

/// How the application is told of the answer.
pub(crate) enum Way {
    /// OAuth 2: by a code.
    Code {
        scope: Option<String>,
        state: Option<String>,
    },
    /// OAuth 1.0a: by a verifier for the request token that it asked with.
    RequestToken(String),
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

impl Question {
    pub(crate) fn read(
        platform: &Platform,
        key_or_id: &str,
        fields: &Query,
    ) -> Result<Self, Unanswerable> {
        let nobody = || Unanswerable {
            status: StatusCode::NOT_FOUND,
            reason: "No provider asks for consent here.".to_owned(),
        };
        let element = platform.catalogue.get(key_or_id).ok_or_else(nobody)?;
        match element.authentication {
            Authentication::OAuth2 => Self::for_a_code(element, fields),
            Authentication::OAuth1 => Self::for_a_request_token(platform, element, fields),
            _ => Err(nobody()),
        }
    }

    fn for_a_code(element: &Arc<Element>, fields: &Query) -> Result<Self, Unanswerable> {
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
            way: Way::Code {
                scope: text("scope"),
                state: text("state"),
            },
        })
    }

    fn for_a_request_token(
        platform: &Platform,
        element: &Arc<Element>,
        fields: &Query,
    ) -> Result<Self, Unanswerable> {
        let token = fields.first("oauth_token").unwrap_or_default();
        let state = platform.state();
        let issued = state.request_tokens.get(token);
        let issued = issued
            .filter(|issued| issued.element_id == element.id && issued.verifier.is_none())
            .ok_or_else(no_such_token)?;
        let callback = match (fields.first("oauth_callback"), &issued.state) {
            (Some(callback), _) => callback.to_owned(),
            (None, Some(state)) => issued.callback.with(&[("state", state)], ""),
            (None, None) => issued.callback.as_str().to_owned(),
        };
        let callback = AbsoluteUrl::parse(&callback).ok_or_else(|| {
            Unanswerable::bad_request("oauth_callback has to be an absolute http or https URL.")
        })?;
        Ok(Self {
            element: Arc::clone(element),
            client_id: issued.client.clone(),
            callback,
            way: Way::RequestToken(token.to_owned()),
        })
    }

    /// What it was read from, to be read again.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &str)> {
        let callback = self.callback.as_str();
        match &self.way {
            Way::Code { scope, state } => {
                let mut fields = vec![
                    ("response_type", "code"),
                    ("client_id", &self.client_id),
                    ("redirect_uri", callback),
                ];
                fields.extend(scope.as_deref().map(|scope| ("scope", scope)));
                fields.extend(state.as_deref().map(|state| ("state", state)));
                fields
            }
            Way::RequestToken(token) => vec![("oauth_token", token), ("oauth_callback", callback)],
        }
    }

    /// Each thing that is asked for. Providers differ in what stands between them.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        let scope = match &self.way {
            Way::Code { scope, .. } => scope.as_deref().unwrap_or_default(),
            Way::RequestToken(_) => "",
        };
        scope
            .split(|c: char| c.is_whitespace() || c == ',' || c == '+')
            .filter(|scope| !scope.is_empty())
    }
}

pub(crate) fn no_such_token() -> Unanswerable {
    Unanswerable::bad_request(
        "The application asks with an oauth_token that is unknown, or was decided on already.",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const GOOD: &str = "response_type=code&client_id=app&redirect_uri=http://h/cb";

    pub(crate) fn read(platform: &Platform, key: &str, raw: &str) -> Result<Question, u16> {
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
}
