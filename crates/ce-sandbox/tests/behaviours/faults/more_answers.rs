//! What the table of faults does not show: those that never end, and answers of every kind.

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::http::{Api, Client as _, create_request};
use crate::raw::{Seen, observed, send};

/// Whether nothing has come on a connection that is still open, though the sandbox has had the
/// time for a whole request since.
fn is_silent(api: &Api, stream: &mut TcpStream) -> bool {
    api.get("/elements/keys").is(200);
    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    matches!(read, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn a_stall_before_the_answer_lasts_until_the_sandbox_stops() {
    let rule = FaultRule::new(Fault::StallBeforeAnswer).on(Operation::CreateInstance);
    let (api, reports) = observed(Sandbox::builder().fault(rule));
    let body = create_request(&api.code(), "Stalled").to_string();
    let mut stream = send(&api, "POST", "/instances", &body);
    let served = reports.find(|served| served.fault.is_some());
    assert_eq!(served.status, 0);
    assert_eq!(served.fault, Some("stall-before-answer"));
    assert!(is_silent(&api, &mut stream));
    // What was stalled stays so.
    api.clear_faults();
    assert!(is_silent(&api, &mut stream));
    assert_eq!(api.created(), 0);
    drop(api);
    assert!(matches!(stream.read(&mut [0]), Ok(0)));
}

#[test]
fn a_stall_during_the_answer_comes_half_way() {
    let api = Api::start();
    let body = create_request(&api.code(), "Stalled").to_string();
    api.set_faults([FaultRule::new(Fault::StallDuringAnswer).on(Operation::CreateInstance)]);
    let mut stream = send(&api, "POST", "/instances", &body);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let id = api.instances()[0].id;
    let right = api.get(format!("/instances/{id}")).body;
    let mut half = vec![0; right.len() / 2];
    stream.read_exact(&mut half).unwrap();
    assert_eq!(half, right.as_bytes()[..half.len()]);
    let seen = Seen::parse(&head);
    seen.is_json(right.len());
    assert_eq!(seen.header("Elements-Request-Id").unwrap().len(), 24);
    assert!(is_silent(&api, &mut stream));
    drop(api);
    assert!(matches!(stream.read(&mut [0]), Ok(0)));
}

#[test]
fn what_fails_anyway_fails_the_same_way_and_is_damaged() {
    let api = Api::start();
    let damaged = |fault, body: &str| {
        api.set_faults([FaultRule::new(fault)]);
        Seen::of(&mut send(&api, "POST", "/instances", body))
    };
    let seen = damaged(Fault::CloseMidBody, "{}");
    let length = seen.length().unwrap();
    seen.is("400 Bad Request", "application/json", length);
    assert_eq!(seen.body.len(), length / 2);
    let seen = damaged(Fault::WrongContentType, "not JSON");
    seen.is("400 Bad Request", "text/html", seen.body.len());
    let never = create_request("unknown", "Never").to_string();
    assert_eq!(damaged(Fault::LoseAnswer, &never).status, "");
    let by = Duration::from_secs(3600);
    let slow = damaged(Fault::SlowProvisioning { by }, "{}");
    assert_eq!(slow.status, "HTTP/1.1 400 Bad Request");
    assert_eq!(api.created(), 0);
    assert!(api.served().iter().all(|served| served.fault.is_some()));
}

#[test]
fn an_answer_without_a_body_is_damaged_all_the_same() {
    let api = Api::start();
    let path = format!("/instances/{}", api.create("Short-lived")["id"]);
    api.set_faults([FaultRule::new(Fault::CloseMidBody).on(Operation::Instances)]);
    let seen = Seen::of(&mut send(&api, "DELETE", &path, ""));
    seen.is_json(2);
    assert_eq!(seen.body, b"{");
    assert_eq!((api.instances().len(), api.created()), (0, 1));
}

#[test]
fn a_huge_body_is_the_json_behind_spaces() {
    for bytes in [0, 3_000_000] {
        let api = Api::start();
        let path = format!("/instances/{}", api.added("closeio").id);
        let right = api.get(&path).body;
        api.set_faults([FaultRule::new(Fault::HugeBody { bytes })]);
        let reply = api.get(&path);
        assert_eq!(reply.header("Content-Length"), None);
        assert_eq!(reply.body.len(), right.len().max(bytes as usize));
        assert_eq!(reply.body.trim_start(), right);
    }
}

#[test]
fn any_fault_comes_before_or_after_execution() {
    let always = ["refuse", "slow-provisioning"];
    let endless = ["stall-before-answer", "stall-during-answer", "trickle"];
    let faults = Fault::all().into_iter().map(|fault| fault.name());
    for name in faults.filter(|name| !always.contains(name) && !endless.contains(name)) {
        let api = Api::start();
        for (when, created) in [("before", 0), ("after", 1)] {
            let body = create_request(&api.code(), "Maybe").to_string();
            let rule = format!("{name},when={when},on=create-instance");
            api.set_faults([rule.parse().unwrap()]);
            let mut stream = send(&api, "POST", "/instances", &body);
            let _ = stream.read_to_end(&mut Vec::new());
            assert_eq!(api.created(), created, "{name} {when}");
        }
    }
}
