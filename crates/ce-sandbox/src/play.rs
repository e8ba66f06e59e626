use crate::decision::Decision;
use crate::path;
use crate::platform::Platform;
use crate::query::Query;
use crate::question::{Question, Unanswerable};

/// Why the user could not be played.
///
/// Its text quotes nothing of the URL, which holds the application's `state`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsentError {
    /// The URL does not lead to a consent page of this sandbox. It may be a real provider's, or
    /// another sandbox's.
    #[error("the URL is not of a consent page of this sandbox, which is at {sandbox}")]
    Elsewhere {
        /// Where this sandbox is.
        sandbox: String,
    },
    /// The consent page shows an error instead of a question.
    #[error("the consent page refuses: {reason}")]
    Refused {
        /// What the page says.
        reason: String,
    },
}

/// Plays the user: what the browser would do at the authorization URL, up to the callback URL.
pub(crate) fn play(
    platform: &Platform,
    oauth_url: &str,
    decision: Decision,
) -> Result<String, ConsentError> {
    let elsewhere = || ConsentError::Elsewhere {
        sandbox: platform.origin.clone(),
    };
    let rest = oauth_url
        .strip_prefix(&platform.origin)
        .filter(|rest| rest.starts_with('/'))
        .ok_or_else(elsewhere)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let segments = path::segments(path).unwrap_or_default();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["provider", key, "authorize"] = segments[..] else {
        return Err(elsewhere());
    };
    Query::parse(query.as_bytes())
        .map_err(|_| Unanswerable::bad_request("The query is not UTF-8 once it is decoded."))
        .and_then(|fields| Question::read(platform, key, &fields)?.decide(platform, decision))
        .map_err(|Unanswerable { reason, .. }| ConsentError::Refused { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "http://127.0.0.1:8000/provider/instagram/authorize";
    const QUERY: &str = "response_type=code&client_id=app&redirect_uri=http://h/cb&state=5ecret";

    #[test]
    fn only_this_sandboxs_pages_are_visited() {
        let platform = Platform::for_test();
        let visit = |url: &str| play(&platform, url, Decision::Allow);
        assert!(visit(&format!("{PAGE}?{QUERY}")).is_ok());
        assert!(visit(&format!("{PAGE}/?{QUERY}#fragment")).is_ok());
        for url in [
            "",
            "https://api.instagram.com/oauth/authorize",
            "http://127.0.0.1:8000provider/instagram/authorize",
            "http://127.0.0.1:80001/provider/instagram/authorize",
            "http://127.0.0.1:8000@evil.example/provider/instagram/authorize",
            "http://127.0.0.1:8000/provider/instagram",
            "http://127.0.0.1:8000/other/instagram/authorize",
            "http://127.0.0.1:8000/provider/%ff/authorize",
        ] {
            let error = visit(&format!("{url}?{QUERY}")).unwrap_err();
            assert!(
                matches!(error, ConsentError::Elsewhere { .. }),
                "{url}: {error}"
            );
            assert!(!error.to_string().contains("5ecret"), "{error}");
        }
    }

    #[test]
    fn a_page_that_refuses_says_why() {
        let platform = Platform::for_test();
        for (url, part) in [
            (PAGE.to_owned(), "client_id"),
            (format!("{PAGE}?client_id=app&state=5ecret"), "redirect_uri"),
            (format!("{PAGE}?client_id=%ff"), "UTF-8"),
        ] {
            let error = play(&platform, &url, Decision::Deny).unwrap_err();
            assert!(matches!(error, ConsentError::Refused { .. }), "{error}");
            let text = format!("{error} {error:?}");
            assert!(text.contains(part) && !text.contains("5ecret"), "{text}");
        }
    }
}
