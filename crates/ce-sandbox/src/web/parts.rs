use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use http::StatusCode;

use super::ApiResult;
use super::api_error::ApiError;

/// How many parts a body may have.
const MAX_PARTS: usize = 100;

/// A body of several parts (`multipart/form-data`).
pub(crate) struct Parts(Vec<Part>);

pub(crate) struct Part {
    name: Option<String>,
    /// Empty if the part has none.
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

impl Parts {
    /// The first part of that name.
    pub(crate) fn take(&mut self, name: &str) -> ApiResult<Part> {
        let mut parts = self.0.iter();
        let position = parts.position(|part| part.name.as_deref() == Some(name));
        let missing = || ApiError::bad_request(format!("The body has no part named {name}."));
        Ok(self.0.swap_remove(position.ok_or_else(missing)?))
    }
}

impl<S: Send + Sync> FromRequest<S> for Parts {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> ApiResult<Self> {
        let body = Multipart::from_request(request, state).await;
        let mut body = body.map_err(|_| {
            ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body has to be of several parts, and Content-Type has to say \
                 multipart/form-data and the boundary.",
            )
        })?;
        let broken = |_| ApiError::bad_request("The body's parts can't be told apart.");
        let mut parts = Vec::new();
        while let Some(part) = body.next_field().await.map_err(broken)? {
            if parts.len() == MAX_PARTS {
                return Err(ApiError::bad_request("The body has too many parts."));
            }
            parts.push(Part {
                name: part.name().map(str::to_owned),
                media_type: part.content_type().unwrap_or_default().to_owned(),
                bytes: part.bytes().await.map_err(broken)?,
            });
        }
        Ok(Self(parts))
    }
}
