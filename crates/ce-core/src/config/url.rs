//! Checks of URLs. The crate `url` would bring more code than this crate has.

use std::net::{IpAddr, Ipv6Addr};

use http::Uri;

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
pub(crate) fn names_http_host(url: &str) -> bool {
    let Some((scheme, rest)) = scheme_and_rest(url) else {
        return false;
    };
    let ends = |byte| matches!(byte, b'/' | b'?' | b'#' | b'\\');
    let end = rest.bytes().position(ends).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        && has_host_and_port(authority)
}

/// The parts before and after `://`.
pub(crate) fn scheme_and_rest(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Returns `true` for a host with a valid port or none. Libraries differ in what they make of anything
/// else: one takes port 99999 for 80.
fn has_host_and_port(authority: &str) -> bool {
    let is_port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    match authority.strip_prefix('[') {
        Some(address) => address.split_once(']').is_some_and(|(address, port)| {
            address.parse::<Ipv6Addr>().is_ok()
                && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
        }),
        None => {
            let (host, port) = match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            };
            !host.is_empty() && !host.contains(char::is_whitespace) && port.is_none_or(is_port)
        }
    }
}

/// Parses an API base: `https`, or `http` on this machine, without a trailing slash.
pub(crate) fn parse_base(url: &str, unencrypted_allowed: bool) -> Result<String, FieldErrorKind> {
    let url = url.trim();
    if url.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    let uri: Uri = url.parse().map_err(|_| FieldErrorKind::NotAUrl)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(FieldErrorKind::NotAUrl);
    };
    if !is_absolute_http(url) {
        return Err(FieldErrorKind::NotAUrl);
    }
    // `Uri` drops a fragment silently, hence the look at the text.
    if authority.as_str().contains('@') || uri.query().is_some() || url.contains('#') {
        return Err(FieldErrorKind::SurplusUrlParts);
    }
    if scheme != "https" && !unencrypted_allowed && !is_loopback(uri.host().unwrap_or_default()) {
        return Err(FieldErrorKind::NotHttps);
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Returns `true` if the host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_to_http_and_https_alone() {
        for url in [
            "https://provider.example/authorize?a=b",
            "HTTP://provider.example",
            "https://provider.example?scope=read write",
            "http://[::1]:80/",
            "http://user@host/",
        ] {
            assert!(is_absolute_http(url), "{url}");
        }
        for url in [
            "",
            "javascript:alert(1)",
            "javascript://example.com/%0aalert(1)",
            "data:text/html,x",
            "//provider.example/",
            "/authorize",
            "provider.example",
            "https:provider.example",
            "https:///authorize",
            "https://?a=b",
            "https://:80/",
            " https://provider.example",
            "https://provider.example/\r\nSet-Cookie: a=b",
            "https://a b/",
            "ftp://provider.example/",
            "https://provider.example:99999/",
            "https://provider.example:/",
            "https://provider.example:+80/",
            "https://[::1",
            "https://[::1]x/",
            "https://[provider]/",
        ] {
            assert!(!is_absolute_http(url), "{url}");
        }
    }

    #[test]
    fn an_api_base_is_encrypted_or_local() {
        for (url, result) in [
            ("https://a.example/api/", Ok("https://a.example/api")),
            ("https://a.example", Ok("https://a.example")),
            ("http://127.0.0.1:80/api", Ok("http://127.0.0.1:80/api")),
            ("http://127.9.9.9/", Ok("http://127.9.9.9")),
            ("http://[::1]:80", Ok("http://[::1]:80")),
            ("http://LOCALHOST/x", Ok("http://LOCALHOST/x")),
            ("http://a.example/api", Err(FieldErrorKind::NotHttps)),
            ("http://127.0.0.1.example/", Err(FieldErrorKind::NotHttps)),
            ("http://localhost.example/", Err(FieldErrorKind::NotHttps)),
            ("http://0.0.0.0/", Err(FieldErrorKind::NotHttps)),
            (
                "https://u:p@a.example",
                Err(FieldErrorKind::SurplusUrlParts),
            ),
            (
                "http://localhost@a.example",
                Err(FieldErrorKind::SurplusUrlParts),
            ),
            (
                "https://a.example/?q=1",
                Err(FieldErrorKind::SurplusUrlParts),
            ),
            ("https://a.example/#f", Err(FieldErrorKind::SurplusUrlParts)),
            (
                "http://localhost\\@a.example/",
                Err(FieldErrorKind::NotAUrl),
            ),
            ("http://127.0.0.1:99999/a", Err(FieldErrorKind::NotAUrl)),
            ("http://127.0.0.1:/a", Err(FieldErrorKind::NotAUrl)),
            ("http://[::1]x/a", Err(FieldErrorKind::NotAUrl)),
            ("ftp://a.example", Err(FieldErrorKind::NotAUrl)),
            ("a.example/api", Err(FieldErrorKind::NotAUrl)),
            ("/api", Err(FieldErrorKind::NotAUrl)),
            ("https://a b", Err(FieldErrorKind::NotAUrl)),
            (" ", Err(FieldErrorKind::Missing)),
        ] {
            assert_eq!(parse_base(url, false), result.map(str::to_owned), "{url}");
        }
        assert!(parse_base("http://a.example", true).is_ok());
    }
}
