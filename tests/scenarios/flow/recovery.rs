//! The lost answer: an instance that exists is never lost.

use ce_tests::prelude::*;

on_both_clients! {
    whatever_stands_in_the_place_of_the_answer_is_no_outcome,
    another_process_reconciles_what_this_one_left,
    what_is_still_being_provisioned_is_waited_for,
    the_error_has_the_tag_of_a_flow_that_is_not_kept,
}

fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_secs(2))
        .provisioning_timeout(Duration::from_secs(3))
        .recovery_timeout(Duration::from_secs(4))
}

fn config(sandbox: &Sandbox, limits: Limits) -> Config {
    ce_tests::fixture::config(sandbox).with_limits(limits)
}

fn connect() -> ConnectRequest {
    instagram().tag("customer-42").recoverable()
}

fn on_create(fault: Fault) -> FaultRule {
    FaultRule::new(fault).on(Operation::CreateInstance)
}

/// The only token that there is.
fn token(sandbox: &Sandbox) -> String {
    let [existing] = &sandbox.instances()[..] else {
        panic!("none or several")
    };
    existing.expose_token().to_owned()
}

/// A gateway may answer in place of a platform that did its work, or nobody does.
async fn whatever_stands_in_the_place_of_the_answer_is_no_outcome(kind: Kind) {
    let after = Duration::from_secs(1);
    for fault in [
        Fault::LoseAnswer,
        Fault::Redirect { to: None },
        Fault::TooManyRequests { after },
        Fault::Unavailable { after: None },
        Fault::HtmlBadGateway,
        Fault::EmptyOk,
    ] {
        let sandbox = Sandbox::start().unwrap();
        let client = kind.client(config(&sandbox, limits()));
        sandbox.set_faults([on_create(fault).after_execution()]);
        let instance = client.connect(&sandbox, &connect()).await;
        assert_eq!(instance.token.expose(), token(&sandbox));
    }
}

async fn another_process_reconciles_what_this_one_left(kind: Kind) {
    let sandbox = Sandbox::start().unwrap();
    // This one can't look: every answer to it is lost.
    let short = limits().recovery_timeout(Duration::from_millis(300));
    let client = kind.client(config(&sandbox, short));
    let (pending, callback) = client.consent(&sandbox, &connect()).await;
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer)]);
    let finished = client.finish(&connect(), &pending, &callback).await;
    assert_eq!(end(&finished), "unknown");
    let stored = serde_json::to_string(&pending).unwrap();
    assert!(stored.len() < 512);
    drop(client);

    sandbox.clear_faults();
    let pending = serde_json::from_str(&stored).unwrap();
    let client = kind.client(config(&sandbox, limits()));
    for _ in 0..2 {
        let instance = client.reconcile(&pending).await.unwrap();
        assert_eq!(instance.token.expose(), token(&sandbox));
    }
}

async fn what_is_still_being_provisioned_is_waited_for(kind: Kind) {
    let sandbox = Sandbox::start().unwrap();
    let short = Duration::from_millis(300);
    let hasty = limits().provisioning_timeout(short).recovery_timeout(short);
    let hasty = kind.client(config(&sandbox, hasty));
    let (pending, callback) = hasty.consent(&sandbox, &connect()).await;
    let by = Duration::from_millis(1500);
    let blind = FaultRule::new(Fault::AcceptAndClose).on(Operation::Instances);
    sandbox.set_faults([on_create(Fault::SlowProvisioning { by }), blind]);
    let finished = hasty.finish(&connect(), &pending, &callback).await;
    assert_eq!(end(&finished), "unknown");
    assert_eq!(sandbox.created(), 0, "it is begun, and not yet done");

    sandbox.clear_faults();
    let patient = hasty.configured(config(&sandbox, limits()));
    let instance = patient.reconcile(&pending).await.unwrap();
    assert_eq!(instance.token.expose(), token(&sandbox));
    patient.ok(Ping::through(&instance.token)).await;
}

async fn the_error_has_the_tag_of_a_flow_that_is_not_kept(kind: Kind) {
    let sandbox = Sandbox::start().unwrap();
    let short = limits().recovery_timeout(Duration::from_millis(300));
    let client = kind.client(config(&sandbox, short));
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer)]);
    let error = client.provision(&sales("n").recoverable()).await;
    let error = error.unwrap_err();
    sandbox.clear_faults();
    let Error::OutcomeUnknown(unknown) = &error else {
        panic!("{error:?}")
    };
    let tag = unknown.correlation_tag().unwrap();
    assert!(error.to_string().contains(tag), "{error}");
    let [found] = &client
        .list(ListInstances::new().tag(tag))
        .await
        .all()
        .unwrap()[..]
    else {
        panic!("none or several")
    };
    assert_eq!(found.token.expose(), token(&sandbox));
}

/// The async client alone: a blocking call can't be dropped.
#[tokio::test]
async fn a_dropped_call_is_reconciled() {
    // The sandbox tells when the creation has reached it.
    let (reached, arrival) = mpsc::channel();
    let sandbox = Sandbox::builder().on_request(move |served| {
        if served.path.ends_with("/instances") && served.method == "POST" {
            let _ = reached.send(());
        }
    });
    let sandbox = sandbox.start().unwrap();
    let client = Kind::Async.client(config(&sandbox, limits()));
    let (pending, callback) = client.consent(&sandbox, &connect()).await;

    // The answer never comes, so the call is half-way when it is dropped.
    sandbox.set_faults([on_create(Fault::StallDuringAnswer)]);
    let connect = connect();
    let finish = client.finish(&connect, &pending, &callback);
    let arrived = tokio::task::spawn_blocking(move || arrival.recv());
    tokio::select! {
        result = finish => panic!("{result:?}"),
        arrived = arrived => arrived.unwrap().unwrap(),
    }

    sandbox.clear_faults();
    let instance = client.reconcile(&pending).await.unwrap();
    assert_eq!(instance.token.expose(), token(&sandbox));
}
