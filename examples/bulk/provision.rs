//! One row, to its instance.

use std::time::SystemTime;

use ce_async::model::{AuthenticationScheme, Instance};
use ce_async::{Client, ConnectRequest, Entropy, Error, PendingAuthorization};

use crate::Failure;
use crate::journal::Journal;
use crate::rows::Row;
use crate::tokens::Tokens;

/// What all rows share.
pub struct Job {
    pub client: Client,
    pub element: String,
    pub journal: Journal,
    pub tokens: Tokens,
}

/// Why a row has no instance, or none whose token is kept.
pub enum RowFailure {
    /// It concerns this row alone.
    Row(Error),
    /// What is done can't be written down, so nothing more may be done.
    File(Failure),
}

impl From<Error> for RowFailure {
    fn from(error: Error) -> Self {
        Self::Row(error)
    }
}

impl From<Failure> for RowFailure {
    fn from(failure: Failure) -> Self {
        Self::File(failure)
    }
}

impl Job {
    /// Gives the row its instance, unless it has one already, and keeps the token.
    pub async fn provision(&self, row: &Row) -> Result<(), RowFailure> {
        let instance = match self.journal.pending.get(&row.digest) {
            // It was sent before, and what came of it isn't known.
            Some(pending) => match self.client.reconcile(pending).await {
                Err(Error::NotCreated) => self.create(row).await?,
                found => found?,
            },
            None => self.create(row).await?,
        };
        self.tokens.keep(row, &instance)?;
        Ok(())
    }

    async fn create(&self, row: &Row) -> Result<Instance, RowFailure> {
        let mut connect = ConnectRequest::new(&*self.element)
            .authentication(AuthenticationScheme::Basic)
            .name(&*row.name)
            .recoverable();
        for (key, value) in &row.configuration {
            connect = connect.configuration(key, value.as_str());
        }
        for tag in &row.tags {
            connect = connect.tag(tag);
        }
        let entropy = Entropy::from_system()?;
        let pending = PendingAuthorization::new(&connect, &entropy, SystemTime::now());
        self.journal.note(row, Some(&pending))?;
        let created = self.client.provision_pending(&connect, &pending).await;
        let is_absent = |error: &Error| !error.may_have_side_effects();
        if created.as_ref().is_err_and(is_absent) {
            // So that the next run need not look for it.
            self.journal.note(row, None)?;
        }
        Ok(created?)
    }
}
