//! What an authorization URL lets the callback carry.

use super::pairs;
use crate::error::is_blank;

/// Returns `true` if the URL carries our `state`, `false` if another, and `None` if it carries none.
///
/// The state is a parameter of the URL itself or, as in OAuth 1.0a's `oauth_callback`, of a URL in one
/// of its parameters.
pub(crate) fn state_in_url(url: &str, is_ours: impl Fn(&str) -> bool) -> Option<bool> {
    let ours_in = |url: &str| {
        // A provider's page may read its parameters from behind `#`, as in `#/login?state=…`.
        let (_, query) = url.split_once(['?', '#'])?;
        pairs(query, &['&', '#'])
            .filter(|(name, value)| name.rsplit('?').next() == Some("state") && !is_blank(value))
            .map(|(_, value)| is_ours(&value))
            .reduce(|all, ours| all && ours)
    };
    ours_in(url).or_else(|| {
        let (_, query) = url.split_once(['?', '#'])?;
        pairs(query, &['&', '#']).find_map(|(_, value)| ours_in(&value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_state_is_found_wherever_providers_are_given_it() {
        for (query, ours) in [
            ("?client_id=c&state=st", Some(true)),
            ("?state=s%74&scope=read write", Some(true)),
            ("#/login?state=st", Some(true)),
            ("?x=1#state=st", Some(true)),
            // The callback URL is not percent-encoded, and has a query.
            (
                "?redirect_uri=https://app.example/cb?x=1&state=st",
                Some(true),
            ),
            // The state is in the callback URL, as with OAuth 1.0a.
            (
                "?oauth_callback=https%3A%2F%2Fapp.example%3Fx%3D1%26state%3Dst",
                Some(true),
            ),
            ("?callback=https://app.example?state=st", Some(true)),
            (
                "?callback=https%3A%2F%2Fapp.example%3Fstate%3Dx",
                Some(false),
            ),
            // The element's key, as in most documented URLs.
            ("?client_id=c&state=instagram", Some(false)),
            ("?state=st&state=instagram", Some(false)),
            ("?state=ST", Some(false)),
            // A parameter of the URL itself counts before one of a URL in it.
            (
                "?state=st&next=https%3A%2F%2Fp.example%3Fstate%3Dx",
                Some(true),
            ),
            ("?client_id=c&state=", None),
            ("?client_id=st", None),
            ("/state=st", None),
            (
                "?callback=https%3A%2F%2Fapp.example%2Fget%3Fcode%3D123",
                None,
            ),
        ] {
            let url = format!("https://p.example/authorize{query}");
            assert_eq!(state_in_url(&url, |state| state == "st"), ours, "{url}");
        }
        let proxied = "https://app.example/cb?flow=9Xk2";
        for url in [
            "https://p.example?state=https%3A%2F%2Fapp.example%2Fcb%3Fflow%3D9Xk2&x=1",
            "https://p.example?state=https://app.example/cb?flow=9Xk2&x=1",
        ] {
            assert_eq!(
                state_in_url(url, |state| state == proxied),
                Some(true),
                "{url}"
            );
        }
    }
}
