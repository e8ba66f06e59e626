use ce_model::{OAuthUrl, Secret};
use http::Method;
use serde::{Serialize, Serializer};

use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::Call;
use crate::flow::ConnectRequest;
use crate::flow::OAuthUrlMethod;
use crate::wire::RequestBuilder;
use crate::wire::{Request, Response};

/// Step 1: asks for the authorization URL.
pub(crate) struct GetOAuthUrl<'a> {
    connect: &'a ConnectRequest,
    state: Secret,
    request_token: Option<Secret>,
}

impl<'a> GetOAuthUrl<'a> {
    pub(crate) fn new(
        connect: &'a ConnectRequest,
        state: Secret,
        request_token: Option<Secret>,
    ) -> Self {
        Self {
            connect,
            state,
            request_token,
        }
    }

    fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let token = self.request_token.as_ref();
        let token = token.map(|token| ("requestToken", token.expose()));
        self.connect.step_1(self.state.expose()).chain(token)
    }
}

impl Call for GetOAuthUrl<'_> {
    type Output = OAuthUrl;

    fn purpose(&self) -> &'static str {
        "get the authorization URL"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let path = ["elements", self.connect.element().as_str(), "oauth", "url"];
        let request = match self.connect.method() {
            OAuthUrlMethod::Get => self.parameters().fold(
                RequestBuilder::new(config, Method::GET, &path),
                |request, (name, value)| request.query(name, value),
            ),
            OAuthUrlMethod::Post => RequestBuilder::new(config, Method::POST, &path)
                .json(&Members(|| self.parameters())),
        };
        // The platform asks for no credentials here, and gets none.
        request.without_authorization().build()
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

/// Writes pairs as a JSON object.
struct Members<F>(F);

impl<'a, F, I> Serialize for Members<F>
where
    F: Fn() -> I,
    I: Iterator<Item = (&'a str, &'a str)>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    fn connect() -> ConnectRequest {
        ConnectRequest::new("instagram")
            .api_key("k")
            .api_secret("s+/=")
            .callback_url("https://app.example/cb")
            .scope("basic likes")
            .parameter("siteAddress", "a.example")
    }

    fn request(connect: &ConnectRequest) -> Request {
        let config = Config::new("https://a.example", Credentials::new("u", "o")).unwrap();
        GetOAuthUrl::new(connect, Secret::new("st"), None)
            .request(&config)
            .unwrap()
    }

    #[test]
    fn by_get_everything_stands_in_the_query() {
        let request = request(&connect());
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
    fn by_post_nothing_does() {
        let request = request(&connect().oauth_url_method(OAuthUrlMethod::Post));
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
        for (body, sentence) in [
            (
                r#"{"oauthUrl":"javascript:alert(1)"}"#,
                "not an absolute http",
            ),
            (r#"{"oauthUrl":"/authorize"}"#, "not an absolute http"),
            (r#"{"oauthUrl":7}"#, "not of the documented kind"),
            (r#"{"element":"instagram"}"#, "lacks the field `oauthUrl`"),
            ("", "is empty"),
            ("<html>", "is HTML"),
            (r#"{"oauthUrl":"#, "is not whole JSON"),
        ] {
            let response = http::Response::new(body.into()).into();
            let error = GetOAuthUrl::new(&connect(), Secret::new("st"), None).decode(&response);
            let error = error.unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
        let latin_1 = &b"{\"oauthUrl\":\"https://provider.example/\xe4\"}"[..];
        let response = http::Response::new(latin_1.into()).into();
        let error = GetOAuthUrl::new(&connect(), Secret::new("st"), None).decode(&response);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("not an absolute http"), "{error}");
    }
}
