//! Which requests have which fault.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::http::{Api, Client as _};
use crate::raw::PATIENCE;

fn statuses(api: &Api, count: usize) -> Vec<u16> {
    let keys = || api.get("/elements/keys").status;
    (0..count).map(|_| keys()).collect()
}

fn is_refused(api: &Api) -> bool {
    TcpStream::connect(api.address()).is_err()
}

#[test]
fn the_first_rule_that_applies_counts_and_only_so_often() {
    let api = Api::start();
    let rules = [
        "unavailable,times=2",
        "too-many-requests,on=elements,times=1",
        "redirect,on=ping",
    ];
    api.set_faults(rules.map(|rule| rule.parse().unwrap()));
    assert_eq!(statuses(&api, 4), [503, 503, 429, 200]);
    api.add_fault("unavailable".parse().unwrap());
    assert_eq!(statuses(&api, 1), [503]);
}

#[test]
fn which_request_has_a_fault_depends_on_the_seed_alone() {
    let run = |seed| {
        let rule = FaultRule::new(Fault::Unavailable { after: None });
        let builder = Sandbox::builder().fault(rule.probability(0.5));
        statuses(&Api::of(builder.seed(seed)), 40)
    };
    let first = run(7);
    assert!(first.contains(&200) && first.contains(&503));
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    let never = FaultRule::new(Fault::LoseAnswer).probability(f64::NAN);
    let api = Api::of(Sandbox::builder().fault(never));
    assert_eq!(statuses(&api, 5), [200; 5]);
}

#[test]
fn faults_never_apply_to_the_providers_pages() {
    let api = Api::start();
    let rule = FaultRule::new(Fault::LoseAnswer).on(Operation::Ping);
    api.set_faults([rule, FaultRule::new(Fault::HtmlBadGateway).times(0)]);
    api.create("Mine");
    api.set_faults(["unavailable".parse().unwrap()]);
    let page = "/provider/instagram/authorize";
    api.bare("GET", page, &[], "").is(400);
}

#[test]
fn slow_provisioning_slows_down_creations_alone() {
    let by = Duration::from_millis(200);
    let rule = FaultRule::new(Fault::SlowProvisioning { by });
    let api = Api::of(Sandbox::builder().fault(rule));
    let begun = Instant::now();
    api.create("Mine");
    assert!(begun.elapsed() >= by);
    let faults: Vec<_> = api.served().iter().map(|served| served.fault).collect();
    assert_eq!(faults, [None, Some("slow-provisioning")]);
}

#[test]
fn connections_are_refused_for_good() {
    let api = Api::of(Sandbox::builder().fault("refuse".parse().unwrap()));
    assert!(is_refused(&api));
    api.clear_faults();
    assert_eq!(statuses(&api, 1), [200]);
}

#[test]
fn connections_are_refused_for_a_while() {
    let api = Api::start();
    // Windows tries for two seconds before it calls a connection refused.
    let seconds = if cfg!(windows) { 4 } else { 1 };
    let rule = format!("refuse,times=1,for={seconds}");
    api.set_faults([rule.parse().unwrap()]);
    assert_eq!(statuses(&api, 1), [200], "who draws it is answered");
    assert!(is_refused(&api));
    let begun = Instant::now();
    while is_refused(&api) {
        assert!(begun.elapsed() < PATIENCE);
    }
    assert_eq!(api.served()[0].fault, Some("refuse"));
}

#[test]
fn a_rule_that_is_none_is_refused_and_says_what_could_be() {
    for text in [
        "lose-answer",
        "trickle,interval=0.1,on=create-instance,probability=0.25,times=3",
        "redirect,to=https://h.example/x?a=b",
        "too-many-requests,when=after,after=2",
    ] {
        assert!(text.parse::<FaultRule>().is_ok(), "{text}");
    }
    for (text, part) in [
        ("lose", "create-and-bad-gateway"),
        ("lose-answer,on=all", "disable-instance"),
        ("lose-answer,after=1", "probability=…"),
        ("lose-answer,times=1,times=2", "each of them once"),
        ("lose-answer,times", "times=…"),
        ("lose-answer,probability=2", "0 to 1"),
        ("lose-answer,when=never", "before or after"),
        ("trickle,interval=-1", "seconds"),
        ("huge-body,bytes=many", "number of bytes"),
    ] {
        let error = text.parse::<FaultRule>().unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    for operation in Operation::all() {
        assert_eq!(operation.name().parse(), Ok(operation));
    }
}
