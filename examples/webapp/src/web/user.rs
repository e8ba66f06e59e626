//! Who asks: the session, its user, and proof that a form is one of ours.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use subtle::ConstantTimeEq as _;
use tower_sessions::Session;

use crate::app::App;
use crate::database::StorageError;
use crate::error::{AppError, internal};

/// Whoever is at the browser.
pub(crate) struct Visitor {
    pub(crate) session: Session,
    /// In every form of this session.
    pub(crate) csrf: String,
    user: Option<String>,
}

/// A signed-in user.
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) visitor: Visitor,
}

/// A form that one of our pages sent.
pub(crate) struct Posted<Who> {
    pub(crate) who: Who,
    fields: HashMap<String, String>,
}

const CSRF: &str = "csrf";
const USER: &str = "user";

impl Visitor {
    async fn read(session: Session) -> Result<Self, StorageError> {
        let csrf = match session.get(CSRF).await? {
            Some(csrf) => csrf,
            None => {
                let csrf = token()?;
                session.insert(CSRF, &csrf).await?;
                csrf
            }
        };
        let user = session.get(USER).await?;
        Ok(Self {
            session,
            csrf,
            user,
        })
    }

    /// Signs a user in. The session gets another id, so that one that was planted is worth nothing.
    pub(crate) async fn sign_in(&self, user: &str) -> Result<(), StorageError> {
        self.session.clear().await;
        self.session.cycle_id().await?;
        self.session.insert(CSRF, token()?).await?;
        self.session.insert(USER, user).await?;
        Ok(())
    }

    pub(crate) async fn sign_out(&self) -> Result<(), StorageError> {
        Ok(self.session.flush().await?)
    }

    pub(crate) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }
}

fn token() -> Result<String, StorageError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(crate::database::VaultError::from)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let session = Session::from_request_parts(parts, app)
            .await
            .map_err(|_| internal("the session layer is missing"))?;
        Ok(Self::read(session).await?)
    }
}

impl FromRequestParts<Arc<App>> for User {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, AppError> {
        let mut visitor = Visitor::from_request_parts(parts, app).await?;
        match visitor.user.take() {
            Some(name) => Ok(Self { name, visitor }),
            None => Err(AppError::signed_out()),
        }
    }
}

trait HasCsrf {
    fn csrf(&self) -> &str;
}

impl HasCsrf for Visitor {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl HasCsrf for User {
    fn csrf(&self) -> &str {
        &self.visitor.csrf
    }
}

impl<Who> FromRequest<Arc<App>> for Posted<Who>
where
    Who: FromRequestParts<Arc<App>, Rejection = AppError> + HasCsrf + Send,
{
    type Rejection = AppError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, AppError> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let Form(fields) = Form::<HashMap<String, String>>::from_request(request, app)
            .await
            .map_err(|_| AppError::unreadable_form())?;
        let given = fields.get(CSRF).map(String::as_str).unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(who.csrf().as_bytes())) {
            return Err(AppError::stale_form());
        }
        Ok(Self { who, fields })
    }
}

impl<Who> Posted<Who> {
    /// A field as it was filled in, without blanks around it.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map(|text| text.trim())
            .unwrap_or_default()
    }
}
