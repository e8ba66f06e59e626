use axum::extract::{FromRequestParts, Path as Segment};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::AppError;

/// The variable part of an address. What doesn't read as what it should be is not found.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let segment = Segment::<T>::from_request_parts(parts, state).await;
        let Segment(value) = segment.map_err(|_| AppError::not_found())?;
        Ok(Self(value))
    }
}
