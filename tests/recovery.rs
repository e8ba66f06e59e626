//! The lost answer: an instance that exists is never lost, on both clients.

use std::sync::mpsc;
use std::time::Duration;

use ce_core::calls::{GetInstance, Ping};
use ce_core::{Config, ConnectOutcome, ConnectRequest, Error, Limits, PendingAuthorization};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, on_both_clients};

on_both_clients! {
    a_lost_answer_is_recovered_as_if_nothing_had_happened,
    whatever_stands_in_the_place_of_the_answer_is_no_outcome,
    another_process_reconciles_what_this_one_left,
    what_is_still_being_provisioned_is_waited_for,
    what_was_not_created_is_said_so,
    the_tag_comes_off_again,
}

fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_secs(2))
        .provisioning_timeout(Duration::from_secs(3))
        .recovery_timeout(Duration::from_secs(4))
}

fn config(sandbox: &Sandbox) -> Config {
    ce_tests::config(sandbox).with_limits(limits())
}

fn connect() -> ConnectRequest {
    ce_tests::instagram()
        .name("Ann's photos")
        .tag("customer-42")
}

fn on_create(fault: Fault) -> FaultRule {
    FaultRule::new(fault).on(Operation::CreateInstance)
}

/// Goes through the flow up to the creation; returns what a session would hold, and how it ended.
async fn create<C: AnyClient>(
    sandbox: &Sandbox,
    connect: &ConnectRequest,
    fault: Fault,
) -> (String, Result<ConnectOutcome, Error>) {
    let client = C::of(config(sandbox));
    let redirect = client.begin(connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    sandbox.set_faults([on_create(fault)]);
    let result = client.finish(connect, &redirect.pending, &callback).await;
    (serde_json::to_string(&redirect.pending).unwrap(), result)
}

async fn a_lost_answer_is_recovered_as_if_nothing_had_happened<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let connect = connect().recoverable();
    let (_, result) = create::<C>(&sandbox, &connect, Fault::LoseAnswer).await;
    let Ok(ConnectOutcome::Connected(instance)) = result else {
        panic!("{result:?}")
    };
    assert_eq!(sandbox.created(), 1);
    let client = C::of(config(&sandbox));
    let pong = client.send(Ping::through(&instance.token)).await.unwrap();
    assert_eq!(pong.instance_id, Some(instance.id));
}

/// A gateway may answer in place of a platform that did its work.
async fn whatever_stands_in_the_place_of_the_answer_is_no_outcome<C: AnyClient>() {
    for fault in [
        Fault::Redirect { to: None },
        Fault::TooManyRequests {
            after: Duration::from_secs(1),
        },
        Fault::Unavailable { after: None },
        Fault::HtmlBadGateway,
        Fault::EmptyOk,
    ] {
        let sandbox = Sandbox::start().unwrap();
        let connect = connect().recoverable();
        let client = C::of(config(&sandbox));
        let redirect = client.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        sandbox.set_faults([on_create(fault.clone()).after_execution()]);
        let finish = client.finish(&connect, &redirect.pending, &callback);
        let Ok(ConnectOutcome::Connected(instance)) = finish.await else {
            panic!("{fault:?}: it is lost")
        };
        let [existing] = &sandbox.instances()[..] else {
            panic!("{fault:?}: it is created twice")
        };
        assert_eq!(instance.token.expose(), existing.expose_token());
    }
}

async fn another_process_reconciles_what_this_one_left<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let connect = connect().recoverable();
    // This one can't look: every answer to it is lost.
    let client =
        C::of(config(&sandbox).with_limits(limits().recovery_timeout(Duration::from_millis(300))));
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer)]);
    let result = client.finish(&connect, &redirect.pending, &callback).await;
    assert!(
        matches!(result, Err(Error::OutcomeUnknown(_))),
        "{result:?}"
    );
    let stored = serde_json::to_string(&redirect.pending).unwrap();
    assert!(stored.len() < 512);
    drop(client);

    sandbox.clear_faults();
    let pending: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    let client = C::of(config(&sandbox));
    for _ in 0..2 {
        let instance = client.reconcile(&pending).await.unwrap();
        let [existing] = &sandbox.instances()[..] else {
            panic!()
        };
        assert_eq!(instance.token.expose(), existing.expose_token());
    }
}

async fn what_is_still_being_provisioned_is_waited_for<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let connect = connect().recoverable();
    let short = Duration::from_millis(300);
    let limits = limits().provisioning_timeout(short).recovery_timeout(short);
    let hasty = C::of(config(&sandbox).with_limits(limits));
    let redirect = hasty.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let slow = Fault::SlowProvisioning {
        by: Duration::from_millis(1500),
    };
    let blind = FaultRule::new(Fault::AcceptAndClose).on(Operation::Instances);
    sandbox.set_faults([on_create(slow), blind]);
    let result = hasty.finish(&connect, &redirect.pending, &callback).await;
    assert!(
        matches!(result, Err(Error::OutcomeUnknown(_))),
        "{result:?}"
    );
    assert_eq!(sandbox.created(), 0, "it is begun, and not yet done");

    sandbox.clear_faults();
    let patient = C::of(config(&sandbox));
    let instance = patient.reconcile(&redirect.pending).await.unwrap();
    assert_eq!(sandbox.created(), 1);
    patient.send(Ping::through(&instance.token)).await.unwrap();
}

async fn what_was_not_created_is_said_so<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let connect = connect().recoverable();
    let (stored, result) = create::<C>(&sandbox, &connect, Fault::AcceptAndClose).await;
    assert!(matches!(result, Err(Error::NotCreated)), "{result:?}");
    let pending: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    let result = C::of(config(&sandbox)).reconcile(&pending).await;
    assert!(matches!(result, Err(Error::NotCreated)), "{result:?}");
    assert_eq!(sandbox.created(), 0);
}

async fn the_tag_comes_off_again<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let connect = connect().recoverable();
    let client = C::of(config(&sandbox));
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let result = client.finish(&connect, &redirect.pending, &callback).await;
    let Ok(ConnectOutcome::Connected(instance)) = result else {
        panic!("{result:?}")
    };
    let tag = redirect.pending.correlation_tag().unwrap();
    let has_tag = |tags: &Option<Vec<String>>| tags.iter().flatten().any(|other| other == tag);
    assert!(has_tag(&instance.tags));
    client
        .send(redirect.pending.untagged(&instance).unwrap())
        .await
        .unwrap();
    let instance = client.send(GetInstance::new(instance.id)).await.unwrap();
    assert!(!has_tag(&instance.tags));
    assert_eq!(instance.tags.unwrap(), ["customer-42"]);
    client.send(Ping::through(&instance.token)).await.unwrap();
}

#[tokio::test]
async fn a_dropped_call_is_reconciled() {
    // The sandbox tells when the creation has reached it.
    let (reached, arrival) = mpsc::channel();
    let sandbox = Sandbox::builder()
        .on_request(move |served| {
            if served.path.ends_with("/instances") && served.method == "POST" {
                let _ = reached.send(());
            }
        })
        .start()
        .unwrap();
    let client = ce_async::Client::of(config(&sandbox));
    let connect = connect().recoverable();
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();

    // The answer never comes, so the call is half-way when it is dropped.
    sandbox.set_faults([on_create(Fault::StallDuringAnswer)]);
    let finish = client.finish(&connect, &redirect.pending, &callback);
    let arrived = tokio::task::spawn_blocking(move || arrival.recv());
    tokio::select! {
        result = finish => panic!("{result:?}"),
        arrived = arrived => arrived.unwrap().unwrap(),
    }

    sandbox.clear_faults();
    let instance = client.reconcile(&redirect.pending).await.unwrap();
    assert_eq!(sandbox.created(), 1);
    client.send(Ping::through(&instance.token)).await.unwrap();
}
