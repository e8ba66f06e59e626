use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

use crate::answer::{Answer, REQUEST_ID, Refusal};
use crate::fault::Fault;
use crate::gzip_bomb;
use crate::http_date;
use crate::raw_answer::RawAnswer;
use crate::script::Script;

/// What goes out.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// A proper answer, whatever stands in it.
    Answer(Answer),
    /// Something else, with the status that it says; 0 if it says none.
    Script { status: u16, script: Script },
}

impl Outgoing {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Answer(answer) => answer.status.as_u16(),
            Self::Script { status, .. } => *status,
        }
    }

    fn silence(script: Script) -> Self {
        Self::Script { status: 0, script }
    }
}

/// Where most requests that are redirected end up: nowhere, by RFC 6761.
const REDIRECTED: &str = "http://redirected.invalid";

/// What goes out although nothing was carried out; nothing if the fault does not come first.
pub(crate) fn instead(
    fault: &Fault,
    target: impl Fn() -> String,
    request_id: &str,
    now: SystemTime,
) -> Option<Outgoing> {
    let refuse = |status, message| {
        Refusal::new(status, message)
            .into_answer(request_id)
            .identified(request_id)
    };
    let too_many = || {
        let message = "Too many requests; try again later.";
        refuse(StatusCode::TOO_MANY_REQUESTS, message)
    };
    let answer = match fault {
        Fault::AcceptAndClose => return Some(Outgoing::silence(Script::cut(""))),
        Fault::StallBeforeAnswer => return Some(Outgoing::silence(Script::stall(""))),
        Fault::HtmlBadGateway => bad_gateway(),
        Fault::TooManyRequests { after } => {
            too_many().with(RETRY_AFTER, &seconds(*after).to_string())
        }
        Fault::TooManyRequestsDate { after } => {
            let then = http_date::format_after(now, Duration::from_secs(seconds(*after)));
            too_many()
                .with(RETRY_AFTER, &then)
                .with(DATE, &http_date::format(now))
        }
        Fault::Unavailable { after } => {
            let message = "The service is unavailable for the moment.";
            let answer = refuse(StatusCode::SERVICE_UNAVAILABLE, message);
            match after {
                Some(after) => answer.with(RETRY_AFTER, &seconds(*after).to_string()),
                None => answer,
            }
        }
        Fault::Redirect { to } => {
            let answer = Answer::empty(StatusCode::TEMPORARY_REDIRECT);
            match to {
                Some(to) => answer.with(LOCATION, to),
                None => answer.with(LOCATION, &format!("{REDIRECTED}{}", target())),
            }
        }
        _ => return None,
    };
    Some(Outgoing::Answer(answer))
}

/// What goes out in place of the answer to what was carried out.
pub(crate) fn spoil(fault: &Fault, answer: Answer, now: SystemTime) -> Outgoing {
    let answer = if is_about_the_body(fault) {
        with_body(answer)
    } else {
        answer
    };
    let status = answer.status.as_u16();
    let length = answer.body.len();
    let half = length / 2;
    let script = |script| Outgoing::Script { status, script };
    let raw = |announced, answer| RawAnswer::new(answer, announced, now);
    let answer = match fault {
        Fault::CloseAfterHeaders => {
            return script(Script::cut(raw(Some(length), answer).up_to(0)));
        }
        Fault::CloseMidBody => return script(Script::cut(raw(Some(length), answer).up_to(half))),
        Fault::WrongLength => return script(Script::cut(raw(Some(half), answer).up_to(length))),
        Fault::StallDuringAnswer => {
            return script(Script::stall(raw(Some(length), answer).up_to(half)));
        }
        Fault::Trickle { interval } => {
            return script(Script {
                interval: *interval,
                ..Script::cut(raw(Some(length), answer).up_to(length))
            });
        }
        Fault::HugeBody { bytes } => {
            return script(Script {
                spaces: bytes.saturating_sub(length as u64),
                rest: answer.body.clone(),
                ..Script::cut(raw(None, answer).up_to(0))
            });
        }
        Fault::LoseAnswer => return Outgoing::silence(Script::cut("")),
        Fault::TruncatedJson => Answer {
            body: answer.body.slice(..half),
            ..answer
        },
        Fault::EmptyOk => without_body(answer, StatusCode::OK),
        Fault::NoContent => without_body(answer, StatusCode::NO_CONTENT),
        Fault::WrongContentType => answer.with(CONTENT_TYPE, "text/html"),
        Fault::InvalidUtf8 => Answer {
            body: invalid_utf8(&answer.body),
            ..answer
        },
        Fault::GzipBomb => Answer {
            body: gzip_bomb::wrap(&answer.body),
            ..answer.with(CONTENT_ENCODING, "gzip")
        },
        Fault::CreateAndBadGateway => bad_gateway(),
        _ => answer,
    };
    Outgoing::Answer(answer)
}

fn is_about_the_body(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::CloseAfterHeaders
            | Fault::CloseMidBody
            | Fault::TruncatedJson
            | Fault::WrongLength
            | Fault::InvalidUtf8
            | Fault::HugeBody { .. }
            | Fault::GzipBomb
            | Fault::StallDuringAnswer
    )
}

/// The same with an empty object, if there is nothing that could be spoilt.
fn with_body(answer: Answer) -> Answer {
    if !answer.body.is_empty() {
        return answer;
    }
    Answer {
        body: Bytes::from_static(b"{}"),
        ..answer.with(CONTENT_TYPE, "application/json")
    }
}

/// Nothing of it but its id.
fn without_body(mut answer: Answer, status: StatusCode) -> Answer {
    match answer.headers.remove(&REQUEST_ID) {
        Some(id) => Answer {
            headers: HeaderMap::from_iter([(REQUEST_ID.clone(), id)]),
            ..Answer::empty(status)
        },
        None => Answer::empty(status),
    }
}

/// Puts a byte that is never part of UTF-8 into a string: a value's if there is one, otherwise the
/// first that there is.
fn invalid_utf8(json: &[u8]) -> Bytes {
    const BEFORE_VALUE: &[u8] = b"\":\"";
    let value = json
        .windows(BEFORE_VALUE.len())
        .position(|window| window == BEFORE_VALUE);
    let place = match value {
        Some(start) => Some(start + BEFORE_VALUE.len()),
        None => json
            .iter()
            .position(|byte| *byte == b'"')
            .map(|quote| quote + 1),
    };
    match place.and_then(|place| json.split_at_checked(place)) {
        Some((before, after)) => [before, b"\xff", after].concat().into(),
        // Nothing but brackets.
        None => Bytes::from_static(b"[\"\xff\"]"),
    }
}

fn bad_gateway() -> Answer {
    let page = "<html>\n<head><title>502 Bad Gateway</title></head>\n\
                <body><h1>502 Bad Gateway</h1></body>\n</html>\n";
    Answer::html(StatusCode::BAD_GATEWAY, page.to_owned())
}

fn seconds(duration: Duration) -> u64 {
    let started = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_found_that_can_hold_the_byte() {
        let table: [(&[u8], &[u8]); 5] = [
            (
                b"{\"id\":1,\"name\":\"n\"}",
                b"{\"id\":1,\"name\":\"\xffn\"}",
            ),
            (b"[\"instagram\"]", b"[\"\xffinstagram\"]"),
            (b"{\"a\":1}", b"{\"\xffa\":1}"),
            (b"[]", b"[\"\xff\"]"),
            (b"{}", b"[\"\xff\"]"),
        ];
        for (json, expected) in table {
            let spoilt = invalid_utf8(json);
            assert_eq!(spoilt, expected, "{}", String::from_utf8_lossy(json));
            let repaired = String::from_utf8_lossy(&spoilt);
            assert!(serde_json::from_str::<serde_json::Value>(&repaired).is_ok());
        }
    }

    #[test]
    fn every_fault_either_comes_first_or_comes_after() {
        let now = SystemTime::UNIX_EPOCH;
        for fault in Fault::all() {
            let first = instead(&fault, String::new, "id", now).is_some();
            let refuses = matches!(fault, Fault::Refuse { .. });
            assert_eq!(first, !fault.executes() && !refuses, "{}", fault.name());
        }
    }

    #[test]
    fn waiting_is_rounded_up_to_seconds() {
        let table = [
            (Duration::ZERO, 0),
            (Duration::from_millis(1), 1),
            (Duration::from_secs(2), 2),
            (Duration::from_millis(2001), 3),
            (Duration::MAX, u64::MAX),
        ];
        for (duration, expected) in table {
            assert_eq!(seconds(duration), expected);
        }
    }

    #[test]
    fn an_answer_without_a_body_is_given_one_to_spoil() {
        let empty = || Answer::empty(StatusCode::OK).identified("id");
        let now = SystemTime::UNIX_EPOCH;
        for fault in Fault::all().iter().filter(|fault| fault.executes()) {
            let about_body = match spoil(fault, empty(), now) {
                Outgoing::Answer(answer) => !answer.body.is_empty(),
                Outgoing::Script { script, .. } => {
                    String::from_utf8_lossy(&script.bytes).contains("application/json")
                }
            };
            let expected = is_about_the_body(fault) || *fault == Fault::CreateAndBadGateway;
            assert_eq!(about_body, expected, "{}", fault.name());
        }
    }
}
