use http::{HeaderName, StatusCode};

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::instance::Instance;
use crate::platform::Platform;
use crate::request::Request;

static INSTANCE_ID: HeaderName = HeaderName::from_static("elements-element-instance-id");

/// A call through the instance that the element token belongs to, unless it is disabled or its
/// provider lets it in no more. Whatever comes of it says which instance it was.
pub(crate) fn call(
    platform: &Platform,
    request: &Request,
    carry_out: impl FnOnce(&mut Instance) -> Outcome,
) -> Outcome {
    let id = Credentials::read(&request.headers)?.allow_element_call(platform)?;
    let outcome = platform.state().instances.change(id, |instance| {
        if instance.disabled {
            return Err(forbidden(format!("Instance {id} is disabled.")));
        }
        if !instance.valid {
            let mut refusal = forbidden("Request failed");
            refusal.provider_message = Some("The user withdrew the consent.");
            return Err(refusal);
        }
        carry_out(instance)
    });
    match outcome {
        Some(Ok(answer)) => Ok(answer.with(INSTANCE_ID.clone(), &id.to_string())),
        Some(Err(refusal)) => Err(refusal.with(INSTANCE_ID.clone(), id.to_string())),
        None => Err(Refusal::internal()),
    }
}

fn forbidden(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, message)
}

/// A success that has nothing to say.
pub(crate) fn done() -> Outcome {
    Ok(Answer::empty(StatusCode::OK))
}
