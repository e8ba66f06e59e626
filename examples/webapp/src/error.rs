//! What goes wrong, as its user reads it: what happened, what that means, and what to do.

use std::sync::Arc;

use axum::extract::Request;
use axum::extract::rejection::{FormRejection, PathRejection};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ce_async::{CallbackError, Denied, Error};
use http::StatusCode;
use http::header::RETRY_AFTER;
use tower_http::request_id::RequestId;

use crate::pages;

/// What a handler answers.
pub(crate) type Page = Result<Response, AppError>;

/// Why a user gets another page than the one that was asked for.
#[derive(Debug)]
pub(crate) enum AppError {
    NotFound,
    MethodNotAllowed,
    SignedOut,
    ForeignForm,
    UnreadableForm,
    /// The callback is no answer to a flow of this user's.
    UnknownCallback,
    CallbackUsed,
    CallbackInUse,
    NoCatalogue,
    AccountGone,
    Denied {
        element: String,
        denied: Denied,
    },
    /// The instance may exist, and isn't known.
    UnknownOutcome {
        flow: String,
        error: Error,
    },
    /// Met while an account of this element was being connected.
    Connecting {
        element: String,
        error: Error,
    },
    Platform(Error),
    /// Something of our own failed.
    Internal(anyhow::Error),
}

impl AppError {
    pub(crate) fn connecting(element: &str, error: Error) -> Self {
        match error {
            Error::Callback(CallbackError::StateMissing | CallbackError::StateMismatch) => {
                Self::UnknownCallback
            }
            error => Self::Connecting {
                element: element.to_owned(),
                error,
            },
        }
    }

    /// The page's status, title and text.
    #[rustfmt::skip] // A row a page.
    pub(crate) fn page(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as Status;
        match self {
            Self::NotFound => (Status::NOT_FOUND, "There is nothing here",
                "The page you asked for doesn't exist, or isn't yours."),
            Self::MethodNotAllowed => (Status::METHOD_NOT_ALLOWED, "That doesn't work here",
                "This address is reached with a button on one of our pages."),
            Self::SignedOut => (Status::UNAUTHORIZED, "You are signed out",
                "Sign in to see your accounts. If you were just connecting one, begin again after that."),
            Self::ForeignForm => (Status::FORBIDDEN, "This form isn't ours",
                "It didn't come from one of our pages. Nothing was done. Go to our page, and try again."),
            Self::UnreadableForm => (Status::BAD_REQUEST, "This form can't be read",
                "Nothing was done. Go back, and try again."),
            Self::UnknownCallback => (Status::BAD_REQUEST, "We can't match this to anything you began",
                "You came back with an answer to a question that we didn't ask in this browser. For your \
                 safety nothing was connected. If you meant to connect an account, begin here."),
            Self::CallbackUsed => (Status::CONFLICT, "This answer was already used",
                "Each consent works once, and this one has done its work. Perhaps the page was reloaded, or \
                 opened twice. Nothing was connected a second time."),
            Self::CallbackInUse => (Status::CONFLICT, "We are already on it",
                "This answer has arrived before, and your account is being connected with it. It will be \
                 among your accounts in a moment."),
            Self::NoCatalogue => (Status::SERVICE_UNAVAILABLE, "The platform is slow to answer",
                "What can be connected isn't known just now. Nothing was changed. Please try again in a moment."),
            Self::AccountGone => (Status::GONE, "This account isn't there any more",
                "The platform no longer knows it, so nothing was changed. Disconnect it here, and connect it \
                 again."),
            Self::Denied { denied, .. } if denied.is_by_user() => (Status::OK, "Nothing was connected",
                "You didn't allow access, so we left everything as it was. You can change your mind at any time."),
            Self::Denied { denied, .. } if denied.error == "temporarily_unavailable" =>
                (Status::SERVICE_UNAVAILABLE, "They can't answer just now",
                "They sent you back without asking you, because they are busy or being repaired. Nothing was \
                 connected. Please try again in a moment."),
            Self::Denied { .. } => (Status::BAD_GATEWAY, "They turned us away",
                "They sent you back without your consent. It isn't your doing, and nothing was connected. \
                 Please try again; if it stays like this, tell our support."),
            Self::UnknownOutcome { .. } => (Status::ACCEPTED, "We don't know yet whether it worked",
                "The answer got lost on its way to us, so the account may be connected already. Don't begin \
                 again: we keep looking for it, and you can have us look right now."),
            Self::Connecting { error: Error::Callback(CallbackError::Expired), .. } =>
                (Status::GONE, "That took too long",
                "For your safety a consent is only good for a little while, and this one came too late. \
                 Nothing was connected. Please begin again."),
            Self::Connecting { error: Error::Callback(_), .. } =>
                (Status::BAD_REQUEST, "The answer was incomplete",
                "You came back without what we need to connect your account. Please begin again."),
            Self::Connecting { error: Error::NotCreated, .. } =>
                (Status::BAD_GATEWAY, "The account wasn't connected",
                "The answer got lost, so we looked for the account, and it isn't there. Please begin again."),
            Self::Connecting { error, .. } | Self::Platform(error) => match error {
                Error::Unavailable(_) => (Status::SERVICE_UNAVAILABLE, "The platform is busy",
                    "It can't take any more requests just now. Nothing was changed. Please try again in a \
                     moment."),
                Error::Refused(_) => (Status::BAD_GATEWAY, "The platform said no",
                    "It refused what we asked it to do, and nothing was changed."),
                Error::InvalidInput(_) => (Status::UNPROCESSABLE_ENTITY, "That can't be sent",
                    "What was filled in can't be used as it is. Nothing was changed."),
                Error::OutcomeUnknown(_) => (Status::BAD_GATEWAY, "We don't know whether it worked",
                    "The answer got lost on its way to us. Trying once more does no harm."),
                _ => (Status::BAD_GATEWAY, "We can't reach the platform",
                    "Its answer didn't arrive or made no sense. Nothing of yours is lost. Please try again in \
                     a moment."),
            },
            Self::Internal(_) => (Status::INTERNAL_SERVER_ERROR, "Something went wrong on our side",
                "It isn't your doing, and nothing of yours is lost. Please try again in a moment."),
        }
    }

    /// The error of the platform's that is behind it.
    pub(crate) fn of_platform(&self) -> Option<&Error> {
        match self {
            Self::UnknownOutcome { error, .. }
            | Self::Connecting { error, .. }
            | Self::Platform(error) => Some(error),
            _ => None,
        }
    }

    /// The platform's or the provider's own words.
    pub(crate) fn words(&self) -> Option<String> {
        match (self, self.of_platform()) {
            (Self::Denied { denied, .. }, _) => denied.description.clone(),
            (_, Some(Error::Refused(refusal))) => {
                let words = refusal.provider_message().or(refusal.message());
                words.map(str::to_owned)
            }
            (_, Some(Error::InvalidInput(invalid))) => Some(invalid.to_string()),
            _ => None,
        }
    }

    pub(crate) fn retry_after(&self) -> Option<u64> {
        let wait = self.of_platform()?.retry_after()?;
        Some(wait.as_secs().max(1))
    }
}

/// As a response it is empty yet: `show`, which knows the request's id, writes the page.
impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.page().0.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Writes the page of an error, and logs it.
pub(crate) async fn show(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let (head, body) = next.run(request).await.into_parts();
    let Some(error) = head.extensions.get::<Arc<AppError>>() else {
        return Response::from_parts(head, body);
    };
    let (status, title, _) = error.page();
    let platform_request = error.of_platform().and_then(Error::request_id);
    let cause = match (&**error, error.of_platform()) {
        (AppError::Internal(error), _) => Some(format!("{error:#}")),
        (_, error) => error.map(Error::to_string),
    };
    if status.is_server_error() {
        tracing::warn!(title, cause, platform_request, "error");
    } else {
        tracing::info!(title, cause, platform_request, "error");
    }
    let id = id.as_ref().and_then(|id| id.header_value().to_str().ok());
    let mut response = (status, pages::error(error, id.unwrap_or_default())).into_response();
    response.headers_mut().extend(head.headers);
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<FormRejection> for AppError {
    fn from(_: FormRejection) -> Self {
        Self::UnreadableForm
    }
}

/// What doesn't read as what it should be is not found.
impl From<PathRejection> for AppError {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}
