use super::fault::Fault;
use super::operation::Operation;

/// When a fault applies: to which calls, how likely, and how often.
///
/// A new rule applies to every API call, always. It never applies to the provider's pages, nor to
/// requests for what the sandbox does not have.
///
/// Each call draws, in the order in which calls arrive, and the first rule of those given that is
/// for it, has times left and wins its own draw applies. What is drawn depends on
/// [`Builder::seed`](crate::Builder::seed) only.
///
/// ```
/// use ce_sandbox::{Fault, FaultRule, Operation};
///
/// let rule = FaultRule::new(Fault::LoseAnswer)
///     .on(Operation::CreateInstance)
///     .probability(0.25)
///     .times(3);
/// // The command line's way to say so:
/// let same = "lose-answer,on=create-instance,probability=0.25,times=3".parse();
/// assert_eq!(same, Ok(rule));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a rule does nothing until a sandbox is given it"]
pub struct FaultRule {
    pub(crate) fault: Fault,
    pub(crate) operation: Option<Operation>,
    pub(crate) probability: f64,
    pub(crate) times: Option<u32>,
    /// Whether the operation is carried out; if nothing is said, as the fault has it.
    pub(crate) executes: Option<bool>,
}

impl FaultRule {
    /// The fault for every API call, always.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            operation: None,
            probability: 1.0,
            times: None,
            executes: None,
        }
    }

    /// Only for this operation, or for those of this group.
    pub fn on(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// How likely it is, from 0, never, to 1, always. What lies outside counts as the nearer of the
    /// two, and what is no number as 0.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = if probability.is_nan() {
            0.0
        } else {
            probability.clamp(0.0, 1.0)
        };
        self
    }

    /// At most so many times; after that it is as if the rule were not there.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The operation is not carried out, whatever the fault is by default.
    pub fn before_execution(mut self) -> Self {
        self.executes = Some(false);
        self
    }

    /// The operation is carried out, whatever the fault is by default: a 429 that came too late, say.
    pub fn after_execution(mut self) -> Self {
        self.executes = Some(true);
        self
    }

    pub(crate) fn executes(&self) -> bool {
        let executes = self.executes.unwrap_or(self.fault.executes());
        // A refused connection is that of the next request; there is nothing slow to be skipped.
        let always = matches!(
            self.fault,
            Fault::Refuse { .. } | Fault::SlowProvisioning { .. }
        );
        executes || always
    }

    /// Whether a call may draw it.
    pub(crate) fn is_for(&self, operation: Operation) -> bool {
        // There is nothing that could be slow about the others.
        let possible = !matches!(self.fault, Fault::SlowProvisioning { .. })
            || operation == Operation::CreateInstance;
        possible && self.operation.is_none_or(|only| only.includes(operation))
    }

    /// Whether the port is to be closed while the rule stands: no call will ever be there to draw.
    pub(crate) fn closes_the_port(&self) -> bool {
        matches!(self.fault, Fault::Refuse { .. })
            && self.probability >= 1.0
            && self.times.is_none()
    }
}
