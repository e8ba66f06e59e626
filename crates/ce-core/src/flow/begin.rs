use std::time::{Duration, SystemTime};

use ce_model::{AuthenticationScheme, AuthorizationUrl};

use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::{CallExecution, Input, Operation, Step};
use crate::flow::calls::{GetOAuthUrl, GetRequestToken};
use crate::flow::{ConnectRequest, Entropy, PendingAuthorization};
use crate::wire::Request;

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
        Ok(Begin::new(config, self, pending))
    }
}

/// Where to send the user, and what to keep until the user is back.
#[derive(Clone, Debug)]
pub struct AuthorizationRedirect {
    /// The provider's page that asks for the user's consent. It is absolute `http` or `https`, and
    /// carries the flow's `state`.
    pub url: AuthorizationUrl,
    /// The flow, to be kept under its [state](PendingAuthorization::expose_state).
    pub pending: PendingAuthorization,
}

/// The operation of [`ConnectRequest::begin`].
///
/// With OAuth 1.0a it gets a request token first, then the authorization URL.
pub struct Begin<'a> {
    config: &'a Config,
    request: &'a ConnectRequest,
    pending: PendingAuthorization,
    stage: Stage<'a>,
}

enum Stage<'a> {
    RequestToken(CallExecution<'a, GetRequestToken<'a>>),
    Url(CallExecution<'a, GetOAuthUrl<'a>>),
    Done,
}

impl<'a> Begin<'a> {
    fn new(config: &'a Config, request: &'a ConnectRequest, pending: PendingAuthorization) -> Self {
        let stage = if request.scheme == AuthenticationScheme::OAuth1 {
            let call = GetRequestToken::new(request, pending.state().clone());
            Stage::RequestToken(CallExecution::new(config, call))
        } else {
            Stage::url(config, request, &pending)
        };
        Self {
            config,
            request,
            pending,
            stage,
        }
    }
}

impl<'a> Stage<'a> {
    fn url(
        config: &'a Config,
        request: &'a ConnectRequest,
        pending: &PendingAuthorization,
    ) -> Self {
        let request_token = pending.request_token().cloned();
        let call = GetOAuthUrl::new(request, pending.state().clone(), request_token);
        Self::Url(CallExecution::new(config, call))
    }
}

impl Begin<'_> {
    /// The request that is sent first, such as to show it as a [`curl`](Request::curl) command.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] if it can't be sent, and [`Error::UnexpectedInput`] if the operation
    /// has ended.
    pub fn request(&self) -> Result<Request, Error> {
        match &self.stage {
            Stage::RequestToken(execution) => Ok(execution.request()?),
            Stage::Url(execution) => Ok(execution.request()?),
            Stage::Done => Err(Error::UnexpectedInput),
        }
    }
}

impl Operation for Begin<'_> {
    type Output = Result<AuthorizationRedirect, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        let step = match &mut self.stage {
            Stage::RequestToken(execution) => match execution.step(input, elapsed) {
                Step::Done(Ok(token)) => {
                    self.pending.keep_request_token(token);
                    self.stage = Stage::url(self.config, self.request, &self.pending);
                    return self.step(Input::Start, elapsed);
                }
                Step::Done(Err(error)) => Step::Done(Err(error)),
                Step::Send(attempt) => Step::Send(attempt),
                Step::Sleep(time) => Step::Sleep(time),
            },
            Stage::Url(execution) => execution.step(input, elapsed).map(|answer| {
                let url = answer?.oauth_url;
                self.pending.check_url(&url)?;
                let pending = self.pending.clone();
                Ok(AuthorizationRedirect { url, pending })
            }),
            Stage::Done => Step::Done(Err(Error::UnexpectedInput)),
        };
        if let Step::Done(_) = step {
            self.stage = Stage::Done;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use AuthenticationScheme::{OAuth1, OAuth2};

    use super::*;
    use crate::testing::{NOW, assert_ended, config, drive, instagram, response};

    fn begin<'a>(config: &'a Config, request: &'a ConnectRequest) -> Begin<'a> {
        let entropy = Entropy::from([0; 48]);
        request.begin(config, &entropy, NOW).unwrap()
    }

    #[test]
    fn no_user_is_sent_away_whose_callback_would_not_be_recognized() {
        let oauth2 = instagram().state("st");
        let accepting = oauth2.clone().dangerously_accept_callbacks_without_state();
        let oauth1 = oauth2.clone().authentication(OAuth1);
        let (carried, none, another) = (None, Some(false), Some(true));
        for (request, query, replaced) in [
            (&oauth2, "state=st", carried),
            (&oauth2, "state=instagram", another),
            (&oauth2, "client_id=c", none),
            (&accepting, "state=st", carried),
            (&accepting, "client_id=c", carried),
            // The callback would bring the other state, which is refused.
            (&accepting, "state=instagram", another),
            // The request token recognizes the callback, unless there is another state beside it.
            (&oauth1, "oauth_token=rt", carried),
            (
                &oauth1,
                "oauth_callback=https://app.example?state=st",
                carried,
            ),
            (
                &oauth1,
                "oauth_callback=https://app.example?state=x",
                another,
            ),
            (&instagram(), "state=st", another),
        ] {
            let url = format!("https://p.example/a?{query}");
            let (redirect, _) = drive(begin(&config(), request), |request, _| {
                Ok(match request.path().ends_with("/token") {
                    true => response(200, r#"{"token":"rt","secret":"s"}"#),
                    false => response(200, format!(r#"{{"oauthUrl":"{url}"}}"#)),
                })
            });
            match redirect {
                Ok(redirect) => assert_eq!((redirect.url.as_str(), replaced), (&*url, None)),
                Err(Error::StateNotCarried { replaced: found }) => {
                    assert_eq!(Some(found), replaced, "{query}");
                }
                Err(error) => panic!("{query}: {error}"),
            }
        }
    }

    #[test]
    fn it_ends_with_its_output_or_an_input_that_was_not_asked_for() {
        let config = config();
        let url = r#"{"oauthUrl":"https://p.example/a?state=st"}"#;
        let token = r#"{"token":"rt","secret":"s"}"#;
        let answered = |body: &str| Input::Response(Ok(response(200, body)));
        for (scheme, inputs, is_output) in [
            (OAuth2, vec![Input::Start, answered(url)], true),
            (
                OAuth1,
                vec![Input::Start, answered(token), answered(url)],
                true,
            ),
            (OAuth2, vec![answered(url)], false),
            (OAuth1, vec![Input::SleepFinished], false),
            (OAuth2, vec![Input::Start, Input::SleepFinished], false),
            (OAuth1, vec![Input::Start, Input::Start], false),
            (
                OAuth1,
                vec![Input::Start, answered(token), Input::Start],
                false,
            ),
        ] {
            let request = instagram().state("st").authentication(scheme);
            let mut begin = begin(&config, &request);
            let steps = inputs.into_iter().map(|it| begin.step(it, Duration::ZERO));
            match steps.last() {
                Some(Step::Done(Ok(_))) => assert!(is_output),
                Some(Step::Done(Err(Error::UnexpectedInput))) => assert!(!is_output),
                other => panic!("{other:?}"),
            }
            assert_ended(&mut begin);
            assert!(begin.request().is_err());
        }
    }
}
