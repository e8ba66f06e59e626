//! The two handlers between which the browser is away, and the one that looks again.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{OriginalUri, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, Uri};
use tracing::Instrument as _;

use ce_async::model::InstanceId;
use ce_async::{CallbackError, Error};

use crate::app::App;
use crate::catalogue::Offer;
use crate::database::StorageError;
use crate::database::{Claim, Outcome};
use crate::error::{AppError, internal};
use crate::flows::FlowEnd;
use crate::flows::{self, AccountDetails, Flow};
use crate::pages;
use crate::web::user::{Posted, User};

type Shared = State<Arc<App>>;

/// `GET /connect/{element}`: asks what the account shall be called.
pub(crate) async fn ask(
    State(app): Shared,
    user: User,
    Path(element): Path<String>,
) -> Result<Response, AppError> {
    let offer = offer(&app, &element).await?;
    Ok(pages::connect(&user, &offer, &BTreeMap::new(), None).into_response())
}

/// `POST /connect/{element}`: sends the user to the provider.
pub(crate) async fn begin(
    State(app): Shared,
    Path(element): Path<String>,
    form: Posted<User>,
) -> Result<Response, AppError> {
    let offer = offer(&app, &element).await?;
    let names = std::iter::once(NAME).chain(offer.fields.iter().map(|field| field.key.as_str()));
    let filled: BTreeMap<&str, &str> = names.map(|name| (name, form.field(name))).collect();
    if let Some(missing) = filled.iter().find(|(_, value)| !is_sound(value)) {
        let page = pages::connect(&form.who, &offer, &filled, Some(missing.0));
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
    };
    send_away(&app, &form.who, &element, details, None).await
}

/// `POST /accounts/{instance}/authorize`: the same for an account that is there already.
pub(crate) async fn begin_anew(
    State(app): Shared,
    Path(instance): Path<u64>,
    form: Posted<User>,
) -> Result<Response, AppError> {
    let owner = &form.who.name;
    let account = app.database.account(owner, instance).await?;
    let kept = app.database.kept(owner, instance).await?;
    let (account, kept) = account.zip(kept).ok_or_else(AppError::not_found)?;
    let instance = Some(InstanceId::new(instance));
    send_away(&app, &form.who, &account.element, kept.details, instance).await
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
    tracing::info!(flow = flows::short_id(&flow.id()), element, "begun");
    // Stored before the browser is told where to go.
    flow.keep(&user.visitor).await?;
    Ok(Redirect::to(redirect.url.as_str()).into_response())
}

/// `GET /callback`: the user is back, with the provider's answer.
pub(crate) async fn callback(
    State(app): Shared,
    OriginalUri(uri): OriginalUri,
    user: User,
) -> Result<Response, AppError> {
    let query = uri.query().unwrap_or_default();
    let Some((flow, returned)) = Flow::find(&user.visitor, query).await? else {
        // Not in the session: never ours, or ended already.
        let state = state_of(&uri).ok_or_else(AppError::unknown_callback)?;
        return Err(
            match app
                .database
                .returned(&user.name, &flows::id(&state))
                .await?
            {
                Some(known) => again(known.outcome),
                None => AppError::unknown_callback(),
            },
        );
    };
    if let Err(error) = returned {
        // What came too late will not come in time again.
        if matches!(error, CallbackError::Expired) {
            flow.forget(&user.visitor).await?;
        }
        let element = flow.pending.element().as_str();
        return Err(AppError::while_connecting(&Error::from(error), element));
    }
    let (replica, lease) = (app.replica.as_str(), app.takeover);
    let claim = app
        .database
        .claim(&user.name, &flow, replica, lease)
        .await?;
    flow.forget(&user.visitor).await?;
    let Some(claim) = claim else {
        let known = app.database.returned(&user.name, &flow.id()).await?;
        return Err(again(known.and_then(|known| known.outcome)));
    };
    let work = Arc::clone(&app).finish(claim.clone(), query.to_owned());
    let work = app.work.spawn(work.in_current_span());
    answer(&app, &user, &claim, work).await
}

/// `POST /flows/{id}/look`: has the platform looked through for an instance whose answer was lost.
pub(crate) async fn look_again(
    State(app): Shared,
    Path(id): Path<String>,
    form: Posted<User>,
) -> Result<Response, AppError> {
    let user = &form.who;
    let (replica, lease) = (app.replica.as_str(), app.takeover);
    let taken = app
        .database
        .take_over_for(&user.name, &id, replica, lease)
        .await?;
    let Some(claim) = taken else {
        // Somebody is at it, or it has ended.
        let known = app.database.returned(&user.name, &id).await?;
        let known = known.ok_or_else(AppError::not_found)?;
        return Ok(match known.outcome {
            None => working(&known.name, &known.element),
            Some(_) => Redirect::to("/").into_response(),
        });
    };
    let work = Arc::clone(&app).look(claim.clone());
    let work = app.work.spawn(work.in_current_span());
    answer(&app, user, &claim, work).await
}

/// Waits for the end of a flow, but not for ever.
async fn answer(
    app: &App,
    user: &User,
    claim: &Claim,
    work: tokio::task::JoinHandle<FlowEnd>,
) -> Result<Response, AppError> {
    let element = claim.flow.pending.element().as_str();
    let details = &claim.flow.details;
    let Ok(ending) = tokio::time::timeout(app.patience, work).await else {
        return Ok(working(&details.name, element));
    };
    match ending.map_err(|_| internal("the work on a flow has ended early"))? {
        FlowEnd::Connected => {
            let done = if claim.flow.pending.reauthorizes().is_some() {
                "has your consent anew"
            } else {
                "is connected"
            };
            user.visitor
                .notice(format!("{} {done}.", details.name))
                .await?;
            Ok(Redirect::to("/").into_response())
        }
        FlowEnd::Denied(denied) => Err(AppError::denied(element, denied)),
        FlowEnd::Error(Error::OutcomeUnknown(unknown)) if unknown.is_recoverable() => {
            let error = Error::OutcomeUnknown(unknown);
            let csrf = &user.visitor.csrf;
            Err(AppError::unknown_outcome(&claim.id, csrf, &error))
        }
        FlowEnd::Error(error) => Err(AppError::while_connecting(&error, element)),
        FlowEnd::NotKept(error) => Err(StorageError::into(error)),
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
    let offers = app.catalogue.offers(&app.client).await;
    let offers = offers.map_err(|error| AppError::of_platform(&error))?;
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

/// The `state` of a callback.
fn state_of(uri: &Uri) -> Option<String> {
    let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    let mut parameters = parameters.into_iter();
    let state = parameters.find(|(name, _)| name == "state")?.1;
    Some(state).filter(|state| !state.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_read_as_the_library_reads_it() {
        for (query, state) in [
            ("code=a&state=b", Some("b")),
            ("state=a%2Bb%20c", Some("a+b c")),
            ("state=a&state=b", Some("a")),
            ("state=", None),
            ("code=a", None),
            ("", None),
        ] {
            let uri = format!("/callback?{query}").parse().unwrap();
            assert_eq!(state_of(&uri).as_deref(), state, "{query}");
        }
    }
}
