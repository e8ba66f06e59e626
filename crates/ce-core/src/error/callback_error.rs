/// A callback that is no answer to this flow. Nothing was sent to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The callback has no `state`. Of a few providers the platform's documents show authorization
    /// URLs without one; whose callback comes back without it can't be told from a forged one, and is
    /// not taken.
    StateMissing,
    /// The callback's `state` is not this flow's: it belongs to another flow or was forged.
    StateMismatch,
    /// The user came back too late.
    Expired,
    /// The callback is longer than any browser's address.
    TooLong,
    /// The callback has neither a code nor an error.
    CodeMissing,
}
