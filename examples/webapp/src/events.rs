//! Events: the platform tells what changed behind an account, and its owner sees it at once.
//!
//! Whichever replica is told stores it. Every other finds it in the database, where the streams of its own
//! browsers look again and again. So replicas need not know of each other.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{self, KeepAlive};
use axum_extra::extract::CookieJar;
use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, verify};
use ce_async::model::{Event, EventNotification};
use futures_util::{Stream, StreamExt as _, stream};
use http::StatusCode;
use http::header::HeaderMap;
use jiff::Timestamp;
use sqlx::FromRow;
use tokio::time::MissedTickBehavior;

use crate::db::{Db, bind, now};
use crate::pages;
use crate::routes::Shared;
use crate::sessions::User;

/// `POST /events`: a notification of the platform's. Anybody can post here, so the body is verified as it
/// came, and nothing is read before. What is not answered with 2xx comes again.
pub(crate) async fn receive(
    State(app): Shared,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(), StatusCode> {
    let key = app.settings.secrets.events_key.as_ref();
    let key = key.ok_or(StatusCode::NOT_FOUND)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    verify(key, header(WEBHOOK_SIGNATURE), &body).map_err(|error| {
        tracing::warn!(%error, "a notification was refused");
        StatusCode::UNAUTHORIZED
    })?;
    let id = header(WEBHOOK_ID).filter(|id| (1..=200).contains(&id.len()));
    let id = id.ok_or(StatusCode::BAD_REQUEST)?;
    let notification = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    match app.db.insert_events(id, &notification).await {
        Ok(true) => Ok(()),
        // Its account may be about to be stored: then it is there when this comes again.
        Ok(false) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(%error, "a notification was not stored");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// `GET /events/live`: the list of changes as it is now, and whenever it has changed. It ends when the
/// session does, and with the application.
pub(crate) async fn live(
    State(app): Shared,
    _: User,
    cookies: CookieJar,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let stopping = app.stopping.clone().cancelled_owned();
    let mut ticks = tokio::time::interval(app.settings.live_interval);
    // After the database was away, it is not asked for all that was missed at once.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let start = (app, cookies, ticks, String::new());
    let lists = stream::unfold(start, async |(app, cookies, mut ticks, shown)| {
        loop {
            ticks.tick().await;
            let user = match app.user(&cookies).await {
                Ok(user) => user?,
                // The database may be back before long.
                Err(_) => continue,
            };
            let Ok(changes) = app.db.changes_of(&user.name).await else {
                continue;
            };
            let list = pages::changes(&changes).into_string();
            if list != shown {
                let event = sse::Event::default().data(&list);
                return Some((Ok(event), (app, cookies, ticks, list)));
            }
        }
    });
    Sse::new(lists.take_until(stopping)).keep_alive(KeepAlive::default())
}

/// A change, and the account behind which it happened.
#[derive(FromRow)]
pub(crate) struct Change {
    pub(crate) account: String,
    /// What happened, in the platform's word: `CREATED`.
    pub(crate) happened: String,
    /// What it happened to: `media 7`.
    pub(crate) object: String,
    pub(crate) happened_at: i64,
}

impl Db {
    /// Stores what a notification tells. One that comes again finds its rows there, whichever replica it
    /// comes to. Returns `false` if it is about no account.
    async fn insert_events(&self, id: &str, told: &EventNotification) -> sqlx::Result<bool> {
        let Some(instance) = told.instance_id else {
            return Ok(false);
        };
        let instance = instance.get().cast_signed();
        // A write comes first in it: SQLite would refuse one after a read, if another came between.
        let mut transaction = self.pool.begin().await?;
        for (position, event) in (0_i64..).zip(told.events()) {
            let date = event.date.as_deref().and_then(|date| date.parse().ok());
            let sql = "INSERT INTO events (platform, notification, position, instance, owner, happened, \
                       object, happened_at, received_at) SELECT $1, $2, $3, $4, owner, $5, $6, $7, $8 \
                       FROM accounts WHERE platform = $1 AND instance = $4 \
                       ON CONFLICT (platform, notification, position) DO NOTHING";
            let query = bind!(
                sqlx::query(sql);
                &self.platform, id, position, instance,
                line(event.event_type.as_deref().unwrap_or_default()), object(event),
                date.map_or_else(now, Timestamp::as_millisecond), now()
            );
            match query.execute(&mut *transaction).await {
                // The account was deleted at this moment.
                Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                    return Ok(false);
                }
                inserted => inserted?,
            };
        }
        let account = "SELECT 1 FROM accounts WHERE platform = $1 AND instance = $2";
        let account = bind!(sqlx::query(account); &self.platform, instance);
        let account = account.fetch_optional(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(account.is_some())
    }

    /// A user's changes, the latest first, in whatever order they came.
    pub(crate) async fn changes_of(&self, owner: &str) -> sqlx::Result<Vec<Change>> {
        let query = "SELECT accounts.name AS account, happened, object, happened_at \
                     FROM events JOIN accounts ON accounts.platform = events.platform \
                     AND accounts.instance = events.instance \
                     WHERE events.platform = $1 AND events.owner = $2 \
                     ORDER BY happened_at DESC, received_at DESC, notification, position LIMIT 20";
        let query = bind!(sqlx::query_as(query); &self.platform, owner);
        query.fetch_all(&self.pool).await
    }
}

/// The object's type and id, which is a text or a number.
fn object(event: &Event) -> String {
    let kind = event.object_type.as_deref().unwrap_or("something");
    let id = event.object_id.as_ref().map(|id| match id.as_str() {
        Some(text) => text.into_owned(),
        None => id.to_json(),
    });
    line(&format!("{kind} {}", id.unwrap_or_default()))
}

/// As much as a page has room for, and no control characters: PostgreSQL refuses a NUL.
fn line(text: &str) -> String {
    let plain = text.chars().filter(|letter| !letter.is_control());
    plain.take(100).collect::<String>().trim().to_owned()
}
