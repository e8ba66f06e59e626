use ce_model::{RequestToken, Secret};
use http::Method;

use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::Call;
use crate::flow::ConnectRequest;
use crate::wire::RequestBuilder;
use crate::wire::{Request, Response};

/// `GET /elements/{keyOrId}/oauth/token`: asks for an OAuth 1.0a element's request token, before
/// step 1. A token that nobody uses does no harm, so it may be asked for again.
pub(crate) struct GetRequestToken<'a> {
    connect: &'a ConnectRequest,
    state: Secret,
}

impl<'a> GetRequestToken<'a> {
    pub(crate) fn new(connect: &'a ConnectRequest, state: Secret) -> Self {
        Self { connect, state }
    }
}

impl Call for GetRequestToken<'_> {
    type Output = RequestToken;

    fn purpose(&self) -> &'static str {
        "get a request token"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let path = [
            "elements",
            self.connect.element().as_str(),
            "oauth",
            "token",
        ];
        let request = RequestBuilder::new(config, Method::GET, &path);
        self.connect
            .step_1(self.state.expose())
            .fold(request, |request, (name, value)| request.query(name, value))
            // As for the authorization URL, no credentials are asked for.
            .without_authorization()
            .build()
    }

    fn decode(&self, response: &Response) -> Result<RequestToken, Error> {
        let answer: RequestToken = response.json(self.purpose())?;
        if answer.token.expose().trim().is_empty() || answer.secret.expose().trim().is_empty() {
            let kind = "holds a blank token or secret";
            return Err(response.decode_error(self.purpose(), kind).into());
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    #[test]
    fn it_is_asked_for_with_what_step_1_is() {
        let config = Config::new("https://a.example", Credentials::new("u", "o")).unwrap();
        let connect = ConnectRequest::new("desk")
            .api_key("k")
            .api_secret("s")
            .callback_url("https://app.example/cb")
            .parameter("siteAddress", "a.desk.com");
        let call = GetRequestToken::new(&connect, Secret::new("st"));
        let request = call.request(&config).unwrap();
        assert_eq!(
            request.expose().uri().to_string(),
            "https://a.example/elements/desk/oauth/token?apiKey=k&apiSecret=s\
             &callbackUrl=https://app.example/cb&state=st&siteAddress=a.desk.com"
        );
        for (body, sentence) in [
            (r#"{"token":"t"}"#, "lacks the field `secret`"),
            (r#"{"token":" ","secret":"s"}"#, "blank token"),
        ] {
            let response = http::Response::new(body.into()).into();
            let error = call.decode(&response).unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
