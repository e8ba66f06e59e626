use std::collections::{HashMap, HashSet};

use sqlx::Connection as _;

use crate::browser::Browser;
use crate::scenarios::{Stage, Told};

/// What was told, scenario by scenario.
#[derive(Default)]
pub(crate) struct Account(Vec<(&'static str, Told)>);

impl Account {
    pub(crate) fn add(&mut self, scenario: &'static str, told: Told) {
        self.0.push((scenario, told));
    }

    /// Prints it, held against what the platform and the database have. True if it is clean.
    pub(crate) async fn print(&self, stage: &Stage) -> bool {
        for (scenario, told) in &self.0 {
            let (begun, completed) = (told.begun, told.completed);
            println!("  {scenario:<37}{begun:>4} begun, {completed:>3} completed");
        }
        let sum = |of: fn(&Told) -> usize| self.0.iter().map(|(_, told)| of(told)).sum::<usize>();
        let begun = sum(|told| told.begun);
        let completed = sum(|told| told.completed);
        let stored: HashSet<u64> = stored(stage).await;
        let mut of_name: HashMap<String, usize> = HashMap::new();
        let mut lost = 0;
        for instance in stage.sandbox.instances() {
            *of_name.entry(instance.name).or_default() += 1;
            lost += usize::from(!stored.contains(&instance.id));
        }
        let duplicates = of_name.values().filter(|times| **times > 1).count();
        println!("flows begun                      {begun:>4}");
        println!("completed                        {completed:>4}");
        println!(
            "completed on the other replica   {:>4}",
            sum(|told| told.elsewhere)
        );
        println!("duplicates                       {duplicates:>4}");
        println!("lost                             {lost:>4}");
        begun == completed && duplicates == 0 && lost == 0
    }
}

/// The instances that the database knows.
async fn stored(stage: &Stage) -> HashSet<u64> {
    let mut database = sqlx::PgConnection::connect(&stage.postgres)
        .await
        .expect("PostgreSQL");
    let stored: Vec<i64> = sqlx::query_scalar("SELECT instance FROM accounts")
        .fetch_all(&mut database)
        .await
        .expect("accounts");
    stored.into_iter().map(i64::cast_unsigned).collect()
}

/// Prints how much the database keeps, as it says itself.
pub(crate) async fn print_sizes(stage: &Stage) {
    let mut browser = Browser::signed_in(stage.url(), "Somebody").await;
    browser.begin("instagram", "Holiday pictures").await;
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
