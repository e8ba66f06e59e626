use serde::Serialize;

use crate::answer::{Answer, Outcome};
use crate::authorization::Credentials;
use crate::element::{Authentication, Element, Entry};
use crate::page::PageRequest;
use crate::platform::Platform;
use crate::request::Request;

pub(crate) fn list(platform: &Platform, request: &Request) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    let elements = platform.catalogue.elements();
    PageRequest::read(&request.query()?)?
        .cut(elements.map(|element| (element.id, element)))
        .answer(|element| ElementView::with_configuration(element))
}

pub(crate) fn keys(platform: &Platform, request: &Request) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    let keys: Vec<&str> = platform
        .catalogue
        .elements()
        .map(|element| element.key.as_str())
        .collect();
    Answer::json(&keys)
}

pub(crate) fn show(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    let element = platform.catalogue.find(key_or_id)?;
    Answer::json(&ElementView::with_configuration(element))
}

/// An element as answers show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ElementView<'a> {
    id: u64,
    name: &'a str,
    key: &'a str,
    description: &'a str,
    image: &'a str,
    active: bool,
    deleted: bool,
    type_oauth: bool,
    trial_account: bool,
    resources: [(); 0],
    transformations_enabled: bool,
    bulk_download_enabled: bool,
    bulk_upload_enabled: bool,
    cloneable: bool,
    extendable: bool,
    beta: bool,
    authentication: AuthenticationView,
    extended: bool,
    hub: &'a str,
    protocol_type: &'static str,
    parameters: [(); 0],
    private: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<Vec<EntryView<'a>>>,
}

#[derive(Serialize)]
struct AuthenticationView {
    #[serde(rename = "type")]
    kind: Authentication,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryView<'a> {
    key: &'a str,
    name: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    default_value: Option<&'a str>,
    required: bool,
    active: bool,
    internal: bool,
    hide_from_console: bool,
    display_order: usize,
}

/// What names an element.
#[derive(Serialize)]
pub(crate) struct ShortElementView<'a> {
    id: u64,
    key: &'a str,
    name: &'a str,
}

impl<'a> ElementView<'a> {
    pub(crate) fn without_configuration(element: &'a Element) -> Self {
        Self {
            id: element.id,
            name: &element.name,
            key: &element.key,
            description: &element.description,
            image: &element.image,
            active: true,
            deleted: false,
            // The documented answers say no here, even for OAuth elements.
            type_oauth: false,
            trial_account: false,
            resources: [],
            transformations_enabled: true,
            bulk_download_enabled: false,
            bulk_upload_enabled: false,
            cloneable: true,
            extendable: true,
            beta: false,
            authentication: AuthenticationView {
                kind: element.authentication,
            },
            extended: false,
            hub: &element.hub,
            protocol_type: "http",
            parameters: [],
            private: false,
            configuration: None,
        }
    }

    pub(crate) fn with_configuration(element: &'a Element) -> Self {
        let entries = element.configuration.iter().enumerate();
        Self {
            configuration: Some(entries.map(EntryView::of).collect()),
            ..Self::without_configuration(element)
        }
    }
}

impl<'a> EntryView<'a> {
    fn of((display_order, entry): (usize, &'a Entry)) -> Self {
        Self {
            key: &entry.key,
            name: &entry.name,
            description: &entry.description,
            kind: &entry.kind,
            default_value: entry.default_value.as_deref(),
            required: entry.required,
            active: true,
            internal: entry.internal,
            hide_from_console: entry.hide_from_console,
            display_order,
        }
    }
}

impl<'a> ShortElementView<'a> {
    pub(crate) fn of(element: &'a Element) -> Self {
        Self {
            id: element.id,
            key: &element.key,
            name: &element.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const AUTHORIZED: [(&str, &str); 1] = [("authorization", "User u, Organization o")];

    fn body(outcome: Outcome) -> Value {
        serde_json::from_slice(&outcome.unwrap().body).unwrap()
    }

    #[test]
    fn what_an_element_requires_can_be_read() {
        let platform = Platform::for_test();
        let request = Request::for_test("GET", "/", &AUTHORIZED, "");
        let required = |key: &str| -> Vec<String> {
            let element = body(show(&platform, &request, key));
            let entries = element["configuration"].as_array().unwrap();
            entries
                .iter()
                .filter(|entry| entry["required"] == json!(true))
                .map(|entry| entry["key"].as_str().unwrap().to_owned())
                .collect()
        };
        let oauth = ["oauth.api.key", "oauth.api.secret", "oauth.callback.url"];
        assert_eq!(required("instagram"), oauth);
        assert_eq!(required("74"), oauth);
        assert_eq!(required("shopify")[3..], ["shopify.site.address"]);
        assert_eq!(required("closeio"), ["username", "password"]);
        assert_eq!(required("quickbooks"), oauth);
        assert_eq!(required("etsy"), oauth);
        assert_eq!(required("desk")[3..], ["desk.site.address"]);
        assert_eq!(required("amazons3").len(), 3);
    }

    #[test]
    fn elements_and_keys_are_listed() {
        let platform = Platform::for_test();
        let request = Request::for_test("GET", "/?pageSize=2", &AUTHORIZED, "");
        let elements = body(list(&platform, &request));
        let listed = elements.as_array().unwrap().iter();
        let listed: Vec<&str> = listed.filter_map(|e| e["key"].as_str()).collect();
        assert_eq!(listed, ["desk", "instagram"]);
        let all = body(keys(&platform, &request));
        assert_eq!(
            all,
            json!([
                "desk",
                "instagram",
                "closeio",
                "quickbooks",
                "amazons3",
                "etsy",
                "shopify"
            ])
        );
    }

    #[test]
    fn nobody_reads_them_without_secrets() {
        let platform = Platform::for_test();
        let request = Request::for_test("GET", "/", &[], "");
        for outcome in [
            list(&platform, &request),
            keys(&platform, &request),
            show(&platform, &request, "instagram"),
        ] {
            assert_eq!(outcome.unwrap_err().status, 401);
        }
    }
}
