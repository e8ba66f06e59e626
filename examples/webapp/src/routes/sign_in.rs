//! Home, and the way in and out. Signing in is a demonstration: whoever knows a name has it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::notice::Done;
use crate::app::App;
use crate::error::AppError;
use crate::pages;
use crate::web::user::{Posted, User, Visitor};

type Shared = State<Arc<App>>;

/// `GET /`: the user's accounts, or the way in.
pub(crate) async fn home(
    State(app): Shared,
    done: Result<Query<Done>, QueryRejection>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let Some(name) = visitor.user().map(str::to_owned) else {
        return Ok(pages::sign_in(&visitor, "", false).into_response());
    };
    let accounts = app.database.accounts_of(&name).await?;
    let unfinished = app.database.unfinished_flows(&name).await?;
    // A query that is not ours says nothing.
    let notice = done.ok().map(|Query(done)| {
        done.sentence(|instance| {
            let mut accounts = accounts.iter();
            let account = accounts.find(|account| account.instance == instance);
            account.map(|account| account.name.as_str())
        })
    });
    let user = User { name, visitor };
    // Without the catalogue the accounts are there all the same.
    let offers = match app.catalogue.offers(&app.client).await {
        Ok(offers) => Some(offers),
        Err(error) => {
            tracing::warn!(%error, "there is no catalogue");
            None
        }
    };
    let offers = offers.as_deref().map(Vec::as_slice);
    Ok(pages::home(&user, &accounts, &unfinished, offers, notice.as_deref()).into_response())
}

/// `POST /sign-in`
pub(crate) async fn sign_in(form: Posted<Visitor>) -> Result<Response, AppError> {
    let name = form.field("user");
    let sound = (1..=40).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if !sound {
        let page = pages::sign_in(&form.who, name, true);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    form.who.sign_in(name).await?;
    Ok(Redirect::to("/").into_response())
}

/// `POST /sign-out`
pub(crate) async fn sign_out(form: Posted<User>) -> Result<Response, AppError> {
    form.who.visitor.sign_out().await?;
    Ok(Redirect::to("/").into_response())
}
