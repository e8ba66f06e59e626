use std::time::Duration;

use crate::platform::{Pace, Reaction};

/// Decides what is open in a world.
pub(crate) trait Decider {
    /// What happens to a request of a flow, of all that may; nothing ends the flow there. `run` counts
    /// the flow's operations.
    fn reaction(
        &mut self,
        all: &[Reaction],
        flow: usize,
        run: u32,
        now: Duration,
    ) -> Option<Reaction>;
    fn pace(&mut self, reaction: Reaction) -> Pace;
    /// Which replica takes a flow over, and after how long.
    fn takeover(&mut self) -> (usize, Duration);
    /// How much too late a sleep ends.
    fn held_up(&mut self) -> Duration {
        Duration::ZERO
    }
}
