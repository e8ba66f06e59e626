//! The platform: what it holds of a flow, and all it may do with a request.
//!
//! It is honest in one thing: `provisioning_timeout` after the request to create an instance, the
//! instance is in every list that looks like what was asked for, or there will be none. Before, it may
//! come late and be hidden. Later, a list without it betrays itself: by its status or form, by
//! strangers, by the token of a further page, or by a total.

mod answer;
mod creation;
mod look;

use std::time::Duration;

use ce_core::{Delivery, Response, TransportCause, TransportError};

pub(crate) use answer::{empty_list, response, response_with};
pub(crate) use creation::{CreationAnswer, Effect};
pub(crate) use look::Look;

use crate::run::{Asked, Call};

/// An instance at the platform.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) id: u64,
    pub(crate) tags: Vec<String>,
    pub(crate) exists_from: Duration,
    /// From when on every truthful list shows it.
    pub(crate) shown_from: Duration,
}

impl Held {
    /// It tells whose it is.
    pub(crate) fn token(&self) -> String {
        format!("token-{}", self.id)
    }
}

/// What the platform, the network and the replica do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reaction {
    Creation(Effect, CreationAnswer),
    Look(Look),
    /// The replica dies before it has an answer.
    Crash(Effect),
}

impl Reaction {
    /// All that may happen to this request. The first is the truth.
    pub(crate) fn all(asked: &Asked, held: &[Held], now: Duration) -> Vec<Self> {
        match &asked.call {
            Call::Create { .. } => creation::reactions(),
            Call::Look { page, .. } => look::reactions(page.is_some(), held, now),
        }
    }

    /// Whether other flows' instances are in the answer.
    pub(crate) fn shows_strangers(self) -> bool {
        matches!(
            self,
            Self::Creation(_, CreationAnswer::OtherFlows)
                | Self::Look(Look::Unfiltered | Look::StrangersAlone | Look::NextPage)
        )
    }

    /// Whether it may happen while the platform is restarted.
    pub(crate) fn is_outage(self) -> bool {
        use CreationAnswer as Answer;
        match self {
            Self::Creation(effect, Answer::NotSent | Answer::Lost | Answer::Status(503)) => {
                effect == Effect::Nothing
            }
            Self::Look(look) => matches!(look, Look::NotSent | Look::Lost | Look::Status(503)),
            _ => false,
        }
    }
}

/// What else the platform goes by.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) now: Duration,
    pub(crate) pace: Pace,
    pub(crate) provisioning_timeout: Duration,
    /// Other flows' instances.
    pub(crate) strangers: &'a [Held],
    pub(crate) page_size: usize,
    /// Of the next instance.
    pub(crate) next_id: u64,
}

/// How long it takes from a request to its answer, and to its instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) answer: Duration,
    pub(crate) creation: Duration,
    pub(crate) late_creation: Duration,
}

/// What a replica gets, and when.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) after: Duration,
    pub(crate) result: Result<Response, TransportError>,
    /// The flow's own instance, if it is in the answer.
    pub(crate) carries: Option<u64>,
}

/// The platform reacts; `None` if the replica has died.
pub(crate) fn react(
    reaction: Reaction,
    asked: &Asked,
    held: &mut Vec<Held>,
    around: &Surroundings<'_>,
) -> Option<Answer> {
    if let (Reaction::Creation(effect, _) | Reaction::Crash(effect), Call::Create { tags }) =
        (reaction, &asked.call)
    {
        creation::execute(effect, tags, held, around);
    }
    let (after, response, ours) = match (reaction, &asked.call) {
        (Reaction::Crash(_), _) => return None,
        (Reaction::Look(Look::NotSent) | Reaction::Creation(_, CreationAnswer::NotSent), _) => {
            let after = around.pace.answer.min(asked.connect_timeout);
            let error = TransportError::new(Delivery::NotSent, TransportCause::Connect);
            return Some(failed(after, error));
        }
        (Reaction::Creation(_, answer), _) => answer.response(held.last(), around),
        (Reaction::Look(look), Call::Look { tag, page }) => {
            let (response, ours) = look.response(tag, page.as_deref(), held, around);
            (around.pace.answer, response, ours)
        }
        (Reaction::Look(_), Call::Create { .. }) => (around.pace.answer, None, None),
    };
    let lost = |cause| TransportError::new(Delivery::MaybeSent, cause);
    Some(match response {
        // No attempt takes longer than it may, which is the transport's part.
        _ if after > asked.timeout => failed(asked.timeout, lost(TransportCause::Timeout)),
        None => failed(after, lost(TransportCause::Interrupted)),
        Some(response) => Answer {
            after,
            result: Ok(response),
            carries: ours,
        },
    })
}

fn failed(after: Duration, error: TransportError) -> Answer {
    Answer {
        after,
        result: Err(error),
        carries: None,
    }
}
