//! What every scenario needs: a platform, accounts to connect, a user who consents, and the kinds of
//! ends a call has.

use std::net::TcpStream;
use std::sync::Arc;

use ce_core::model::{AuthenticationScheme, ElementToken, Instance};
use ce_core::{
    Call, Config, ConnectOutcome, ConnectRequest, Credentials, Error, Limits, Paged,
    PendingAuthorization, http,
};
use ce_sandbox::Sandbox;
use tokio::net::TcpSocket;

use crate::{AnyClient, Fake, Kind};

/// The platform that a sandbox plays.
pub fn config(sandbox: &Sandbox) -> Config {
    config_behind(sandbox.base_url(), sandbox)
}

/// The same, at another address.
pub fn config_behind(base_url: &str, sandbox: &Sandbox) -> Config {
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    Config::new(base_url, credentials).unwrap()
}

/// A platform at this address, which is asked once.
pub fn config_at(base_url: &str) -> Config {
    let config = Config::new(base_url, Credentials::new("u", "o")).unwrap();
    config.with_limits(Limits::default().max_attempts(1))
}

/// An address that is taken and where nobody listens, and how this system says so.
pub fn refusing() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let refused = TcpStream::connect(socket.local_addr().unwrap()).unwrap_err();
    (socket, refused.to_string())
}

/// An account for which nobody has to be asked; its password is `c4n4ry`.
pub fn sales(name: &str) -> ConnectRequest {
    ConnectRequest::new("closeio")
        .authentication(AuthenticationScheme::Basic)
        .configuration("username", "ann")
        .configuration("password", "c4n4ry")
        .name(name)
}

/// An account whose user has to consent.
pub fn oauth(element: &str) -> ConnectRequest {
    ConnectRequest::new(element)
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/callback")
        .name("n")
}

/// The same, of the element that the documents are about.
pub fn instagram() -> ConnectRequest {
    oauth("instagram")
}

/// The token of an instance that is added without a call.
pub fn added(sandbox: &Sandbox, element: &str) -> ElementToken {
    sandbox.add_instances(element, 1).unwrap();
    ElementToken::new(sandbox.instances()[0].expose_token())
}

impl Kind {
    /// A sandbox, and a client for it.
    pub fn start(self) -> (Sandbox, AnyClient) {
        self.start_within(Limits::default())
    }

    /// The same, and an account at `closeio` for which nobody has to be asked.
    pub async fn start_with_account(self) -> (Sandbox, AnyClient, Instance) {
        let (sandbox, client) = self.start();
        let instance = client.provision(&sales("Ann")).await.unwrap();
        (sandbox, client, instance)
    }

    /// A sandbox, and a client with these limits for it.
    pub fn start_within(self, limits: Limits) -> (Sandbox, AnyClient) {
        let sandbox = Sandbox::start().unwrap();
        let client = self.client(config(&sandbox).with_limits(limits));
        (sandbox, client)
    }

    /// A client whose platform answers everything so.
    pub fn answered(
        self,
        status: u16,
        (name, value): (&'static str, &'static str),
        body: impl Into<Vec<u8>>,
    ) -> AnyClient {
        let body = ce_core::bytes::Bytes::from(body.into());
        let transport = Fake::new(move |_| {
            let response = http::Response::builder().status(status).header(name, value);
            Ok(response.body(body.clone()).unwrap().into())
        });
        self.on(config_at("https://platform.example"), Arc::new(transport))
    }
}

impl AnyClient {
    /// The flow up to the callback of a user who allows.
    pub async fn consent(
        &self,
        sandbox: &Sandbox,
        connect: &ConnectRequest,
    ) -> (PendingAuthorization, String) {
        let redirect = self.begin(connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        (redirect.pending, callback)
    }

    /// Sends a call that is to succeed.
    pub async fn ok<C: Call>(&self, call: C) -> C::Output {
        self.send(call).await.unwrap()
    }

    /// The items of a list that is to come whole.
    pub async fn items<C>(&self, call: C) -> Vec<C::Item>
    where
        C: Paged<Item: Send> + Send + Sync,
    {
        self.list(call).await.all().unwrap()
    }

    /// Sends a call, and says how it [ended](end).
    pub async fn ends<C: Call>(&self, call: C) -> String {
        end(&self.send(call).await)
    }

    /// The whole flow, with a user who allows.
    pub async fn connect(&self, sandbox: &Sandbox, connect: &ConnectRequest) -> Instance {
        let (pending, callback) = self.consent(sandbox, connect).await;
        connected(self.finish(connect, &pending, &callback).await)
    }
}

/// The instance that a flow ended with.
#[track_caller]
pub fn connected(finished: Result<ConnectOutcome, Error>) -> Instance {
    match finished {
        Ok(ConnectOutcome::Connected(instance)) => *instance,
        other => panic!("{other:?}"),
    }
}

/// What a call ended with, in a word or two.
pub fn end<T>(result: &Result<T, Error>) -> String {
    let end = match result {
        Ok(_) => "done",
        Err(Error::Transport(error)) => return format!("{:?}", error.cause()),
        Err(Error::Unavailable(_)) => "unavailable",
        Err(Error::Decode(_)) => "decode",
        Err(Error::Redirected(_)) => "redirected",
        Err(Error::OutcomeUnknown(_)) => "unknown",
        Err(Error::NotCreated) => "not created",
        Err(Error::InvalidInput(_)) => "invalid",
        Err(Error::Callback(_)) => "callback",
        Err(Error::Refused(error)) => return format!("refused {}", error.status().as_u16()),
        Err(other) => panic!("{other:?}"),
    };
    end.to_owned()
}

/// What an error and its causes say, one a line.
pub fn said(error: &Error) -> String {
    let mut said = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        said.push_str(&format!("\n{cause}"));
        next = cause.source();
    }
    said
}
