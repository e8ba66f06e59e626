//! Home, and the way in and out. Signing in is a demonstration: whoever knows a name has it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::header::{HeaderMap, SET_COOKIE};

use super::notice::Done;
use crate::app::App;
use crate::error::AppError;
use crate::pages;
use crate::web::form::Form;
use crate::web::session::{User, new_token};

type Shared = State<Arc<App>>;

/// `GET /`: the user's accounts, or the way in. Whoever isn't signed in has no session.
pub(crate) async fn home(
    State(app): Shared,
    done: Result<Query<Done>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let Some(user) = User::of(&app, &headers).await? else {
        return Ok(pages::sign_in("", false).into_response());
    };
    let accounts = app.database.accounts_of(&user.name).await?;
    let unfinished = app.database.unfinished_flows(&user.name).await?;
    // Without accounts nothing changes.
    let is_told = app.events_key.is_some() && !accounts.is_empty();
    let changes = match is_told {
        true => Some(app.database.changes_of(&user.name).await?),
        false => None,
    };
    // A query that is not ours says nothing.
    let notice = done.ok().map(|Query(done)| {
        done.sentence(|instance| {
            let mut accounts = accounts.iter();
            let account = accounts.find(|account| account.instance == instance);
            account.map(|account| account.name.as_str())
        })
    });
    // Without the catalogue the accounts are there all the same.
    let offers = app.catalogue.offers().await.ok();
    let offers = offers.as_deref().map(Vec::as_slice);
    let page = pages::home(
        &user.name,
        &accounts,
        &unfinished,
        offers,
        changes.as_deref(),
        notice.as_deref(),
    );
    Ok(page.into_response())
}

/// `POST /sign-in`: a new session, so that a token that was planted in the browser is worth nothing.
pub(crate) async fn sign_in(
    State(app): Shared,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, AppError> {
    let name = form.field("user");
    let sound = (1..=40).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !sound {
        let page = pages::sign_in(name, true);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if let Some(old) = app.cookie.token(&headers) {
        app.database.delete_session(old).await?;
    }
    let token = new_token()?;
    app.database.insert_session(&token, name).await?;
    let cookie = app.cookie.set(&token);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// `POST /sign-out`
pub(crate) async fn sign_out(State(app): Shared, headers: HeaderMap) -> Result<Response, AppError> {
    if let Some(token) = app.cookie.token(&headers) {
        app.database.delete_session(token).await?;
    }
    Ok(([(SET_COOKIE, app.cookie.clear())], Redirect::to("/")).into_response())
}
