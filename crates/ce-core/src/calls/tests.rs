use ce_model::{ElementToken, InstanceId};

use super::{DeleteInstance, Resource};
use crate::testing::{config, drive, response};
use crate::{Call, CallExecution, Delivery, Error, TransportCause, TransportError};

/// How a deletion ends: `first` is lost, or answered with this status; then comes this answer.
fn end(call: impl Call, first: Option<u16>, status: u16, body: &str) -> &'static str {
    let config = config();
    let lost = || TransportError::new(Delivery::MaybeSent, TransportCause::Interrupted);
    let mut answers = vec![Ok(response(status, body))];
    answers.extend(first.map(|status| match status {
        0 => Err(lost()),
        status => Ok(response(status, "")),
    }));
    let (result, _) = drive(CallExecution::new(&config, call), |_, _| {
        answers.pop().unwrap()
    });
    match result {
        Ok(_) => "done",
        Err(Error::Refused(error)) if error.may_have_side_effects() => "refused, perhaps done",
        Err(Error::Refused(_)) => "refused",
        Err(Error::OutcomeUnknown(_)) => "unknown",
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_deletion_whose_answer_was_lost_is_done_if_the_platform_says_there_is_none() {
    let token = ElementToken::new("t");
    let none = r#"{"message":"No element instance found with the id 7."}"#;
    let odd = r#"{"message":"Request failed","providerMessage":"gone"}"#;
    let perhaps = "refused, perhaps done";
    #[rustfmt::skip] // A row a case.
    let table = [
        (Some(0), 404, none, "done", perhaps, "done"),
        (Some(502), 404, none, "done", perhaps, "done"),
        (Some(429), 404, none, "done", perhaps, "done"),
        // Nothing was lost: it was never there.
        (None, 404, none, "refused", "refused", "refused"),
        // A provider's words, and a gateway's page.
        (Some(0), 404, odd, perhaps, perhaps, "done"),
        (Some(0), 404, "<html>", perhaps, perhaps, perhaps),
        (Some(0), 401, "{}", perhaps, "unknown", perhaps),
        (None, 401, "{}", "refused", "refused", "refused"),
    ];
    for (first, status, body, by_id, by_token, of_object) in table {
        let id = DeleteInstance::new(InstanceId::new(7));
        let ends = [
            end(id, first, status, body),
            end(DeleteInstance::new(&token), first, status, body),
            end(
                Resource::through(&token, "a").delete(7),
                first,
                status,
                body,
            ),
        ];
        assert_eq!(
            ends,
            [by_id, by_token, of_object],
            "{first:?} {status} {body}"
        );
    }
}
