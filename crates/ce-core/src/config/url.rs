//! Checks of URLs. The crate `url` would bring more code than this crate has.

use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;

use super::api_base;
use crate::error::{FieldErrorKind, FieldErrors, has_control};

impl FieldErrors {
    /// A URL that must be there, be `http` or `https` and name a host.
    pub(crate) fn url(&mut self, field: &'static str, url: Option<&str>) {
        if self.text(field, url) && !url.is_some_and(names_http_host) {
            self.push(field, FieldErrorKind::NotAUrl);
        }
    }
}

/// Returns `true` if a browser may be sent to the URL.
///
/// Providers' URLs are handed on as they are, even with a blank or an unencoded character in the
/// query. But the URL must be `http` or `https`, name a host, fit into a header, and not have been
/// damaged on the way.
pub(crate) fn is_absolute_http(url: &str) -> bool {
    names_http_host(url) && !has_control(url) && !url.contains(char::REPLACEMENT_CHARACTER)
}

/// Returns `true` if the URL is `http` or `https` and names a host.
fn names_http_host(url: &str) -> bool {
    scheme_and_rest(url).is_some_and(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let authority = authority.rsplit('@').next().unwrap_or_default();
        (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
            && has_host_and_port(authority)
    })
}

/// The parts before and after `://`.
pub(crate) fn scheme_and_rest(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Returns `true` for a host with a valid port or none. Libraries differ in what they make of anything
/// else: one takes port 99999 for 80.
fn has_host_and_port(authority: &str) -> bool {
    let (is_host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => {
            let (address, port) = bracketed.split_once(']').unwrap_or_default();
            (address.parse::<Ipv6Addr>().is_ok(), port)
        }
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            let is_host = !host.is_empty() && !host.contains(char::is_whitespace);
            (is_host, port)
        }
    };
    // A number, but not `+80`, which parses as well.
    let is_port = |text: &str| !text.starts_with('+') && text.parse::<u16>().is_ok();
    is_host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// The path of every published API base.
const PATH: &str = "/elements/api-v2";

/// Parses an API base: `https`, or `http` on this machine. Its text has no slash at its end.
pub(crate) fn parse_base(
    url: &str,
    allow_unencrypted: bool,
) -> Result<(String, Uri), FieldErrorKind> {
    let url = url.trim();
    if url.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    let uri: Uri = url.parse().map_err(|_| FieldErrorKind::NotAUrl)?;
    if !is_absolute_http(url) {
        return Err(FieldErrorKind::NotAUrl);
    }
    // `Uri` drops a fragment silently, hence the look at the text.
    let has_user = uri.authority().is_some_and(|it| it.as_str().contains('@'));
    if has_user || uri.query().is_some() || url.contains('#') {
        return Err(FieldErrorKind::SurplusUrlParts);
    }
    let is_encrypted = uri.scheme() == Some(&Scheme::HTTPS);
    if !is_encrypted && !allow_unencrypted && !uri.host().is_some_and(is_loopback) {
        return Err(FieldErrorKind::NotHttps);
    }
    let url = url.trim_end_matches('/');
    let is_published = |base: &&str| base.parse::<Uri>().is_ok_and(|it| it.host() == uri.host());
    if api_base::ALL.iter().any(is_published) && uri.path().trim_end_matches('/') != PATH {
        return Err(FieldErrorKind::NotAnApiBase);
    }
    Ok((url.to_owned(), uri))
}

/// Returns `true` if the host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Credentials};

    #[test]
    fn a_browser_is_sent_to_http_and_https_alone() {
        #[rustfmt::skip] // Many a line.
        let urls = [
            "https://provider.example/authorize?a=b", "HTTP://provider.example",
            "https://provider.example?scope=read write", "http://[::1]:80/", "http://user@host/",
        ];
        for url in urls {
            assert!(is_absolute_http(url), "{url}");
        }
        #[rustfmt::skip] // Many a line.
        let others = [
            "", "javascript:alert(1)", "javascript://example.com/%0aalert(1)", "data:text/html,x",
            "//provider.example/", "/authorize", "provider.example", "https:provider.example",
            "https:///authorize", "https://?a=b", "https://:80/", " https://provider.example",
            "https://provider.example/\r\nSet-Cookie: a=b", "https://provider.example/\u{fffd}",
            "https://a b/", "ftp://provider.example/", "https://provider.example:99999/",
            "https://provider.example:/", "https://provider.example:+80/",
            "https://\\a.example/", "https://[::1", "https://[::1]x/", "https://[provider]/",
        ];
        for url in others {
            assert!(!is_absolute_http(url), "{url}");
        }
    }

    #[test]
    fn an_api_base_is_encrypted_or_local() {
        use FieldErrorKind::{Missing, NotAUrl, NotHttps, SurplusUrlParts};
        #[rustfmt::skip] // A row a case.
        let table = [
            ("https://a.example/api/", Ok(("https://a.example/api", false))),
            ("https://a.example", Ok(("https://a.example", false))),
            ("https://a.example/localhost", Ok(("https://a.example/localhost", false))),
            ("https://[::1]:8443/api", Ok(("https://[::1]:8443/api", true))),
            ("http://127.0.0.1:80/api", Ok(("http://127.0.0.1:80/api", true))),
            ("http://127.9.9.9/", Ok(("http://127.9.9.9", true))),
            ("http://[::1]:80", Ok(("http://[::1]:80", true))),
            ("http://LOCALHOST/x", Ok(("http://LOCALHOST/x", true))),
            ("http://a.example/api", Err(NotHttps)),
            ("http://127.0.0.1.example/", Err(NotHttps)),
            ("http://localhost.example/", Err(NotHttps)),
            ("http://0.0.0.0/", Err(NotHttps)),
            ("https://u:p@a.example", Err(SurplusUrlParts)),
            ("http://localhost@a.example", Err(SurplusUrlParts)),
            ("https://a.example/?q=1", Err(SurplusUrlParts)),
            ("https://a.example/#f", Err(SurplusUrlParts)),
            ("http://localhost\\@a.example/", Err(NotAUrl)),
            ("http://127.0.0.1:99999/a", Err(NotAUrl)),
            ("http://127.0.0.1:/a", Err(NotAUrl)),
            ("http://[::1]x/a", Err(NotAUrl)),
            ("ftp://a.example", Err(NotAUrl)),
            ("a.example/api", Err(NotAUrl)),
            ("/api", Err(NotAUrl)),
            ("https://a b", Err(NotAUrl)),
            (" ", Err(Missing)),
        ];
        for (url, expected) in table {
            let config = Config::new(url, Credentials::new("u", "o"));
            let found = config.as_ref().map(|it| (it.base_url(), it.is_loopback()));
            assert_eq!(
                found.map_err(|invalid| invalid.errors()[0].kind()),
                expected,
                "{url}"
            );
        }
        let credentials = Credentials::new("u", "o");
        assert!(Config::allowing_unencrypted_http("http://a.example", credentials).is_ok());
    }
}
