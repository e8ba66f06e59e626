/// How the authorization URL is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthUrlMethod {
    /// As documented. **The API secret stands in the URL**, where proxies and the platform's logs
    /// see it. The logs of both clients don't show it.
    #[default]
    Get,
    /// With a JSON body, so that no secret is in a URL. The vendor's own tests use it; its
    /// documentation doesn't mention it. (A request token of OAuth 1.0a is asked for by GET all the
    /// same: no other way is known.)
    Post,
}
