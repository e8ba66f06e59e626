//! Misbehaviour on demand, as a layer around each operation.
//!
//! A rule says which fault, for which operation, how likely and how often; and whether the operation
//! is carried out before its response is replaced or damaged.

mod body;
mod delivery;
mod fault;
mod gzip_bomb;
mod inject;
mod layer;
mod operation;
mod plan;
mod rule;
mod syntax;

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

pub(crate) use delivery::{AppliedFault, Delivery, FromGateway};
pub use fault::Fault;
pub(crate) use layer::{ExtraProvisioning, apply};
pub use operation::{Operation, UnknownOperation};
pub(crate) use plan::FaultPlan;
pub use rule::FaultRule;
pub use syntax::FaultRuleError;

use crate::store::Store;

/// The rules that stand, and what they need of the rest.
pub(crate) struct Faults {
    pub(crate) plan: Mutex<FaultPlan>,
    /// Closes the port, and opens it.
    pub(crate) port: UnboundedSender<PortCommand>,
    pub(crate) store: Arc<Store>,
}

impl Faults {
    /// Never hold it over an `await`.
    pub(crate) fn plan(&self) -> MutexGuard<'_, FaultPlan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the listener is told. It drops the sender when it is done.
pub(crate) enum PortCommand {
    /// Be open or closed, as the rules that stand now have it.
    Settle(SyncSender<()>),
    /// Be closed for a while, if the rules that were drawn from still stand.
    Pause {
        closed_for: Duration,
        generation: u64,
        done: oneshot::Sender<()>,
    },
}
