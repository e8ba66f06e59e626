//! Which requests have which fault.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::http::{api, create};
use crate::raw::PATIENCE;

fn statuses(sandbox: &Sandbox, count: usize) -> Vec<u16> {
    let keys = || api(sandbox, "GET", "/elements/keys", "").status;
    (0..count).map(|_| keys()).collect()
}

fn is_refused(sandbox: &Sandbox) -> bool {
    TcpStream::connect(sandbox.address()).is_err()
}

#[test]
fn the_first_rule_that_applies_counts_and_only_so_often() {
    let sandbox = Sandbox::start().unwrap();
    let rules = [
        "unavailable,times=2",
        "too-many-requests,on=elements,times=1",
        "redirect,on=ping",
    ];
    sandbox.set_faults(rules.map(|rule| rule.parse().unwrap()));
    assert_eq!(statuses(&sandbox, 4), [503, 503, 429, 200]);
    sandbox.add_fault("unavailable".parse().unwrap());
    assert_eq!(statuses(&sandbox, 1), [503]);
}

#[test]
fn which_request_has_a_fault_depends_on_the_seed_alone() {
    let run = |seed| {
        let rule = FaultRule::new(Fault::Unavailable { after: None }).probability(0.5);
        let sandbox = Sandbox::builder().seed(seed).fault(rule).start().unwrap();
        statuses(&sandbox, 40)
    };
    let first = run(7);
    assert!(first.contains(&200) && first.contains(&503));
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    let never = FaultRule::new(Fault::LoseAnswer).probability(f64::NAN);
    let sandbox = Sandbox::builder().fault(never).start().unwrap();
    assert_eq!(statuses(&sandbox, 5), [200; 5]);
}

#[test]
fn faults_never_apply_to_the_providers_pages() {
    let sandbox = Sandbox::start().unwrap();
    let rule = FaultRule::new(Fault::LoseAnswer).on(Operation::Ping);
    sandbox.set_faults([rule, FaultRule::new(Fault::HtmlBadGateway).times(0)]);
    create(&sandbox, "Mine");
}

#[test]
fn slow_provisioning_slows_down_creations_alone() {
    let by = Duration::from_millis(200);
    let rule = FaultRule::new(Fault::SlowProvisioning { by });
    let sandbox = Sandbox::builder().fault(rule).start().unwrap();
    let begun = Instant::now();
    create(&sandbox, "Mine");
    assert!(begun.elapsed() >= by);
    let served = sandbox.served();
    assert_eq!(
        (served[0].fault, served[1].fault),
        (None, Some("slow-provisioning"))
    );
}

#[test]
fn connections_are_refused_for_good() {
    let builder = Sandbox::builder().fault("refuse".parse().unwrap());
    let sandbox = builder.start().unwrap();
    assert!(is_refused(&sandbox));
    sandbox.clear_faults();
    assert_eq!(statuses(&sandbox, 1), [200]);
}

#[test]
fn connections_are_refused_for_a_while() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.set_faults(["refuse,times=1,for=1".parse().unwrap()]);
    assert_eq!(statuses(&sandbox, 1), [200], "who draws it is answered");
    assert!(is_refused(&sandbox));
    let begun = Instant::now();
    while is_refused(&sandbox) {
        assert!(begun.elapsed() < PATIENCE);
    }
    assert_eq!(sandbox.served()[0].fault, Some("refuse"));
}

#[test]
fn a_rule_that_is_none_is_refused_and_says_what_could_be() {
    let good = [
        "lose-answer",
        "trickle,interval=0.1,on=create-instance,probability=0.25,times=3",
        "redirect,to=https://h.example/x?a=b",
        "too-many-requests,when=after,after=2",
    ];
    for text in good {
        assert!(text.parse::<FaultRule>().is_ok(), "{text}");
    }
    let bad = [
        ("lose", "create-and-bad-gateway"),
        ("lose-answer,on=all", "disable-instance"),
        ("lose-answer,after=1", "probability=…"),
        ("lose-answer,times=1,times=2", "each of them once"),
        ("lose-answer,times", "times=…"),
        ("lose-answer,probability=2", "0 to 1"),
        ("lose-answer,when=never", "before or after"),
        ("trickle,interval=-1", "seconds"),
        ("huge-body,bytes=many", "number of bytes"),
    ];
    for (text, part) in bad {
        let error = text.parse::<FaultRule>().unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}
