//! `POST /instances`: what it leaves at the platform, and what is answered. Neither tells the other.

use std::time::Duration;

use ce_core::Response;

use super::answer::{Shape, instance, response, response_with};
use super::{Held, Reaction, Surroundings};

/// What a request to create an instance leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Effect {
    Nothing,
    Created,
    /// The instance comes as late as it may.
    CreatedLate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CreationAnswer {
    Instance(Shape),
    NotSent,
    Lost,
    /// Nothing until the time is up.
    Silence,
    /// A status, with a body in the platform's own shape.
    Status(u16),
    /// 429, and when to come back.
    Busy,
    /// 200, and a page of a gateway.
    Unreadable,
    /// 200, and the instance of another flow: a late answer on a connection that was kept.
    OtherFlows,
}

pub(super) fn reactions() -> Vec<Reaction> {
    use CreationAnswer::{Busy, Instance, Lost, NotSent, OtherFlows, Silence, Status, Unreadable};
    use Effect::{Created, CreatedLate, Nothing};
    let created = [Shape::Plain, Shape::Odd, Shape::Untagged].map(Instance);
    // What the platform refuses it has not done.
    let refused = [NotSent, Status(400), Status(401), Status(404)];
    let statuses = [301, 302, 307, 308, 408, 500, 503].map(Status);
    let either = [Lost, Silence, Unreadable, OtherFlows, Busy];
    let either = either.into_iter().chain(statuses);
    let effects = [Nothing, Created, CreatedLate];
    let either = either.flat_map(|answer| effects.map(|effect| (effect, answer)));
    let certain = created.map(|answer| (Created, answer)).into_iter();
    let certain = certain.chain(refused.map(|answer| (Nothing, answer)));
    let all = certain.chain(either);
    let all = all.map(|(effect, answer)| Reaction::Creation(effect, answer));
    all.chain(effects.map(Reaction::Crash)).collect()
}

pub(super) fn execute(
    effect: Effect,
    tags: &[String],
    held: &mut Vec<Held>,
    around: &Surroundings<'_>,
) {
    let time = match effect {
        Effect::Nothing => return,
        Effect::Created => around.pace.creation,
        Effect::CreatedLate => around.pace.late_creation,
    };
    held.push(Held {
        id: around.next_id,
        tags: tags.to_vec(),
        exists_from: around.now + time.min(around.provisioning_timeout),
        shown_from: around.now + around.provisioning_timeout,
    });
}

impl CreationAnswer {
    /// When it comes, what it is unless it is lost, and the flow's instance in it.
    pub(super) fn response(
        self,
        created: Option<&Held>,
        around: &Surroundings<'_>,
    ) -> (Duration, Option<Response>, Option<u64>) {
        let (after, mut ours) = (around.pace.answer, None);
        let response = match self {
            Self::Instance(shape) => {
                ours = created;
                let status = if shape == Shape::Odd { 201 } else { 200 };
                created.map(|held| response(status, instance(held, shape)))
            }
            Self::Status(status) => Some(response(status, MESSAGE)),
            Self::Busy => {
                let header = ("retry-after", "5".to_owned());
                Some(response_with(429, &[header], MESSAGE))
            }
            Self::Unreadable => Some(response(200, "<html>ok</html>")),
            Self::OtherFlows => {
                let other = around.strangers.last();
                other.map(|held| response(200, instance(held, Shape::Plain)))
            }
            Self::Lost | Self::NotSent => None,
            Self::Silence => return (Duration::MAX, None, None),
        };
        // The platform answers when it is done.
        let done = ours.map(|held| held.exists_from - around.now);
        (
            after + done.unwrap_or_default(),
            response,
            ours.map(|held| held.id),
        )
    }
}

const MESSAGE: &str = r#"{"requestId":"r","message":"Request failed"}"#;
