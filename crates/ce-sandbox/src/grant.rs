use serde_json::{Map, Value};

use crate::absolute_url::AbsoluteUrl;
use crate::answer::Refusal;
use crate::element::{Authentication, Element};
use crate::json_body::is_blank;
use crate::masking::MASK;
use crate::platform::State;
use crate::redacted::Redacted;

/// A code that a consent page issued, as the provider keeps it.
pub(crate) struct IssuedCode {
    pub(crate) element_id: u64,
    /// What the callback carried besides the code.
    pub(crate) with: Vec<(String, String)>,
}

/// A request token that was given out, as the provider keeps it.
pub(crate) struct RequestToken {
    pub(crate) element_id: u64,
    pub(crate) secret: Redacted,
    /// Who asks.
    pub(crate) client: String,
    /// Where the user goes afterwards, unless the authorization URL says something else.
    pub(crate) callback: AbsoluteUrl,
    pub(crate) state: Option<String>,
    /// What proves that the user allowed it; there once they did.
    pub(crate) verifier: Option<Redacted>,
}

/// What an application brings to show that the user allowed it.
pub(crate) enum Grant {
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

impl Grant {
    /// For a new instance: everything that the provider's consent leads to has to be there.
    pub(crate) fn required(element: &Element, data: &Map<String, Value>) -> Result<Self, Refusal> {
        let required = element.callback_parameters.iter();
        let required = required.filter(|parameter| parameter.required);
        Self::read(
            element,
            data,
            required.map(|parameter| parameter.name.as_str()),
        )
    }

    /// For an instance that exists: what came with the code then need not come again.
    pub(crate) fn renewed(element: &Element, data: &Map<String, Value>) -> Result<Self, Refusal> {
        Self::read(element, data, [].into_iter())
    }

    fn read<'a>(
        element: &'a Element,
        data: &Map<String, Value>,
        required: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Refusal> {
        let own: &[&str] = match element.authentication {
            Authentication::OAuth1 => &["oauth_token", "oauth_verifier", "secret"],
            _ => &["code"],
        };
        let missing: Vec<&str> = own
            .iter()
            .copied()
            .chain(required)
            .filter(|name| text(data, name).is_none())
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::bad_request(format!(
                "An instance of {:?} takes what shows its user's consent, \
                 and providerData lacks: {}.",
                element.key,
                missing.join(", ")
            )));
        }
        let given = |name| text(data, name).unwrap_or_default();
        Ok(match element.authentication {
            Authentication::OAuth1 => Self::Token {
                token: given("oauth_token"),
                verifier: Redacted::new(given("oauth_verifier")),
                secret: Redacted::new(given("secret")),
            },
            _ => Self::Code {
                code: Redacted::new(given("code")),
                with: element
                    .callback_parameters
                    .iter()
                    .filter_map(|parameter| {
                        Some((parameter.name.clone(), text(data, &parameter.name)?))
                    })
                    .collect(),
            },
        })
    }

    /// Uses it up at the element's provider, which may refuse.
    pub(crate) fn redeem(&self, state: &mut State, element_id: u64) -> Result<(), Refusal> {
        let (good, otherwise) = match self {
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
        if good {
            Ok(())
        } else {
            Err(Refusal::by_provider(otherwise))
        }
    }
}

/// A value that says something. What an answer masked says nothing.
fn text(data: &Map<String, Value>, name: &str) -> Option<String> {
    let value = data.get(name).filter(|value| !is_blank(Some(value)))?;
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (text != MASK).then_some(text)
}

/// Whether there is anything in it but what an answer masked.
pub(crate) fn says_something(data: &Map<String, Value>) -> bool {
    data.keys().any(|name| text(data, name).is_some())
}

#[cfg(test)]
impl RequestToken {
    /// One with the secret `s`.
    pub(crate) fn for_test(element_id: u64, verifier: Option<&str>) -> Self {
        Self {
            element_id,
            secret: Redacted::new("s"),
            client: "app".to_owned(),
            callback: AbsoluteUrl::parse("http://h/token").unwrap(),
            state: None,
            verifier: verifier.map(Redacted::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platform::Platform;

    fn redeem(platform: &Platform, key: &str, data: &Value) -> Result<(), Refusal> {
        let element = platform.catalogue.find(key)?;
        let grant = Grant::required(element, data.as_object().unwrap())?;
        grant.redeem(&mut platform.state(), element.id)
    }

    fn refusal(platform: &Platform, key: &str, data: &Value) -> Refusal {
        redeem(platform, key, data).unwrap_err()
    }

    #[test]
    fn what_came_with_a_code_has_to_come_back() {
        let platform = Platform::for_test();
        let element_id = platform.catalogue.find("quickbooks").unwrap().id;
        let with = [("realmId", "12"), ("dataSource", "QBO")];
        let with = with.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let issued = IssuedCode {
            element_id,
            with: with.to_vec(),
        };
        platform.state().codes.issue("c".to_owned(), issued);

        let table = [
            (json!({}), "providerData lacks: code, realmId."),
            (json!({"code": "c", "realmId": " "}), ": realmId."),
            (json!({"code": "c", "realmId": "********"}), ": realmId."),
            (json!({"realmId": 12}), ": code."),
        ];
        for (data, part) in table {
            let message = refusal(&platform, "quickbooks", &data).message;
            assert!(message.contains(part), "{message}");
        }
        for data in [
            json!({"code": "c", "realmId": "13"}),
            json!({"code": "c", "realmId": "12", "dataSource": "other"}),
        ] {
            let refusal = refusal(&platform, "quickbooks", &data);
            assert!(refusal.provider_message.is_some(), "{data}");
        }
        let good = json!({"code": "c", "realmId": 12, "state": "s"});
        assert!(redeem(&platform, "quickbooks", &good).is_ok());
        assert!(
            refusal(&platform, "quickbooks", &good)
                .provider_message
                .is_some()
        );
    }

    #[test]
    fn a_request_token_needs_its_own_verifier_and_secret() {
        let platform = Platform::for_test();
        let element_id = platform.catalogue.find("etsy").unwrap().id;
        for (token, verifier) in [("allowed", Some("v")), ("fresh", None)] {
            let issued = RequestToken::for_test(element_id, verifier);
            platform
                .state()
                .request_tokens
                .issue(token.to_owned(), issued);
        }
        let data = |token: &str, verifier: &str, secret: &str| json!({"oauth_token": token, "oauth_verifier": verifier, "secret": secret});
        let message = refusal(&platform, "etsy", &data("allowed", "", " ")).message;
        assert!(message.contains(": oauth_verifier, secret."));
        for wrong in [
            data("unknown", "v", "s"),
            data("fresh", "v", "s"),
            data("allowed", "w", "s"),
            data("allowed", "v", "t"),
        ] {
            assert!(
                refusal(&platform, "etsy", &wrong)
                    .provider_message
                    .is_some()
            );
        }
        let good = data("allowed", "v", "s");
        assert!(refusal(&platform, "desk", &good).provider_message.is_some());
        assert!(redeem(&platform, "etsy", &good).is_ok());
        assert!(redeem(&platform, "etsy", &good).is_err(), "used");
    }
}
