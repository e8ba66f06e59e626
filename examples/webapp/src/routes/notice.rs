use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

/// What the home page says once something was done.
///
/// It travels in the page's address, as a fixed word and the account's number: what took long must not
/// write to the session, which may be over by then.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Notice {
    Connected,
    Renewed,
    Answers,
    Refused,
    Paused,
    Resumed,
    Disconnected,
}

/// The query of the home page.
#[derive(Deserialize)]
pub(crate) struct Done {
    done: Notice,
    account: Option<u64>,
}

impl Notice {
    /// Sends the browser home, where it says this of the account.
    pub(crate) fn of(self, account: u64) -> Response {
        Redirect::to(&format!("/?done={}&account={account}", self.word())).into_response()
    }

    /// The same where there is no account any more.
    pub(crate) fn alone(self) -> Response {
        Redirect::to(&format!("/?done={}", self.word())).into_response()
    }

    fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Renewed => "renewed",
            Self::Answers => "answers",
            Self::Refused => "refused",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Disconnected => "disconnected",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Connected => "is connected.",
            Self::Renewed => "has your consent anew.",
            Self::Answers => "answers: all is well.",
            Self::Refused => "did not let us in.",
            Self::Paused => "is paused.",
            Self::Resumed => "is on again.",
            Self::Disconnected => "is disconnected, and its access is gone.",
        }
    }
}

impl Done {
    /// The sentence. `name` finds an account among the user's own.
    pub(crate) fn sentence<'a>(&self, name: impl FnOnce(u64) -> Option<&'a str>) -> String {
        let name = self.account.and_then(name).unwrap_or("The account");
        format!("{name} {}", self.done.text())
    }
}
