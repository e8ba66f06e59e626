use serde::Serialize;
use serde_json::{Map, Value};

use crate::absolute_url::AbsoluteUrl;
use crate::answer::{Answer, Outcome, Refusal};
use crate::catalogue::Element;
use crate::encoding;
use crate::json_body;
use crate::platform::Platform;
use crate::query::Query;
use crate::request::Request;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OAuthUrl<'a> {
    oauth_url: String,
    element: &'a str,
}

/// Step 1, with the parameters in the query.
pub(crate) fn by_query(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    let element = platform.catalogue.find(key_or_id)?;
    step_1(platform, element, &request.query()?)
}

/// Step 1, with the same parameters in a JSON body, where no log sees the secret.
pub(crate) fn by_body(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    let element = platform.catalogue.find(key_or_id)?;
    step_1(platform, element, &parameters(json_body::object(request)?))
}

/// The body's texts, numbers and booleans; nothing else can be a parameter.
fn parameters(body: Map<String, Value>) -> Query {
    let mut parameters = Query::default();
    for (name, value) in body {
        match value {
            Value::String(text) => parameters.push(name, text),
            Value::Number(_) | Value::Bool(_) => parameters.push(name, value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
    }
    parameters
}

fn step_1(platform: &Platform, element: &Element, parameters: &Query) -> Outcome {
    if !element.is_oauth2() {
        return Err(Refusal::bad_request(format!(
            "Element {:?} does not authenticate with OAuth 2, so it has no authorization URL.",
            element.key
        )));
    }
    let given = |name: &str| parameters.first(name).unwrap_or_default();
    let required = ["apiKey", "apiSecret", "callbackUrl"].into_iter();
    let missing: Vec<&str> = required
        .chain(element.oauth_url_parameters.iter().map(String::as_str))
        .filter(|name| given(name).trim().is_empty())
        .collect();
    if !missing.is_empty() {
        return Err(Refusal::bad_request(format!(
            "Required parameters are missing or blank: {}.",
            missing.join(", ")
        )));
    }
    let Some(callback) = AbsoluteUrl::parse(given("callbackUrl").trim()) else {
        return Err(Refusal::bad_request(
            "callbackUrl has to be an absolute http or https URL.",
        ));
    };
    let scope = match given("scope") {
        "" => &element.scope,
        scope => scope,
    };
    let state = match given("state") {
        "" => &element.key,
        state => state,
    };
    Answer::json(&OAuthUrl {
        oauth_url: format!(
            "{}{}?response_type=code&client_id={}&redirect_uri={}&scope={}&state={}",
            platform.origin,
            consent_path(&element.key),
            encoding::form(given("apiKey").trim()),
            encoding::form(callback.as_str()),
            encoding::form(scope),
            encoding::form(state),
        ),
        element: &element.key,
    })
}

/// Where an element's provider asks its users.
pub(crate) fn consent_path(element_key: &str) -> String {
    format!("/provider/{}/authorize", encoding::percent(element_key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

    fn oauth_url(outcome: Outcome) -> Result<String, String> {
        let answer = outcome.map_err(|refusal| {
            assert_eq!(refusal.status, 400);
            refusal.message
        })?;
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["element"], "instagram");
        Ok(body["oauthUrl"].as_str().unwrap().to_owned())
    }

    fn get(query: &str) -> Result<String, String> {
        let request = Request::for_test("GET", &format!("/?{query}"), &[], "");
        oauth_url(by_query(&Platform::for_test(), &request, "instagram"))
    }

    #[test]
    fn what_is_given_reaches_the_url() {
        let base =
            "http://127.0.0.1:8000/provider/instagram/authorize?response_type=code&client_id=k";
        let table = [
            (
                "apiKey=k&apiSecret=s&callbackUrl=http://h/cb",
                "&redirect_uri=http%3A%2F%2Fh%2Fcb&scope=basic+comments+relationships+likes&state=instagram",
            ),
            (
                "apiKey=k&apiSecret=s&callbackUrl=http%3A%2F%2Fh%3Fa%3Db%26c%3Dd&scope=a+b&state=x%26y%3D1&more=1",
                "&redirect_uri=http%3A%2F%2Fh%3Fa%3Db%26c%3Dd&scope=a+b&state=x%26y%3D1",
            ),
            (
                "apiKey=k&apiSecret=s&callbackUrl=http://h/cb&state=&scope=",
                "&redirect_uri=http%3A%2F%2Fh%2Fcb&scope=basic+comments+relationships+likes&state=instagram",
            ),
        ];
        for (query, expected) in table {
            assert_eq!(get(query), Ok(format!("{base}{expected}")), "{query}");
        }
    }

    #[test]
    fn everything_missing_is_named() {
        let table: &[(&str, &[&str])] = &[
            ("", &["apiKey", "apiSecret", "callbackUrl"]),
            (
                "apiKey=+&apiSecret=&callbackUrl=http://h",
                &["apiKey", "apiSecret"],
            ),
            ("apiKey=k&apiSecret=s", &["callbackUrl"]),
            ("apiKey=k&apiSecret=s&callbackUrl=/cb", &["callbackUrl"]),
            (
                "apiKey=k&apiSecret=s&callbackUrl=javascript:x",
                &["callbackUrl"],
            ),
        ];
        for (query, names) in table {
            let message = get(query).unwrap_err();
            for name in ["apiKey", "apiSecret", "callbackUrl"] {
                assert_eq!(
                    message.contains(name),
                    names.contains(&name),
                    "{query}: {message}"
                );
            }
        }
    }

    #[test]
    fn a_body_says_the_same_as_a_query() {
        let platform = Platform::for_test();
        let post = |body: &str| {
            let request = Request::for_test("POST", "/", &JSON, body);
            oauth_url(by_body(&platform, &request, "74"))
        };
        assert_eq!(
            post(
                r#"{"apiKey":"k","apiSecret":"s","callbackUrl":"http://h/cb","state":7,"x":null}"#
            ),
            get("apiKey=k&apiSecret=s&callbackUrl=http://h/cb&state=7"),
        );
        let message = post(r#"{"apiKey":null,"apiSecret":["s"],"callbackUrl":" "}"#).unwrap_err();
        assert!(
            message.contains("apiKey, apiSecret, callbackUrl"),
            "{message}"
        );
    }

    #[test]
    fn an_element_may_require_more_or_have_no_such_step() {
        let platform = Platform::for_test();
        let query = "/?apiKey=k&apiSecret=s&callbackUrl=http://h/cb";
        let request = Request::for_test("GET", query, &[], "");
        let refused = |key| by_query(&platform, &request, key).unwrap_err();
        assert!(refused("shopify").message.contains("siteAddress"));
        assert_eq!(refused("closeio").status, 400);
        assert_eq!(refused("nothing").status, 404);
        let request = Request::for_test("GET", &format!("{query}&siteAddress=acme"), &[], "");
        assert!(by_query(&platform, &request, "shopify").is_ok());
    }
}
