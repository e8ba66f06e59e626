use std::collections::HashSet;

use ce_model::{AuthenticationScheme, ConfigurationEntry, Element};

use crate::calls::at_element;
use crate::config::Config;
use crate::error::Error;
use crate::error::{InvalidInput, is_blank_value};
use crate::execution::Call;
use crate::flow::ConnectRequest;
use crate::wire::{Request, Response};

/// What an element asks for, held against what a [`ConnectRequest`] has: before a user is sent anywhere.
///
/// ```
/// use ce_core::{ConnectRequest, Preflight};
/// use ce_core::model::AuthenticationScheme;
///
/// # let element = serde_json::from_str(r#"{
/// #     "authentication": {"type": "basic"},
/// #     "configuration": [{"key": "username", "required": true}, {"key": "password", "required": true}]
/// # }"#)?;
/// // `element` is what the platform answered; `client.send(connect.preflight())` does both.
/// let connect = ConnectRequest::new("closeio")
///     .name("Ann's sales")
///     .configuration("username", "ann")
///     .configuration("pasword", "secret");
/// let preflight = Preflight::new(&connect, &element);
/// assert_eq!(preflight.scheme(), Some(&AuthenticationScheme::Basic));
/// assert_eq!(preflight.missing(), ["password"]);
/// assert_eq!(preflight.unknown(), ["pasword"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    scheme: Option<AuthenticationScheme>,
    differs: bool,
    requirements: Option<Vec<Requirement>>,
    missing: Vec<String>,
    unknown: Vec<String>,
}

/// An entry that an element's instances may have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// The entry, as the platform describes it.
    pub entry: ConfigurationEntry,
    /// Must it be given? It must if the platform requires it and has no value of its own for it.
    pub required: bool,
    /// Is it given?
    pub given: bool,
}

impl Preflight {
    /// Holds what is given against what the element asks for.
    pub fn new(connect: &ConnectRequest, element: &Element) -> Self {
        let given = connect.body().configuration.as_ref();
        let is_given = |key: &str| {
            given
                .and_then(|given| given.get(key))
                .is_some_and(|value| !is_blank_value(value))
        };
        let scheme = element.scheme();
        let requirements: Option<Vec<Requirement>> = element.configuration.as_ref().map(|all| {
            let requirement = |entry: &ConfigurationEntry| Requirement {
                required: must_be_given(entry) && !connect.has_no_use_for(entry.key.as_deref()),
                given: entry.key.as_deref().is_some_and(is_given),
                entry: entry.clone(),
            };
            all.iter().map(requirement).collect()
        });
        let entries = || requirements.iter().flatten();
        // What the flow itself needs hangs on how the element authenticates.
        let mut missing = match &scheme {
            Some(scheme) => connect.clone().authentication(scheme.clone()).missing(),
            None => connect.missing(),
        };
        // Sets, since the platform says how long its lists are.
        let mut named: HashSet<String> = missing.iter().cloned().collect();
        for lacking in entries().filter(|entry| entry.required && !entry.given) {
            let key = lacking.entry.key.as_deref().unwrap_or_default();
            if named.insert(key.to_owned()) {
                missing.push(key.to_owned());
            }
        }
        let known: HashSet<&str> = entries().filter_map(|it| it.entry.key.as_deref()).collect();
        let unknown = match requirements {
            Some(_) => given
                .iter()
                .flat_map(|given| given.iter())
                .filter(|(key, _)| !known.contains(key))
                .map(|(key, _)| key.to_owned())
                .collect(),
            None => Vec::new(),
        };
        Self {
            differs: scheme
                .as_ref()
                .is_some_and(|scheme| scheme != connect.scheme()),
            scheme,
            missing,
            unknown,
            requirements,
        }
    }

    /// How the element authenticates its users, for
    /// [`ConnectRequest::authentication`](crate::ConnectRequest::authentication); none if it doesn't say.
    pub fn scheme(&self) -> Option<&AuthenticationScheme> {
        self.scheme.as_ref()
    }

    /// Does the element authenticate in another way than the request was made for?
    pub fn scheme_differs(&self) -> bool {
        self.differs
    }

    /// Every entry that instances of the element may have, in the platform's order; none if the
    /// element doesn't list them.
    pub fn requirements(&self) -> Option<&[Requirement]> {
        self.requirements.as_deref()
    }

    /// What must be given and isn't, by name: entries of the configuration, and `name`.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// What is given and the element doesn't list. A warning: the platform may know it all the
    /// same.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Is nothing missing, and does the authentication agree?
    pub fn is_passed(&self) -> bool {
        self.missing.is_empty() && !self.differs
    }
}

/// What the platform sets by itself, or has a value for, need not be given.
fn must_be_given(entry: &ConfigurationEntry) -> bool {
    entry.required == Some(true)
        && entry.active != Some(false)
        && entry.internal != Some(true)
        && entry.default_value.as_ref().is_none_or(is_blank_value)
        && entry.key.is_some()
}

/// `GET /elements/{keyOrId}` for a [`Preflight`], as [`ConnectRequest::preflight`] makes it.
#[derive(Clone, Copy, Debug)]
pub struct GetPreflight<'a>(&'a ConnectRequest);

impl<'a> GetPreflight<'a> {
    pub(crate) fn new(connect: &'a ConnectRequest) -> Self {
        Self(connect)
    }
}

impl Call for GetPreflight<'_> {
    type Output = Preflight;

    fn purpose(&self) -> &'static str {
        "get what the element asks for"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_element(config, self.0.element(), &[]).build()
    }

    fn decode(&self, response: &Response) -> Result<Preflight, Error> {
        let element = response.json(self.purpose())?;
        Ok(Preflight::new(self.0, &element))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn preflight(connect: &ConnectRequest, element: serde_json::Value) -> Preflight {
        let response = http::Response::new(element.to_string().into()).into();
        connect.preflight().decode(&response).unwrap()
    }

    #[test]
    fn everything_that_is_missing_and_only_that() {
        let connect = ConnectRequest::new("shop")
            .api_key("k")
            .callback_url("https://app.example/cb")
            .configuration("blank", " ")
            .configuration("zone", "eu")
            .configuration("tpyo", true);
        let asked = preflight(
            &connect,
            json!({"authentication": {"type": "oauth2"}, "configuration": [
                {"key": "oauth.api.key", "required": true},
                {"key": "oauth.api.secret", "required": true},
                {"key": "oauth.callback.url", "required": true},
                {"key": "blank", "required": true},
                {"key": "absent", "required": true, "defaultValue": ""},
                {"key": "zone", "required": true},
                {"key": "defaulted", "required": true, "defaultValue": "x"},
                {"key": "off", "required": true, "active": false},
                {"key": "own", "required": true, "internal": true},
                {"key": "odd", "required": "yes"},
                {"required": true},
                {"key": "optional"}
            ]}),
        );
        assert_eq!(
            asked.missing(),
            ["oauth.api.secret", "name", "blank", "absent"]
        );
        assert_eq!(asked.unknown(), ["tpyo"]);
        assert!(!asked.scheme_differs() && !asked.is_passed());
        assert_eq!(asked.requirements().unwrap().len(), 12);
    }

    #[test]
    fn who_brings_a_token_needs_no_callback() {
        let connect = ConnectRequest::new("x")
            .api_key("k")
            .name("n")
            .refresh_token("r");
        let asked = preflight(
            &connect,
            json!({"authentication": {"type": "oauth2"}, "configuration": [
                {"key": "oauth.callback.url", "required": true},
            ]}),
        );
        assert_eq!(asked.missing(), ["oauth.api.secret"]);
    }

    #[test]
    fn elements_without_a_list_say_what_they_can() {
        let connect = ConnectRequest::new("x")
            .authentication(AuthenticationScheme::Custom)
            .name("n")
            .configuration("a", "b");
        for configuration in [json!(null), json!({"a": "b"}), json!("none"), json!(["a"])] {
            let element = json!({"configuration": configuration});
            let asked = preflight(&connect, element);
            assert!(asked.requirements().is_none() && asked.is_passed());
            assert!(asked.unknown().is_empty() && asked.scheme().is_none());
        }
        let asked = preflight(&connect, json!({"authentication": {"type": "saml"}}));
        assert!(asked.scheme_differs());
        assert_eq!(asked.scheme().unwrap().as_str(), "saml");
    }
}
