//! The two handlers for actix-web, with actix-session.

use std::time::{Duration, SystemTime};

use actix_session::Session;
use actix_web::error::{
    ErrorBadGateway, ErrorBadRequest, ErrorConflict, ErrorInternalServerError, ErrorUnauthorized,
};
use actix_web::web::{Data, Redirect};
use actix_web::{HttpRequest, HttpResponse, Result, rt};
use ce_async::{Client, ConnectOutcome, ConnectRequest, Error, PendingAuthorization};

use crate::store::Flows;

/// So long a browser waits for the end.
const PATIENCE: Duration = Duration::from_secs(20);

fn connect() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("client id, from the provider")
        .api_secret("client secret, from the provider")
        .callback_url("https://app.example/callback")
        .name("Ann's photos")
        .recoverable()
}

/// `POST /connect`
pub(crate) async fn begin(
    client: Data<Client>,
    flows: Data<Flows>,
    session: Session,
) -> Result<Redirect> {
    let user = user(&session)?;
    let begun = client.begin(&connect()).await;
    let redirect = begun.map_err(|error| {
        log(&error);
        ErrorBadGateway("the platform did not answer well")
    })?;
    flows.insert(&user, &redirect.pending).await;
    Ok(Redirect::to(redirect.url.as_str().to_owned()).see_other())
}

/// `GET /callback`
pub(crate) async fn callback(
    client: Data<Client>,
    flows: Data<Flows>,
    session: Session,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let user = user(&session)?;
    let callback = request.uri().to_string();
    let not_ours = || ErrorBadRequest("not begun here");
    let state = PendingAuthorization::state_of_callback(&callback).ok_or_else(not_ours)?;
    let pending = flows.find(&user, &state).await.ok_or_else(not_ours)?;
    // A callback that isn't accepted leaves the flow as it is.
    let accepted = pending.read_callback(&callback, SystemTime::now());
    accepted.map_err(|error| {
        log(&error);
        not_ours()
    })?;
    if !flows.claim(&state).await {
        return Err(ErrorConflict("this callback came before"));
    }
    // Goes on to the end, whether or not the browser waits for it.
    let (client, flows) = (Client::clone(&client), Flows::clone(&flows));
    let task = rt::spawn(finish(client, flows, pending, callback));
    let Ok(ended) = rt::time::timeout(PATIENCE, task).await else {
        return Ok(HttpResponse::Accepted().body("still at it"));
    };
    let finished = ended.map_err(ErrorInternalServerError)?;
    let failed = |_| ErrorBadGateway("no account was connected");
    let text = match finished.map_err(failed)? {
        ConnectOutcome::Connected(instance) => format!("connected: {}", instance.id),
        ConnectOutcome::Denied(denied) => denied.to_string(),
    };
    Ok(HttpResponse::Ok().body(text))
}

async fn finish(
    client: Client,
    flows: Flows,
    pending: PendingAuthorization,
    callback: String,
) -> Result<ConnectOutcome, Error> {
    let finished = client.finish(&connect(), &pending, &callback).await;
    if let Err(error) = &finished {
        log(error);
    }
    flows.close(&pending, &finished).await;
    finished
}

/// The browser is told little. What happened and what to do is for whoever runs the application.
fn log(error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(error, "no account was connected");
}

/// Who is signed in, as your application knows it.
fn user(session: &Session) -> Result<String> {
    let user = session.get("user")?;
    user.ok_or_else(|| ErrorUnauthorized("sign in first"))
}
