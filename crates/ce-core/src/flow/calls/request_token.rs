use ce_model::{RequestToken, Secret};
use http::Method;

use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::flow::ConnectRequest;
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /elements/{keyOrId}/oauth/token`: the request token of an OAuth 1.0a element, before step 1.
/// An unused token does no harm, so the call may be repeated.
pub(crate) struct GetRequestToken<'a> {
    request: &'a ConnectRequest,
    state: Secret,
}

impl<'a> GetRequestToken<'a> {
    pub(crate) fn new(request: &'a ConnectRequest, state: Secret) -> Self {
        Self { request, state }
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
            self.request.element().as_str(),
            "oauth",
            "token",
        ];
        let request = RequestBuilder::new(config, Method::GET, &path);
        self.request
            .step_1(self.state.expose())
            .fold(request, |request, (name, value)| request.query(name, value))
            // The platform requires no credentials here, so it gets none.
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
    use crate::testing::{config, instagram, response};

    #[test]
    fn it_has_the_parameters_of_step_1() {
        let parameters = instagram().parameter("siteAddress", "a.example");
        let call = GetRequestToken::new(&parameters, Secret::new("st"));
        let request = call.request(&config()).unwrap();
        assert_eq!(
            request.expose().uri().to_string(),
            "https://a.example/elements/instagram/oauth/token?apiKey=k&apiSecret=s\
             &callbackUrl=https://app.example/cb&state=st&siteAddress=a.example"
        );
        for (body, sentence) in [
            (r#"{"token":"t"}"#, "lacks the field `secret`"),
            (r#"{"token":" ","secret":"s"}"#, "blank token"),
        ] {
            let error = call.decode(&response(200, body)).unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
    }
}
