//! What browsers are told on every answer.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// The headers, made once.
#[derive(Clone)]
pub(crate) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    /// `sandbox` is where the sandbox's consent pages are, if one plays the platform.
    pub(crate) fn new(encrypted: bool, sandbox: Option<&str>) -> Self {
        // The one script is a file of ours. Browsers hold a form's target against every redirect that follows, so
        // the providers have to be among them: any of them, since the platform says which.
        let policy = format!(
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
             img-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self' https: {}",
            sandbox.unwrap_or_default()
        );
        let mut headers = vec![
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            // The callback's address holds a code, so nobody gets a whole address. With `no-referrer`,
            // older browsers would not say that our own forms are ours.
            (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                HeaderValue::from_static("same-origin"),
            ),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
            ),
        ];
        if let Ok(policy) = HeaderValue::from_str(policy.trim_end()) {
            headers.push((CONTENT_SECURITY_POLICY, policy));
        }
        if encrypted {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.push((STRICT_TRANSPORT_SECURITY, year));
        }
        Self(headers)
    }
}

/// Adds them, and keeps pages out of caches: each is one user's.
pub(crate) async fn secure(
    State(SecurityHeaders(headers)): State<SecurityHeaders>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers {
        response.headers_mut().insert(name, value);
    }
    let caching = response.headers_mut().entry(CACHE_CONTROL);
    caching.or_insert(HeaderValue::from_static("no-store"));
    response
}
