//! The lost answer: an instance that exists is never lost.

use ce_tests::prelude::*;

on_both_clients! {
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

async fn another_process_reconciles_what_this_one_left(kind: Kind) {
    // This one can't look: every answer to it is lost.
    let short = limits().recovery_timeout(Duration::from_millis(300));
    let (sandbox, client) = kind.start_within(short);
    let (pending, callback) = client.consent(&sandbox, &connect()).await;
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer)]);
    let finished = client.finish(&connect(), &pending, &callback).await;
    assert_eq!(end(&finished), "unknown");
    let stored = serde_json::to_string(&pending).unwrap();
    assert!(stored.len() < 512);
    drop(client);

    sandbox.clear_faults();
    let pending = serde_json::from_str(&stored).unwrap();
    let client = kind.client(config(&sandbox).with_limits(limits()));
    for _ in 0..2 {
        let instance = client.reconcile(&pending).await.unwrap();
        assert_eq!(instance.token.expose(), token(&sandbox));
    }
}

async fn what_is_still_being_provisioned_is_waited_for(kind: Kind) {
    let short = Duration::from_millis(300);
    let hasty = limits().provisioning_timeout(short).recovery_timeout(short);
    let (sandbox, hasty) = kind.start_within(hasty);
    let (pending, callback) = hasty.consent(&sandbox, &connect()).await;
    let by = Duration::from_millis(1500);
    let blind = FaultRule::new(Fault::AcceptAndClose).on(Operation::Instances);
    sandbox.set_faults([on_create(Fault::SlowProvisioning { by }), blind]);
    let finished = hasty.finish(&connect(), &pending, &callback).await;
    assert_eq!(end(&finished), "unknown");
    assert_eq!(sandbox.created(), 0, "it is begun, and not yet done");

    sandbox.clear_faults();
    let patient = hasty.within(limits());
    let instance = patient.reconcile(&pending).await.unwrap();
    assert_eq!(instance.token.expose(), token(&sandbox));
    patient.ok(Ping::through(&instance.token)).await;
}

async fn the_error_has_the_tag_of_a_flow_that_is_not_kept(kind: Kind) {
    let short = limits().recovery_timeout(Duration::from_millis(300));
    let (sandbox, client) = kind.start_within(short);
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer)]);
    let created = client.provision(&sales("n").recoverable()).await;
    sandbox.clear_faults();
    let Err(Error::OutcomeUnknown(unknown)) = &created else {
        panic!("{created:?}")
    };
    let tag = unknown.correlation_tag().unwrap();
    assert!(created.as_ref().unwrap_err().to_string().contains(tag));
    let found = client.items(ListInstances::new().tag(tag)).await;
    let found: Vec<_> = found.iter().map(|it| it.token.expose()).collect();
    assert_eq!(found, [token(&sandbox)]);
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
    let client = Kind::Async.client(config(&sandbox).with_limits(limits()));
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
