//! The two handlers between which the browser is away, and the one that looks again.
//!
//! The work runs in a task of its own: a browser that hangs up doesn't stop it. While it runs its
//! lease is renewed. Replicas that find a lapsed one search for the instance by the flow's tag.

pub(crate) mod catalogue;
pub(crate) mod flows;

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::anyhow;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect};
use ce_async::calls::GetInstance;
use ce_async::model::{AuthenticationScheme, Events, Instance, InstanceId};
use ce_async::{ConnectOutcome, ConnectRequest, Denied, Error, PendingAuthorization};
use http::StatusCode;
use tokio::time::{Instant, interval_at, timeout};
use tracing::Instrument as _;

use self::catalogue::{Offer, step_1_parameter};
use self::flows::{CONNECTED, DENIED, Details, FAILED, Flow, NOT_CREATED};
use crate::accounts::{Account, OwnAccount, done};
use crate::app::App;
use crate::db::digest;
use crate::error::{AppError, Page};
use crate::pages;
use crate::routes::{Form, Path, Shared};
use crate::sessions::User;

/// The field of a form that is the account's name.
pub(crate) const NAME: &str = "account-name";

/// `GET /connect/{element}`: asks what the account shall be called.
pub(crate) async fn ask(State(app): Shared, user: User, Path(element): Path<String>) -> Page {
    let offer = offer(&app, &element).await?;
    Ok(pages::connect(&user.name, &offer, &BTreeMap::new(), None).into_response())
}

/// `POST /connect/{element}`: sends the user to the provider.
pub(crate) async fn begin(
    State(app): Shared,
    user: User,
    Path(element): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Page {
    let offer = offer(&app, &element).await?;
    let filled = |name: &str| form.get(name).map_or("", |value| value.trim()).to_owned();
    let mut names = std::iter::once(NAME).chain(offer.fields.iter().map(|field| &*field.key));
    if let Some(missing) = names.find(|name| !is_line(&filled(name))) {
        let page = pages::connect(&user.name, &offer, &form, Some(missing));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let fields = offer.fields.iter();
    let fields = fields.map(|field| (field.key.clone(), filled(&field.key)));
    let details = Details {
        name: filled(NAME),
        fields: fields.collect(),
        oauth1: offer.oauth1,
        events: offer.events,
    };
    send_away(&app, user.name, &element, details, None).await
}

/// `POST /accounts/{instance}/authorize`: the same for an account that is there already.
pub(crate) async fn begin_anew(State(app): Shared, own: OwnAccount) -> Page {
    own.check_present(&app).await?;
    let OwnAccount(account, secret) = own;
    let instance = Some(InstanceId::new(account.instance.cast_unsigned()));
    let Account { owner, element, .. } = account;
    send_away(&app, owner, &element, secret.details, instance).await
}

async fn send_away(
    app: &App,
    owner: String,
    element: &str,
    details: Details,
    instance: Option<InstanceId>,
) -> Page {
    let connect = app.connection(element, &details, instance);
    let begun = app.client.begin(&connect).await;
    let redirect = begun.map_err(|error| AppError::connecting(element, error))?;
    let pending = redirect.pending;
    let flow = Flow {
        id: digest(pending.expose_state()),
        owner,
        pending,
        details,
    };
    tracing::info!(flow = flow.short_id(), element, "begun");
    // Stored before the browser is told where to go.
    app.insert_flow(&flow).await?;
    Ok(Redirect::to(redirect.url.as_str()).into_response())
}

/// `GET /callback`: the user is back, with the provider's answer.
///
/// Nothing is taken out before the callback is accepted, and then by the claim, which one replica only
/// gets.
pub(crate) async fn callback(State(app): Shared, RawQuery(query): RawQuery, user: User) -> Page {
    let callback = query.unwrap_or_default();
    let Some(flow) = app.flow_of_callback(&user.name, &callback).await? else {
        // Never ours, or claimed already.
        let state = PendingAuthorization::state_of_callback(&callback);
        let state = state.ok_or(AppError::UnknownCallback)?;
        return Err(came_before(&app, &user, &digest(&state)).await?);
    };
    let read = flow.pending.read_callback(&callback, SystemTime::now());
    read.map_err(|error| AppError::connecting(flow.element(), error.into()))?;
    if !app.claim(&flow.id).await? {
        return Err(came_before(&app, &user, &flow.id).await?);
    }
    let work = Arc::clone(&app).finish(flow.clone(), callback);
    answer(&app, &flow, work).await
}

async fn came_before(app: &App, user: &User, id: &str) -> Result<AppError, AppError> {
    let known = app.claimed_flow(&user.name, id).await?;
    Ok(match known.ok_or(AppError::UnknownCallback)?.outcome {
        Some(_) => AppError::CallbackUsed,
        None => AppError::CallbackInUse,
    })
}

/// `POST /flows/{id}/look`: searches the platform for an instance whose answer was lost.
pub(crate) async fn look_again(State(app): Shared, user: User, Path(id): Path<String>) -> Page {
    // Anything else is no flow's, and PostgreSQL refuses a NUL.
    if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(AppError::NotFound);
    }
    let Some(flow) = app.take_over(&user.name, &id).await? else {
        // Somebody is at it, or it has ended: the page of accounts says which.
        let known = app.claimed_flow(&user.name, &id).await?;
        known.ok_or(AppError::NotFound)?;
        return Ok(Redirect::to("/").into_response());
    };
    let work = Arc::clone(&app).search(flow.clone());
    answer(&app, &flow, work).await
}

/// Waits for the end of a flow, but not for ever.
async fn answer(
    app: &App,
    flow: &Flow,
    work: impl Future<Output = Result<InstanceId, AppError>> + Send + 'static,
) -> Page {
    let work = app.work.spawn(work.in_current_span());
    let Ok(end) = timeout(app.settings.patience, work).await else {
        // It goes on, and the page of accounts says so.
        return Ok(Redirect::to("/").into_response());
    };
    let instance = end.map_err(|_| anyhow!("the work on a flow has ended early"))??;
    let is_renewed = flow.pending.reauthorizes().is_some();
    let word = if is_renewed { "renewed" } else { "connected" };
    Ok(done(word, Some(instance.get().cast_signed())))
}

async fn offer(app: &App, element: &str) -> Result<Offer, AppError> {
    let offers = app.catalogue.offers().ok_or(AppError::NoCatalogue)?;
    let offer = offers.iter().find(|offer| offer.key == element);
    offer.cloned().ok_or(AppError::NotFound)
}

/// Is it something, and no more than a line?
fn is_line(value: &str) -> bool {
    !value.is_empty() && value.chars().count() <= 120 && !value.chars().any(char::is_control)
}

impl App {
    /// What is to be connected. Both halves of a flow say it, each on its replica.
    fn connection(
        &self,
        element: &str,
        details: &Details,
        instance: Option<InstanceId>,
    ) -> ConnectRequest {
        let (secrets, origin) = (&self.settings.secrets, &self.origin);
        let mut connect = ConnectRequest::new(element)
            .api_key(&secrets.api_key)
            .api_secret(&secrets.api_secret)
            .callback_url(format!("{origin}/callback"))
            .name(&details.name)
            .expires_after(self.settings.flow_lifetime)
            // A lost answer must not lose the account.
            .recoverable();
        if details.oauth1 {
            connect = connect.authentication(AuthenticationScheme::OAuth1);
        }
        if let Some(key) = secrets.events_key.as_ref().filter(|_| details.events) {
            let events = Events::webhooks(format!("{origin}/events"));
            connect = connect.events(events.signature_key(key));
        }
        if let Some(instance) = instance {
            connect = connect.reauthorize(instance);
        }
        for (key, value) in &details.fields {
            connect = connect.configuration(key, value.as_str());
            if let Some(parameter) = step_1_parameter(key) {
                connect = connect.parameter(parameter, value);
            }
        }
        connect
    }

    /// Follows up the callback of a flow that this replica has claimed.
    async fn finish(self: Arc<Self>, flow: Flow, callback: String) -> Result<InstanceId, AppError> {
        let instance = flow.pending.reauthorizes();
        let connect = self.connection(flow.element(), &flow.details, instance);
        let finish = self.client.finish(&connect, &flow.pending, &callback);
        let finished = self.under_lease(&flow, finish).await;
        self.conclude(&flow, finished).await
    }

    /// Searches for the instance of a flow that this replica has taken over.
    pub(crate) async fn search(self: Arc<Self>, flow: Flow) -> Result<InstanceId, AppError> {
        let search = self.client.reconcile(&flow.pending);
        let found = self.under_lease(&flow, search).await;
        self.conclude(&flow, found.map(ConnectOutcome::from)).await
    }

    /// Does the work, and says meanwhile that it is being done.
    async fn under_lease<T>(&self, flow: &Flow, work: impl Future<Output = T>) -> T {
        let lease = self.settings.takeover;
        let mut ticks = interval_at(Instant::now() + lease / 3, lease / 3);
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick() => self.lease(flow, Some(&self.replica)).await,
            }
        }
    }

    /// Stores the end of a flow, if it has come to one.
    async fn conclude(
        &self,
        flow: &Flow,
        finished: Result<ConnectOutcome, Error>,
    ) -> Result<InstanceId, AppError> {
        let (id, element) = (flow.short_id(), flow.element());
        match finished {
            Ok(ConnectOutcome::Connected(instance)) => match self.store(flow, &instance).await {
                Ok(true) => {
                    tracing::info!(flow = id, instance = instance.id.get(), "connected");
                    Ok(instance.id)
                }
                // To try again would come to the same.
                Ok(false) => {
                    tracing::error!(flow = id, "somebody else's instance");
                    self.end(flow, FAILED).await;
                    Err(anyhow!("the instance is no account of this user's").into())
                }
                Err(error) => {
                    tracing::error!(flow = id, %error, "connected, but not stored; tried again later");
                    self.lease(flow, None).await;
                    Err(error.into())
                }
            },
            Ok(ConnectOutcome::Denied(denied)) => {
                let reason = name(&denied);
                if denied.is_by_user() {
                    tracing::info!(flow = id, reason, "denied");
                } else {
                    // Somebody has to look after it: an outage, or what is registered there.
                    tracing::warn!(flow = id, element, reason, "refused by the provider");
                }
                self.end(flow, DENIED).await;
                let element = element.to_owned();
                Err(AppError::Denied { element, denied })
            }
            // An instance that is there already isn't searched for; to begin again does no harm.
            Err(Error::OutcomeUnknown(unknown)) if unknown.is_recoverable() => {
                tracing::warn!(flow = id, error = %unknown, cause = %unknown.reason(), "still open");
                self.lease(flow, None).await;
                let (flow, error) = (flow.id.clone(), Error::OutcomeUnknown(unknown));
                Err(AppError::UnknownOutcome { flow, error })
            }
            Err(error) => {
                let platform_request = error.request_id();
                tracing::warn!(flow = id, %error, platform_request, "not connected");
                let is_lost = matches!(error, Error::NotCreated);
                let outcome = if is_lost { NOT_CREATED } else { FAILED };
                self.end(flow, outcome).await;
                Err(AppError::connecting(element, error))
            }
        }
    }

    /// Stores the account and the flow's end: both, or neither. Returns `false` if the account is not its
    /// user's to have.
    async fn store(&self, flow: &Flow, instance: &Instance) -> anyhow::Result<bool> {
        let (db, pending) = (&self.db, &flow.pending);
        let mut transaction = db.pool.begin().await?;
        // A transaction that writes first waits for its turn. One that reads first is refused by SQLite
        // if another writes meanwhile.
        Self::end_flow(&mut *transaction, &flow.id, CONNECTED).await?;
        let within = &mut transaction;
        let is_theirs = match pending.reauthorizes() {
            Some(known) => db.set_authorized(within, &flow.owner, known).await?,
            None => db.insert_account(within, flow, instance).await?,
        };
        if !is_theirs {
            return Ok(false);
        }
        transaction.commit().await?;
        // Safe now: it need not be found by its tag again. The tag does no harm if it stays.
        if pending.reauthorizes().is_none()
            && let Err(error) = self.untag(pending, instance).await
        {
            tracing::warn!(flow = flow.short_id(), %error, "the flow's tag stays");
        }
        Ok(true)
    }

    async fn untag(
        &self,
        pending: &PendingAuthorization,
        instance: &Instance,
    ) -> Result<(), Error> {
        let untagged = match pending.untagged(instance) {
            Ok(untagged) => untagged,
            // The creation's answer doesn't always have the tags.
            Err(_) => pending.untagged(&self.client.send(GetInstance::new(instance)).await?)?,
        };
        self.client.send(untagged).await.map(drop)
    }

    async fn end(&self, flow: &Flow, outcome: &str) {
        if let Err(error) = Self::end_flow(&self.db.pool, &flow.id, outcome).await {
            tracing::error!(flow = flow.short_id(), %error, "the flow's end was not stored");
        }
    }
}

/// The error's name, for the log. It came through the user's browser, so what doesn't look like a
/// name stays out.
fn name(denied: &Denied) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_name = denied.error.len() <= 64 && denied.error.bytes().all(is_plain);
    match is_name {
        true => &denied.error,
        false => "(not a name)",
    }
}
