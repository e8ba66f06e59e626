use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use ce_model::{AuthenticationScheme, AuthorizationUrl, OAuthUrl, RequestToken};
use http::{Method, StatusCode};

use crate::calls::if_unheard_of;
use crate::config::Config;
use crate::config::url::is_absolute_http;
use crate::error::{Error, InvalidInput, is_blank};
use crate::execution::{Call, CallExecution, Idempotency, Input, Operation, Step};
use crate::flow::pending::TemporaryCredentials;
use crate::flow::{ConnectRequest, Entropy, PendingAuthorization};
use crate::wire::{Request, RequestBuilder, Response};

impl ConnectRequest {
    /// The first half of the flow: gets the authorization URL. `entropy` becomes the `state`.
    ///
    /// # Errors
    /// Names everything that is missing or invalid, before anything is sent.
    pub fn begin<'a>(
        &'a self,
        config: &'a Config,
        entropy: &Entropy,
        now: SystemTime,
    ) -> Result<Begin<'a>, InvalidInput> {
        self.validate_begin()?;
        let pending = PendingAuthorization::new(self, entropy, now);
        let stage = match self.scheme {
            AuthenticationScheme::OAuth1 => {
                let call = GetRequestToken(self, pending);
                Stage::RequestToken(CallExecution::new(config, call))
            }
            _ => Stage::Url(CallExecution::new(config, GetOAuthUrl(self, pending))),
        };
        Ok(Begin {
            config,
            request: self,
            stage,
        })
    }
}

/// Where to send the user, and what to keep until the user is back.
#[derive(Clone, Debug)]
pub struct AuthorizationRedirect {
    /// The provider's page that asks for the user's consent. It is absolute `http` or `https`, and
    /// carries the flow's `state`. `url.as_str()` goes into the `Location` header; `Debug` redacts it.
    pub url: AuthorizationUrl,
    /// The flow, to be kept under its [state](PendingAuthorization::expose_state).
    pub pending: PendingAuthorization,
}

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

/// The operation of [`ConnectRequest::begin`].
///
/// With OAuth 1.0a it gets a request token first, then the authorization URL.
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
pub struct Begin<'a> {
    config: &'a Config,
    request: &'a ConnectRequest,
    stage: Stage<'a>,
}

#[derive(Debug)]
enum Stage<'a> {
    RequestToken(CallExecution<'a, GetRequestToken<'a>>),
    Url(CallExecution<'a, GetOAuthUrl<'a>>),
    Done,
}

impl Operation for Begin<'_> {
    type Output = Result<AuthorizationRedirect, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        let step = match &mut self.stage {
            Stage::RequestToken(execution) => match execution.step(input, elapsed) {
                Step::Done(Ok(pending)) => {
                    let call = GetOAuthUrl(self.request, pending);
                    self.stage = Stage::Url(CallExecution::new(self.config, call));
                    return self.step(Input::Start, elapsed);
                }
                Step::Done(Err(error)) => Step::Done(Err(error)),
                Step::Send(attempt) => Step::Send(attempt),
                Step::Sleep(time) => Step::Sleep(time),
            },
            Stage::Url(execution) => execution.step(input, elapsed),
            Stage::Done => Step::Done(Err(Error::UnexpectedInput)),
        };
        if let Step::Done(_) = step {
            self.stage = Stage::Done;
        }
        step
    }
}

/// `GET /elements/{keyOrId}/oauth/token`: the request token of an OAuth 1.0a element, before step 1.
/// An unused token does no harm, so the call may be repeated.
#[derive(Debug)]
struct GetRequestToken<'a>(&'a ConnectRequest, PendingAuthorization);

/// `GET` or `POST /elements/{keyOrId}/oauth/url`: step 1.
#[derive(Debug)]
struct GetOAuthUrl<'a>(&'a ConnectRequest, PendingAuthorization);

impl Call for GetRequestToken<'_> {
    type Output = PendingAuthorization;

    fn purpose(&self) -> &'static str {
        "get a request token"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        step_1(config, OAuthUrlMethod::Get, "token", self.0, &self.1)
    }

    fn decode(&self, response: &Response) -> Result<PendingAuthorization, Error> {
        let RequestToken { token, secret, .. } = response.json(self.purpose())?;
        if is_blank(token.expose()) || is_blank(secret.expose()) {
            let kind = "holds a blank token or secret";
            return Err(response.decode_error(self.purpose(), kind).into());
        }
        let mut pending = self.1.clone();
        pending.request = Some(TemporaryCredentials { token, secret });
        Ok(pending)
    }
}

impl Call for GetOAuthUrl<'_> {
    type Output = AuthorizationRedirect;

    fn purpose(&self) -> &'static str {
        "get the authorization URL"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        step_1(config, self.0.oauth_url_method, "url", self.0, &self.1)
    }

    /// A URL that nobody uses does no harm.
    fn idempotency(&self, _: &Method) -> Idempotency {
        Idempotency::Idempotent
    }

    fn decode(&self, response: &Response) -> Result<AuthorizationRedirect, Error> {
        let url = response.json::<OAuthUrl>(self.purpose())?.oauth_url;
        if !is_absolute_http(url.as_str()) {
            let kind = "holds an oauthUrl that is not an absolute http or https URL";
            return Err(response.decode_error(self.purpose(), kind).into());
        }
        self.1.check_url(&url)?;
        let pending = self.1.clone();
        Ok(AuthorizationRedirect { url, pending })
    }

    fn on_error(&self, error: Error, _: bool) -> Result<AuthorizationRedirect, Error> {
        Err(match if_unheard_of(error) {
            Error::Refused(error) if error.status() == StatusCode::BAD_REQUEST => {
                let advice = "; ConnectRequest::preflight tells how the element authenticates: OAuth 1.0a is \
                              named by `authentication`, without OAuth it is connected by `provision`, and \
                              a parameter that is missing is given by `parameter`";
                error.with_advice(advice).into()
            }
            error => error,
        })
    }
}

fn step_1(
    config: &Config,
    method: OAuthUrlMethod,
    below: &str,
    request: &ConnectRequest,
    pending: &PendingAuthorization,
) -> Result<Request, InvalidInput> {
    let path = ["elements", request.element.as_str(), "oauth", below];
    let token = pending.request.as_ref().map(|request| &request.token);
    let state = request.sent_state(pending.expose_state());
    let parameters = request.step_1(&state, token);
    let builder = match method {
        OAuthUrlMethod::Get => {
            let builder = RequestBuilder::new(config, Method::GET, &path);
            parameters.fold(builder, |builder, (name, value)| builder.query(name, value))
        }
        OAuthUrlMethod::Post => RequestBuilder::new(config, Method::POST, &path)
            .json(&parameters.collect::<BTreeMap<_, _>>()),
    };
    // The platform requires no credentials here, so it gets none.
    builder.without_authorization().build()
}
