//! Provisions an instance for each row of a CSV file: many at once, each exactly once, whatever
//! happens on the way.
//!
//! `cargo run --example bulk`, or `-- --help` for what it reads and writes.
//!
//! How it survives being killed: before a row is sent, what finds its instance again (`PendingAuthorization`) is
//! in the journal; after it is answered, its token is in the output. When it is started again, rows
//! in the output are done; rows in the journal alone are looked for at the platform, and created
//! only if they are not there.

mod journal;
mod options;
mod private_file;
mod provision;
mod rows;
mod tokens;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use ce_async::{Client, Config, Credentials, Limits};
use ce_sandbox::Sandbox;
use indicatif::{ProgressBar, ProgressStyle};

use crate::journal::Journal;
use crate::options::{Asked, Options};
use crate::provision::provision;
use crate::rows::Row;
use crate::tokens::Tokens;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let options = match options::parse() {
        Ok(Asked::Run(options)) => *options,
        Ok(Asked::Help) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("bulk: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bulk: {error}");
            ExitCode::from(2)
        }
    }
}

/// Does all of it; returns how many rows have no instance.
fn run(options: &Options) -> Result<usize, Failure> {
    let rows = rows::read(&options.csv)?;
    let mut beside = options.output.clone().into_os_string();
    beside.push(".journal");
    let journal = Journal::open(beside.as_ref(), &rows)?;
    let tokens = Tokens::open(&options.output)?;
    let all = rows.len();
    let left: Vec<Row> = rows
        .into_iter()
        .filter(|row| !tokens.has(row.number))
        .collect();
    println!(
        "{all} rows, {} of them done before; {} at a time",
        all - left.len(),
        options.at_a_time
    );

    let sandbox = match &options.platform {
        Some(_) => None,
        None => {
            println!("No --base-url is given, so a sandbox plays the platform.");
            Some(Sandbox::start()?)
        }
    };
    let config = match (&options.platform, &sandbox) {
        (Some(given), _) => Config::new(
            &given.base_url,
            Credentials::new(&*given.user, &*given.organization),
        ),
        (None, Some(sandbox)) => Config::new(
            sandbox.base_url(),
            Credentials::new(sandbox.user_secret(), sandbox.organization_secret()),
        ),
        (None, None) => return Err("no platform".into()),
    }?;
    let mut limits = Limits::default();
    if let Some(time) = options.provisioning_timeout {
        // The last look begins a quarter before the end, or later.
        limits = limits
            .provisioning_timeout(time)
            .recovery_timeout(time.saturating_mul(3) / 2);
    }
    let client = Client::new(config.with_limits(limits))?;

    let runtime = tokio::runtime::Runtime::new()?;
    let failed = runtime.block_on(provision_all(options, client, left, journal, tokens))?;
    println!(
        "{} of {all} rows have an instance; their tokens are in {}",
        all - failed,
        options.output.display()
    );
    Ok(failed)
}

/// As many workers as may be at work at once take the rows one by one.
async fn provision_all(
    options: &Options,
    client: Client,
    rows: Vec<Row>,
    journal: Journal,
    tokens: Tokens,
) -> Result<usize, Failure> {
    // It is hidden where nobody looks: when standard error is not a terminal.
    let bar = ProgressBar::new(rows.len() as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} ({eta} left) {msg}",
    )?);
    let next = Arc::new(Mutex::new(rows.into_iter()));
    let (journal, tokens) = (Arc::new(journal), Arc::new(tokens));
    let element = Arc::<str>::from(options.element.as_str());
    let workers: Vec<_> = (0..options.at_a_time)
        .map(|_| {
            let (client, next, bar) = (client.clone(), next.clone(), bar.clone());
            let (journal, tokens, element) = (journal.clone(), tokens.clone(), element.clone());
            tokio::spawn(async move {
                let mut failed = 0;
                loop {
                    let row = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(row) = row else { break };
                    if let Err(error) = provision(&client, &element, &row, &journal, &tokens).await
                    {
                        failed += 1;
                        bar.suspend(|| eprintln!("bulk: row {}: {error}", row.number));
                    }
                    bar.inc(1);
                }
                failed
            })
        })
        .collect();
    let mut failed = 0;
    for worker in workers {
        failed += worker.await?;
    }
    bar.finish_and_clear();
    Ok(failed)
}
