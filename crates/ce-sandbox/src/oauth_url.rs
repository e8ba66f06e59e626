use serde::Serialize;

use crate::answer::{Answer, Outcome, Refusal};
use crate::element::{Authentication, Element};
use crate::encoding;
use crate::json_body;
use crate::oauth_parameters::OAuthParameters;
use crate::platform::Platform;
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
    let parameters = OAuthParameters::of_query(request.query()?);
    step_1(platform, element, &parameters)
}

/// Step 1, with the same parameters in a JSON body, where no log sees the secret.
pub(crate) fn by_body(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    let element = platform.catalogue.find(key_or_id)?;
    let parameters = OAuthParameters::of_body(json_body::object(request)?);
    step_1(platform, element, &parameters)
}

fn step_1(platform: &Platform, element: &Element, parameters: &OAuthParameters) -> Outcome {
    let query = match element.authentication {
        Authentication::OAuth2 => for_a_code(element, parameters)?,
        Authentication::OAuth1 => for_a_request_token(platform, element, parameters)?,
        _ => {
            return Err(Refusal::bad_request(format!(
                "Element {:?} does not authenticate with OAuth, so it has no authorization URL.",
                element.key
            )));
        }
    };
    Answer::json(&OAuthUrl {
        oauth_url: format!("{}{}?{query}", platform.origin, consent_path(&element.key)),
        element: &element.key,
    })
}

fn for_a_code(element: &Element, parameters: &OAuthParameters) -> Result<String, Refusal> {
    let callback = parameters.callback(element, &[])?;
    let scope = match parameters.given("scope") {
        "" => &element.scope,
        scope => scope,
    };
    Ok(format!(
        "response_type=code&client_id={}&redirect_uri={}&scope={}&state={}",
        encoding::form(parameters.api_key()),
        encoding::form(callback.as_str()),
        encoding::form(scope),
        encoding::form(state(element, parameters)),
    ))
}

/// OAuth 1.0a knows no state: it hides in the callback URL.
fn for_a_request_token(
    platform: &Platform,
    element: &Element,
    parameters: &OAuthParameters,
) -> Result<String, Refusal> {
    let callback = parameters.callback(element, &["requestToken"])?;
    let token = parameters.given("requestToken").trim();
    let platform_state = platform.state();
    let issued = platform_state.request_tokens.get(token);
    let issued = issued.filter(|issued| issued.element_id == element.id);
    let issued = issued.ok_or_else(|| {
        Refusal::bad_request(
            "requestToken is no request token of this element's that is still good.",
        )
    })?;
    let state = match (parameters.given("state"), &issued.state) {
        ("", Some(state)) => state,
        _ => state(element, parameters),
    };
    let callback = callback.with(&[("state", state)], "");
    Ok(format!(
        "oauth_token={}&oauth_callback={}",
        encoding::form(token),
        encoding::form(&callback),
    ))
}

/// The caller's, or else the element's key.
fn state<'a>(element: &'a Element, parameters: &'a OAuthParameters) -> &'a str {
    match parameters.given("state") {
        "" => &element.key,
        state => state,
    }
}

/// Where an element's provider asks its users.
pub(crate) fn consent_path(element_key: &str) -> String {
    format!("/provider/{}/authorize", encoding::percent(element_key))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::grant::RequestToken;

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

    #[test]
    fn a_request_token_is_needed_and_state_hides_in_the_callback() {
        let platform = Platform::for_test();
        let etsy = platform.catalogue.find("etsy").unwrap().id;
        for (name, state) in [("t/1", None), ("t/2", Some("early".to_owned()))] {
            let issued = RequestToken {
                state,
                ..RequestToken::for_test(etsy, None)
            };
            platform
                .state()
                .request_tokens
                .issue(name.to_owned(), issued);
        }
        let ask = |key: &str, more: &str| {
            let query = format!("/?apiKey=k&apiSecret=s&callbackUrl=http://h/cb?a=1{more}");
            by_query(&platform, &Request::for_test("GET", &query, &[], ""), key)
        };
        let url = |outcome: Outcome| {
            let body: Value = serde_json::from_slice(&outcome.unwrap().body).unwrap();
            body["oauthUrl"].as_str().unwrap().to_owned()
        };
        let table = [
            ("1", "", "etsy"),
            ("1", "&state=x%26y", "x%2526y"),
            ("2", "", "early"),
            ("2", "&state=late", "late"),
        ];
        for (number, more, state) in table {
            assert_eq!(
                url(ask("etsy", &format!("&requestToken=t/{number}{more}"))),
                format!(
                    "http://127.0.0.1:8000/provider/etsy/authorize?oauth_token=t%2F{number}\
                     &oauth_callback=http%3A%2F%2Fh%2Fcb%3Fa%3D1%26state%3D{state}"
                )
            );
        }
        for (key, more) in [
            ("etsy", ""),
            ("etsy", "&requestToken=+"),
            ("etsy", "&requestToken=unknown"),
            ("desk", "&requestToken=t/1&siteAddress=a"),
        ] {
            let refusal = ask(key, more).unwrap_err();
            assert_eq!(refusal.status, 400);
            assert!(
                refusal.message.contains("requestToken"),
                "{}",
                refusal.message
            );
        }
    }
}
