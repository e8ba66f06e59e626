//! Who asks: the session's cookie, and the user that it belongs to.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, HeaderMap};
use http::request::Parts;

use crate::app::App;
use crate::database::{SESSION_LIFETIME, StorageError};
use crate::error::AppError;

/// A signed-in user.
pub(crate) struct User {
    pub(crate) name: String,
}

/// The cookie that holds a session's token: no script reads it, and no other site's form brings it along.
pub(crate) struct SessionCookie {
    name: &'static str,
    attributes: String,
}

impl SessionCookie {
    pub(crate) fn new(encrypted: bool) -> Self {
        // `Strict` would lose it: the browser comes back from the provider by a link.
        let attributes = "HttpOnly; SameSite=Lax; Path=/";
        if encrypted {
            // Browsers take a name with this prefix over TLS only, and from this host only.
            let name = "__Host-session";
            let attributes = format!("{attributes}; Secure");
            return Self { name, attributes };
        }
        let attributes = attributes.to_owned();
        Self {
            name: "session",
            attributes,
        }
    }

    /// The token that a browser sent, if it sent one.
    pub(crate) fn token<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let cookies = headers.get_all(COOKIE).into_iter();
        let mut pairs = cookies
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        Some(pairs.find(|(name, _)| *name == self.name)?.1)
    }

    /// For a browser that signs in.
    pub(crate) fn set(&self, token: &str) -> String {
        let (name, attributes) = (self.name, &self.attributes);
        let seconds = SESSION_LIFETIME.as_secs();
        format!("{name}={token}; Max-Age={seconds}; {attributes}")
    }

    /// For a browser that signs out.
    pub(crate) fn clear(&self) -> String {
        format!("{}=; Max-Age=0; {}", self.name, self.attributes)
    }
}

/// A new session's token. Nobody guesses it.
pub(crate) fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl User {
    /// The user whose session these headers name.
    pub(crate) async fn of(app: &App, headers: &HeaderMap) -> Result<Option<Self>, StorageError> {
        let Some(token) = app.cookie.token(headers) else {
            return Ok(None);
        };
        let name = app.database.session_owner(token).await?;
        Ok(name.map(|name| Self { name }))
    }
}

impl FromRequestParts<Arc<App>> for User {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let user = Self::of(app, &parts.headers).await?;
        user.ok_or_else(AppError::signed_out)
    }
}
