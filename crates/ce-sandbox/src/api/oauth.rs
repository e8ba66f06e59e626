use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use form_urlencoded::Serializer;
use serde::Serialize;
use serde_json::{Value, json};

use super::path::ElementRef;
use crate::catalogue::{Authentication, Element};
use crate::store::{CallbackUrl, Redacted, RequestToken, Settings, Store};
use crate::web::{ApiError, JsonObject, Parameters};

/// Step 1, with the parameters in the query.
pub(crate) async fn url_by_query(
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    parameters: Parameters,
) -> Result<Json<AuthorizationUrl>, ApiError> {
    authorization_url(&store, &element, &parameters)
}

/// Step 1, with the same parameters in a JSON body, where no log sees the secret.
pub(crate) async fn url_by_body(
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    JsonObject(body): JsonObject,
) -> Result<Json<AuthorizationUrl>, ApiError> {
    // Nothing but texts, numbers and booleans can be a parameter.
    let parameters = body.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name, text)),
        Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    authorization_url(&store, &element, &parameters.collect())
}

/// What comes before step 1 with OAuth 1.0a: a request token of the provider's.
pub(crate) async fn request_token(
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    parameters: Parameters,
) -> Result<Json<Value>, ApiError> {
    if element.authentication != Authentication::OAuth1 {
        return Err(ApiError::bad_request(format!(
            "Element {:?} does not authenticate with OAuth 1.0a, so it has no request tokens.",
            element.key
        )));
    }
    let callback = callback(&element, &parameters, &[])?;
    let client = given(&parameters, "apiKey").trim().to_owned();
    let callers_state = given(&parameters, "state").to_owned();
    let mut state = store.state();
    let token = state.random.code();
    let secret = state.random.code();
    let bytes = callback.as_str().len() * 2 + client.len() + callers_state.len();
    let issued = RequestToken {
        element_id: element.id,
        secret: Redacted::new(&*secret),
        client,
        callback,
        state: Some(callers_state).filter(|state| !state.is_empty()),
        verifier: None,
    };
    state.request_tokens.issue(token.clone(), issued, bytes);
    Ok(Json(json!({"token": token, "secret": secret})))
}

/// In this order, so that a fault in the first text is one in the URL.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthorizationUrl {
    oauth_url: String,
    element: String,
}

fn authorization_url(
    store: &Store,
    element: &Element,
    parameters: &Parameters,
) -> Result<Json<AuthorizationUrl>, ApiError> {
    let query = match element.authentication {
        Authentication::OAuth2 => for_a_code(element, parameters)?,
        Authentication::OAuth1 => for_a_request_token(store, element, parameters)?,
        _ => {
            return Err(ApiError::bad_request(format!(
                "Element {:?} does not authenticate with OAuth, so it has no authorization URL.",
                element.key
            )));
        }
    };
    let origin = &store.settings.origin;
    let page = Settings::consent_path(&element.key);
    Ok(Json(AuthorizationUrl {
        oauth_url: format!("{origin}{page}?{query}"),
        element: element.key.clone(),
    }))
}

fn for_a_code(element: &Element, parameters: &Parameters) -> Result<String, ApiError> {
    let callback = callback(element, parameters, &[])?;
    let scope = match given(parameters, "scope") {
        "" => &element.scope,
        scope => scope,
    };
    Ok(Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", given(parameters, "apiKey").trim())
        .append_pair("redirect_uri", callback.as_str())
        .append_pair("scope", scope)
        .append_pair("state", state(element, parameters))
        .finish())
}

/// OAuth 1.0a knows no state: it hides in the callback URL.
fn for_a_request_token(
    store: &Store,
    element: &Element,
    parameters: &Parameters,
) -> Result<String, ApiError> {
    let callback = callback(element, parameters, &["requestToken"])?;
    let token = given(parameters, "requestToken").trim();
    let store_state = store.state();
    let issued = store_state.request_tokens.get(token);
    let issued = issued.filter(|issued| issued.element_id == element.id);
    let issued = issued.ok_or_else(|| {
        ApiError::bad_request("requestToken is no valid request token of this element.")
    })?;
    let state = match (given(parameters, "state"), &issued.state) {
        ("", Some(state)) => state,
        _ => state(element, parameters),
    };
    Ok(Serializer::new(String::new())
        .append_pair("oauth_token", token)
        .append_pair("oauth_callback", &callback.with([("state", state)], ""))
        .finish())
}

fn given<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    parameters.first(name).unwrap_or_default()
}

/// The caller's, or else the element's key.
fn state<'a>(element: &'a Element, parameters: &'a Parameters) -> &'a str {
    match given(parameters, "state") {
        "" => &element.key,
        state => state,
    }
}

/// The callback URL, once everything that is required is there: what every element requires, what
/// this one does, and `more`.
fn callback(
    element: &Element,
    parameters: &Parameters,
    more: &[&str],
) -> Result<CallbackUrl, ApiError> {
    let required = ["apiKey", "apiSecret", "callbackUrl"].into_iter();
    let required = required
        .chain(element.oauth_url_parameters.iter().map(String::as_str))
        .chain(more.iter().copied());
    let is_missing = |name: &&str| given(parameters, name).trim().is_empty();
    let missing: Vec<&str> = required.filter(is_missing).collect();
    if !missing.is_empty() {
        return Err(ApiError::bad_request(format!(
            "Required parameters are missing or blank: {}.",
            missing.join(", ")
        )));
    }
    CallbackUrl::parse(given(parameters, "callbackUrl").trim()).ok_or_else(|| {
        ApiError::bad_request("callbackUrl has to be a URL that a browser can be sent to.")
    })
}
