use super::*;
use crate::error::InvalidInput;
use crate::execution::Idempotency;
use crate::wire::Request;
use crate::wire::RequestBuilder;
use crate::{Credentials, Limits};
use std::collections::VecDeque;

struct Probe(Idempotency);

impl Call for Probe {
    type Output = ();

    fn purpose(&self) -> &'static str {
        "probe"
    }

    fn idempotency(&self, _: &http::Method) -> Idempotency {
        self.0
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, http::Method::POST, &["probe"])
            .json("body")
            .build()
    }

    fn decode(&self, response: &Response) -> Result<(), Error> {
        response.json::<bool>(self.purpose()).map(drop)
    }
}

/// What the network does with one attempt, and how long that takes.
#[derive(Clone, Copy, Debug)]
enum Network {
    Answers(u16, &'static str, Option<&'static str>),
    Fails(Delivery, TransportCause),
    Stalls,
}
use Delivery::{MaybeSent, NotSent};
use Idempotency::{Idempotent, NonIdempotent};
use Network::{Answers, Fails, Stalls};

struct Run {
    result: Result<(), Error>,
    attempts: u32,
    took: Duration,
}

fn testing_config() -> Config {
    Config::new("https://a.example", Credentials::new("u", "o")).unwrap()
}

/// Plays a script on a clock of its own; its last line repeats.
fn play(limits: Limits, idempotency: Idempotency, script: &[Network]) -> Run {
    let config = Config::new("https://a.example", Credentials::new("u", "o"))
        .unwrap()
        .with_limits(limits)
        .with_jitter_seed(7);
    let mut execution = CallExecution::new(&config, Probe(idempotency));
    let mut script: VecDeque<_> = script.iter().copied().collect();
    let (mut now, mut attempts, mut input) = (Duration::ZERO, 0, Input::Start);
    loop {
        input = match execution.step(input, now) {
            Step::Done(result) => {
                return Run {
                    result,
                    attempts,
                    took: now,
                };
            }
            Step::Sleep(time) => {
                now += time;
                Input::SleepFinished
            }
            Step::Send(attempt) => {
                attempts += 1;
                assert!(attempt.connect_timeout <= attempt.timeout);
                assert_eq!(&attempt.request.expose().body()[..], b"\"body\"");
                let network = if script.len() > 1 {
                    script.pop_front().unwrap()
                } else {
                    script[0]
                };
                now += Duration::from_millis(10);
                Input::Response(match network {
                    Answers(status, body, retry_after) => {
                        let mut response = http::Response::builder().status(status);
                        if let Some(after) = retry_after {
                            response = response.header("retry-after", after);
                        }
                        Ok(response.body(body.into()).unwrap().into())
                    }
                    Fails(delivery, cause) => Err(TransportError::new(delivery, cause)),
                    Stalls => {
                        now += attempt.timeout;
                        Err(TransportError::new(MaybeSent, TransportCause::Timeout))
                    }
                })
            }
        };
    }
}

fn kind(result: &Result<(), Error>) -> &'static str {
    match result {
        Ok(()) => "ok",
        Err(Error::Refused(_)) => "refused",
        Err(Error::Unavailable(_)) => "unavailable",
        Err(Error::OutcomeUnknown(_)) => "unknown",
        Err(Error::Decode(_)) => "unreadable",
        Err(Error::Redirected(_)) => "redirected",
        Err(Error::Transport(_)) => "transport",
        Err(_) => "other",
    }
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
        (statuses(&[300, 301, 302, 304, 307, 308], "", None), ("redirected", 1), ("redirected", 1)),
        (statuses(&[303], "", None), ("redirected", 1), ("unknown", 1)),
        (statuses(&[400, 401, 403, 404, 409, 499], ERROR, None), ("refused", 1), ("refused", 1)),
        (statuses(&[408, 500, 501, 502, 599], ERROR, None), ("unavailable", 4), ("unknown", 1)),
        (statuses(&[503], "", Some("1")), ("unavailable", 4), ("unknown", 1)),
        (statuses(&[429], ERROR, None), ("unavailable", 4), ("unavailable", 4)),
        (statuses(&[429], "", Some("300")), ("unavailable", 1), ("unavailable", 1)),
        (statuses(&[100, 199, 600, 999], "", None), ("unreadable", 1), ("unknown", 1)),
        (fails(NotSent, &[Connect, Timeout, Interrupted]), ("transport", 4), ("transport", 4)),
        (fails(MaybeSent, &[Connect, Timeout, Interrupted]), ("transport", 4), ("unknown", 1)),
        (fails(MaybeSent, &[TooLarge]), ("transport", 1), ("unknown", 1)),
    ];
    for (results, safe, once) in table {
        for result in results {
            for (idempotency, ends) in [(Idempotent, safe), (NonIdempotent, once)] {
                let run = play(Limits::default(), idempotency, &[result]);
                assert_eq!(
                    (kind(&run.result), run.attempts),
                    ends,
                    "{result:?}, {idempotency:?}"
                );
                assert!(run.took <= Duration::from_secs(30));
            }
        }
    }
}

#[test]
fn a_passing_failure_is_overcome() {
    let well = Answers(200, "true", None);
    for script in [
        &[Answers(503, "", None), well][..],
        &[Answers(429, "", Some("2")), well],
        &[
            Fails(MaybeSent, TransportCause::Interrupted),
            Answers(500, "", None),
            well,
        ],
        &[Stalls, well],
    ] {
        let run = play(Limits::default(), Idempotent, script);
        assert_eq!(kind(&run.result), "ok");
        assert_eq!(run.attempts as usize, script.len());
    }
    let run = play(
        Limits::default(),
        NonIdempotent,
        &[
            Fails(NotSent, TransportCause::Connect),
            Answers(429, "", Some("2")),
            well,
        ],
    );
    assert_eq!((kind(&run.result), run.attempts), ("ok", 3));
    assert!(run.took >= Duration::from_secs(2));
}

#[test]
fn no_call_outlasts_its_deadline() {
    for limits in [
        Limits::default(),
        Limits::default().timeout(Duration::from_secs(3)),
        Limits::default().attempt_timeout(Duration::from_secs(300)),
        Limits::default().timeout(Duration::ZERO),
        Limits::default().max_attempts(1000),
    ] {
        let run = play(limits, Idempotent, &[Stalls]);
        assert_eq!(kind(&run.result), "transport");
        // Each attempt takes 10 ms more than it is given, as a real one may.
        let slack = Duration::from_millis(10) * run.attempts;
        assert!(run.took <= limits.timeout + slack, "{:?}", run.took);
    }
}

#[test]
fn an_error_says_what_may_have_been_done() {
    let body = r#"{"message":"Request failed","providerMessage":"no","requestId":"r1"}"#;
    let refused = play(Limits::default(), Idempotent, &[Answers(400, body, None)]);
    let error = refused.result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the platform refused to probe (status 400, request id r1), and did nothing: \
         Request failed (the provider says: no)"
    );
    assert_eq!(error.request_id(), Some("r1"));
    let unknown = play(
        Limits::default(),
        NonIdempotent,
        &[Answers(500, body, None)],
    );
    let error = unknown.result.unwrap_err();
    assert!(error.to_string().contains("it may have"), "{error}");
    assert_eq!(error.request_id(), Some("r1"));
}

#[test]
fn a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_done() {
    let refused = Answers(409, "{}", None);
    for (script, may_be_done) in [
        (&[refused][..], false),
        (&[Fails(NotSent, TransportCause::Connect), refused], false),
        (&[Fails(MaybeSent, TransportCause::Timeout), refused], true),
        (&[Answers(502, "", None), refused], true),
    ] {
        let error = play(Limits::default(), Idempotent, script)
            .result
            .unwrap_err();
        let printed = error.to_string();
        assert_eq!(!printed.contains("did nothing"), may_be_done, "{printed}");
        let Error::Refused(api_error) = error else {
            panic!("{error:?}")
        };
        assert_eq!(api_error.may_have_side_effects(), may_be_done);
    }
}

#[test]
fn a_refusal_without_a_word_may_not_be_the_platforms() {
    for (status, body, hint) in [
        (404, "<html>", "perhaps the base URL is not the platform's"),
        (401, "", "check the secrets, and whether the base URL"),
        (401, r#"{"requestId": "r"}"#, "check the secrets"),
        (
            404,
            r#"{"message": "No such element"}"#,
            ": No such element",
        ),
    ] {
        let run = play(
            Limits::default(),
            Idempotent,
            &[Answers(status, body, None)],
        );
        let printed = run.result.unwrap_err().to_string();
        assert!(printed.contains(hint), "{printed}");
        assert_eq!(
            printed.contains("base URL"),
            !body.contains(':'),
            "{printed}"
        );
    }
}

#[test]
fn what_is_worth_one_attempt_has_all_the_time_for_it() {
    let limits = Limits::default();
    let whole = |idempotency| play(limits, idempotency, &[Stalls]).took;
    assert!(whole(NonIdempotent) >= limits.timeout);
    let run = play(limits, NonIdempotent, &[Stalls]);
    assert_eq!((run.attempts, kind(&run.result)), (1, "unknown"));
}

#[test]
fn it_is_not_begun_again_without_the_time_to_connect() {
    // 30 seconds in all, of which 21 are asked to be waited: 9 are left, and a connection has 10.
    let busy = Answers(429, "{}", Some("21"));
    let run = play(
        Limits::default(),
        NonIdempotent,
        &[busy, Answers(200, "true", None)],
    );
    assert_eq!((run.attempts, kind(&run.result)), (1, "unavailable"));
    let run = play(
        Limits::default(),
        Idempotent,
        &[busy, Answers(200, "true", None)],
    );
    assert_eq!((run.attempts, kind(&run.result)), (2, "ok"));
}

/// Drives an execution that is waiting for its first response to its end.
fn after<C: Call>(execution: &mut CallExecution<'_, C>, input: Input) -> Result<C::Output, Error> {
    match execution.step(input, Duration::ZERO) {
        Step::Done(result) => result,
        step => panic!("{:?}", step.map(drop)),
    }
}

#[test]
fn what_is_done_stays_done() {
    let config = testing_config();
    let response = || http::Response::new("true".into()).into();
    for further in [
        Input::Start,
        Input::SleepFinished,
        Input::Response(Ok(response())),
    ] {
        let mut execution = CallExecution::new(&config, Probe(Idempotent));
        assert!(matches!(
            execution.step(Input::Start, Duration::ZERO),
            Step::Send(_)
        ));
        after(&mut execution, Input::Response(Ok(response()))).unwrap();
        let error = after(&mut execution, further).unwrap_err();
        assert!(matches!(error, Error::UnexpectedInput), "{error:?}");
    }
}

#[test]
fn an_input_that_was_not_asked_for_sends_nothing() {
    let config = testing_config();
    for idempotency in [Idempotent, NonIdempotent] {
        let mut execution = CallExecution::new(&config, Probe(idempotency));
        let early = after(&mut execution, Input::SleepFinished).unwrap_err();
        assert!(matches!(early, Error::UnexpectedInput), "{early:?}");

        let mut execution = CallExecution::new(&config, Probe(idempotency));
        let _ = execution.step(Input::Start, Duration::ZERO);
        // The first request is on its way, and may be executed.
        match after(&mut execution, Input::Start).unwrap_err() {
            Error::UnexpectedInput => assert_eq!(idempotency, Idempotent),
            Error::OutcomeUnknown(_) => assert_eq!(idempotency, NonIdempotent),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_post_or_patch_is_not_repeated_by_omission() {
    struct Omits(http::Method);

    impl Call for Omits {
        type Output = ();

        fn purpose(&self) -> &'static str {
            "probe"
        }

        fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
            RequestBuilder::new(config, self.0.clone(), &["probe"]).build()
        }

        fn decode(&self, _: &Response) -> Result<(), Error> {
            Ok(())
        }
    }

    let config = testing_config();
    for (method, repeated) in [
        ("GET", true),
        ("PUT", true),
        ("DELETE", true),
        ("POST", false),
        ("PATCH", false),
        ("ODD", false),
    ] {
        let mut execution = CallExecution::new(&config, Omits(method.parse().unwrap()));
        let _ = execution.step(Input::Start, Duration::ZERO);
        let lost = TransportError::new(MaybeSent, TransportCause::Interrupted);
        match execution.step(Input::Response(Err(lost)), Duration::ZERO) {
            Step::Sleep(_) => assert!(repeated, "{method}"),
            Step::Done(Err(Error::OutcomeUnknown(_))) => assert!(!repeated, "{method}"),
            step => panic!("{step:?}"),
        }
    }
}

#[test]
fn calls_and_operations_behind_pointers_are_taken() {
    let config = testing_config();
    let probe = Probe(NonIdempotent);
    let by_reference: &dyn Call<Output = ()> = &probe;
    let boxed: Box<dyn Call<Output = ()>> = Box::new(Probe(NonIdempotent));
    for mut execution in [
        Box::new(CallExecution::new(&config, by_reference)) as Box<dyn Operation<Output = _>>,
        Box::new(CallExecution::new(&config, boxed)),
    ] {
        let mut operation: &mut dyn Operation<Output = Result<(), Error>> = &mut *execution;
        let Step::Send(attempt) = (&mut operation).step(Input::Start, Duration::ZERO) else {
            panic!()
        };
        assert_eq!(attempt.purpose, "probe");
        assert_eq!(attempt.idempotency, NonIdempotent);
    }
}

#[test]
fn an_error_answers_what_a_program_asks() {
    let body = r#"{"message":"m","requestId":"r"}"#;
    let unavailable = play(
        Limits::default(),
        Idempotent,
        &[Answers(429, body, Some("300"))],
    );
    let error = unavailable.result.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.request_id(), Some("r"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    assert_eq!(error.expose_body(), Some(body.as_bytes()));
    assert!(error.is_transient() && !error.is_timeout() && !error.may_have_side_effects());

    let unknown = play(Limits::default(), NonIdempotent, &[Stalls]);
    let error = unknown.result.unwrap_err();
    assert!(!error.is_transient() && error.is_timeout() && error.may_have_side_effects());

    let refused = Fails(NotSent, TransportCause::Connect);
    let error = play(Limits::default(), NonIdempotent, &[refused]);
    let error = error.result.unwrap_err();
    assert!(error.is_transient() && !error.is_timeout() && !error.may_have_side_effects());

    let unreadable = play(Limits::default(), Idempotent, &[Answers(200, "<a>", None)]);
    let error = unreadable.result.unwrap_err();
    assert_eq!(error.expose_body(), Some(&b"<a>"[..]));
    assert!(!error.is_transient() && error.may_have_side_effects());
}

#[test]
fn a_message_stands_once_in_the_chain_of_causes() {
    let source = std::io::Error::other("canary");
    let error =
        Error::from(TransportError::new(MaybeSent, TransportCause::Timeout).with_source(source));
    let error = Error::from(OutcomeUnknown::new("create the instance", error));
    let mut chain = vec![error.to_string()];
    let mut next = std::error::Error::source(&error);
    while let Some(source) = next {
        chain.push(source.to_string());
        next = source.source();
    }
    assert_eq!(
        chain,
        [
            "it is not known whether the platform did create the instance: it may have; look at the \
             platform for what it did before trying again",
            "the platform did not answer in time",
            "canary"
        ]
    );
}
