use form_urlencoded::Serializer;
use http::uri::Authority;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may not stand in a header as it is; everything that is legal in a URL may.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// Schemes by which a browser would run the URL, or read this machine's files.
const DANGEROUS: [&str; 7] = [
    "about",
    "blob",
    "data",
    "file",
    "javascript",
    "vbscript",
    "view-source",
];

/// Where a provider sends the user's browser afterwards.
///
/// The URL of a web page, with its scheme or without (`www.example.com/cb`), or one with a scheme
/// of the application's own (`myapp://cb`).
#[derive(Clone)]
pub(crate) struct CallbackUrl {
    given: String,
    host: String,
}

impl CallbackUrl {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // Browsers drop line breaks and turn a backslash into a slash: with either of them the
        // host that is shown would not be the host that is visited.
        let is_unsafe = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if text.chars().any(is_unsafe) {
            return None;
        }
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let authority = rest.split(['/', '?', '#']).next()?;
        let host = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => web_host(authority)?,
            // Without a scheme it could be any word.
            "" => web_host(authority).filter(|host| {
                let host = host.split(':').next().unwrap_or_default();
                host.contains('.') || host == "localhost"
            })?,
            scheme if !is_scheme(scheme) || DANGEROUS.contains(&scheme) => return None,
            scheme => format!("{scheme}://{authority}"),
        };
        Some(Self {
            given: text.to_owned(),
            host,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.given
    }

    /// Host and, if there is one, port: what a user is told of where the browser goes.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The URL with these parameters behind its query and before its fragment, then `suffix`.
    pub(crate) fn with<'a>(
        &self,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        suffix: &str,
    ) -> String {
        let (before, fragment) = match self.given.split_once('#') {
            Some((before, fragment)) => (before, Some(fragment)),
            None => (self.given.as_str(), None),
        };
        // A browser would take a host without a scheme for a path.
        let scheme = if before.contains("://") {
            ""
        } else {
            "http://"
        };
        let mut url = format!("{scheme}{}", utf8_percent_encode(before, UNSAFE));
        let query = match url.find('?') {
            Some(mark) => mark + 1,
            None => {
                url.push('?');
                url.len()
            }
        };
        if url.ends_with('&') {
            url.pop();
        }
        let mut url = Serializer::for_suffix(url, query)
            .extend_pairs(parameters)
            .finish();
        if let Some(fragment) = fragment {
            url.push('#');
            url.extend(utf8_percent_encode(fragment, UNSAFE));
        }
        url.push_str(suffix);
        url
    }
}

fn web_host(authority: &str) -> Option<String> {
    let parsed: Authority = authority.parse().ok()?;
    let host = parsed.host();
    // The library takes any digits for a port.
    let has_port = authority.rsplit(['@', ']']).next()?.contains(':');
    let port = parsed.port_u16();
    if host.is_empty() || (has_port && port.is_none() && !authority.ends_with(':')) {
        return None;
    }
    Some(match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn is_scheme(text: &str) -> bool {
    let is_sound = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pages_and_applications_pass() {
        for (text, host) in [
            ("http://localhost/cb", "localhost"),
            ("https://www.example.com:8443?x#y", "www.example.com:8443"),
            ("HTTPS://example.com", "example.com"),
            ("http://[::1]:80/", "[::1]:80"),
            ("http://bank.example@evil.example/", "evil.example"),
            ("www.mycoolapp.com/auth", "www.mycoolapp.com"),
            ("localhost:8080", "localhost:8080"),
            ("myapp://cb", "myapp://cb"),
            ("com.example.app://", "com.example.app://"),
        ] {
            let url = CallbackUrl::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(url.host(), host);
        }
        let bad = "|/callback|//host/callback|word|javascript:alert(1)|javascript://h/%0Aalert(1)\
                   |data:text/html,x|file:///etc/passwd|1app://x|http:/host|http://|http:///path\
                   |http://:80/|http://user@/|http://host:port/|http://host:99999/|http://[::1/\
                   |http://a b/|http://host/\r\nSet-Cookie: a|http://good.example\\@evil.example/";
        for text in bad.split('|') {
            assert!(CallbackUrl::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn parameters_go_between_query_and_fragment() {
        // A `$` is where they go.
        for (url, suffix, expected) in [
            ("http://h/cb", "", "http://h/cb?$"),
            ("http://h/cb?", "", "http://h/cb?$"),
            ("http://h/cb?x=1", "", "http://h/cb?x=1&$"),
            ("http://h/cb?x=1&", "", "http://h/cb?x=1&$"),
            ("http://h/cb#f?x", "", "http://h/cb?$#f?x"),
            ("http://h/cb?x=1#f", "#_", "http://h/cb?x=1&$#f#_"),
            ("www.h.example", "", "http://www.h.example?$"),
            ("app://cb", "", "app://cb?$"),
            ("http://h/é\"<", "", "http://h/%C3%A9%22%3C?$"),
        ] {
            let url = CallbackUrl::parse(url).unwrap();
            let built = url.with([("code", "a/b"), ("state", "s")], suffix);
            assert_eq!(built, expected.replace('$', "code=a%2Fb&state=s"));
        }
    }
}
