//! Who is signed in. Signing in is a demonstration: whoever knows a name has it.
//!
//! A session is a row that is written at sign-in and deleted at sign-out, and never changed in between. So no
//! work that takes long can sign anybody in again, or write over what somebody else has done meanwhile.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse as _, Redirect};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;

use crate::app::{App, random_text};
use crate::db::{bind, digest, millis, now};
use crate::error::{AppError, Page};
use crate::pages;
use crate::routes::{Form, Shared};

/// So long after signing in a session ends.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// A signed-in user.
pub(crate) struct User {
    pub(crate) name: String,
}

impl FromRequestParts<Arc<App>> for User {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let user = app.user(&CookieJar::from_headers(&parts.headers)).await?;
        user.ok_or(AppError::SignedOut)
    }
}

impl App {
    /// The user whose session these cookies name, if it has not ended.
    pub(crate) async fn user(&self, cookies: &CookieJar) -> anyhow::Result<Option<User>> {
        let Some(cookie) = cookies.get(self.cookie_name()) else {
            return Ok(None);
        };
        let sql = "SELECT owner FROM sessions WHERE id = $1 AND expires_at > $2";
        let query = bind!(sqlx::query_scalar(sql); digest(cookie.value()), now());
        let owner = query.fetch_optional(&self.db.pool).await?;
        Ok(owner.map(|name| User { name }))
    }

    /// The cookie that holds a session's token: no script reads it, and no other site's form brings it along.
    fn cookie(&self, token: String) -> Cookie<'static> {
        Cookie::build((self.cookie_name(), token))
            .http_only(true)
            // `Strict` would lose it: the browser comes back from the provider by a link.
            .same_site(SameSite::Lax)
            .path("/")
            .secure(self.is_encrypted())
            .max_age(LIFETIME.try_into().unwrap_or_default())
            .build()
    }

    /// Browsers take a name with the prefix over TLS only, and from this host only.
    fn cookie_name(&self) -> &'static str {
        if self.is_encrypted() {
            "__Host-session"
        } else {
            "session"
        }
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.origin.starts_with("https:")
    }

    async fn end_session(&self, cookies: CookieJar) -> anyhow::Result<CookieJar> {
        let Some(cookie) = cookies.get(self.cookie_name()) else {
            return Ok(cookies);
        };
        let sql = "DELETE FROM sessions WHERE id = $1";
        let query = bind!(sqlx::query(sql); digest(cookie.value()));
        query.execute(&self.db.pool).await?;
        Ok(cookies.remove(self.cookie(String::new())))
    }
}

#[derive(Deserialize)]
pub(crate) struct SignIn {
    #[serde(default)]
    user: String,
}

/// `POST /sign-in`: a new session, so that a token that was planted in the browser is worth nothing.
pub(crate) async fn sign_in(
    State(app): Shared,
    cookies: CookieJar,
    Form(SignIn { user }): Form<SignIn>,
) -> Page {
    let name = user.trim();
    if !(1..=40).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let page = pages::sign_in(name, true);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let cookies = app.end_session(cookies).await?;
    let token = random_text()?;
    // The token, which only the browser has, is not in the database.
    let sql = "INSERT INTO sessions (id, owner, expires_at) VALUES ($1, $2, $3)";
    let query = bind!(sqlx::query(sql); digest(&token), name, now() + millis(LIFETIME));
    query.execute(&app.db.pool).await?;
    Ok((cookies.add(app.cookie(token)), Redirect::to("/")).into_response())
}

/// `POST /sign-out`
pub(crate) async fn sign_out(State(app): Shared, cookies: CookieJar) -> Page {
    let cookies = app.end_session(cookies).await?;
    Ok((cookies, Redirect::to("/")).into_response())
}
