//! What a user does with an account that is connected.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use ce_async::Error;
use ce_async::calls::{DeleteInstance, DisableInstance, EnableInstance, Ping};
use ce_async::model::InstanceId;
use http::StatusCode;

use super::notice::Notice;
use crate::app::App;
use crate::database::Account;
use crate::database::Timestamp;
use crate::error::AppError;
use crate::pages;
use crate::web::session::User;

type Shared = State<Arc<App>>;

async fn account(app: &App, user: &User, instance: u64) -> Result<Account, AppError> {
    let account = app.database.account(&user.name, instance).await?;
    account.ok_or_else(AppError::not_found)
}

/// `POST /accounts/{instance}/check`: tries the token.
pub(crate) async fn check(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    let account = account(&app, &user, instance).await?;
    let secret = app.database.account_secret(&user.name, instance).await?;
    let token = secret.ok_or_else(AppError::not_found)?.token;
    let (error, notice) = match app.client.send(Ping::through(&token)).await {
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

/// `POST /accounts/{instance}/disable` and `…/enable`.
pub(crate) async fn disable(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    switch(&app, &user, instance, false).await
}

pub(crate) async fn enable(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    switch(&app, &user, instance, true).await
}

async fn switch(
    app: &App,
    user: &User,
    instance: u64,
    enabled: bool,
) -> Result<Response, AppError> {
    account(app, user, instance).await?;
    let id = InstanceId::new(instance);
    let sent = if enabled {
        app.client.send(EnableInstance::new(id)).await
    } else {
        app.client.send(DisableInstance::new(id)).await
    };
    sent.map_err(|error| AppError::of_platform(&error))?;
    let since = (!enabled).then(Timestamp::now);
    app.database
        .set_disabled(&user.name, instance, since)
        .await?;
    let notice = if enabled {
        Notice::Resumed
    } else {
        Notice::Paused
    };
    Ok(notice.of(instance))
}

/// `GET /accounts/{instance}/disconnect`: are you sure?
pub(crate) async fn confirm_disconnect(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    let account = account(&app, &user, instance).await?;
    Ok(pages::confirm_disconnect(&user.name, &account).into_response())
}

/// `POST /accounts/{instance}/disconnect`: deletes the instance, and what is kept of it.
pub(crate) async fn disconnect(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    account(&app, &user, instance).await?;
    match app
        .client
        .send(DeleteInstance::new(InstanceId::new(instance)))
        .await
    {
        Ok(()) => {}
        // Deleted before, perhaps by a request whose answer was lost.
        Err(Error::Refused(api_error)) if api_error.status() == StatusCode::NOT_FOUND => {}
        Err(error) => return Err(AppError::of_platform(&error)),
    }
    app.database.delete_account(&user.name, instance).await?;
    Ok(Notice::Disconnected.alone())
}
