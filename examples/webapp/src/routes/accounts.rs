//! What a user does with an account that is connected.
//!
//! It is done through the account's own token, which is proof of the instance. An id alone may be another
//! instance's by now: the platform's ids may have begun again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use ce_async::Error;
use ce_async::calls::{
    CheckCredentials, DeleteInstance, DisableInstance, EnableInstance, GetInstance, InstanceRef,
    Ping,
};
use ce_async::model::InstanceId;
use http::StatusCode;

use super::notice::Notice;
use crate::app::App;
use crate::database::{Account, AccountSecret, Timestamp};
use crate::error::AppError;
use crate::pages;
use crate::web::path::Path;
use crate::web::session::User;

type Shared = State<Arc<App>>;

/// What is done to an instance.
#[derive(Clone, Copy)]
enum Action {
    Enable,
    Disable,
    Delete,
}

pub(super) async fn account(
    app: &App,
    user: &User,
    instance: u64,
) -> Result<(Account, AccountSecret), AppError> {
    let account = app.database.account(&user.name, instance).await?;
    account.ok_or_else(AppError::not_found)
}

/// `POST /accounts/{instance}/check`: tries the token.
pub(crate) async fn check(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    let (account, secret) = account(&app, &user, instance).await?;
    let (error, notice) = match app.client.send(Ping::through(&secret.token)).await {
        Ok(_) => (None, Notice::Answers),
        Err(Error::Refused(api_error)) => {
            let status = api_error.status();
            let error = if account.disabled {
                None
            } else if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
                Some("The provider no longer lets us in. Renew your consent.")
            } else {
                Some("The provider answered with an error.")
            };
            (error, Notice::Refused)
        }
        Err(error) => return Err(AppError::of_platform(&error)),
    };
    app.database
        .set_last_error(&user.name, instance, error)
        .await?;
    Ok(notice.of(instance))
}

/// `POST /accounts/{instance}/disable`
pub(crate) async fn disable(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    act_on_present(&app, &user, instance, Action::Disable).await?;
    let since = Some(Timestamp::now());
    app.database
        .set_disabled(&user.name, instance, since)
        .await?;
    Ok(Notice::Paused.of(instance))
}

/// `POST /accounts/{instance}/enable`
pub(crate) async fn enable(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    act_on_present(&app, &user, instance, Action::Enable).await?;
    app.database
        .set_disabled(&user.name, instance, None)
        .await?;
    Ok(Notice::Resumed.of(instance))
}

/// `GET /accounts/{instance}/disconnect`: are you sure?
pub(crate) async fn confirm_disconnect(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    let (account, _) = account(&app, &user, instance).await?;
    Ok(pages::confirm_disconnect(&user.name, &account).into_response())
}

/// `POST /accounts/{instance}/disconnect`: deletes the instance, and what is stored of it.
pub(crate) async fn disconnect(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    let (_, secret) = account(&app, &user, instance).await?;
    // If it was gone before, perhaps by a request whose answer was lost, it is what was asked for.
    act(&app, Action::Delete, instance, &secret).await?;
    let pool = &app.database.pool;
    app.database
        .delete_account(pool, &user.name, instance)
        .await?;
    Ok(Notice::Disconnected.alone())
}

async fn act_on_present(
    app: &App,
    user: &User,
    instance: u64,
    action: Action,
) -> Result<(), AppError> {
    let (_, secret) = account(app, user, instance).await?;
    match act(app, action, instance, &secret).await? {
        true => Ok(()),
        false => Err(AppError::account_gone()),
    }
}

/// Does something to an instance. Returns `false` if the instance is gone.
async fn act(
    app: &App,
    action: Action,
    instance: u64,
    secret: &AccountSecret,
) -> Result<bool, AppError> {
    let done = match send(app, action, (&secret.token).into()).await {
        // The platform knows the token and does not let it in, as with a paused instance. So the instance
        // is there, and the id is its own.
        Err(error) if is(&error, StatusCode::FORBIDDEN) => send(app, action, instance.into()).await,
        done => done,
    };
    match done {
        Ok(()) => Ok(true),
        Err(error) if is_gone(app, &error).await => Ok(false),
        Err(error) => Err(AppError::of_platform(&error)),
    }
}

async fn send(app: &App, action: Action, at: InstanceRef<'_>) -> Result<(), Error> {
    match action {
        Action::Enable => app.client.send(EnableInstance::new(at)).await,
        Action::Disable => app.client.send(DisableInstance::new(at)).await,
        Action::Delete => app.client.send(DeleteInstance::new(at)).await,
    }
}

/// Checks that the instance of an account is still the one that was connected.
pub(super) async fn check_present(
    app: &App,
    instance: u64,
    secret: &AccountSecret,
) -> Result<(), AppError> {
    match app.client.send(GetInstance::new(&secret.token)).await {
        Ok(found) if found.id == InstanceId::new(instance) => Ok(()),
        Ok(_) => Err(AppError::account_gone()),
        Err(error) if is(&error, StatusCode::FORBIDDEN) => Ok(()),
        Err(error) if is_gone(app, &error).await => Err(AppError::account_gone()),
        Err(error) => Err(AppError::of_platform(&error)),
    }
}

/// Does the error say that the instance is gone? A refused token may also mean that our own secrets are.
async fn is_gone(app: &App, error: &Error) -> bool {
    is(error, StatusCode::NOT_FOUND)
        || is(error, StatusCode::UNAUTHORIZED) && app.client.send(CheckCredentials).await.is_ok()
}

fn is(error: &Error, status: StatusCode) -> bool {
    matches!(error, Error::Refused(refused) if refused.status() == status)
}
