use http::StatusCode;
use serde_json::Value;

use crate::catalogue::{Authentication, Element, Object};
use crate::store::{MASK, State};
use crate::web::{ApiError, ApiResult, is_blank};

/// What an application brings in `providerData` to show that the user allowed it.
pub(crate) struct Consent<'a> {
    element: &'a Element,
    data: &'a Object,
}

impl<'a> Consent<'a> {
    /// For a new instance everything that the callback carried has to be there. For one that exists, what
    /// came with the code need not come again.
    pub(crate) fn read(
        element: &'a Element,
        data: Option<&'a Object>,
        is_new: bool,
    ) -> ApiResult<Self> {
        let own: &[&str] = match element.authentication {
            Authentication::OAuth1 => &["oauth_token", "oauth_verifier", "secret"],
            _ => &["code"],
        };
        let carried = element.callback_parameters.iter();
        let carried = carried.filter(|parameter| is_new && parameter.required);
        let carried = carried.map(|parameter| parameter.name.as_str());
        let is_missing = |name: &&str| data.is_none_or(|data| text(data, name).is_none());
        let missing = own.iter().copied().chain(carried).filter(is_missing);
        let missing: Vec<&str> = missing.collect();
        match data {
            Some(data) if missing.is_empty() => Ok(Self { element, data }),
            _ => Err(ApiError::bad_request(format!(
                "You must provide what shows the user's consent in order to create an instance of \
                 this element; providerData lacks: {}.",
                missing.join(", ")
            ))),
        }
    }

    /// Uses it up at the element's provider, which may refuse.
    pub(crate) fn redeem(&self, state: &mut State) -> ApiResult<()> {
        let Self { element, data } = self;
        let given = |name| text(data, name).unwrap_or_default();
        let (valid, otherwise) = match element.authentication {
            Authentication::OAuth1 => (
                state
                    .request_tokens
                    .redeem(&given("oauth_token"), |issued| {
                        let verifier = issued.verifier.as_ref();
                        issued.element_id == element.id
                            && issued.secret.expose() == given("secret")
                            && verifier.is_some_and(|it| it.expose() == given("oauth_verifier"))
                    }),
                "The request token is not valid: it is unknown, not authorized, was used already, \
                 or does not belong to that verifier and secret.",
            ),
            _ => (
                state.codes.redeem(&given("code"), |issued| {
                    let mut with = issued.with.iter();
                    issued.element_id == element.id
                        && with.all(|(name, value)| text(data, name).is_none_or(|it| it == *value))
                }),
                "The code is not valid: it is unknown, was used already, \
                 or belongs to other data than what came with it.",
            ),
        };
        match valid {
            true => Ok(()),
            false => Err(ApiError::by_provider(StatusCode::BAD_REQUEST, otherwise)),
        }
    }
}

/// A value that says something. What a response masked says nothing.
fn text(data: &Object, name: &str) -> Option<String> {
    let value = data.get(name).filter(|value| !is_blank(Some(value)))?;
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (text != MASK).then_some(text)
}

/// Returns `true` if there is anything in it but what a response masked.
pub(crate) fn says_something(data: &Object) -> bool {
    data.keys().any(|name| text(data, name).is_some())
}
