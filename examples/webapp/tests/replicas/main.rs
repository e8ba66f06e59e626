//! Two replicas of the web application, one PostgreSQL, one sandbox: what one begins the other ends, and
//! whatever is killed in between, each account is connected once and none is lost.
//!
//! `examples/webapp/replicas/run.sh` starts the database and runs this.

// A test: a panic is how it fails, and what it prints is what it is for.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../fixture/mod.rs"]
mod fixture;
mod stage;

use std::collections::HashSet;
use std::process::ExitCode;

use fixture::browser::Browser;
use sqlx::{Connection as _, PgConnection};
use stage::Stage;

#[tokio::main]
async fn main() -> ExitCode {
    let Ok(postgres) = std::env::var("POSTGRES_URL") else {
        println!("POSTGRES_URL says where the database is; see run.sh");
        return ExitCode::from(2);
    };
    let mut stage = Stage::new(&postgres);
    println!("two replicas, A and B; one PostgreSQL; one sandbox plays the platform");
    stage.killed_before_callback(24).await;
    stage.sent_to_both(20).await;
    stage.killed_before_result(5).await;
    stage.a_nul_is_not_found().await;
    stage.an_event_is_shown_once().await;
    let mut database = PgConnection::connect(&postgres).await.expect("PostgreSQL");
    let is_clean = print_account(&stage, &mut database).await;
    print_sizes(&stage, &mut database).await;
    match is_clean {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The figures that come of it, held against what the platform and the database have: nothing lost, nothing
/// twice.
async fn print_account(stage: &Stage, database: &mut PgConnection) -> bool {
    let stored = sqlx::query_scalar("SELECT instance FROM accounts");
    let stored: Vec<i64> = stored.fetch_all(database).await.expect("accounts");
    let instances = stage.sandbox.instances();
    let is_lost = |id: u64| !stored.contains(&id.cast_signed());
    let lost = instances.iter().filter(|instance| is_lost(instance.id));
    let lost = lost.count();
    let names: HashSet<&str> = instances.iter().map(|instance| &*instance.name).collect();
    let duplicates = instances.len() - names.len();
    for (what, flows) in [
        ("flows begun", stage.begun),
        ("completed", stage.completed),
        ("completed on the other replica", stage.elsewhere),
        ("duplicates", duplicates),
        ("lost", lost),
    ] {
        println!("{what:<33}{flows:>4}");
    }
    stage.begun == stage.completed && duplicates == 0 && lost == 0
}

/// Prints how much the database keeps, as it says itself.
async fn print_sizes(stage: &Stage, database: &mut PgConnection) {
    let mut browser = Browser::signed_in(&stage.b.url, "Somebody").await;
    browser.begin("instagram", "Holiday pictures").await;
    let sizes = "
        SELECT 'a session', avg(pg_column_size(sessions.*))::BIGINT FROM sessions UNION ALL
        SELECT 'a flow whose user is away', avg(pg_column_size(flows.*))::BIGINT FROM flows
            WHERE claimed_at IS NULL UNION ALL
        SELECT 'a flow that has ended', avg(pg_column_size(flows.*))::BIGINT FROM flows
            WHERE outcome IS NOT NULL UNION ALL
        SELECT 'an account', avg(pg_column_size(accounts.*))::BIGINT FROM accounts UNION ALL
        SELECT 'an event', avg(pg_column_size(events.*))::BIGINT FROM events UNION ALL
        SELECT 'the token''s share of it', avg(pg_column_size(sealed))::BIGINT FROM accounts";
    let sizes: Vec<(String, i64)> = sqlx::query_as(sizes)
        .fetch_all(database)
        .await
        .expect("sizes");
    for (what, bytes) in sizes {
        println!("PostgreSQL, {what:<31} {bytes:>4} bytes");
    }
}
