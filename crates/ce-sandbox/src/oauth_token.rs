use serde::Serialize;

use crate::answer::{Answer, Outcome, Refusal};
use crate::element::Authentication;
use crate::grant::RequestToken;
use crate::oauth_parameters::OAuthParameters;
use crate::platform::Platform;
use crate::redacted::Redacted;
use crate::request::Request;

#[derive(Serialize)]
struct Token<'a> {
    token: &'a str,
    secret: &'a str,
}

/// What comes before step 1 with OAuth 1.0a: a request token of the provider's.
pub(crate) fn get(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    let element = platform.catalogue.find(key_or_id)?;
    if element.authentication != Authentication::OAuth1 {
        return Err(Refusal::bad_request(format!(
            "Element {:?} does not authenticate with OAuth 1.0a, so it has no request tokens.",
            element.key
        )));
    }
    let parameters = OAuthParameters::of_query(request.query()?);
    let callback = parameters.callback(element, &[])?;
    let mut state = platform.state();
    let token = state.chance.code();
    let secret = state.chance.code();
    let answer = Answer::json(&Token {
        token: &token,
        secret: &secret,
    });
    let issued = RequestToken {
        element_id: element.id,
        secret: Redacted::new(secret),
        client: parameters.api_key().to_owned(),
        callback,
        state: Some(parameters.given("state").to_owned()).filter(|state| !state.is_empty()),
        verifier: None,
    };
    state.request_tokens.issue(token, issued);
    answer
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const WHOLE: &str = "apiKey=k&apiSecret=s&callbackUrl=http://h/cb";

    fn ask(platform: &Platform, key: &str, query: &str) -> Result<Value, Refusal> {
        let request = Request::for_test("GET", &format!("/?{query}"), &[], "");
        let answer = get(platform, &request, key)?;
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    #[test]
    fn a_token_is_given_out_and_remembered() {
        let platform = Platform::for_test();
        let token = ask(&platform, "etsy", &format!("{WHOLE}&state=a%26b")).unwrap();
        let other = ask(&platform, "etsy", WHOLE).unwrap();
        assert_ne!(token["token"], other["token"]);
        assert_ne!(token["token"], token["secret"]);
        let state = platform.state();
        let kept = |token: &Value| state.request_tokens.get(token["token"].as_str().unwrap());
        let kept = [kept(&token).unwrap(), kept(&other).unwrap()];
        assert_eq!(kept[0].state.as_deref(), Some("a&b"));
        assert_eq!(kept[1].state, None);
        assert_eq!(kept[0].callback.as_str(), "http://h/cb");
        assert_eq!(kept[0].secret.expose(), token["secret"].as_str().unwrap());
        assert!(kept[0].verifier.is_none());
    }

    #[test]
    fn what_is_missing_is_named_and_other_elements_have_none() {
        let platform = Platform::for_test();
        let table = [
            ("etsy", "", 400, "apiKey, apiSecret, callbackUrl."),
            ("desk", WHOLE, 400, ": siteAddress."),
            (
                "etsy",
                "apiKey=k&apiSecret=s&callbackUrl=/cb",
                400,
                "callbackUrl",
            ),
            ("instagram", WHOLE, 400, "OAuth 1.0a"),
            ("closeio", WHOLE, 400, "OAuth 1.0a"),
            ("nothing", WHOLE, 404, "nothing"),
        ];
        for (key, query, status, part) in table {
            let refusal = ask(&platform, key, query).unwrap_err();
            assert_eq!(refusal.status, status, "{key} {query}");
            assert!(refusal.message.contains(part), "{}", refusal.message);
        }
        let site = format!("{WHOLE}&siteAddress=acme.desk.example");
        assert!(ask(&platform, "desk", &site).is_ok());
    }
}
