//! Two replicas of the web application, one PostgreSQL, one sandbox: what one begins the other ends, and
//! whatever is killed in between, each account is connected once and none is lost.
//!
//! `examples/webapp/replicas/run.sh` starts the database and runs this.

// A test: a panic is how it fails, and what it prints is what it is for.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod account;
#[path = "../browser/mod.rs"]
mod browser;
mod replica;
mod scenarios;

use std::process::ExitCode;
use std::sync::Arc;

use account::Account;
use ce_sandbox::Sandbox;
use scenarios::Stage;
use tokio::sync::mpsc;

/// The figures that come of it: nothing lost, nothing twice.
#[tokio::main]
async fn main() -> ExitCode {
    let Ok(postgres) = std::env::var("POSTGRES_URL") else {
        println!("POSTGRES_URL says where the database is; see run.sh");
        return ExitCode::from(2);
    };
    let (sender, served) = mpsc::unbounded_channel();
    let sandbox = Sandbox::builder()
        .on_request(move |request| {
            // Nobody listens after the end.
            let _ = sender.send(format!("{} {}", request.method, request.path));
        })
        .start()
        .expect("a sandbox");
    let mut stage = Stage::new(Arc::new(sandbox), served, postgres).await;
    let mut account = Account::default();
    println!("two replicas, A and B; one PostgreSQL; one sandbox plays the platform");
    account.add(
        "begin on A, callback on B",
        stage.begun_here_ended_there(20).await,
    );
    account.add(
        "A killed between begin and callback",
        stage.killed_before_callback(5).await,
    );
    account.add(
        "the same callback to both at once",
        stage.sent_to_both(20).await,
    );
    account.add(
        "A killed between claim and result",
        stage.killed_before_result(5).await,
    );
    stage.a_nul_is_not_found().await;
    stage.an_event_is_shown_once().await;
    println!("  an event told to both, and again      shown once");
    let passed = account.print(&stage).await;
    account::print_sizes(&stage).await;
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
