//! The span that the feature `tracing` records for each call of the client. The core records the
//! events in it.

/// The name of a span, with the purpose of the call where it is known.
#[cfg_attr(not(feature = "tracing"), allow(dead_code))]
pub(crate) enum SpanName {
    Begin,
    Finish,
    Create,
    Provision,
    Reconcile,
    Send(&'static str),
    List(&'static str),
    Run,
}

#[cfg(feature = "tracing")]
impl SpanName {
    fn span(self) -> tracing::Span {
        match self {
            Self::Begin => tracing::debug_span!("begin"),
            Self::Finish => tracing::debug_span!("finish"),
            Self::Create => tracing::debug_span!("create"),
            Self::Provision => tracing::debug_span!("provision"),
            Self::Reconcile => tracing::debug_span!("reconcile"),
            Self::Send(purpose) => tracing::debug_span!("send", purpose),
            Self::List(purpose) => tracing::debug_span!("list", purpose),
            Self::Run => tracing::debug_span!("run"),
        }
    }
}

/// Runs a future in a span.
pub(crate) async fn in_span<F: Future>(name: SpanName, future: F) -> F::Output {
    #[cfg(feature = "tracing")]
    let future = tracing::Instrument::instrument(future, name.span());
    #[cfg(not(feature = "tracing"))]
    let _ = name;
    future.await
}
