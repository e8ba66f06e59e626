//! Misbehaviour on demand, as a layer around each operation.
//!
//! A rule says which fault, for which operation, how likely and how often; and whether the operation
//! is carried out before its response is spoilt.

mod body;
mod delivery;
mod fault;
mod gzip_bomb;
mod layer;
mod operation;
mod plan;
mod port;
mod rule;
mod spoil;
mod syntax;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use delivery::{AppliedFault, Delivery, FromGateway};
pub use fault::Fault;
pub(crate) use layer::{ExtraProvisioning, apply};
pub use operation::{Operation, UnknownOperation};
pub(crate) use plan::FaultPlan;
pub(crate) use port::{PortCommand, PortCommands};
pub use rule::FaultRule;
pub use syntax::FaultRuleError;

use crate::store::Store;

/// The rules that stand, and what they need of the rest.
pub(crate) struct Faults {
    plan: Mutex<FaultPlan>,
    /// Closes the port, and opens it.
    pub(crate) port: PortCommands,
    store: Arc<Store>,
}

impl Faults {
    pub(crate) fn new(plan: FaultPlan, port: PortCommands, store: Arc<Store>) -> Self {
        Self {
            plan: Mutex::new(plan),
            port,
            store,
        }
    }

    /// Never hold it over an `await`.
    pub(crate) fn plan(&self) -> MutexGuard<'_, FaultPlan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
