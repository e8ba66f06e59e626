//! Pages and callbacks against what is in the database, as a browser sees them that asks for one thing after the
//! other: `accounts N` with N accounts, ten of each owner, or `own-accounts N` with N of one owner, and a hundred
//! thousand of others.
//!
//! `ce-bench growth accounts own-accounts` runs it, with the database of `../../postgres/run.sh`, and draws what it
//! prints: numbers by name, as JSON.

// A measurement: a panic is how it fails, and what it prints is what it is for.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

#[path = "../../tests/fixture/mod.rs"]
mod fixture;

use std::time::{Duration, Instant};

use ce_sandbox::Sandbox;
use fixture::browser::Browser;
use fixture::program::{Program, replica};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

const PAGES: usize = 1_000;
const FLOWS: usize = 300;
/// They take turns.
const OWNERS: usize = 50;

#[tokio::main]
async fn main() {
    let postgres = std::env::var("POSTGRES_URL").expect("where the database is; see run.sh");
    let mut arguments = std::env::args().skip(1);
    let (curve, accounts) = (arguments.next(), arguments.next());
    let accounts = accounts.and_then(|accounts| accounts.parse().ok());
    let accounts: usize = accounts.expect("how many accounts");
    let sandbox = Sandbox::start().expect("a sandbox");
    let start = || {
        // What is old is deleted every second.
        let mut command = replica(&sandbox, &postgres);
        Program::start(command.args(["--takeover", "4", "--log", "error"]))
    };
    drop(start()); // which makes the tables
    let mut database = PgConnection::connect(&postgres).await.expect("PostgreSQL");
    let numbers = if curve.as_deref() == Some("own-accounts") {
        fill(&mut database, &sandbox, 100_000 + accounts, accounts).await;
        let app = start();
        let (page, p99, bytes) = pages(&app.url, &["owner 0".to_owned()], PAGES / 5).await;
        json!([
            ["ms a page", page],
            ["its p99", p99],
            ["KB a page", bytes as f64 / 1e3]
        ])
    } else {
        fill(&mut database, &sandbox, accounts, 10).await;
        let owner = |number| format!("owner {}", number * (accounts / 10 / OWNERS));
        let owners: Vec<_> = (0..OWNERS).map(owner).collect();
        let app = start();
        let (callback, callback_p99) = callbacks(&app.url, &owners).await;
        drop(app);
        let database_time = database_time(&mut database).await / FLOWS as f64;
        let app = start();
        let (page, page_p99, _) = pages(&app.url, &owners, PAGES).await;
        drop(app);
        let scans = scans(&mut database).await;
        assert_eq!(scans, 0, "large tables were read from end to end");
        json!([
            ["ms a page", page],
            ["its p99", page_p99],
            ["ms a callback", callback],
            ["its p99", callback_p99],
            ["ms of the database a flow", database_time],
        ])
    };
    println!("{numbers}");
}

/// Gives the first owner so many accounts, and every other ten.
async fn fill(database: &mut PgConnection, sandbox: &Sandbox, accounts: usize, own: usize) {
    let rows = include_str!("rows.sql")
        .replace(":'platform'", &format!("'{}'", sandbox.base_url()))
        .replace(":accounts", &accounts.to_string())
        .replace(":own", &own.to_string());
    // What this connection has read is counted first, and then forgotten.
    let flush = "SELECT pg_stat_force_next_flush()";
    for statements in [&*rows, "VACUUM ANALYZE", flush, "SELECT pg_stat_reset()"] {
        let statements = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
        statements.execute(&mut *database).await.expect("rows");
    }
}

/// Milliseconds of an owner's page, the median and the 99th percentile, and its bytes.
async fn pages(app: &str, owners: &[String], pages: usize) -> (f64, f64, usize) {
    let mut browsers = signed_in(app, owners).await;
    let (mut times, mut bytes) = (Vec::new(), 0);
    for number in 0..pages {
        let began = Instant::now();
        let page = browsers[number % owners.len()].home().await;
        times.push(began.elapsed());
        assert!(page.contains("What changed"), "{page}");
        bytes = page.len();
    }
    let (median, p99) = quantiles(times);
    (median, p99, bytes)
}

/// Milliseconds of a callback, the median and the 99th percentile.
async fn callbacks(app: &str, owners: &[String]) -> (f64, f64) {
    let mut browsers = signed_in(app, owners).await;
    let mut times = Vec::new();
    for number in 0..FLOWS {
        let browser = &mut browsers[number % owners.len()];
        let callback = browser.allowed("One more").await;
        let began = Instant::now();
        let page = browser.get(&callback).await;
        times.push(began.elapsed());
        assert!(page.location().contains("done=connected"), "{}", page.body);
    }
    quantiles(times)
}

async fn signed_in(app: &str, owners: &[String]) -> Vec<Browser> {
    let browsers = owners.iter().map(|owner| Browser::signed_in(app, owner));
    futures_util::future::join_all(browsers).await
}

/// The median and the 99th percentile, in milliseconds.
fn quantiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let of = |quantile| times[(times.len() as f64 * quantile) as usize].as_secs_f64() * 1e3;
    (of(0.5), of(0.99))
}

/// Ends the connections of applications that have ended: what a connection has done is counted at its end.
async fn end_others(database: &mut PgConnection) {
    let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
    sqlx::query(end).execute(database).await.expect("ends");
}

/// Milliseconds that the database has worked for applications that have ended.
async fn database_time(database: &mut PgConnection) -> f64 {
    end_others(database).await;
    let time = "SELECT active_time FROM pg_stat_database WHERE datname = current_database()";
    let time = sqlx::query_scalar(time).fetch_one(database);
    time.await.expect("a time")
}

/// How often applications that have ended read a table of more than a few pages from end to end.
async fn scans(database: &mut PgConnection) -> i64 {
    end_others(database).await;
    let scans = "SELECT coalesce(sum(seq_scan), 0)::BIGINT FROM pg_stat_user_tables
        JOIN pg_class ON pg_class.oid = relid WHERE reltuples >= 10000";
    let scans = sqlx::query_scalar(scans).fetch_one(database);
    scans.await.expect("a count")
}
