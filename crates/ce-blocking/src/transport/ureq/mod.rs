//! The default transport, on what ureq promises to keep: no `ureq::unversioned`.

mod build;
mod environment;
mod errors;
#[cfg(feature = "rustls-no-provider")]
mod provider;

use std::io::{self, Read};
use std::sync::Once;
use std::time::Duration;

use ::ureq::config::ConfigBuilder;
use ::ureq::http::header::CONTENT_LENGTH;
use ::ureq::http::uri::Scheme;
use ::ureq::http::{Request, Response};
use ::ureq::typestate::AgentScope;
use ::ureq::{Agent, Body, Error, SendBody};
use bytes::Bytes;
use ce_core::{Attempt, Config, Delivery, Idempotency, TransportCause, TransportError};

use crate::build_error::BuildError;
use crate::transport::Transport;
use build::Idle;
use errors::BodyState;

/// The default [`Transport`], on [ureq](::ureq).
///
/// It verifies TLS 1.2 or later against the certificates that the operating system trusts, follows no
/// redirects, and does not retry. It uses a proxy that the environment names (`HTTPS_PROXY`, …), except
/// for a platform on this machine. One whose URL can't be read is passed over: percent-encode the user and
/// the password in it.
///
/// An attempt that [needs one](Attempt::needs_new_connection), such as the creation of an instance, or
/// the attempt after a connection failed, opens a new connection. All others share kept connections.
///
/// ureq keeps what it has set up for TLS only of requests with its agent's own timeouts, which are those
/// of the configuration that the transport is made for. A client with other limits that
/// [shares](crate::Client::with_config) it may set up TLS for each connection, and so does the attempt
/// after a connection failed.
///
/// A request whose body ureq never asked for is [`NotSent`](Delivery::NotSent), whatever failed.
///
/// If another crate enables ureq's `gzip` or `brotli`, ureq decompresses a response that is marked so,
/// although none is asked for. The limit on the size of a body then holds for what comes out.
#[derive(Clone, Debug)]
pub struct UreqTransport {
    /// Keeps its connections.
    pooled: Agent,
    /// Keeps none, so that each request has a new one.
    unpooled: Agent,
    /// The same, with the time that creating an instance may take.
    creating: Agent,
}

impl UreqTransport {
    /// Makes a transport for the platform of this configuration.
    ///
    /// It logs a warning, once in a process, if ureq's records at TRACE are collected: they show
    /// secrets. With the feature `rustls` it installs aws-lc-rs as the process's default cryptography
    /// provider if the platform requires TLS and none is installed.
    ///
    /// # Errors
    /// Returns a [`BuildError`] if the platform or a proxy needs a feature that is not enabled.
    pub fn new(config: &Config) -> Result<Self, BuildError> {
        Self::with_config_builder(config, |builder| builder)
    }

    /// Makes a transport whose ureq agents you configure further: with certificates, a proxy or the size
    /// of the pool.
    ///
    /// The function is called three times: for the agent that keeps connections, and for two that keep none.
    ///
    /// What the [`Transport`] must not do stays off (redirects, compression), and timeouts that you set
    /// have no effect: [`Limits`](ce_core::Limits) decide.
    ///
    /// ```
    /// use ce_blocking::{Config, Credentials, UreqTransport, ureq};
    ///
    /// let credentials = Credentials::new("user secret", "organization secret");
    /// let config = Config::new("https://api.cloud-elements.com/elements/api-v2", credentials)?;
    /// let proxy = ureq::Proxy::new("http://proxy.example:3128")?;
    /// let transport =
    ///     UreqTransport::with_config_builder(&config, |builder| builder.proxy(Some(proxy.clone())))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn with_config_builder(
        config: &Config,
        configure: impl Fn(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
    ) -> Result<Self, BuildError> {
        let limits = config.limits();
        let agent = |idle, timeout| build::agent(config, &configure, idle, timeout);
        let timeout = Attempt::time(limits, Idempotency::Idempotent, limits.timeout);
        let transport = Self {
            pooled: agent(Idle::Kept, timeout)?,
            unpooled: agent(Idle::Closed, limits.timeout)?,
            creating: agent(Idle::Closed, limits.provisioning_timeout)?,
        };
        warn_if_trace_is_enabled();
        Ok(transport)
    }

    fn agent(&self, attempt: &Attempt) -> &Agent {
        match attempt.needs_new_connection {
            false => &self.pooled,
            true if has_times_of(&self.creating, attempt) => &self.creating,
            true => &self.unpooled,
        }
    }
}

/// Returns `true` if the agent's timeouts are those of the attempt.
fn has_times_of(agent: &Agent, attempt: &Attempt) -> bool {
    let timeouts = agent.config().timeouts();
    timeouts.global == Some(attempt.timeout) && timeouts.connect == Some(attempt.connect_timeout)
}

impl Transport for UreqTransport {
    fn send(&self, attempt: Attempt) -> Result<ce_core::Response, TransportError> {
        let agent = self.agent(&attempt);
        let is_ready = has_times_of(agent, &attempt);
        let (mut parts, bytes) = attempt.request.into_exposed().into_parts();
        if parts.uri.scheme() == Some(&Scheme::HTTPS) {
            // ureq would panic. A client may share the transport of one that needed no TLS.
            build::check_tls(agent.config()).map_err(|error| {
                TransportError::new(Delivery::NotSent, TransportCause::Connect).with_source(error)
            })?;
        }
        if !bytes.is_empty() {
            // ureq does not know how much a reader holds.
            parts.headers.insert(CONTENT_LENGTH, bytes.len().into());
        }
        let mut request = Request::from_parts(parts, ());
        if !is_ready {
            // A later attempt has the time that is left.
            let timed = agent.configure_request(request);
            let timed = timed
                .timeout_resolve(Some(attempt.connect_timeout))
                .timeout_connect(Some(attempt.connect_timeout));
            request = timed.timeout_global(Some(attempt.timeout)).build();
        }
        let mut body = OutgoingBody {
            left: &bytes,
            state: BodyState::Unread,
        };
        let response = if bytes.is_empty() {
            body.state = BodyState::Empty;
            agent.run(request)
        } else {
            let reader = SendBody::from_reader(&mut body);
            agent.run(request.map(|()| reader))
        };
        match response.and_then(|response| read(response, attempt.max_body_bytes as u64)) {
            Ok(response) => Ok(response.into()),
            Err(error) => Err(errors::transport_error(error, body.state)),
        }
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Logs a warning, once in a process, if ureq's records that show secrets are collected: the URL of a
/// request, and the bytes of requests and responses.
fn warn_if_trace_is_enabled() {
    static WARNED: Once = Once::new();
    let is_logged = |target| log::log_enabled!(target: target, log::Level::Trace);
    if is_logged("ureq::util") || is_logged("ureq_proto::util") {
        WARNED.call_once(|| {
            log::warn!(
                "ureq writes credentials and tokens into its log at TRACE, which is enabled: keep \
                 the targets `ureq` and `ureq_proto` below TRACE"
            );
        });
    }
}

/// Reads the whole body, unless it is larger than allowed.
fn read(response: Response<Body>, max_body_bytes: u64) -> Result<Response<Bytes>, Error> {
    let (parts, mut body) = response.into_parts();
    let announced = body.content_length();
    if announced.is_some_and(|length| length > max_body_bytes) {
        return Err(Error::BodyExceedsLimit(max_body_bytes));
    }
    let bytes = body.with_config().limit(max_body_bytes).read_to_vec()?;
    Ok(Response::from_parts(parts, bytes.into()))
}

/// The body of a request, which notes whether ureq has asked for any of it.
///
/// What ureq never had it can't have sent, whatever failed and however ureq works. A request with
/// an announced body, of which no byte has come, can't be acted on.
struct OutgoingBody<'b> {
    left: &'b [u8],
    state: BodyState,
}

impl Read for OutgoingBody<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.state = BodyState::Read;
        self.left.read(into)
    }
}
