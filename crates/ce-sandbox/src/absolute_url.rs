use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::encoding;

/// What may not stand in a header as it is; everything that is legal in a URL may.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// An absolute `http` or `https` URL that a browser may be sent to.
pub(crate) struct AbsoluteUrl {
    whole: String,
    host: String,
}

impl AbsoluteUrl {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        // Browsers drop line breaks and turn a backslash into a slash: with either of them the
        // host that is shown would not be the host that is visited.
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next()?;
        let host_and_port = authority.rsplit('@').next()?;
        let (host, port) = split_port(host_and_port)?;
        if host.is_empty() || !port.chars().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        if !port.is_empty() && port.parse::<u16>().is_err() {
            return None;
        }
        Some(Self {
            whole: text.to_owned(),
            host: host_and_port.to_owned(),
        })
    }

    /// The URL as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.whole
    }

    /// Host and, if there is one, port: what a user is told of where the browser goes.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The URL with these parameters behind its query and before its fragment, then `suffix`.
    pub(crate) fn with(&self, parameters: &[(&str, &str)], suffix: &str) -> String {
        let (before, fragment) = match self.whole.split_once('#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (self.whole.as_str(), None),
        };
        let mut url = utf8_percent_encode(before, UNSAFE).to_string();
        for (name, value) in parameters {
            if !url.contains('?') {
                url.push('?');
            } else if !url.ends_with(['?', '&']) {
                url.push('&');
            }
            url.push_str(name);
            url.push('=');
            url.push_str(&encoding::percent(value));
        }
        if let Some(fragment) = fragment {
            url.push('#');
            url.extend(utf8_percent_encode(fragment, UNSAFE));
        }
        url.push_str(suffix);
        url
    }
}

/// Splits `host:port`, with an IPv6 address in brackets.
fn split_port(authority: &str) -> Option<(&str, &str)> {
    if authority.starts_with('[') {
        let (host, rest) = authority.split_once(']')?;
        let port = match rest {
            "" => "",
            _ => rest.strip_prefix(':')?,
        };
        return Some((host.trim_start_matches('['), port));
    }
    Some(authority.split_once(':').unwrap_or((authority, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_web_addresses_pass() {
        let good = [
            ("http://localhost/cb", "localhost"),
            ("https://www.example.com:8443?x#y", "www.example.com:8443"),
            ("HTTPS://example.com", "example.com"),
            ("http://[::1]:80/", "[::1]:80"),
            ("http://bank.example@evil.example/", "evil.example"),
            ("http://h:/", "h:"),
        ];
        for (text, host) in good {
            let url = AbsoluteUrl::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(url.host(), host);
        }
        let bad = [
            "",
            "/callback",
            "//host/callback",
            "www.example.com/cb",
            "javascript:alert(1)",
            "javascript://host/%0Aalert(1)",
            "ftp://host/",
            "http:/host",
            "http://",
            "http:///path",
            "http://:80/",
            "http://user@/",
            "http://host:port/",
            "http://host:99999/",
            "http://[::1/",
            "http://[::1]x/",
            "http://a b/",
            "http://host/\r\nSet-Cookie: a",
            "http://good.example\\@evil.example/",
            " http://host/",
        ];
        for text in bad {
            assert!(AbsoluteUrl::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn parameters_go_between_query_and_fragment() {
        let table = [
            ("http://h/cb", "", "http://h/cb?code=a%2Fb&state=s"),
            ("http://h/cb?", "", "http://h/cb?code=a%2Fb&state=s"),
            ("http://h/cb?x=1", "", "http://h/cb?x=1&code=a%2Fb&state=s"),
            ("http://h/cb?x=1&", "", "http://h/cb?x=1&code=a%2Fb&state=s"),
            ("http://h/cb#f", "", "http://h/cb?code=a%2Fb&state=s#f"),
            ("http://h/cb#f?x", "", "http://h/cb?code=a%2Fb&state=s#f?x"),
            (
                "http://h/cb?x=1#f",
                "#_",
                "http://h/cb?x=1&code=a%2Fb&state=s#f#_",
            ),
            ("http://h", "#_", "http://h?code=a%2Fb&state=s#_"),
            (
                "http://h/é\"<",
                "",
                "http://h/%C3%A9%22%3C?code=a%2Fb&state=s",
            ),
        ];
        for (url, suffix, expected) in table {
            let url = AbsoluteUrl::parse(url).unwrap();
            assert_eq!(
                url.with(&[("code", "a/b"), ("state", "s")], suffix),
                expected
            );
        }
    }
}
