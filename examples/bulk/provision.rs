//! One row, to its instance.

use std::time::SystemTime;

use ce_async::model::{AuthenticationScheme, Instance};
use ce_async::{Client, ConnectRequest, Entropy, Error, PendingAuthorization};

use crate::Failure;
use crate::journal::Journal;
use crate::rows::Row;
use crate::tokens::Tokens;

/// Gives the row its instance, unless it has one already, and keeps the token.
pub async fn provision(
    client: &Client,
    element: &str,
    row: &Row,
    journal: &Journal,
    tokens: &Tokens,
) -> Result<(), Failure> {
    let instance = match journal.pending(row.number) {
        // It was sent before, and what came of it isn't known.
        Some(pending) => match client.reconcile(&pending).await {
            Err(Error::NotCreated) => create(client, element, row, journal).await?,
            found => found?,
        },
        None => create(client, element, row, journal).await?,
    };
    tokens.keep(row, &instance)
}

async fn create(
    client: &Client,
    element: &str,
    row: &Row,
    journal: &Journal,
) -> Result<Instance, Failure> {
    let mut connect = ConnectRequest::new(element)
        .authentication(AuthenticationScheme::Basic)
        .name(&*row.name)
        .recoverable();
    for (key, value) in &row.configuration {
        connect = connect.configuration(key, value.as_str());
    }
    for tag in &row.tags {
        connect = connect.tag(tag);
    }
    let pending = PendingAuthorization::new(&connect, &Entropy::from_system()?, SystemTime::now());
    // What is wrong with the row itself is found before anything is written down or sent.
    let provision = connect.provision(client.config(), &pending)?;
    journal.note(row, Some(&pending))?;
    let created = client.run(provision).await;
    if let Err(error) = &created
        && !matches!(error, Error::OutcomeUnknown(_))
    {
        // Nothing was created, so that the next run need not look for it.
        journal.note(row, None)?;
    }
    Ok(created?)
}
