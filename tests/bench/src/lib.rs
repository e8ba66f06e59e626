//! What the clients cost, beside what people would write instead of them.
//!
//! `cargo run --release -p ce-bench -- --help`

mod budgets;
mod by_hand;
mod counting;
mod documents;
mod effort;
mod flows;
mod instructions;
mod listing;
mod model;
mod options;
mod own_work;
mod plots;
mod provisioning;
mod report;
mod server;
mod timing;
mod verifying;
mod waiting;

use std::process::ExitCode;

use ce_core::{Config, ConnectRequest, Credentials};
use effort::Effort;
use options::Command;
use report::{Report, Row};

const USER_SECRET: &str = "Xh1vI8JkNqVZ0w+7d3sQkTnB4yRmE2aUfOcLgPzWx9A=";
const ORGANIZATION_SECRET: &str = "9c3f0a1b2d4e5f60718293a4b5c6d7e8";
const API_KEY: &str = "c6a1e0b9f2d94c8d9b1e3a5c7f2d4e6a";
const API_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const CALLBACK_URL: &str = "https://app.example/callback";
const ELEMENT: &str = "instagram";
const NAME: &str = "Ann's photos";

fn config(base_url: &str) -> Config {
    let credentials = Credentials::new(USER_SECRET, ORGANIZATION_SECRET);
    Config::new(base_url, credentials).expect("a platform")
}

fn connect() -> ConnectRequest {
    ConnectRequest::new(ELEMENT)
        .api_key(API_KEY)
        .api_secret(API_SECRET)
        .callback_url(CALLBACK_URL)
        .tag("customer-42")
        .name(NAME)
}

/// The URL to which the provider sends the browser back.
fn callback(state: &str) -> String {
    format!("{CALLBACK_URL}?code=AQBx-hBsH3k9bVf0dW6PZ8&state={state}")
}

/// The program: does what its command line asks for.
pub fn run() -> ExitCode {
    // The same for all that is compared.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    let options = match options::parse() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => return failed(&error.to_string()),
    };
    let done = match options.command {
        Command::Speed { only } => speed(options.effort, only.as_deref()),
        Command::Budgets => budgets::run(options.effort),
        Command::Instructions { accept } => instructions::run(accept),
        Command::Plots => plots::run(options.effort),
        Command::List {
            base_url,
            instances,
        } => listing::alone(&base_url, instances),
        Command::Work { name, times } => instructions::work(&name, times).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

#[cfg(feature = "counting")]
pub use counting::count;

fn failed(error: &str) -> ExitCode {
    eprintln!("ce-bench: {error}");
    ExitCode::from(2)
}

/// The table, or a part of it; whether all bars hold.
fn speed(effort: Effort, only: Option<&str>) -> Result<bool, String> {
    if let Some(unheard) = only.filter(|only| !PARTS.iter().any(|(name, _)| name == only)) {
        return Err(format!("no such part: {unheard}"));
    }
    let mut report = Report::begin(effort);
    for (_, rows) in PARTS
        .iter()
        .filter(|(name, _)| only.is_none_or(|only| only == *name))
    {
        report.add(rows(effort)?);
    }
    Ok(report.end())
}

type Rows = fn(Effort) -> Result<Vec<Row>, String>;

/// What the table is made of.
const PARTS: [(&str, Rows); 9] = [
    ("model", |effort| Ok(model::rows(effort))),
    ("own-work", |effort| Ok(own_work::rows(effort))),
    ("allocations", |_| counting::rows()),
    ("flows", |effort| Ok(flows::rows(effort))),
    ("listing", |effort| Ok(listing::rows(effort))),
    ("memory", |_| Ok(vec![listing::memory()?])),
    ("provisioning", |effort| Ok(provisioning::rows(effort))),
    ("verifying", |effort| Ok(verifying::rows(effort))),
    ("waiting", |_| Ok(waiting::rows())),
];
