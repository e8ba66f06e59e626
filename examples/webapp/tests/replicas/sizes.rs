//! How much the database keeps, as it says itself.

use sqlx::Connection as _;

use crate::browser::Browser;
use crate::scenarios::Stage;

pub(crate) async fn print(stage: &Stage) {
    let mut browser = Browser::signed_in(stage.url(), "Somebody").await;
    browser
        .begin(stage.url(), "instagram", "Holiday pictures")
        .await;
    let mut database = sqlx::PgConnection::connect(&stage.postgres)
        .await
        .expect("PostgreSQL");
    for (what, query) in [
        (
            "a session",
            "SELECT avg(pg_column_size(sessions.*))::BIGINT FROM sessions",
        ),
        (
            "a flow whose user is away",
            "SELECT avg(pg_column_size(flows.*))::BIGINT FROM flows WHERE claimed_at IS NULL",
        ),
        (
            "a flow that has ended",
            "SELECT avg(pg_column_size(flows.*))::BIGINT FROM flows WHERE outcome IS NOT NULL",
        ),
        (
            "an account",
            "SELECT avg(pg_column_size(accounts.*))::BIGINT FROM accounts",
        ),
        (
            "an event",
            "SELECT avg(pg_column_size(events.*))::BIGINT FROM events",
        ),
        (
            "the token's share of it",
            "SELECT avg(pg_column_size(sealed))::BIGINT FROM accounts",
        ),
    ] {
        let bytes: i64 = sqlx::query_scalar(query)
            .fetch_one(&mut database)
            .await
            .expect("a size");
        println!("PostgreSQL, {what:<31} {bytes:>4} bytes");
    }
}
