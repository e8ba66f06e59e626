//! How long anything may take and how large it may be is the Limits' affair, whatever an application
//! sets in the HTTP library below.

use std::sync::OnceLock;

use ce_tests::prelude::*;

on_both_clients! {
    a_timeout_of_the_applications_own_cuts_nothing_short,
    a_request_that_nobody_reads_ends_in_time,
    times_without_end_do_no_harm,
    a_platform_is_not_asked_again_before_it_wants_to_be,
    a_body_is_read_up_to_the_limit_and_not_beyond,
    a_body_announced_beyond_the_limit_is_not_waited_for,
}

fn get() -> GetInstance<'static> {
    GetInstance::new(InstanceId::new(7))
}

async fn a_timeout_of_the_applications_own_cuts_nothing_short(kind: Kind) {
    let sandbox = Sandbox::builder().provisioning(Duration::from_millis(50));
    let sandbox = sandbox.start().unwrap();
    let (none, config) = (Duration::ZERO, config(&sandbox));
    let client = match kind {
        Kind::Async => async_client(config, |http| {
            http.timeout(none).read_timeout(none).connect_timeout(none)
        }),
        Kind::Blocking => blocking_client(config, |http| {
            let none = Some(none);
            http.timeout_global(none)
                .timeout_per_call(none)
                .timeout_per_read(none)
                .timeout_per_write(none)
                .timeout_resolve(none)
                .timeout_connect(none)
                .timeout_send_request(none)
                .timeout_await_100(none)
                .timeout_send_body(none)
                .timeout_recv_response(none)
                .timeout_recv_body(none)
        }),
    };
    let instance = client.provision(&sales("n")).await.unwrap();
    // An answer that comes in many reads.
    sandbox.set_faults([FaultRule::new(Fault::HugeBody { bytes: 1 << 20 })]);
    let got = client.ok(GetInstance::new(instance.id)).await;
    assert_eq!(got.name.as_deref(), Some("n"));
}

async fn a_request_that_nobody_reads_ends_in_time(kind: Kind) {
    let silent = Server::silent();
    let limits = Limits::default().provisioning_timeout(Duration::from_millis(300));
    let client = kind.client(config_at(&silent.base_url()).with_limits(limits));
    // More than the system keeps of what nobody reads.
    let connect = sales("n").configuration("notes", "n".repeat(16 << 20));
    let began = Instant::now();
    let error = client.provision(&connect).await.unwrap_err();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let Error::OutcomeUnknown(unknown) = error else {
        panic!("{error:?}")
    };
    assert!(said(unknown.reason()).contains("in time"), "{unknown}");
}

async fn times_without_end_do_no_harm(kind: Kind) {
    let limits = Limits::default()
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .provisioning_timeout(Duration::MAX)
        .recovery_timeout(Duration::MAX);
    let (sandbox, client) = kind.start();
    let client = client.within(limits);
    let connect = instagram().recoverable();
    let (pending, callback) = client.consent(&sandbox, &connect).await;
    client.finish(&connect, &pending, &callback).await.unwrap();
    client.reconcile(&pending).await.unwrap();
}

async fn a_platform_is_not_asked_again_before_it_wants_to_be(kind: Kind) {
    let busy_until = Arc::new(OnceLock::new());
    let server = Server::answering(move |_| {
        let until = busy_until.get_or_init(|| Instant::now() + Duration::from_millis(900));
        match Instant::now() < *until {
            true => "HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n".to_owned(),
            false => answer(200, r#"{"id":7,"token":"T"}"#),
        }
    });
    let limits = Limits::default().max_attempts(2);
    let client = kind.client(config_at(&server.base_url()).with_limits(limits));
    client.ok(get()).await;
}

async fn a_body_is_read_up_to_the_limit_and_not_beyond(kind: Kind) {
    let whole = r#"{"id":7,"token":"t"}"#;
    let (half, rest) = whole.split_at(10);
    for (length, body) in [
        (format!("Content-Length: {}", whole.len()), whole.to_owned()),
        ("Connection: close".to_owned(), whole.to_owned()),
        (
            "Transfer-Encoding: chunked".to_owned(),
            format!("a\r\n{half}\r\na\r\n{rest}\r\n0\r\n\r\n"),
        ),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{length}\r\n\r\n{body}");
        let server = Server::answering(move |_| answer.clone());
        for limit in [whole.len(), usize::MAX, whole.len() - 1] {
            let limits = Limits::default().max_body_bytes(limit);
            let client = kind.client(config_at(&server.base_url()).with_limits(limits));
            let fits = limit >= whole.len();
            let expected = if fits { "done" } else { "TooLarge" };
            assert_eq!(client.ends(get()).await, expected, "{limit}");
        }
    }
}

async fn a_body_announced_beyond_the_limit_is_not_waited_for(kind: Kind) {
    let begun = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{";
    let server = Server::answering(|_| begun.to_owned());
    let client = kind.client(config_at(&server.base_url()));
    assert_eq!(client.ends(get()).await, "TooLarge");
}
