use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use form_urlencoded::Serializer;
use serde::Serialize;
use serde_json::{Value, json};

use super::path::ElementRef;
use crate::catalogue::{Authentication, Element};
use crate::store::{CallbackUrl, Redacted, RequestToken, Settings, Store};
use crate::web::{ApiError, ApiResult, JsonObject, JsonResult, Parameters};

/// Step 1, with the parameters in the query.
pub(crate) async fn url_by_query(
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    parameters: Parameters,
) -> ApiResult<Json<AuthorizationUrl>> {
    authorization_url(&store, &element, &parameters)
}

/// Step 1, with the same parameters in a JSON body, where no log sees the secret.
pub(crate) async fn url_by_body(
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    JsonObject(body): JsonObject,
) -> ApiResult<Json<AuthorizationUrl>> {
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
) -> JsonResult {
    if element.authentication != Authentication::OAuth1 {
        return Err(ApiError::bad_request(format!(
            "Element {:?} does not authenticate with OAuth 1.0a, so it has no request tokens.",
            element.key
        )));
    }
    let callback = callback(&element, &parameters, None)?;
    let client = text(&parameters, "apiKey").to_owned();
    let callers_state = parameters.given("state").map(str::to_owned);
    let mut state = store.state();
    let (token, secret) = (state.random.code(), state.random.code());
    let bytes =
        callback.as_str().len() * 2 + client.len() + callers_state.as_ref().map_or(0, String::len);
    let issued = RequestToken {
        element_id: element.id,
        secret: Redacted::new(&*secret),
        client,
        callback,
        state: callers_state,
        verifier: None,
    };
    state.request_tokens.push((token.clone(), issued), bytes);
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
) -> ApiResult<Json<AuthorizationUrl>> {
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
    let url = format!("{origin}{}?{query}", Settings::consent_path(&element.key));
    Ok(Json(AuthorizationUrl {
        oauth_url: url,
        element: element.key.clone(),
    }))
}

fn for_a_code(element: &Element, parameters: &Parameters) -> ApiResult<String> {
    let callback = callback(element, parameters, None)?;
    Ok(Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", text(parameters, "apiKey"))
        .append_pair("redirect_uri", callback.as_str())
        .append_pair("scope", parameters.given("scope").unwrap_or(&element.scope))
        .append_pair("state", parameters.given("state").unwrap_or(&element.key))
        .finish())
}

/// OAuth 1.0a knows no state: it hides in the callback URL.
fn for_a_request_token(
    store: &Store,
    element: &Element,
    parameters: &Parameters,
) -> ApiResult<String> {
    let callback = callback(element, parameters, Some("requestToken"))?;
    let token = text(parameters, "requestToken");
    let store_state = store.state();
    let issued = store_state.request_tokens.get(token);
    let issued = issued.filter(|issued| issued.element_id == element.id);
    let issued = issued.ok_or_else(|| {
        ApiError::bad_request("requestToken is no valid request token of this element.")
    })?;
    let state = parameters.given("state").or(issued.state.as_deref());
    let state = state.unwrap_or(&element.key);
    Ok(Serializer::new(String::new())
        .append_pair("oauth_token", token)
        .append_pair("oauth_callback", &callback.with([("state", state)], ""))
        .finish())
}

fn text<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    parameters.first(name).unwrap_or_default().trim()
}

/// The callback URL, once everything that is required is there: what every element requires, what
/// this one does, and what is besides.
fn callback(
    element: &Element,
    parameters: &Parameters,
    besides: Option<&str>,
) -> ApiResult<CallbackUrl> {
    let required = ["apiKey", "apiSecret", "callbackUrl"].into_iter();
    let own = element.oauth_url_parameters.iter().map(String::as_str);
    let required = required.chain(own).chain(besides);
    let missing = required.filter(|name| parameters.given(name).is_none());
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let message = format!("Required parameters are missing or blank: {missing}.");
        return Err(ApiError::bad_request(message));
    }
    CallbackUrl::parse(text(parameters, "callbackUrl")).ok_or_else(|| {
        ApiError::bad_request("callbackUrl has to be a URL that a browser can be sent to.")
    })
}
