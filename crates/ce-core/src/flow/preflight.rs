use std::collections::HashSet;

use ce_model::{AuthenticationScheme, ConfigurationEntry, Element};

use crate::calls::{at_element, if_unheard_of};
use crate::config::Config;
use crate::error::{Error, InvalidInput, is_blank_value};
use crate::execution::Call;
use crate::flow::ConnectRequest;
use crate::wire::{Request, Response};

impl ConnectRequest {
    /// The call that gets what the element requires, and compares it with this request: before a user
    /// is sent away.
    ///
    /// It covers the configuration, and what every instance requires. It does not cover the
    /// [parameters](ConnectRequest::parameter) that an element requires for its authorization URL, such
    /// as Shopify's `siteAddress`: the platform lists them nowhere, and refuses to give the URL if one
    /// is missing.
    pub fn preflight(&self) -> GetPreflight<'_> {
        GetPreflight(self)
    }
}

/// What an element requires, compared with what a [`ConnectRequest`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    scheme: Option<AuthenticationScheme>,
    differs: bool,
    requirements: Option<Vec<Requirement>>,
    missing: Vec<String>,
    unknown: Vec<String>,
}

/// A configuration entry that an element's instances may have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// The entry, as the platform describes it.
    pub entry: ConfigurationEntry,
    /// `true` if the request must give it: the platform requires it and has no default for it.
    pub required: bool,
    /// `true` if the request gives it.
    pub given: bool,
}

impl Preflight {
    /// Compares the request with what the element requires.
    pub fn new(request: &ConnectRequest, element: &Element) -> Self {
        let given = request.entries();
        let is_given = |key: &str| given.get(key).is_some_and(|value| !is_blank_value(value));
        let requirement = |entry: &ConfigurationEntry| Requirement {
            required: must_be_given(entry) && !request.has_no_use_for(entry.key.as_deref()),
            given: entry.key.as_deref().is_some_and(is_given),
            entry: entry.clone(),
        };
        let listed = element.configuration.as_ref();
        let requirements: Option<Vec<_>> = listed.map(|all| all.iter().map(requirement).collect());
        let entries = || requirements.iter().flatten();
        // What the flow itself requires depends on how the element authenticates.
        let scheme = element.scheme();
        let mut as_element = request.clone();
        as_element.scheme = scheme.clone().unwrap_or(as_element.scheme);
        let differs = as_element.scheme != request.scheme;
        let mut missing = as_element.missing();
        // Sets, since the lists are as long as the platform makes them.
        let mut named: HashSet<String> = missing.iter().cloned().collect();
        for lacking in entries().filter(|entry| entry.required && !entry.given) {
            let key = lacking.entry.key.as_deref().unwrap_or_default();
            if named.insert(key.to_owned()) {
                missing.push(key.to_owned());
            }
        }
        let known: HashSet<&str> = entries().filter_map(|it| it.entry.key.as_deref()).collect();
        let spelled = requirements.iter().flat_map(|_| request.spelled());
        let unknown = spelled.filter(|key| !known.contains(key));
        Self {
            unknown: unknown.map(str::to_owned).collect(),
            scheme,
            differs,
            missing,
            requirements,
        }
    }

    /// How the element authenticates its users, for
    /// [`ConnectRequest::authentication`](crate::ConnectRequest::authentication), if it says so.
    pub fn scheme(&self) -> Option<&AuthenticationScheme> {
        self.scheme.as_ref()
    }

    /// Every configuration entry that instances of the element may have, in the platform's order, if
    /// the element lists them.
    pub fn requirements(&self) -> Option<&[Requirement]> {
        self.requirements.as_deref()
    }

    /// The names of what the request must give and does not: configuration entries, and `name`.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The configuration entries that the request gives by name and the element does not list. A
    /// warning, since the platform may know them all the same.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Returns `true` if nothing is missing and the authentication is the element's.
    pub fn is_passed(&self) -> bool {
        self.missing.is_empty() && !self.differs
    }
}

/// Returns `true` if the platform requires the entry, and neither sets it nor has a default for it.
fn must_be_given(entry: &ConfigurationEntry) -> bool {
    entry.required == Some(true)
        && entry.active != Some(false)
        && entry.internal != Some(true)
        && entry.default_value.as_ref().is_none_or(is_blank_value)
        && entry.key.is_some()
}

/// `GET /elements/{keyOrId}`: the call of [`ConnectRequest::preflight`].
#[derive(Clone, Copy, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct GetPreflight<'a>(&'a ConnectRequest);

impl Call for GetPreflight<'_> {
    type Output = Preflight;

    fn purpose(&self) -> &'static str {
        "get what the element asks for"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_element(config, &self.0.element, &[]).build()
    }

    fn decode(&self, response: &Response) -> Result<Preflight, Error> {
        let element = response.json(self.purpose())?;
        Ok(Preflight::new(self.0, &element))
    }

    fn on_error(&self, error: Error, _: bool) -> Result<Preflight, Error> {
        Err(if_unheard_of(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ce_model::Events;
    use serde_json::json;

    fn preflight(request: &ConnectRequest, element: serde_json::Value) -> Preflight {
        Preflight::new(request, &serde_json::from_value(element).unwrap())
    }

    #[test]
    fn only_required_entries_without_a_default_are_missing() {
        let request = ConnectRequest::new("shop")
            .api_key("k")
            .callback_url("https://app.example/cb")
            .configuration("blank", " ")
            .configuration("zone", "eu")
            .configuration("tpyo", true)
            // No element lists these.
            .configuration("event.poller.configuration", true)
            .configuration("oauth.user.refresh_token", "r")
            .events(Events::webhooks("https://app.example/events"));
        let asked = preflight(
            &request,
            json!({"authentication": {"type": "oauth2"}, "configuration": [
                {"key": "oauth.api.key", "required": true}, {"key": "oauth.api.secret", "required": true},
                {"key": "oauth.callback.url", "required": true}, {"key": "zone", "required": true},
                {"key": "blank", "required": true}, {"key": "odd", "required": "yes"},
                {"key": "absent", "required": true, "defaultValue": ""},
                {"key": "defaulted", "required": true, "defaultValue": "x"},
                {"key": "off", "required": true, "active": false}, {"required": true},
                {"key": "own", "required": true, "internal": true}, {"key": "optional"}
            ]}),
        );
        assert_eq!(
            asked.missing(),
            ["oauth.api.secret", "name", "blank", "absent"]
        );
        assert_eq!(asked.unknown(), ["tpyo"]);
        assert!(!asked.differs && !asked.is_passed());
        assert_eq!(asked.requirements().unwrap().len(), 12);
    }

    #[test]
    fn a_refresh_token_makes_the_callback_url_needless_and_nothing_else() {
        let request = ConnectRequest::new("x")
            .name("n")
            .api_key("k")
            .api_secret("s");
        let element = json!({"authentication": {"type": "oauth2"}, "configuration": [
            {"key": "oauth.callback.url", "required": true}, {"key": "zone", "required": true},
        ]});
        let asked = preflight(&request, element.clone());
        assert_eq!(asked.missing(), ["oauth.callback.url", "zone"]);
        let asked = preflight(&request.refresh_token("r"), element);
        assert_eq!(asked.missing(), ["zone"]);
    }

    #[test]
    fn an_element_without_a_list_requires_nothing_that_is_known() {
        let request = ConnectRequest::new("x")
            .authentication(AuthenticationScheme::Custom)
            .name("n")
            .configuration("a", "b");
        for configuration in [json!(null), json!({"a": "b"}), json!("none"), json!(["a"])] {
            let asked = preflight(&request, json!({"configuration": configuration}));
            assert!(asked.requirements().is_none() && asked.is_passed());
            assert!(asked.unknown().is_empty() && asked.scheme().is_none());
        }
        let asked = preflight(&request, json!({"authentication": {"type": "saml"}}));
        assert!(asked.missing().is_empty() && !asked.is_passed());
        assert_eq!(
            asked.scheme().map(AuthenticationScheme::as_str),
            Some("saml")
        );
    }
}
