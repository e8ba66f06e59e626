use http::Method;

/// Whether a request may be sent again when it is unknown what came of it (RFC 9110, section 9.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// It may: several identical requests have the effect of one.
    Idempotent,
    /// It may not: it creates something, or uses up a one-time code.
    NonIdempotent,
}

impl Idempotency {
    /// The idempotency of a method: `POST` and `PATCH` are not idempotent, nor is any that HTTP does
    /// not define so.
    pub fn of(method: &Method) -> Self {
        if method.is_idempotent() {
            Self::Idempotent
        } else {
            Self::NonIdempotent
        }
    }
}
