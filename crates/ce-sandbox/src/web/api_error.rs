use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::Serialize;

pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static("elements-request-id");

/// An error, in the shape that every error of the platform has.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    provider_message: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            provider_message: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn no_such_path() -> Self {
        Self::not_found("The sandbox has nothing at this path.")
    }

    pub(crate) fn no_such_instance(id: impl std::fmt::Display) -> Self {
        Self::not_found(format!("No element instance found with the id {id}."))
    }

    pub(crate) fn no_such_element(key_or_id: &str) -> Self {
        // Not `No … found`, by which clients know a search without hits.
        Self::not_found(format!("There is no element {key_or_id:?}."))
    }

    /// What the sandbox keeps is bounded.
    pub(crate) fn full() -> Self {
        Self::forbidden("The sandbox holds as much as it may; delete some first.")
    }

    /// The provider, not the platform, said no.
    pub(crate) fn by_provider(status: StatusCode, reason: &'static str) -> Self {
        Self {
            provider_message: Some(reason),
            ..Self::new(status, "Request failed")
        }
    }
}

/// The body is written by [`render`], which knows the request's id.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a path answers to a method that it does not take.
pub(crate) async fn method_not_allowed(method: Method) -> ApiError {
    let message = format!("This path does not take {method}.");
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    request_id: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_message: Option<&'static str>,
}

/// Gives the response of an [`ApiError`] its body. Any other response stays as it is.
pub(crate) fn render(mut response: Response, request_id: &str) -> Response {
    let Some(error) = response.extensions_mut().remove::<ApiError>() else {
        return response;
    };
    let body = ErrorBody {
        request_id,
        message: &error.message,
        provider_message: error.provider_message,
    };
    let (_, body) = Json(body).into_response().into_parts();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    // That of the body which there was not.
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = body;
    response
}
