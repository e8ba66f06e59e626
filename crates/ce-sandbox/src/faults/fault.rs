use std::time::Duration;

use strum::IntoStaticStr;

/// A way to misbehave.
///
/// Some come before the operation, which then is not carried out; the others carry it out, and replace
/// or damage its answer, whatever that is: [`Fault::executes`] tells them apart, and
/// [`FaultRule::before_execution`](crate::FaultRule::before_execution) and its counterpart say it of
/// any fault. Where there is no body, as in the answer to a deletion, and the fault is about the
/// body, `{}` stands for it.
///
/// Faulty answers have an `Elements-Request-Id` like all others, unless they stem from a gateway in
/// front of the platform: the two bad gateways, and the redirect.
///
/// ```
/// use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
///
/// # fn main() -> Result<(), ce_sandbox::StartError> {
/// let sandbox = Sandbox::builder()
///     .fault(FaultRule::new(Fault::LoseAnswer).on(Operation::CreateInstance))
///     .start()?;
/// // Now instances are created, and no client is told.
/// sandbox.clear_faults();
/// // And now all is well.
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// Connections are refused.
    ///
    /// A rule that always applies (probability 1, no `times`) closes the port, and the connections
    /// that wait for a request, for as long as it stands, whatever operation it is for. Otherwise
    /// the request that draws it is answered well; every connection is closed once it has its
    /// answer, and the port stays closed for a while.
    Refuse {
        /// How long the port stays closed, where the rule does not always apply. A client on Windows
        /// sees nothing of less than two seconds: so long the system tries again by itself.
        closed_for: Duration,
    },
    /// The connection is closed instead of an answer. Nothing was carried out, unless the rule says so.
    AcceptAndClose,
    /// The connection is closed after the answer's headers, which announce a body.
    CloseAfterHeaders,
    /// The connection is closed after half of the body.
    CloseMidBody,
    /// A complete answer whose JSON breaks off half-way.
    TruncatedJson,
    /// A gateway's 502 with a page of HTML. Nothing was carried out, unless the rule says so.
    HtmlBadGateway,
    /// 200 and no body.
    EmptyOk,
    /// 204 and no body.
    NoContent,
    /// The right JSON, as `text/html`.
    WrongContentType,
    /// `Content-Length` says half of what is sent. The connection is closed thereafter.
    WrongLength,
    /// A string in the JSON holds a byte that is not UTF-8.
    InvalidUtf8,
    /// The right JSON after very many spaces, of which no length is announced.
    HugeBody {
        /// The length of the whole body; at least the JSON is sent.
        bytes: u64,
    },
    /// The right JSON after 64 MiB of spaces, compressed to some 64 KiB, to clients that never
    /// said they would take it.
    GzipBomb,
    /// The request is read, and nothing ever answered. Nothing was carried out, unless the rule says so.
    StallBeforeAnswer,
    /// Headers and half of the body, and then nothing more. The connection stays open.
    StallDuringAnswer,
    /// The right answer, a byte at a time from the very first.
    Trickle {
        /// The time between two bytes.
        interval: Duration,
    },
    /// 429 with `Retry-After` in seconds. Nothing was carried out, unless the rule says so.
    TooManyRequests {
        /// What `Retry-After` says; it is rounded up to whole seconds.
        after: Duration,
    },
    /// 429 with `Retry-After` as a date, to be read against the answer's own `Date`: both are of
    /// the sandbox's clock. Nothing was carried out, unless the rule says so.
    TooManyRequestsDate {
        /// How far `Retry-After` lies ahead; it is rounded up to whole seconds.
        after: Duration,
    },
    /// 503. Nothing was carried out, unless the rule says so.
    Unavailable {
        /// What `Retry-After` says, rounded up to whole seconds; without it there is none.
        after: Option<Duration>,
    },
    /// A gateway's 307 to another host. Nothing was carried out, unless the rule says so.
    Redirect {
        /// Where to; without it to the same path and query at `http://redirected.invalid`.
        to: Option<String>,
    },
    /// Creating an instance takes longer. No other call is touched.
    SlowProvisioning {
        /// How much longer.
        by: Duration,
    },
    /// The connection is closed instead of an answer, though everything was carried out.
    LoseAnswer,
    /// A gateway's 502 with a page of HTML, though everything was carried out.
    CreateAndBadGateway,
}

impl Fault {
    /// Every fault there is, with the parameters that the command line takes by default.
    ///
    /// ```
    /// use ce_sandbox::Fault;
    ///
    /// assert!(Fault::all().contains(&Fault::LoseAnswer));
    /// ```
    pub fn all() -> Vec<Self> {
        let second = Duration::from_secs(1);
        vec![
            Self::Refuse {
                closed_for: Duration::from_millis(50),
            },
            Self::AcceptAndClose,
            Self::CloseAfterHeaders,
            Self::CloseMidBody,
            Self::TruncatedJson,
            Self::HtmlBadGateway,
            Self::EmptyOk,
            Self::NoContent,
            Self::WrongContentType,
            Self::WrongLength,
            Self::InvalidUtf8,
            Self::HugeBody { bytes: 64 << 20 },
            Self::GzipBomb,
            Self::StallBeforeAnswer,
            Self::StallDuringAnswer,
            Self::Trickle { interval: second },
            Self::TooManyRequests { after: second },
            Self::TooManyRequestsDate { after: second },
            Self::Unavailable { after: None },
            Self::Redirect { to: None },
            Self::SlowProvisioning { by: second * 2 },
            Self::LoseAnswer,
            Self::CreateAndBadGateway,
        ]
    }

    /// What the command line and [`Served::fault`](crate::Served::fault) call it.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// Returns `true` if the operation is carried out, unless its rule says otherwise.
    ///
    /// [`Fault::Refuse`] says no, for a refused connection carries nothing; the request that draws
    /// it is answered well.
    pub fn executes(&self) -> bool {
        !matches!(
            self,
            Self::Refuse { .. }
                | Self::AcceptAndClose
                | Self::HtmlBadGateway
                | Self::StallBeforeAnswer
                | Self::TooManyRequests { .. }
                | Self::TooManyRequestsDate { .. }
                | Self::Unavailable { .. }
                | Self::Redirect { .. }
        )
    }
}
