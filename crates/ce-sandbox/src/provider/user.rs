use percent_encoding::percent_decode_str;

use super::authorization_request::AuthorizationRequest;
use super::decision::Decision;
use crate::store::Store;
use crate::web::{ApiError, Parameters};

/// Why the user could not decide.
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

/// Decides as the user: what the browser would do at the authorization URL, up to the callback URL.
pub(crate) fn decide(
    store: &Store,
    oauth_url: &str,
    decision: Decision,
) -> Result<String, ConsentError> {
    let origin = &store.settings.origin;
    let elsewhere = || ConsentError::Elsewhere {
        sandbox: origin.clone(),
    };
    let rest = oauth_url.strip_prefix(origin).ok_or_else(elsewhere)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let key = path.strip_prefix("/provider/");
    let key = key.and_then(|path| path.strip_suffix("/authorize"));
    let key = key.filter(|key| !key.contains('/')).ok_or_else(elsewhere)?;
    let key = percent_decode_str(key).decode_utf8_lossy();
    let fields = Parameters::parse(query.as_bytes());
    AuthorizationRequest::read(store, &key, &fields)
        .and_then(|request| request.decide(store, decision))
        .map_err(|ApiError { message, .. }| ConsentError::Refused { reason: message })
}
