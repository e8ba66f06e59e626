use super::*;
use crate::testing::{config, drive, response, response_with};
use crate::{InvalidInput, Limits, Request};
use Delivery::{MaybeSent, NotSent};
use Network::{Answers, Fails};
use http::Method;

/// What drivers send from thread to thread.
const _: () = {
    const fn crosses_threads<T: Send + Sync + 'static>() {}
    crosses_threads::<(Config, Error, Request, Response, Attempt)>();
};

struct Probe(Method);

impl Call for Probe {
    type Output = bool;

    fn purpose(&self) -> &'static str {
        "probe"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let request = crate::RequestBuilder::new(config, self.0.clone(), &["probe"]);
        request.json("body").build()
    }

    fn decode(&self, response: &Response) -> Result<bool, Error> {
        response.json(self.purpose())
    }

    fn idempotency(&self, method: &Method) -> Idempotency {
        match method.as_str() {
            "SET" => Idempotency::Idempotent,
            _ => Idempotency::of(method),
        }
    }
}

/// What the network does with one attempt.
#[derive(Clone, Copy, Debug)]
enum Network {
    Answers(u16, &'static str, Option<&'static str>),
    Fails(Delivery, TransportCause),
}

impl Network {
    fn play(self) -> Result<Response, TransportError> {
        match self {
            Answers(status, body, None) => Ok(response(status, body)),
            Answers(status, body, Some(after)) => {
                Ok(response_with(status, &[("retry-after", after)], body))
            }
            Fails(delivery, cause) => Err(TransportError::new(delivery, cause)),
        }
    }
}

const WELL: Network = Answers(200, "true", None);
const BUSY: Network = Answers(503, "{}", None);
const LOST: Network = Fails(MaybeSent, TransportCause::Timeout);
const REFUSED: Network = Fails(NotSent, TransportCause::Connect);

#[derive(Debug)]
struct Run {
    result: Result<bool, Error>,
    attempts: usize,
    took: Duration,
}

impl Run {
    /// How it ended, and after how many attempts.
    fn end(&self) -> (&'static str, usize) {
        let end = match self.result {
            Ok(_) => "ok",
            Err(Error::Refused(_)) => "refused",
            Err(Error::Unavailable(_)) => "unavailable",
            Err(Error::OutcomeUnknown(_)) => "unknown",
            Err(Error::Decode(_)) => "unreadable",
            Err(Error::Redirected(_)) => "redirected",
            Err(Error::Transport(_)) => "transport",
            Err(ref other) => panic!("{other}"),
        };
        (end, self.attempts)
    }
}

/// Plays a script; its last line repeats.
fn play(limits: Limits, method: Method, script: &[Network]) -> Run {
    let config = config().with_limits(limits);
    let mut attempts = 0;
    let network = |request: &Request, _| {
        assert_eq!(&request.expose().body()[..], b"\"body\"");
        attempts += 1;
        script[(attempts - 1).min(script.len() - 1)].play()
    };
    let (result, took) = drive(CallExecution::new(&config, Probe(method)), network);
    Run {
        result,
        attempts,
        took,
    }
}

fn error(method: Method, script: &[Network]) -> Error {
    play(Limits::default(), method, script).result.unwrap_err()
}

#[test]
fn each_outcome_ends_as_the_table_says() {
    use TransportCause::{Connect, Interrupted, Timeout, TooLarge};
    const ERROR: &str = r#"{"message":"m","requestId":"r"}"#;
    let statuses = |statuses: &[u16], body, retry_after| -> Vec<Network> {
        let answers = statuses.iter();
        answers.map(|it| Answers(*it, body, retry_after)).collect()
    };
    let fails = |delivery, causes: &[TransportCause]| -> Vec<Network> {
        causes.iter().map(|it| Fails(delivery, *it)).collect()
    };
    #[rustfmt::skip] // A row a case.
    let table = [
        (statuses(&[200], "true", None), ("ok", 1), ("ok", 1)),
        (statuses(&[200, 204], "", None), ("unreadable", 1), ("unknown", 1)),
        (statuses(&[200], "<html>", None), ("unreadable", 1), ("unknown", 1)),
        (statuses(&[300, 301, 302, 303, 304, 307, 308], "", None), ("redirected", 1), ("unknown", 1)),
        (statuses(&[400, 401, 403, 404, 409, 499], ERROR, None), ("refused", 1), ("refused", 1)),
        (statuses(&[408, 500, 501, 502, 599], ERROR, None), ("unavailable", 4), ("unknown", 1)),
        (statuses(&[503], "", Some("1")), ("unavailable", 4), ("unknown", 1)),
        (statuses(&[429], ERROR, None), ("unavailable", 4), ("unknown", 1)),
        (statuses(&[429], "", Some("300")), ("unavailable", 1), ("unknown", 1)),
        (statuses(&[429], "", Some("21")), ("unavailable", 2), ("unknown", 1)),
        (statuses(&[100, 199, 600, 999], "", None), ("unreadable", 1), ("unknown", 1)),
        (fails(NotSent, &[Connect, Timeout, Interrupted]), ("transport", 4), ("transport", 4)),
        (fails(MaybeSent, &[Connect, Timeout, Interrupted]), ("transport", 4), ("unknown", 1)),
        (fails(MaybeSent, &[TooLarge]), ("transport", 1), ("unknown", 1)),
    ];
    for (results, safe, once) in table {
        for result in results {
            for (method, ends) in [(Method::GET, safe), (Method::POST, once)] {
                let run = play(Limits::default(), method, &[result]);
                assert_eq!(run.end(), ends, "{result:?}: {run:?}");
                assert!(run.took <= Duration::from_secs(30));
            }
        }
    }
}

#[test]
fn what_is_not_idempotent_is_not_repeated_by_omission() {
    for (methods, repeats) in [("GET PUT DELETE SET", true), ("POST PATCH ODD", false)] {
        for method in methods.split(' ') {
            let run = play(Limits::default(), method.parse().unwrap(), &[LOST]);
            assert_eq!(run.attempts > 1, repeats, "{method}");
        }
    }
}

#[test]
fn what_may_be_made_once_is_not_begun_again_without_the_time_to_tell() {
    let limits = Limits::default().timeout(Duration::from_secs(1));
    let limits = limits.backoff(Duration::from_millis(1));
    // A connection has nine tenths of that, and the first attempt took one.
    for (method, attempts) in [(Method::POST, 1), (Method::GET, 4)] {
        let run = play(limits, method, &[REFUSED]);
        assert_eq!(run.end(), ("transport", attempts));
    }
}

#[test]
fn limits_that_leave_no_room_for_a_call_are_all_named() {
    let zero = Duration::ZERO;
    let error = |limits| match play(limits, Method::GET, &[WELL]).result {
        Err(Error::InvalidInput(invalid)) => {
            let fields = invalid
                .errors()
                .iter()
                .map(|error| error.field().to_owned());
            fields.collect::<Vec<_>>().join(" ")
        }
        other => panic!("{other:?}"),
    };
    let none = Limits::default()
        .connect_timeout(zero)
        .attempt_timeout(zero);
    let none = none.timeout(zero).provisioning_timeout(zero);
    assert_eq!(
        error(none.max_attempts(0).max_body_bytes(0)),
        "limits.connect_timeout limits.attempt_timeout limits.timeout limits.provisioning_timeout \
         limits.max_attempts limits.max_body_bytes"
    );
}

#[test]
fn what_is_worth_one_attempt_has_all_the_time_for_it() {
    let (config, limits, second) = (config(), Limits::default(), Duration::from_secs(1));
    for (method, within, time) in [
        (Method::GET, Duration::MAX, limits.attempt_timeout),
        (Method::POST, Duration::MAX, limits.timeout),
        (Method::GET, second, second),
        (Method::POST, second, second),
    ] {
        let mut execution = CallExecution::new(&config, Probe(method)).within(within);
        let Step::Send(attempt) = execution.step(Input::Start, Duration::ZERO) else {
            panic!()
        };
        assert_eq!(attempt.timeout, time);
        assert!(attempt.connect_timeout <= time);
    }
}

#[test]
fn a_call_behind_a_pointer_is_the_same_call() {
    let config = config();
    let run = |method: &str, mut answers: Vec<u16>| {
        let probe: Box<dyn Call<Output = bool>> = Box::new(Probe(method.parse().unwrap()));
        let probe: &dyn Call<Output = bool> = &probe;
        let mut execution: Box<dyn Operation<Output = _>> =
            Box::new(CallExecution::new(&config, probe));
        let network = |_: &Request, _| Ok(response(answers.remove(0), "true"));
        drive(&mut execution, network).0
    };
    assert!(run("SET", vec![500, 200]).unwrap());
    let unknown = run("POST", vec![500]).unwrap_err().to_string();
    assert!(
        unknown.contains("did probe: it may have; look at"),
        "{unknown}"
    );
}

#[test]
fn an_error_says_what_was_done_and_what_to_do() {
    const BODY: &str = r#"{"message":"m","providerMessage":"no","requestId":"r"}"#;
    const ID: &str = r#"{"requestId":"r"}"#;
    let refused = Answers(409, BODY, None);
    let answered = |status, body| [Answers(status, body, None)];
    let get = |script: &[Network]| error(Method::GET, script);
    let put = |script: &[Network]| error(Method::PUT, script);
    let post = |script: &[Network]| error(Method::POST, script);
    // Whether it is transient, is a timeout, and may have side effects; its status; what is printed.
    #[rustfmt::skip] // A row a case.
    let table = [
        (put(&[refused]), [false, false, false], 409, "the platform refused to probe (status 409, \
            request id r), and did nothing: m (the provider says: no)"),
        (put(&[REFUSED, refused]), [false, false, false], 409, "and did nothing: m"),
        (get(&[LOST, refused]), [false, false, false], 409, "and did nothing: m"),
        (put(&[LOST, refused]), [false, false, true], 409, "lost, may have done it: m"),
        (put(&[Answers(502, "", None), refused]), [false, false, true], 409, "have done it: m"),
        (get(&answered(404, "<>")), [false, false, false], 404, "id: perhaps the base URL"),
        (get(&answered(401, "<>")), [false, false, false], 401, "check the secrets, and whether"),
        (get(&answered(401, ID)), [false, false, false], 401, ": check the secrets"),
        (put(&[Answers(429, BODY, Some("300"))]), [true, false, true], 429, "it out all the same: m"),
        (put(&answered(302, "<>")), [false, false, true], 302, "not followed, since requests"),
        (get(&answered(302, "<>")), [false, false, false], 302, "not followed, since requests"),
        (post(&answered(302, "<>")), [false, false, true], 302, "the platform did probe: it may"),
        (get(&answered(200, "<>")), [false, false, false], 200, "answer is HTML or XML"),
        (put(&answered(200, "<>")), [false, false, true], 200, "answer is HTML or XML"),
        (put(&answered(999, "<>")), [false, false, true], 999, "a status that HTTP does not"),
        (post(&answered(500, BODY)), [false, false, true], 500, "(request id r): it may have;"),
        (post(&[LOST]), [false, true, true], 0, "the platform did probe: it may have; look"),
        (get(&[LOST]), [true, true, false], 0, "could not probe: the platform did not answer"),
        (put(&[LOST]), [true, true, true], 0, "request to probe may have been carried out: the"),
        (get(&[Fails(MaybeSent, TransportCause::TooLarge)]), [false; 3], 0, "larger than the limit"),
        (post(&[REFUSED]), [true, false, false], 0, "could not probe: no connection"),
    ];
    for (error, expected, status, sentence) in table {
        assert!(error.to_string().contains(sentence), "{error}");
        let effects = error.may_have_side_effects();
        assert_eq!(
            [error.is_transient(), error.is_timeout(), effects],
            expected,
            "{error:?}"
        );
        assert_eq!(
            error.status().map_or(0, |it| it.as_u16()),
            status,
            "{error:?}"
        );
        let asked = (status == 429).then_some(Duration::from_secs(300));
        assert_eq!(error.retry_after(), asked);
        let body = error.expose_body().unwrap_or_default();
        assert_eq!(error.request_id(), body.ends_with(b"\"r\"}").then_some("r"));
        assert_eq!(body.is_empty(), status == 0);
        let shown = format!("[{} bytes]", body.len());
        assert_eq!(format!("{error:?}").contains(&shown), status != 0);
    }
}

#[test]
fn a_gateway_that_failed_is_no_hint_at_the_base_url() {
    let failed = error(Method::GET, &[Answers(502, "<>", None)]).to_string();
    assert!(failed.ends_with("try again later"), "{failed}");
    let forbidden = error(Method::GET, &[Answers(403, r#"{"requestId":"r"}"#, None)]);
    assert!(!forbidden.to_string().contains("secrets"), "{forbidden}");
}

#[test]
fn a_message_stands_once_in_the_chain_of_causes() {
    let source = std::io::Error::other("canary");
    let error = TransportError::new(MaybeSent, TransportCause::Timeout).with_source(source);
    let error = Error::from(OutcomeUnknown::new("create the instance", error.into()));
    let first: &dyn std::error::Error = &error;
    let chain = std::iter::successors(Some(first), |error| error.source());
    assert_eq!(
        chain.map(ToString::to_string).collect::<Vec<_>>(),
        [
            "it is not known whether the platform did create the instance: it may have; look at the \
             platform for what it did before trying again",
            "the platform did not answer in time",
            "canary"
        ]
    );
}

#[test]
fn after_a_connection_failed_the_next_attempt_opens_another() {
    let config = config();
    let mut execution = CallExecution::new(&config, Probe(Method::GET));
    let mut input = Input::Start;
    let mut has_new = Vec::new();
    for result in [BUSY, LOST, WELL] {
        let Step::Send(attempt) = execution.step(input, Duration::ZERO) else {
            panic!("an attempt")
        };
        has_new.push(attempt.needs_new_connection);
        let step = execution.step(Input::Response(result.play()), Duration::ZERO);
        if let Step::Done(result) = step {
            assert!(result.unwrap());
        }
        input = Input::SleepFinished;
    }
    // The platform's 503 came over a connection that is well.
    assert_eq!(has_new, [false, false, true]);
}
