//! What goes wrong, as its user reads it: what happened, what that means, and what to do.

use axum::response::{IntoResponse, Response};
use ce_async::{CallbackError, Denied, Error};
use http::StatusCode;

use crate::database::StorageError;

/// A page that says that something went wrong.
///
/// As a response it is empty yet: the outermost layer, which knows the request's id, writes it.
#[derive(Clone, Debug)]
pub(crate) struct AppError {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) text: String,
    /// The platform's or the provider's own words.
    pub(crate) words: Option<String>,
    /// By which the platform's support finds it.
    pub(crate) platform_request: Option<String>,
    pub(crate) retry_after: Option<u64>,
    pub(crate) next: NextStep,
    /// For the log, and nobody else.
    pub(crate) cause: Option<String>,
}

/// What its user can do.
#[derive(Clone, Debug)]
pub(crate) enum NextStep {
    /// Back to the accounts.
    Accounts,
    /// Once more from the start.
    ConnectAgain(String),
    SignIn,
    /// Have the platform looked through for the instance of this flow.
    LookAgain(String),
}

impl AppError {
    pub(crate) fn new(status: StatusCode, title: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            title,
            text: text.into(),
            words: None,
            platform_request: None,
            retry_after: None,
            next: NextStep::Accounts,
            cause: None,
        }
    }

    pub(crate) fn next(mut self, next: NextStep) -> Self {
        self.next = next;
        self
    }

    pub(crate) fn words(mut self, words: Option<String>) -> Self {
        self.words = words;
        self
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "There is nothing here",
            "The page you asked for doesn't exist, or isn't yours.",
        )
    }

    pub(crate) fn account_gone() -> Self {
        Self::new(
            StatusCode::GONE,
            "This account isn't there any more",
            "The platform no longer knows it, so nothing was changed. Disconnect it here, and connect \
             it again.",
        )
    }

    /// The platform has not answered in the time that a page waits.
    pub(crate) fn slow() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The platform is slow to answer",
            "We still wait for it. Nothing was changed. Please try again in a moment.",
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "That doesn't work here",
            "This address is reached with a button on one of our pages.",
        )
    }

    pub(crate) fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "You are signed out",
            "Sign in to see your accounts. If you were just connecting one, begin again after that.",
        )
        .next(NextStep::SignIn)
    }

    pub(crate) fn foreign_form() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This form isn't ours",
            "It didn't come from one of our pages. Nothing was done. Go to our page, and try again.",
        )
    }

    pub(crate) fn unreadable_form() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This form can't be read",
            "Nothing was done. Go back, and try again.",
        )
    }

    /// The callback is no answer to a flow of this session.
    pub(crate) fn unknown_callback() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "We can't match this to anything you began",
            "You came back with an answer to a question that we didn't ask in this browser. \
             For your safety nothing was connected. If you meant to connect an account, begin here.",
        )
    }

    /// The callback was used.
    pub(crate) fn replayed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "This answer was already used",
            "Each consent works once, and this one has done its work. Perhaps the page was \
             reloaded, or opened twice. Nothing was connected a second time.",
        )
    }

    pub(crate) fn denied(element: &str, denied: Denied) -> Self {
        let error = if denied.is_by_user() {
            Self::new(
                StatusCode::OK,
                "Nothing was connected",
                "You didn't allow access, so we left everything as it was. You can change your mind at any time.",
            )
        } else if denied.error == "temporarily_unavailable" {
            Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "They can't answer just now",
                "They sent you back without asking you, because they are busy or being repaired. \
                 Nothing was connected. Please try again in a moment.",
            )
        } else {
            Self::new(
                StatusCode::BAD_GATEWAY,
                "They turned us away",
                "They sent you back without your consent. It isn't your doing, and nothing was \
                 connected. Please try again; if it stays like this, tell our support.",
            )
        };
        error
            .words(denied.description)
            .next(NextStep::ConnectAgain(element.to_owned()))
    }

    /// The instance may exist, and isn't known.
    pub(crate) fn unknown_outcome(flow: &str, error: &Error) -> Self {
        Self {
            platform_request: error.request_id().map(str::to_owned),
            cause: Some(error.to_string()),
            ..Self::new(
                StatusCode::ACCEPTED,
                "We don't know yet whether it worked",
                "The answer got lost on its way to us, so the account may be connected already. \
                 Don't begin again: we keep looking for it, and you can have us look right now.",
            )
        }
        .next(NextStep::LookAgain(flow.to_owned()))
    }

    /// An error of the platform's, met while an account of this element was being connected.
    pub(crate) fn while_connecting(error: &Error, element: &str) -> Self {
        let again = || NextStep::ConnectAgain(element.to_owned());
        match error {
            Error::Callback(CallbackError::Expired) => Self::new(
                StatusCode::GONE,
                "That took too long",
                "For your safety a consent is only good for a little while, and this one came \
                 too late. Nothing was connected. Please begin again.",
            )
            .next(again()),
            Error::Callback(CallbackError::StateMissing | CallbackError::StateMismatch) => {
                Self::unknown_callback()
            }
            Error::Callback(_) => Self::new(
                StatusCode::BAD_REQUEST,
                "The answer was incomplete",
                "You came back without what we need to connect your account. Please begin again.",
            )
            .next(again()),
            Error::NotCreated => Self::new(
                StatusCode::BAD_GATEWAY,
                "The account wasn't connected",
                "The answer got lost, so we looked for the account, and it isn't there. \
                 Please begin again.",
            )
            .next(again()),
            error => Self::of_platform(error).next(again()),
        }
    }

    /// An error of the platform's.
    pub(crate) fn of_platform(error: &Error) -> Self {
        let mut page = match error {
            Error::Unavailable(refusal) => Self {
                retry_after: refusal.retry_after().map(|time| time.as_secs().max(1)),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The platform is busy",
                    "It can't take any more requests just now. Nothing was changed. \
                     Please try again in a moment.",
                )
            },
            Error::Refused(refusal) => Self::new(
                StatusCode::BAD_GATEWAY,
                "The platform said no",
                "It refused what we asked it to do, and nothing was changed.",
            )
            .words(
                refusal
                    .provider_message()
                    .or(refusal.message())
                    .map(str::to_owned),
            ),
            Error::InvalidInput(invalid) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "That can't be sent",
                "What was filled in can't be used as it is. Nothing was changed.",
            )
            .words(Some(invalid.to_string())),
            Error::OutcomeUnknown(_) => Self::new(
                StatusCode::BAD_GATEWAY,
                "We don't know whether it worked",
                "The answer got lost on its way to us. Trying once more does no harm.",
            ),
            _ => Self::new(
                StatusCode::BAD_GATEWAY,
                "We can't reach the platform",
                "Its answer didn't arrive or made no sense. Nothing of yours is lost. \
                 Please try again in a moment.",
            ),
        };
        page.platform_request = error.request_id().map(str::to_owned);
        page.cause = Some(error.to_string());
        page
    }
}

/// Something of our own failed.
pub(crate) fn internal(cause: impl std::fmt::Display) -> AppError {
    AppError {
        cause: Some(cause.to_string()),
        ..AppError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "It isn't your doing, and nothing of yours is lost. Please try again in a moment.",
        )
    }
}

impl From<getrandom::Error> for AppError {
    fn from(error: getrandom::Error) -> Self {
        internal(error)
    }
}

impl From<StorageError> for AppError {
    fn from(error: StorageError) -> Self {
        internal(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
