use std::time::Duration;

use ce_model::{AuthorizationUrl, Instance};

use crate::callback::Denied;
use crate::calls::{CreateInstanceCall, GetOAuthUrl};
use crate::connect::Connect;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::pending::{Granted, Pending};
use crate::platform::Platform;
use crate::procedure::{Event, Procedure, Step};

/// Where to send the user, and what to keep meanwhile.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The provider's page that asks the user. Checked to be absolute `http` or `https`.
    pub url: AuthorizationUrl,
    /// What must be kept until the user comes back: in the user's session.
    pub pending: Pending,
}

/// How a flow ended that was followed to its end.
#[derive(Debug)]
// Looked at once, where it is made.
#[allow(clippy::large_enum_variant)]
pub enum Finished {
    /// The account is connected. Keep the instance's token.
    Connected(Instance),
    /// The user, or the provider for them, said no.
    Denied(Denied),
}

/// The first half of the flow, as [`Connect::begin`] makes it.
pub struct Begin<'a> {
    pending: Pending,
    exchange: Exchange<'a, GetOAuthUrl<'a>>,
}

impl<'a> Begin<'a> {
    pub(crate) fn new(platform: &'a Platform, connect: &'a Connect, pending: Pending) -> Self {
        let call = GetOAuthUrl::new(connect, pending.expose_state());
        Self {
            exchange: Exchange::new(platform, call),
            pending,
        }
    }
}

impl Procedure for Begin<'_> {
    type Output = Result<Redirect, Error>;

    fn step(&mut self, event: Event, elapsed: Duration) -> Step<Self::Output> {
        self.exchange.step(event, elapsed).map(|answer| {
            Ok(Redirect {
                url: answer?.oauth_url,
                pending: self.pending.clone(),
            })
        })
    }
}

/// The second half of the flow, as [`Connect::create`] makes it.
pub struct Create<'a> {
    exchange: Exchange<'a, CreateInstanceCall<'a>>,
}

impl<'a> Create<'a> {
    pub(crate) fn new(platform: &'a Platform, connect: &'a Connect, granted: Granted) -> Self {
        Self {
            exchange: Exchange::new(platform, CreateInstanceCall::new(connect, granted)),
        }
    }
}

impl Procedure for Create<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, event: Event, elapsed: Duration) -> Step<Self::Output> {
        self.exchange.step(event, elapsed)
    }
}
