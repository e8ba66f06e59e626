use std::sync::mpsc::SyncSender;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

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

pub(crate) type PortCommands = UnboundedSender<PortCommand>;
