/// A callback that does not answer this flow. Nothing was sent to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// The callback has no `state`, so it can't be told from a forged one. For a provider that returns
    /// none, see
    /// [`dangerously_accept_callbacks_without_state`](crate::ConnectRequest::dangerously_accept_callbacks_without_state).
    #[error(
        "the callback has no state, so it can't be told whose it is: refused; pass all that the browser \
         was sent back with, or begin again; a provider that never returns a state is accepted by \
         ConnectRequest::dangerously_accept_callbacks_without_state"
    )]
    StateMissing,
    /// The callback's `state` is another flow's, or forged.
    #[error(
        "the callback's state is not this flow's: refused; look the flow up by \
         PendingAuthorization::state_of_callback, or begin again"
    )]
    StateMismatch,
    /// The user came back after [`PendingAuthorization::expires`](crate::PendingAuthorization::expires).
    #[error("the callback came after the flow had expired: begin again")]
    Expired,
    /// The callback is longer than any browser sends (64 KiB).
    #[error("the callback is too long: refused; begin again")]
    TooLong,
    /// The callback has no parameters. Perhaps it is the code alone, or a URL without its query.
    #[error(
        "the callback has no parameters: pass the whole URL that the user's browser was sent back to, \
         or the whole query, not the code alone"
    )]
    NoParameters,
    /// The callback has neither a code nor an error.
    #[error(
        "the callback has neither a code nor an error: begin again; if it has an oauth_token, the \
         element uses OAuth 1.0a: say so by ConnectRequest::authentication"
    )]
    CodeMissing,
}
