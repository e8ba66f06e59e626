use std::collections::HashMap;
use std::time::Duration;

use axum::extract::{FromRequest, Request};

use crate::error::AppError;

/// What a form was filled in with.
pub(crate) struct Form(HashMap<String, String>);

/// So long a form may take to arrive. A browser that sends it slowly must not hold a connection for ever.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let read = axum::Form::from_request(request, state);
        match tokio::time::timeout(READ_TIMEOUT, read).await {
            Ok(Ok(axum::Form(fields))) => Ok(Self(fields)),
            Ok(Err(_)) | Err(_) => Err(AppError::unreadable_form()),
        }
    }
}

impl Form {
    /// A field as it was filled in, without blanks around it.
    pub(crate) fn field(&self, name: &str) -> &str {
        let field = self.0.get(name);
        field.map(|text| text.trim()).unwrap_or_default()
    }
}
