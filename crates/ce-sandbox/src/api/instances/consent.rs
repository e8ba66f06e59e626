use serde_json::{Map, Value};

use crate::catalogue::{Authentication, Element};
use crate::store::{MASK, Redacted, State};
use crate::web::{ApiError, is_blank};
use http::StatusCode;

/// What an application brings in `providerData` to show that the user allowed it.
pub(crate) enum Consent {
    Code {
        code: Redacted,
        with: Vec<(String, String)>,
    },
    Token {
        token: String,
        verifier: Redacted,
        secret: Redacted,
    },
}

impl Consent {
    /// For a new instance: everything that the callback carried has to be there.
    pub(crate) fn required(element: &Element, data: &Map<String, Value>) -> Result<Self, ApiError> {
        let required = element.callback_parameters.iter();
        let required = required.filter(|parameter| parameter.required);
        let required = required.map(|parameter| parameter.name.as_str());
        Self::read(element, data, required)
    }

    /// For an instance that exists: what came with the code then need not come again.
    pub(crate) fn renewed(element: &Element, data: &Map<String, Value>) -> Result<Self, ApiError> {
        Self::read(element, data, [].into_iter())
    }

    fn read<'a>(
        element: &'a Element,
        data: &Map<String, Value>,
        required: impl Iterator<Item = &'a str>,
    ) -> Result<Self, ApiError> {
        let own: &[&str] = match element.authentication {
            Authentication::OAuth1 => &["oauth_token", "oauth_verifier", "secret"],
            _ => &["code"],
        };
        let missing = own.iter().copied().chain(required);
        let missing: Vec<&str> = missing.filter(|name| text(data, name).is_none()).collect();
        if !missing.is_empty() {
            return Err(ApiError::bad_request(format!(
                "You must provide what shows the user's consent in order to create an instance of \
                 this element; providerData lacks: {}.",
                missing.join(", ")
            )));
        }
        let given = |name| text(data, name).unwrap_or_default();
        if element.authentication == Authentication::OAuth1 {
            return Ok(Self::Token {
                token: given("oauth_token"),
                verifier: Redacted::new(given("oauth_verifier")),
                secret: Redacted::new(given("secret")),
            });
        }
        let with = element.callback_parameters.iter().filter_map(|parameter| {
            let value = text(data, &parameter.name)?;
            Some((parameter.name.clone(), value))
        });
        Ok(Self::Code {
            code: Redacted::new(given("code")),
            with: with.collect(),
        })
    }

    /// Uses it up at the element's provider, which may refuse.
    pub(crate) fn redeem(&self, state: &mut State, element_id: u64) -> Result<(), ApiError> {
        let (valid, otherwise) = match self {
            Self::Code { code, with } => (
                state.codes.redeem(code.expose(), |issued| {
                    issued.element_id == element_id
                        && with.iter().all(|given| issued.with.contains(given))
                }),
                "The code is not valid: it is unknown, was used already, \
                 or belongs to other data than what came with it.",
            ),
            Self::Token {
                token,
                verifier,
                secret,
            } => (
                state.request_tokens.redeem(token, |issued| {
                    issued.element_id == element_id
                        && issued.secret == *secret
                        && issued.verifier.as_ref() == Some(verifier)
                }),
                "The request token is not valid: it is unknown, not authorized, was used already, \
                 or does not belong to that verifier and secret.",
            ),
        };
        match valid {
            true => Ok(()),
            false => Err(ApiError::by_provider(StatusCode::BAD_REQUEST, otherwise)),
        }
    }
}

/// A value that says something. What a response masked says nothing.
fn text(data: &Map<String, Value>, name: &str) -> Option<String> {
    let value = data.get(name).filter(|value| !is_blank(Some(value)))?;
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (text != MASK).then_some(text)
}

/// Returns `true` if there is anything in it but what a response masked.
pub(crate) fn says_something(data: &Map<String, Value>) -> bool {
    data.keys().any(|name| text(data, name).is_some())
}
