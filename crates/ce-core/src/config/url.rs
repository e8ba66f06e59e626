//! Checks of URLs. The crate `url` would bring more code than this crate has.

use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;

use super::api_base;
use crate::error::{FieldErrorKind, FieldErrors, has_control, is_blank};

impl FieldErrors {
    /// A URL that must be there, be `http` or `https` and name a host.
    pub(crate) fn url(&mut self, field: &'static str, url: Option<&str>) {
        if self.text(field, url) && !url.is_some_and(names_http_host) {
            self.push(field, FieldErrorKind::NotAUrl);
        }
    }

    /// Where a provider sends the user's browser back to.
    pub(crate) fn callback_url(&mut self, field: &'static str, url: Option<&str>) {
        let url = url.unwrap_or_default();
        if is_blank(url) {
            return self.push(field, FieldErrorKind::Missing);
        }
        let is_white_space = |c: char| c.is_whitespace() && !c.is_control();
        for (is_wrong, kind) in [
            (has_control(url), FieldErrorKind::ControlCharacter),
            (url.contains(is_white_space), FieldErrorKind::WhiteSpace),
            (url.contains('#'), FieldErrorKind::Fragment),
            (
                !leads_to_an_application(url),
                FieldErrorKind::NotACallbackUrl,
            ),
        ] {
            if is_wrong {
                self.push(field, kind);
            }
        }
    }
}

/// Schemes that a browser keeps to itself, or that execute what follows.
#[rustfmt::skip] // Many a line.
const NO_APPLICATIONS: [&str; 11] = [
    "about", "blob", "data", "file", "ftp", "javascript", "mailto", "vbscript", "view-source", "ws",
    "wss",
];

/// Returns `true` for a web application's URL, a native application's with a scheme of its own
/// (RFC 8252, section 7.1), and a host without a scheme, as the platform's documentation has it.
fn leads_to_an_application(url: &str) -> bool {
    let is_scheme_char = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_scheme_char)
    };
    match url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
        Some((scheme, rest)) => {
            let is = |other: &&str| scheme.eq_ignore_ascii_case(other);
            match ["http", "https"].iter().any(is) {
                true => names_http_host(url),
                false => !rest.is_empty() && !NO_APPLICATIONS.iter().any(is),
            }
        }
        None => {
            let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
            let host = authority.split(':').next().unwrap_or_default();
            let is_host_char = |c: char| c.is_alphanumeric() || ".-_".contains(c);
            host.contains('.') && host.chars().all(is_host_char) && has_host_and_port(authority)
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
    url.split_once("://").is_some_and(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let authority = authority.rsplit('@').next().unwrap_or_default();
        (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
            && has_host_and_port(authority)
    })
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
    fn a_callback_url_leads_to_an_application() {
        use FieldErrorKind::{ControlCharacter, Fragment, Missing, NotACallbackUrl, WhiteSpace};
        #[rustfmt::skip] // Many a line.
        let urls = [
            "https://app.example/cb?from=instagram", "http://localhost:3000/cb", "HTTPS://app.example",
            "http://[::1]:80/", "http://www.my_cool_app.com/auth", "myapp://cb", "myapp:cb",
            "com.example.app:/oauth2redirect", "x-app+1:/", "www.mycoolapp.com/auth", "app.example",
            "www.mycoolapp.com:8443/auth?from=x", "127.0.0.1:8080/cb", "www.köln.example/a:b",
        ];
        let accepted = urls.map(|url| (url, [].as_slice()));
        let no_url = [NotACallbackUrl].as_slice();
        #[rustfmt::skip] // A row a case.
        let table = [
            ("", [Missing].as_slice()),
            (" \t", &[Missing]),
            ("https://app.example/cb#", &[Fragment]),
            ("https://app.example/a b", &[WhiteSpace]),
            ("myapp://cb\n", &[ControlCharacter]),
            ("/cb", no_url), ("cb", no_url), ("//app.example/cb", no_url), (":cb", no_url),
            ("myapp:", no_url), ("https:app.example", no_url), ("https:///cb", no_url),
            ("https://app.example:99999", no_url), ("127.0.0.1:99999/cb", no_url),
            ("ann@app.example/cb", no_url), ("javascript%3Aalert(1).x", no_url),
            ("my app", &[WhiteSpace, NotACallbackUrl]),
            ("JavaScript:alert(1)", no_url), ("javascript://app.example/%0aalert(1)", no_url),
            ("data:text/html,x", no_url), ("file:///cb", no_url), ("blob:https://app.example/1", no_url),
            ("ftp://app.example/cb", no_url), ("mailto:ann@app.example", no_url),
            (" java\nscript:alert(1)#", &[ControlCharacter, WhiteSpace, Fragment, NotACallbackUrl]),
        ];
        for (url, expected) in accepted.into_iter().chain(table) {
            let mut errors = FieldErrors::default();
            errors.callback_url("callback URL", Some(url));
            let errors = errors.into_result().err();
            let errors = errors.iter().flat_map(|invalid| invalid.errors());
            let found: Vec<_> = errors.map(|error| error.kind()).collect();
            assert_eq!(found, expected, "{url}");
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
            let is_encrypted = config.as_ref().is_ok_and(Config::is_encrypted);
            assert_eq!(is_encrypted, found.is_ok() && url.starts_with("https"));
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
