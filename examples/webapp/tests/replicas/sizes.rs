//! How much the stores keep, as they say themselves.

use fred::prelude::*;
use sqlx::Connection as _;

use crate::browser::Browser;
use crate::scenarios::Stage;

pub(crate) async fn print(stage: &Stage) {
    let redis = Builder::from_config(Config::from_url(&stage.redis).expect("a URL"))
        .build()
        .expect("a client");
    redis.init().await.expect("Redis");
    let mut browser = Browser::default();
    let app = stage.url();
    let csrf = browser.get(&format!("{app}/")).await.csrf();
    let fields = [("csrf", csrf), ("user", "Somebody".to_owned())];
    browser.post(&format!("{app}/sign-in"), &fields).await;
    let session = browser.cookie("session");
    let signed_in = memory(&redis, &session).await;
    browser.begin(app, "instagram", "Holiday pictures").await;
    let with_flow = memory(&redis, &session).await;
    println!("Redis, a signed-in session       {signed_in:>4} bytes");
    println!(
        "Redis, a flow in it              {:>4} bytes",
        with_flow - signed_in
    );

    let mut database = sqlx::PgConnection::connect(&stage.postgres)
        .await
        .expect("PostgreSQL");
    for (what, query) in [
        (
            "an account, its row",
            "SELECT avg(pg_column_size(accounts.*))::BIGINT FROM accounts",
        ),
        (
            "the token's share of it",
            "SELECT avg(pg_column_size(kept))::BIGINT FROM accounts",
        ),
        (
            "a flow that has ended, its row",
            "SELECT avg(pg_column_size(flows.*))::BIGINT FROM flows",
        ),
    ] {
        let bytes: i64 = sqlx::query_scalar(query)
            .fetch_one(&mut database)
            .await
            .expect("a size");
        println!("PostgreSQL, {what:<31} {bytes:>4} bytes");
    }
}

async fn memory(redis: &Client, key: &str) -> i64 {
    let command = fred::cmd!("MEMORY");
    redis
        .custom(command, vec!["USAGE", key])
        .await
        .expect("the memory of a key")
}
