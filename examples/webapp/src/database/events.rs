//! What changed behind accounts, as the platform has told.

use ce_async::model::{Event, EventNotification};
use sqlx::FromRow;

use super::{Database, StorageError, Timestamp};

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

/// What was done with a notification.
#[derive(Debug, PartialEq)]
pub(crate) enum Received {
    /// It is stored: now, or since it came before.
    Stored,
    /// It is about no account.
    NoAccount,
}

/// So many of a user's changes are shown.
const SHOWN: i64 = 20;
/// The platform's texts are no longer than this.
const CHARACTERS: usize = 100;

impl Database {
    /// Stores what a notification tells. One that comes again finds its rows there, whichever replica it
    /// comes to.
    pub(crate) async fn insert_events(
        &self,
        id: &str,
        notification: &EventNotification,
    ) -> Result<Received, StorageError> {
        let Some(instance) = notification.instance_id else {
            return Ok(Received::NoAccount);
        };
        let now = Timestamp::now().0;
        let mut transaction = self.pool.begin().await?;
        for (position, event) in (0_i64..).zip(notification.events()) {
            let happened_at = event.date.as_deref().and_then(|date| date.parse().ok());
            let inserted = sqlx::query(
                "INSERT INTO events (platform, notification, position, instance, happened, object, \
                 happened_at, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                 ON CONFLICT (platform, notification, position) DO NOTHING",
            )
            .bind(&self.platform)
            .bind(id)
            .bind(position)
            .bind(instance.get().cast_signed())
            .bind(line(event.event_type.as_deref().unwrap_or_default()))
            .bind(object(event))
            .bind(happened_at.map_or(now, jiff::Timestamp::as_millisecond))
            .bind(now)
            .execute(&mut *transaction)
            .await;
            match inserted {
                Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                    return Ok(Received::NoAccount);
                }
                inserted => inserted?,
            };
        }
        transaction.commit().await?;
        Ok(Received::Stored)
    }

    /// A user's changes, the latest first, in whatever order they came.
    pub(crate) async fn changes_of(&self, owner: &str) -> Result<Vec<Change>, StorageError> {
        let changes = sqlx::query_as(
            "SELECT accounts.name AS account, happened, object, happened_at \
             FROM events JOIN accounts ON accounts.platform = events.platform \
             AND accounts.instance = events.instance \
             WHERE accounts.platform = $1 AND owner = $2 \
             ORDER BY happened_at DESC, received_at DESC, notification, position LIMIT $3",
        )
        .bind(&self.platform)
        .bind(owner)
        .bind(SHOWN)
        .fetch_all(&self.pool)
        .await?;
        Ok(changes)
    }

    pub(crate) async fn delete_old_events(&self, before: Timestamp) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM events WHERE received_at < $1")
            .bind(before.0)
            .execute(&self.pool)
            .await?;
        Ok(())
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
    plain.take(CHARACTERS).collect::<String>().trim().to_owned()
}
