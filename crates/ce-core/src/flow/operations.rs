use std::time::Duration;

use ce_model::{AuthenticationScheme, AuthorizationUrl, Instance};

use super::calls::{CreateInstanceCall, GetOAuthUrl, GetRequestToken};
use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::CallExecution;
use crate::execution::{Input, Operation, Step};
use crate::flow::AuthorizationGrant;
use crate::flow::ConnectRequest;
use crate::flow::Denied;
use crate::flow::PendingAuthorization;
use crate::flow::Reconcile;
use crate::wire::Request;

/// Where to send the user, and what to keep meanwhile.
#[derive(Clone, Debug)]
pub struct AuthorizationRedirect {
    /// The provider's page that asks the user. Checked to be absolute `http` or `https`.
    pub url: AuthorizationUrl,
    /// What must be kept until the user comes back: in the user's session.
    pub pending: PendingAuthorization,
}

/// How a flow ended that was followed to its end.
#[derive(Debug)]
// Looked at once, where it is made.
#[allow(clippy::large_enum_variant)]
pub enum ConnectOutcome {
    /// The account is connected. Keep the instance's token.
    Connected(Instance),
    /// The user, or the provider for them, said no.
    Denied(Denied),
}

/// The first half of the flow, as [`ConnectRequest::begin`] makes it: with OAuth 1.0a a request token, then
/// the authorization URL.
pub struct Begin<'a> {
    config: &'a Config,
    connect: &'a ConnectRequest,
    pending: PendingAuthorization,
    stage: Stage<'a>,
}

#[allow(clippy::large_enum_variant)]
enum Stage<'a> {
    RequestToken(CallExecution<'a, GetRequestToken<'a>>),
    Url(CallExecution<'a, GetOAuthUrl<'a>>),
}

impl<'a> Begin<'a> {
    pub(crate) fn new(
        config: &'a Config,
        connect: &'a ConnectRequest,
        pending: PendingAuthorization,
    ) -> Self {
        let stage = if *connect.scheme() == AuthenticationScheme::OAuth1 {
            let call = GetRequestToken::new(connect, pending.state().clone());
            Stage::RequestToken(CallExecution::new(config, call))
        } else {
            Stage::Url(ask_for_url(config, connect, &pending))
        };
        Self {
            config,
            connect,
            pending,
            stage,
        }
    }
}

impl Begin<'_> {
    /// The request that it sends first, such as to show it as a [`curl`](Request::curl) command.
    ///
    /// # Errors
    /// When what it was made with can't be sent.
    pub fn request(&self) -> Result<Request, InvalidInput> {
        match &self.stage {
            Stage::RequestToken(execution) => execution.request(),
            Stage::Url(execution) => execution.request(),
        }
    }
}

fn ask_for_url<'a>(
    config: &'a Config,
    connect: &'a ConnectRequest,
    pending: &PendingAuthorization,
) -> CallExecution<'a, GetOAuthUrl<'a>> {
    let request_token = pending.request_token().cloned();
    let call = GetOAuthUrl::new(connect, pending.state().clone(), request_token);
    CallExecution::new(config, call)
}

impl Operation for Begin<'_> {
    type Output = Result<AuthorizationRedirect, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        match &mut self.stage {
            Stage::RequestToken(execution) => match execution.step(input, elapsed) {
                Step::Done(Ok(answer)) => {
                    self.pending.requested(answer);
                    let execution = ask_for_url(self.config, self.connect, &self.pending);
                    self.stage = Stage::Url(execution);
                    self.step(Input::Start, elapsed)
                }
                Step::Done(Err(error)) => Step::Done(Err(error)),
                Step::Send(attempt) => Step::Send(attempt),
                Step::Sleep(time) => Step::Sleep(time),
            },
            Stage::Url(execution) => execution.step(input, elapsed).map(|answer| {
                Ok(AuthorizationRedirect {
                    url: answer?.oauth_url,
                    pending: self.pending.take(),
                })
            }),
        }
    }
}

/// The second half of the flow, as [`ConnectRequest::create`] makes it, or all of it, as
/// [`ConnectRequest::provision`] does: the creation, and, if its answer
/// is lost and the flow is recoverable, the search for the instance.
pub struct Create<'a> {
    config: &'a Config,
    correlation: Option<String>,
    creation: CallExecution<'a, CreateInstanceCall<'a>>,
    lost: Option<Lost<'a>>,
}

/// The second half of the flow from the callback on, as [`ConnectRequest::finish`] makes it.
#[non_exhaustive]
// Driven where it is made.
#[allow(clippy::large_enum_variant)]
pub enum Finish<'a> {
    /// The user allowed it, and the instance is created.
    Create(Create<'a>),
    /// The user did not, and nothing is sent.
    Denied(Denied),
}

impl Operation for Finish<'_> {
    type Output = Result<ConnectOutcome, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        match self {
            // In full, since an instance is large and each `map` moves it.
            Self::Create(create) => match create.step(input, elapsed) {
                Step::Done(Ok(instance)) => Step::Done(Ok(ConnectOutcome::Connected(instance))),
                Step::Done(Err(error)) => Step::Done(Err(error)),
                Step::Send(attempt) => Step::Send(attempt),
                Step::Sleep(time) => Step::Sleep(time),
            },
            Self::Denied(denied) => Step::Done(Ok(ConnectOutcome::Denied(denied.clone()))),
        }
    }
}

/// A creation whose answer is lost, and the search for the instance.
struct Lost<'a> {
    unknown: Option<Error>,
    recovery: Reconcile<'a>,
}

impl<'a> Create<'a> {
    pub(crate) fn new(
        config: &'a Config,
        connect: &'a ConnectRequest,
        granted: AuthorizationGrant,
    ) -> Self {
        Self {
            config,
            correlation: granted.correlation.clone(),
            creation: CallExecution::new(config, CreateInstanceCall::new(connect, granted)),
            lost: None,
        }
    }
}

impl Create<'_> {
    /// The request that it sends first, such as to show it as a [`curl`](Request::curl) command.
    ///
    /// # Errors
    /// When what it was made with can't be sent.
    pub fn request(&self) -> Result<Request, InvalidInput> {
        self.creation.request()
    }
}

impl Operation for Create<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        if let Some(lost) = &mut self.lost {
            return lost.step(input, elapsed);
        }
        match self.creation.step(input, elapsed) {
            Step::Done(Err(Error::OutcomeUnknown(unknown))) => match self.correlation.take() {
                Some(tag) => {
                    let unknown = Box::new((*unknown).with_recovery());
                    let lost = Lost {
                        unknown: Some(Error::OutcomeUnknown(unknown)),
                        recovery: Reconcile::new(self.config, tag),
                    };
                    self.lost.insert(lost).step(Input::Start, elapsed)
                }
                None => Step::Done(Err(Error::OutcomeUnknown(unknown))),
            },
            step => step,
        }
    }
}

impl Operation for Lost<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        self.recovery.step(input, elapsed).map(|found| match found {
            // Said is why the creation has no answer, not why the search has none.
            Err(Error::OutcomeUnknown(still)) => {
                Err(self.unknown.take().unwrap_or(Error::OutcomeUnknown(still)))
            }
            found => found,
        })
    }
}
