use std::time::Duration;

use bytes::Bytes;

/// How the connection treats a response, where that is not as HTTP has it: an extension of the
/// response.
#[derive(Clone)]
pub(crate) enum Delivery {
    /// Nothing is sent, and the connection closed.
    Close,
    /// Nothing is ever sent.
    Stall,
    /// Every byte takes so long.
    Trickle(Duration),
    /// These bytes follow the response, which says nothing of them.
    Excess(Bytes),
}

impl Delivery {
    /// Returns `true` if the client sees a status.
    pub(crate) fn has_status(&self) -> bool {
        matches!(self, Self::Trickle(_) | Self::Excess(_))
    }
}

/// Marks a response that a gateway in front of the platform would give: without a request id.
#[derive(Clone)]
pub(crate) struct FromGateway;

/// The name of the fault that applied to a response.
#[derive(Clone)]
pub(crate) struct AppliedFault(pub(crate) &'static str);
