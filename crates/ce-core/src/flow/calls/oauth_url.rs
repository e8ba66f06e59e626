use std::collections::BTreeMap;

use ce_model::{OAuthUrl, Secret};
use http::Method;

use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::{Call, Idempotency};
use crate::flow::ConnectRequest;
use crate::wire::{Request, RequestBuilder, Response};

/// How to ask for the authorization URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthUrlMethod {
    /// By `GET`, as documented. **The API secret is in the URL**, so proxies and the platform's logs
    /// see it. The logs of both clients don't show it.
    #[default]
    Get,
    /// By `POST` with a JSON body, so no secret is in a URL. The vendor's own tests do so; its
    /// documentation does not mention it. OAuth 1.0a's request token is still asked for by `GET`,
    /// since no other way is known.
    Post,
}

/// `GET` or `POST /elements/{keyOrId}/oauth/url`: step 1.
pub(crate) struct GetOAuthUrl<'a> {
    request: &'a ConnectRequest,
    state: Secret,
    request_token: Option<Secret>,
}

impl<'a> GetOAuthUrl<'a> {
    pub(crate) fn new(
        request: &'a ConnectRequest,
        state: Secret,
        request_token: Option<Secret>,
    ) -> Self {
        Self {
            request,
            state,
            request_token,
        }
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let token = self.request_token.as_ref();
        let token = token.map(|token| ("requestToken", token.expose()));
        self.request.step_1(self.state.expose()).chain(token)
    }
}

impl Call for GetOAuthUrl<'_> {
    type Output = OAuthUrl;

    fn purpose(&self) -> &'static str {
        "get the authorization URL"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let path = ["elements", self.request.element().as_str(), "oauth", "url"];
        let request = match self.request.oauth_url_method {
            OAuthUrlMethod::Get => {
                let request = RequestBuilder::new(config, Method::GET, &path);
                self.parameters()
                    .fold(request, |request, (name, value)| request.query(name, value))
            }
            OAuthUrlMethod::Post => {
                let body: BTreeMap<_, _> = self.parameters().collect();
                RequestBuilder::new(config, Method::POST, &path).json(&body)
            }
        };
        // The platform requires no credentials here, so it gets none.
        request.without_authorization().build()
    }

    /// A URL that nobody uses does no harm.
    fn idempotency(&self, _: &Method) -> Idempotency {
        Idempotency::Idempotent
    }

    fn decode(&self, response: &Response) -> Result<OAuthUrl, Error> {
        let answer: OAuthUrl = response.json(self.purpose())?;
        if crate::config::url::is_absolute_http(answer.oauth_url.as_str()) {
            Ok(answer)
        } else {
            let kind = "holds an oauthUrl that is not an absolute http or https URL";
            Err(response.decode_error(self.purpose(), kind).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{config, instagram, response};

    fn with_parameters() -> ConnectRequest {
        instagram()
            .api_secret("s+/=")
            .scope("basic likes")
            .parameter("siteAddress", "a.example")
    }

    fn request(request: &ConnectRequest) -> Request {
        let call = GetOAuthUrl::new(request, Secret::new("st"), None);
        call.request(&config()).unwrap()
    }

    #[test]
    fn by_get_the_parameters_are_in_the_query() {
        let request = request(&with_parameters());
        assert_eq!(request.method(), Method::GET);
        assert_eq!(
            request.expose().uri().to_string(),
            "https://a.example/elements/instagram/oauth/url?apiKey=k&apiSecret=s%2B/%3D\
             &callbackUrl=https://app.example/cb&state=st&scope=basic%20likes&siteAddress=a.example"
        );
        assert!(!request.expose().headers().contains_key("authorization"));
        assert!(request.expose().body().is_empty());
    }

    #[test]
    fn by_post_the_parameters_are_in_the_body() {
        let request = request(&with_parameters().oauth_url_method(OAuthUrlMethod::Post));
        assert_eq!(request.method(), Method::POST);
        assert_eq!(
            request.expose().uri().to_string(),
            "https://a.example/elements/instagram/oauth/url"
        );
        let body: serde_json::Value = serde_json::from_slice(request.expose().body()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "apiKey": "k", "apiSecret": "s+/=", "callbackUrl": "https://app.example/cb",
                "state": "st", "scope": "basic likes", "siteAddress": "a.example"
            })
        );
    }

    #[test]
    fn an_answer_that_no_browser_may_be_sent_to_is_an_error() {
        let request = instagram();
        let call = GetOAuthUrl::new(&request, Secret::new("st"), None);
        let latin_1 = b"{\"oauthUrl\":\"https://provider.example/\xe4\"}";
        let script = br#"{"oauthUrl":"javascript:alert(1)"}"#;
        for (body, sentence) in [
            (&script[..], "not an absolute http"),
            (br#"{"oauthUrl":"/authorize"}"#, "not an absolute http"),
            (latin_1, "not an absolute http"),
            (br#"{"oauthUrl":7}"#, "not of the documented kind"),
            (br#"{"element":"instagram"}"#, "lacks the field `oauthUrl`"),
            (b"", "is empty"),
            (b"<html>", "is HTML"),
            (br#"{"oauthUrl":"#, "is not whole JSON"),
        ] {
            let error = call.decode(&response(200, body)).unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
