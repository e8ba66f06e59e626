use std::fmt;

/// What must hold of every flow, whatever the platform does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// A flow has at most one instance.
    OneInstance,
    /// `POST /instances` is not sent again once it may have arrived.
    CreationSentOnce,
    /// That nothing was created is said only where nothing is, or will be.
    NotCreatedIsTrue,
    /// A token that reached a living replica is what its operation returns.
    TokenIsKept,
    /// The instance that is returned is the flow's own.
    InstanceIsOwn,
    /// Nothing is sent, and nothing ends, later than the limits allow.
    WithinDeadline,
    /// A flow whose outcome is unknown is known once the platform answers truthfully.
    Reconcilable,
    /// An operation that is done stays done.
    DoneStaysDone,
}

/// An invariant that did not hold, and what was seen.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    what: String,
}

impl Invariant {
    pub(crate) fn broken(self, what: impl Into<String>) -> Violation {
        Violation {
            invariant: self,
            what: what.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} does not hold: {}", self.invariant, self.what)
    }
}
