//! The accounts that users have connected, and what they do with them.
//!
//! An account is known by its platform and its instance's id there. Every query names the owner too. What is
//! done to an instance is done through the account's own token, which is proof of the instance. An id alone
//! may be another instance's by now: the platform's ids may have begun again.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use ce_async::calls::{
    CheckCredentials, DeleteInstance, DisableInstance, EnableInstance, GetInstance, InstanceRef,
    Ping,
};
use ce_async::model::{ElementToken, Instance, InstanceId};
use ce_async::{Call, Error};
use http::StatusCode;
use http::request::Parts;
use maud::Markup;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyArguments;
use sqlx::{Any, AnyConnection, FromRow};

use crate::app::App;
use crate::connect::flows::{Details, Flow};
use crate::db::{Db, bind, now};
use crate::error::{AppError, Page};
use crate::pages;
use crate::routes::{Path, Shared};
use crate::sessions::User;

/// An account, as it is stored.
#[derive(FromRow)]
pub(crate) struct Account {
    pub(crate) instance: i64,
    pub(crate) owner: String,
    pub(crate) element: String,
    pub(crate) name: String,
    sealed: Vec<u8>,
    pub(crate) connected_at: i64,
    pub(crate) authorized_at: i64,
    pub(crate) disabled_at: Option<i64>,
    /// Why the provider doesn't let us in, when it was last tried.
    pub(crate) last_error: Option<String>,
}

/// What is secret of an account, and sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Secret {
    token: ElementToken,
    /// As it was when it was connected: to renew the consent takes the same.
    pub(crate) details: Details,
}

/// What the home page says once something was done.
///
/// It travels in the page's address, as a fixed word and the account's number: what took long must not
/// write to the session, which may be over by then.
#[derive(Deserialize)]
pub(crate) struct Done {
    done: String,
    account: Option<i64>,
}

const NOTICES: [(&str, &str); 7] = [
    ("connected", "is connected."),
    ("renewed", "has your consent anew."),
    ("answers", "answers: all is well."),
    ("refused", "did not let us in."),
    ("paused", "is paused."),
    ("resumed", "is on again."),
    ("disconnected", "is disconnected, and its access is gone."),
];

/// Sends the browser home, where it says this of the account.
pub(crate) fn done(word: &str, account: Option<i64>) -> Response {
    let account = account.map(|account| format!("&account={account}"));
    Redirect::to(&format!("/?done={word}{}", account.unwrap_or_default())).into_response()
}

/// `GET /`: the user's accounts, or the way in. Whoever isn't signed in has no session.
pub(crate) async fn home(
    State(app): Shared,
    done: Result<Query<Done>, QueryRejection>,
    cookies: CookieJar,
) -> Page {
    let Some(user) = app.user(&cookies).await? else {
        return Ok(pages::sign_in("", false).into_response());
    };
    let accounts = app.db.accounts_of(&user.name).await?;
    let unfinished = app.unfinished_flows(&user.name).await?;
    // Without accounts nothing changes.
    let is_told = app.settings.secrets.events_key.is_some() && !accounts.is_empty();
    let changes = match is_told {
        true => Some(app.db.changes_of(&user.name).await?),
        false => None,
    };
    // A query that is not ours says nothing.
    let notice = done.ok().and_then(|Query(done)| {
        let (_, text) = NOTICES.iter().find(|(word, _)| *word == done.done)?;
        let mut accounts = accounts.iter();
        let account = accounts.find(|account| Some(account.instance) == done.account);
        let name = account.map_or("The account", |account| &account.name);
        Some(format!("{name} {text}"))
    });
    // Without the catalogue the accounts are there all the same.
    let offers = app.catalogue.offers();
    let page = pages::Home {
        accounts: &accounts,
        unfinished: &unfinished,
        changes: changes.as_deref(),
        offers: offers.as_deref().map(Vec::as_slice),
        notice: notice.as_deref(),
    };
    Ok(page.html(&user.name).into_response())
}

/// An account of the user who asks, and what is secret of it: no handler gets anybody else's.
pub(crate) struct OwnAccount(pub(crate) Account, pub(crate) Secret);

impl FromRequestParts<Arc<App>> for OwnAccount {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let user = User::from_request_parts(parts, app).await?;
        let Path(instance) = Path::<i64>::from_request_parts(parts, app).await?;
        let query = "SELECT instance, owner, element, name, sealed, connected_at, authorized_at, \
                     disabled_at, last_error FROM accounts \
                     WHERE platform = $1 AND owner = $2 AND instance = $3";
        let query = bind!(
            sqlx::query_as(query);
            &app.db.platform, &user.name, instance
        );
        let account: Option<Account> = query.fetch_optional(&app.db.pool).await?;
        let account = account.ok_or(AppError::NotFound)?;
        let secret = app.db.secret(&account.owner, instance, &account.sealed)?;
        Ok(Self(account, secret))
    }
}

/// What a check may find.
const LOCKED_OUT: &str = "The provider no longer lets us in. Renew your consent.";
const FAILS: &str = "The provider answered with an error.";

/// `POST /accounts/{instance}/check`: tries the token.
pub(crate) async fn check(State(app): Shared, OwnAccount(account, secret): OwnAccount) -> Page {
    let (error, word) = match app.client.send(Ping::through(&secret.token)).await {
        Ok(_) => (None, "answers"),
        Err(Error::Refused(_)) if account.disabled_at.is_some() => (None, "refused"),
        Err(Error::Refused(refused)) => match refused.status() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (Some(LOCKED_OUT), "refused"),
            _ => (Some(FAILS), "refused"),
        },
        Err(error) => return Err(AppError::Platform(error)),
    };
    let query = "UPDATE accounts SET last_error = $1 \
                 WHERE platform = $2 AND owner = $3 AND instance = $4";
    let query = bind!(sqlx::query(query); error);
    account.execute(&app, query).await?;
    Ok(done(word, Some(account.instance)))
}

/// `POST /accounts/{instance}/disable`
pub(crate) async fn disable(State(app): Shared, own: OwnAccount) -> Page {
    own.act(&app, DisableInstance::new).await?;
    own.set_disabled(&app, Some(now())).await?;
    Ok(done("paused", Some(own.0.instance)))
}

/// `POST /accounts/{instance}/enable`
pub(crate) async fn enable(State(app): Shared, own: OwnAccount) -> Page {
    own.act(&app, EnableInstance::new).await?;
    own.set_disabled(&app, None).await?;
    Ok(done("resumed", Some(own.0.instance)))
}

/// `GET /accounts/{instance}/disconnect`: are you sure?
pub(crate) async fn confirm_disconnect(OwnAccount(account, _): OwnAccount) -> Markup {
    pages::confirm_disconnect(&account)
}

/// `POST /accounts/{instance}/disconnect`: deletes the instance, and what is stored of it.
pub(crate) async fn disconnect(State(app): Shared, own: OwnAccount) -> Page {
    match own.act(&app, DeleteInstance::new).await {
        // Perhaps by a request whose answer was lost; it is what was asked for.
        Ok(()) | Err(AppError::AccountGone) => {}
        Err(error) => return Err(error),
    }
    let query = "DELETE FROM accounts WHERE platform = $1 AND owner = $2 AND instance = $3";
    own.0.execute(&app, sqlx::query(query)).await?;
    Ok(done("disconnected", None))
}

type Statement<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

impl Account {
    /// Carries out a query that ends with the account's platform, owner and instance.
    async fn execute(&self, app: &App, query: Statement<'_>) -> Result<(), AppError> {
        let query = bind!(query; &app.db.platform, &self.owner, self.instance);
        query.execute(&app.db.pool).await?;
        Ok(())
    }
}

impl OwnAccount {
    /// Stores that the account is paused since then, or that it isn't.
    async fn set_disabled(&self, app: &App, since: Option<i64>) -> Result<(), AppError> {
        let query = "UPDATE accounts SET disabled_at = $1 \
                     WHERE platform = $2 AND owner = $3 AND instance = $4";
        self.0.execute(app, bind!(sqlx::query(query); since)).await
    }

    /// Does something to the instance, or asks for it.
    async fn act<'a, C: Call>(
        &'a self,
        app: &App,
        to: impl Fn(InstanceRef<'a>) -> C,
    ) -> Result<C::Output, AppError> {
        let done = match app.client.send(to((&self.1.token).into())).await {
            // The platform knows the token and does not let it in, as with a paused instance. So the
            // instance is there, and the id is its own.
            Err(error) if error.status() == Some(StatusCode::FORBIDDEN) => {
                let id = self.0.instance.cast_unsigned();
                app.client.send(to(id.into())).await
            }
            done => done,
        };
        match done {
            Err(error) if is_gone(app, &error).await => Err(AppError::AccountGone),
            done => done.map_err(AppError::Platform),
        }
    }

    /// Checks that the instance is still the one that was connected.
    pub(crate) async fn check_present(&self, app: &App) -> Result<(), AppError> {
        let found = self.act(app, GetInstance::new).await?;
        match found.id.get() == self.0.instance.cast_unsigned() {
            true => Ok(()),
            false => Err(AppError::AccountGone),
        }
    }
}

/// Does the error say that the instance is gone? A refused token may also mean that our own secrets are.
async fn is_gone(app: &App, error: &Error) -> bool {
    match error.status() {
        Some(StatusCode::NOT_FOUND) => true,
        Some(StatusCode::UNAUTHORIZED) => app.client.send(CheckCredentials).await.is_ok(),
        _ => false,
    }
}

impl Db {
    /// A user's accounts, the latest first.
    async fn accounts_of(&self, owner: &str) -> sqlx::Result<Vec<Account>> {
        let query = "SELECT instance, owner, element, name, sealed, connected_at, authorized_at, \
                     disabled_at, last_error FROM accounts WHERE platform = $1 AND owner = $2 \
                     ORDER BY connected_at DESC, instance DESC LIMIT 200";
        let query = bind!(sqlx::query_as(query); &self.platform, owner);
        query.fetch_all(&self.pool).await
    }

    /// What is sealed of an account. It fails if it was sealed for another row: then somebody has written to
    /// the database who has no key.
    fn secret(&self, owner: &str, instance: i64, sealed: &[u8]) -> anyhow::Result<Secret> {
        let instance = instance.to_string();
        self.vault
            .open(&self.place("account", owner, &instance), sealed)
    }

    /// Stores a connected account. Told of the same instance twice, it stores it once. Returns `false` if the
    /// instance is an account of somebody else's.
    pub(crate) async fn insert_account(
        &self,
        within: &mut AnyConnection,
        flow: &Flow,
        instance: &Instance,
    ) -> anyhow::Result<bool> {
        let owner = &flow.owner;
        let id = instance.id.get().cast_signed();
        let known = "SELECT owner, sealed FROM accounts WHERE platform = $1 AND instance = $2";
        let known = bind!(sqlx::query_as(known); &self.platform, id);
        let known: Option<(String, Vec<u8>)> = known.fetch_optional(&mut *within).await?;
        if let Some((known, sealed)) = known {
            let secret = self.secret(&known, id, &sealed);
            if secret.is_ok_and(|secret| secret.token == instance.token) {
                return Ok(known == *owner);
            }
            // The platform's ids have begun again: of what had this one before, nothing is left.
            tracing::warn!(id, "an account whose instance is gone makes room");
            let delete = "DELETE FROM accounts WHERE platform = $1 AND instance = $2";
            let delete = bind!(sqlx::query(delete); &self.platform, id);
            delete.execute(&mut *within).await?;
        }
        let (token, details) = (instance.token.clone(), flow.details.clone());
        let secret = Secret { token, details };
        let name = id.to_string();
        let sealed = self
            .vault
            .seal(&self.place("account", owner, &name), &secret)?;
        let sql = "INSERT INTO accounts (platform, instance, owner, element, name, sealed, \
                   connected_at, authorized_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
        let query = bind!(
            sqlx::query(sql);
            &self.platform, id, owner, flow.element(), &flow.details.name, sealed, now()
        );
        query.execute(within).await?;
        Ok(true)
    }

    /// Stores that the user has given their consent anew. Returns `false` if the account is not this user's
    /// any more.
    pub(crate) async fn set_authorized(
        &self,
        within: &mut AnyConnection,
        owner: &str,
        instance: InstanceId,
    ) -> sqlx::Result<bool> {
        let update = "UPDATE accounts SET authorized_at = $1, last_error = NULL \
                      WHERE platform = $2 AND owner = $3 AND instance = $4";
        let id = instance.get().cast_signed();
        let updated = bind!(
            sqlx::query(update);
            now(), &self.platform, owner, id
        );
        Ok(updated.execute(within).await?.rows_affected() == 1)
    }
}
