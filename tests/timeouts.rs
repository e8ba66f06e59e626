//! How long anything may take is the Limits' affair, on both clients, whatever an application sets
//! in the HTTP library below: what takes the platform its time has one attempt.

use std::time::Duration;

use ce_core::calls::GetInstance;
use ce_sandbox::{Fault, FaultRule, Sandbox};
use ce_tests::{AnyClient, config, on_both_clients, sales};

on_both_clients! {
    a_timeout_of_the_applications_own_cuts_nothing_short,
}

async fn a_timeout_of_the_applications_own_cuts_nothing_short<C: AnyClient>() {
    let sandbox = Sandbox::builder().provisioning(Duration::from_millis(50));
    let sandbox = sandbox.start().unwrap();
    let client = C::hurried(config(&sandbox));
    let instance = client.provision(&sales("n")).await.unwrap();
    // An answer that comes in many reads.
    sandbox.set_faults([FaultRule::new(Fault::HugeBody { bytes: 1 << 20 })]);
    let got = client.send(GetInstance::new(instance.id)).await.unwrap();
    assert_eq!(got.name.as_deref(), Some("n"));
}
