use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};

use crate::app::App;
use crate::error::AppError;

/// What a form was filled in with.
pub(crate) struct Form(HashMap<String, String>);

impl FromRequest<Arc<App>> for Form {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, AppError> {
        let read = axum::Form::from_request(request, app);
        // Whoever sends it slowly must not hold a connection for ever.
        match tokio::time::timeout(app.read_timeout, read).await {
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
