use std::net::{IpAddr, SocketAddr};

use http::Uri;

/// Reads where browsers find the application: over TLS, or on this machine. `None` if it is neither.
pub(crate) fn public_url(given: Option<&str>, listening: SocketAddr) -> Option<Uri> {
    let given = given.map_or_else(|| format!("http://{listening}"), str::to_owned);
    let url: Uri = given.parse().ok()?;
    let host = url.host()?.trim_matches(['[', ']']);
    let is_loopback = host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_safe = match url.scheme_str()? {
        "https" => true,
        "http" => is_loopback,
        _ => false,
    };
    (is_safe && url.path() == "/" && url.query().is_none()).then_some(url)
}

/// How browsers write the origin of its pages.
pub(crate) fn origin(public_url: &Uri) -> String {
    let url = public_url.to_string().to_ascii_lowercase();
    let origin = url.trim_end_matches('/');
    let default_port = match public_url.scheme_str() {
        Some("https") => ":443",
        _ => ":80",
    };
    origin
        .strip_suffix(default_port)
        .unwrap_or(origin)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_encrypted_or_of_this_machine() {
        let listening: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        for (given, expected) in [
            (None, Some("http://127.0.0.1:8080")),
            (Some("https://App.example"), Some("https://app.example")),
            (
                Some("https://app.example:443/"),
                Some("https://app.example"),
            ),
            (
                Some("https://app.example:8443/"),
                Some("https://app.example:8443"),
            ),
            (Some("http://localhost:3000"), Some("http://localhost:3000")),
            (Some("http://[::1]:3000"), Some("http://[::1]:3000")),
            (Some("http://app.example"), None),
            (Some("http://localhost.example"), None),
            (Some("https://app.example/path"), None),
            (Some("ftp://app.example"), None),
            (Some("app.example"), None),
        ] {
            let url = public_url(given, listening).map(|url| origin(&url));
            assert_eq!(url.as_deref(), expected, "{given:?}");
        }
        let everywhere: SocketAddr = "0.0.0.0:8080".parse().unwrap();
        assert!(
            public_url(None, everywhere).is_none(),
            "nobody finds 0.0.0.0"
        );
    }
}
