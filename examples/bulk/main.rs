//! Provisions an instance for each row of a CSV file: many at once, each exactly once, whatever
//! happens on the way.
//!
//! `cargo run --example bulk`, or `-- --help` for what it reads and writes.
//!
//! How it survives being killed: before a row is sent, what finds its instance again
//! (`PendingAuthorization`) is in the journal; after it is answered, its token is in the output. When it
//! is started again, rows in the output are done; rows in the journal alone are looked for at the
//! platform, and created only if they are not there.

mod journal;
mod options;
mod own_file;
mod provision;
mod rows;
mod tokens;

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, Write as _};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;

use ce_async::Client;
use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::journal::Journal;
use crate::options::Options;
use crate::provision::{Job, RowFailure};
use crate::rows::Row;
use crate::tokens::Tokens;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    // Not needed with the default features: these examples are built with ring, which is quicker.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, Failure> {
    let rows = rows::read(&options.csv, &options.element)?;
    let (sandbox, config) = options.platform()?;
    let output = options.output();
    let mut beside = output.clone().into_os_string();
    beside.push(".journal");
    let job = Job {
        element: options.element.clone(),
        // Neither is changed before both are read.
        journal: Journal::read(beside.as_ref(), config.base_url())?,
        tokens: Tokens::read(&output)?,
        client: Client::new(config.with_limits(options.limits()))?,
    };
    let known: HashSet<&String> = rows.iter().map(|row| &row.digest).collect();
    let done = &job.tokens.done;
    let is_lost = |digest: &&String| !known.contains(digest) && !done.contains(*digest);
    let lost = job.journal.pending.keys().filter(is_lost).count();
    if lost > 0 {
        complain(&format_args!(
            "rows that a run before this sent, and that are changed or gone now: {lost}; each may \
             have an instance"
        ));
    }
    let (all, at_a_time) = (rows.len(), usize::from(options.at_a_time));
    let left: Vec<Row> = rows
        .into_iter()
        .filter(|row| !done.contains(&row.digest))
        .collect();
    let before = all - left.len();
    say(format_args!(
        "{all} rows, {before} of them done before; {at_a_time} at a time"
    ));

    if !left.is_empty() {
        job.journal.prepare()?;
        job.tokens.prepare()?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let (created, end) = runtime.block_on(provision_all(job, left, at_a_time))?;
    runtime.shutdown_background();

    let (created, output) = (before + created, output.display());
    let sentence =
        format!("{created} of {all} rows have an instance; their tokens are in {output}");
    let code = match end {
        End::Finished => {
            say(sentence);
            return Ok(ExitCode::from(u8::from(created < all)));
        }
        End::Interrupted => {
            complain(&format_args!("stopped; {sentence}"));
            130
        }
        End::File(error) => {
            complain(&format_args!("stopped: {error}; {sentence}"));
            2
        }
    };
    complain(&match sandbox {
        Some(_) => "the sandbox is gone now, and its instances with it",
        None => "to go on, run the same command again: what was being created is looked for first",
    });
    Ok(ExitCode::from(code))
}

/// Why no more rows are provisioned.
enum End {
    Finished,
    Interrupted,
    File(Failure),
}

/// Provisions so many rows at once. Returns how many have an instance, and whose token is kept.
async fn provision_all(
    job: Job,
    rows: Vec<Row>,
    at_a_time: usize,
) -> Result<(usize, End), Failure> {
    // It is hidden where nobody looks: when standard error is not a terminal.
    let bar = ProgressBar::new(rows.len() as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} ({eta} left)",
    )?);
    let (job, permits) = (Arc::new(job), Arc::new(Semaphore::new(at_a_time)));
    let mut tasks = JoinSet::new();
    for row in rows {
        let (job, permits) = (job.clone(), permits.clone());
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            (row.line, job.provision(&row).await)
        });
    }
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let mut created = 0;
    let end = loop {
        let ended = tokio::select! {
            ended = tasks.join_next() => ended,
            _ = &mut interrupt => break End::Interrupted,
        };
        match ended.transpose()? {
            None => break End::Finished,
            Some((_, Ok(()))) => created += 1,
            Some((_, Err(RowFailure::File(error)))) => break End::File(error),
            Some((line, Err(RowFailure::Row(error)))) => {
                bar.suspend(|| complain(&format_args!("line {line}: {}", with_causes(&error))));
            }
        }
        bar.inc(1);
    };
    bar.finish_and_clear();
    // The journal knows what is dropped here. Some may have ended meanwhile.
    tasks.abort_all();
    while let Some(ended) = tasks.join_next().await {
        created += usize::from(matches!(ended, Ok((_, Ok(())))));
    }
    Ok((created, end))
}

fn with_causes(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}; because: {}", with_causes(cause)),
        None => error.to_string(),
    }
}

// A closed pipe is no reason to stop: instances are being created.

fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn complain(line: &dyn Display) {
    let _ = writeln!(io::stderr(), "bulk: {line}");
}
