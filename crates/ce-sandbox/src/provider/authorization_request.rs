use std::sync::Arc;

use crate::catalogue::{Authentication, Element};
use crate::store::{CallbackUrl, Store};
use crate::web::{ApiError, ApiResult, Parameters};

/// What an application asks a user for at the provider (RFC 6749, section 4.1.1).
pub(crate) struct AuthorizationRequest {
    pub(crate) element: Arc<Element>,
    pub(crate) client_id: String,
    pub(crate) callback: CallbackUrl,
    pub(crate) grant: GrantType,
}

/// How the application is told of the decision.
pub(crate) enum GrantType {
    /// OAuth 2: by a code.
    Code {
        scope: String,
        state: Option<String>,
    },
    /// OAuth 1.0a: by a verifier for the request token that it asked with.
    RequestToken(String),
}

impl AuthorizationRequest {
    /// What can't be asked stays an error on the page: an address that is not trusted enough to send a
    /// code to is not trusted with an error either.
    pub(crate) fn read(store: &Store, key_or_id: &str, fields: &Parameters) -> ApiResult<Self> {
        let nobody = || ApiError::not_found("No provider asks for consent here.");
        let element = store.settings.catalogue.find(key_or_id);
        let element = element.ok_or_else(nobody)?;
        match element.authentication {
            Authentication::OAuth2 => Self::for_a_code(element, fields),
            Authentication::OAuth1 => Self::for_a_request_token(store, element, fields),
            _ => Err(nobody()),
        }
    }

    fn for_a_code(element: &Arc<Element>, fields: &Parameters) -> ApiResult<Self> {
        let client_id = fields.first("client_id").unwrap_or_default().trim();
        if client_id.is_empty() {
            return Err(ApiError::bad_request(
                "The application does not say who it is: client_id is missing.",
            ));
        }
        let callback = fields.first("redirect_uri").and_then(CallbackUrl::parse);
        let Some(callback) = callback else {
            return Err(ApiError::bad_request(
                "The application does not say where to return to: \
                 redirect_uri has to be a URL that a browser can be sent to.",
            ));
        };
        if fields.first("response_type") != Some("code") {
            return Err(ApiError::bad_request(
                "The application asks for something else than a code: \
                 response_type has to be code.",
            ));
        }
        Ok(Self {
            element: Arc::clone(element),
            client_id: client_id.to_owned(),
            callback,
            grant: GrantType::Code {
                scope: fields.first("scope").unwrap_or_default().to_owned(),
                state: fields.first("state").map(str::to_owned),
            },
        })
    }

    fn for_a_request_token(
        store: &Store,
        element: &Arc<Element>,
        fields: &Parameters,
    ) -> ApiResult<Self> {
        let token = fields.first("oauth_token").unwrap_or_default();
        let state = store.state();
        let issued = state.request_tokens.get(token);
        let issued = issued
            .filter(|issued| issued.element_id == element.id && issued.verifier.is_none())
            .ok_or_else(no_such_token)?;
        let callback = match (fields.first("oauth_callback"), &issued.state) {
            (Some(callback), _) => callback.to_owned(),
            (None, Some(state)) => issued.callback.with([("state", state.as_str())], ""),
            (None, None) => issued.callback.as_str().to_owned(),
        };
        let callback = CallbackUrl::parse(&callback).ok_or_else(|| {
            ApiError::bad_request("oauth_callback has to be a URL that a browser can be sent to.")
        })?;
        Ok(Self {
            element: Arc::clone(element),
            client_id: issued.client.clone(),
            callback,
            grant: GrantType::RequestToken(token.to_owned()),
        })
    }

    /// Each thing that is asked for. Providers differ in what stands between them.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        let scope = match &self.grant {
            GrantType::Code { scope, .. } => scope.as_str(),
            GrantType::RequestToken(_) => "",
        };
        scope
            .split(|c: char| c.is_whitespace() || c == ',' || c == '+')
            .filter(|scope| !scope.is_empty())
    }
}

pub(crate) fn no_such_token() -> ApiError {
    ApiError::bad_request(
        "The application asks with an oauth_token that is unknown, or was decided on already.",
    )
}
