//! The two handlers between which the browser is away, and the one that looks again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Redirect, Response};
use ce_async::model::InstanceId;
use ce_async::{Error, PendingAuthorization};
use http::StatusCode;
use tracing::Instrument as _;

use super::accounts;
use super::notice::Notice;
use crate::app::App;
use crate::catalogue::Offer;
use crate::database::{OpenFlow, Outcome, digest};
use crate::error::{AppError, internal};
use crate::flows::{AccountDetails, Flow, FlowEnd, short_id};
use crate::pages;
use crate::web::form::Form;
use crate::web::path::Path;
use crate::web::session::User;

type Shared = State<Arc<App>>;

/// `GET /connect/{element}`: asks what the account shall be called.
pub(crate) async fn ask(
    State(app): Shared,
    user: User,
    Path(element): Path<String>,
) -> Result<Response, AppError> {
    let offer = offer(&app, &element).await?;
    Ok(pages::connect(&user.name, &offer, &BTreeMap::new(), None).into_response())
}

/// `POST /connect/{element}`: sends the user to the provider.
pub(crate) async fn begin(
    State(app): Shared,
    user: User,
    Path(element): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let offer = offer(&app, &element).await?;
    let names = std::iter::once(NAME).chain(offer.fields.iter().map(|field| field.key.as_str()));
    let filled: BTreeMap<&str, &str> = names.map(|name| (name, form.field(name))).collect();
    if let Some(missing) = filled.iter().find(|(_, value)| !is_sound(value)) {
        let page = pages::connect(&user.name, &offer, &filled, Some(missing.0));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let details = AccountDetails {
        name: form.field(NAME).to_owned(),
        fields: offer
            .fields
            .iter()
            .map(|field| (field.key.clone(), form.field(&field.key).to_owned()))
            .collect(),
        oauth1: offer.oauth1,
        events: offer.events,
    };
    send_away(&app, &user, &element, details, None).await
}

/// `POST /accounts/{instance}/authorize`: the same for an account that is there already.
pub(crate) async fn begin_anew(
    State(app): Shared,
    user: User,
    Path(instance): Path<u64>,
) -> Result<Response, AppError> {
    let (account, secret) = accounts::account(&app, &user, instance).await?;
    accounts::check_present(&app, instance, &secret).await?;
    let instance = Some(InstanceId::new(instance));
    send_away(&app, &user, &account.element, secret.details, instance).await
}

async fn send_away(
    app: &App,
    user: &User,
    element: &str,
    details: AccountDetails,
    instance: Option<InstanceId>,
) -> Result<Response, AppError> {
    let connect = app.connection(element, &details, instance);
    let begun = app.client.begin(&connect).await;
    let redirect = begun.map_err(|error| AppError::while_connecting(&error, element))?;
    let pending = redirect.pending;
    let flow = Flow { pending, details };
    tracing::info!(flow = short_id(&flow.id()), element, "begun");
    // Stored before the browser is told where to go.
    app.database.insert_flow(&user.name, &flow).await?;
    Ok(Redirect::to(redirect.url.as_str()).into_response())
}

/// `GET /callback`: the user is back, with the provider's answer.
///
/// Nothing is taken out before the callback is accepted, and then by the claim, which one replica only
/// gets.
pub(crate) async fn callback(
    State(app): Shared,
    OriginalUri(uri): OriginalUri,
    user: User,
) -> Result<Response, AppError> {
    let callback = uri.query().unwrap_or_default();
    let Some(open) = app.flow_of_callback(&user.name, callback).await? else {
        // Never ours, or claimed already.
        let state = PendingAuthorization::state_of_callback(callback);
        let state = state.ok_or_else(AppError::unknown_callback)?;
        let id = digest(&state);
        let known = app.database.claimed_flow(&user.name, &id).await?;
        let known = known.ok_or_else(AppError::unknown_callback)?;
        return Err(again(known.outcome));
    };
    let pending = &open.flow.pending;
    let read = pending
        .read_callback(callback, SystemTime::now())
        .map_err(|error| AppError::while_connecting(&error.into(), pending.element().as_str()))?;
    let (replica, lease) = (app.replica.as_str(), app.takeover);
    if !app.database.claim(&open.id, replica, lease).await? {
        let known = app.database.claimed_flow(&user.name, &open.id).await?;
        return Err(again(known.and_then(|known| known.outcome)));
    }
    let work = Arc::clone(&app).finish(open.clone(), read);
    let work = app.work.spawn(work.in_current_span());
    answer(&app, &open, work).await
}

/// `POST /flows/{id}/look`: searches the platform for an instance whose answer was lost.
pub(crate) async fn look_again(
    State(app): Shared,
    user: User,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    // Anything else is no flow's, and PostgreSQL refuses a NUL.
    if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(AppError::not_found());
    }
    let (replica, lease) = (app.replica.as_str(), app.takeover);
    let taken = app
        .database
        .take_over_for(&user.name, &id, replica, lease)
        .await?;
    let Some(open) = taken else {
        // Somebody is at it, or it has ended.
        let known = app.database.claimed_flow(&user.name, &id).await?;
        let known = known.ok_or_else(AppError::not_found)?;
        return Ok(match known.outcome {
            None => working(&known.name, &known.element),
            Some(_) => Redirect::to("/").into_response(),
        });
    };
    let work = Arc::clone(&app).search(open.clone());
    let work = app.work.spawn(work.in_current_span());
    answer(&app, &open, work).await
}

/// Waits for the end of a flow, but not for ever.
async fn answer(
    app: &App,
    open: &OpenFlow,
    work: tokio::task::JoinHandle<FlowEnd>,
) -> Result<Response, AppError> {
    let element = open.flow.pending.element().as_str();
    let Ok(end) = tokio::time::timeout(app.patience, work).await else {
        return Ok(working(&open.flow.details.name, element));
    };
    match end.map_err(|_| internal("the work on a flow has ended early"))? {
        FlowEnd::Connected(instance) => Ok(match open.flow.pending.reauthorizes() {
            Some(_) => Notice::Renewed.of(instance.get()),
            None => Notice::Connected.of(instance.get()),
        }),
        FlowEnd::Denied(denied) => Err(AppError::denied(element, denied)),
        FlowEnd::Error(Error::OutcomeUnknown(unknown)) if unknown.is_recoverable() => {
            let error = Error::OutcomeUnknown(unknown);
            Err(AppError::unknown_outcome(&open.id, &error))
        }
        FlowEnd::Error(error) => Err(AppError::while_connecting(&error, element)),
        FlowEnd::NotStored(error) => Err(error.into()),
    }
}

/// A page for whoever waits longer than a page should take.
fn working(name: &str, element: &str) -> Response {
    (StatusCode::ACCEPTED, pages::working(name, element)).into_response()
}

/// The same callback came once more.
fn again(outcome: Option<Outcome>) -> AppError {
    match outcome {
        Some(_) => AppError::replayed(),
        None => AppError::new(
            StatusCode::CONFLICT,
            "We are already on it",
            "This answer has arrived before, and your account is being connected with it. \
             It will be among your accounts in a moment.",
        ),
    }
}

async fn offer(app: &App, element: &str) -> Result<Offer, AppError> {
    let offers = app.catalogue.offers().await?;
    let mut offers = offers.iter();
    let offer = offers.find(|offer| offer.key == element);
    offer.cloned().ok_or_else(AppError::not_found)
}

/// The field of a form that is the account's name.
pub(crate) const NAME: &str = "name";

/// Is it something, and no more than a line?
fn is_sound(value: &str) -> bool {
    !value.is_empty() && value.chars().count() <= 120 && !value.chars().any(char::is_control)
}
