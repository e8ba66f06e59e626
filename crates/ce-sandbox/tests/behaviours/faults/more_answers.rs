//! What the table of faults does not show: those that never end, and answers of every kind.

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::http::{api, authorization, call, code, create_request};
use crate::raw::{PATIENCE, Seen, send};

/// Whether nothing has come on a connection that is still open, though the sandbox has had the
/// time for a whole request since.
fn is_silent(sandbox: &Sandbox, stream: &mut TcpStream) -> bool {
    assert_eq!(api(sandbox, "GET", "/elements/keys", "").status, 200);
    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    matches!(read, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn a_stall_before_the_answer_lasts_until_the_sandbox_stops() {
    let (report, reports) = mpsc::channel();
    let report = Mutex::new(report);
    let sandbox = Sandbox::builder()
        .fault(FaultRule::new(Fault::StallBeforeAnswer).on(Operation::CreateInstance))
        .on_request(move |served| {
            let _ = report.lock().unwrap().send(served.clone());
        })
        .start()
        .unwrap();
    let body = create_request(&code(&sandbox), "Stalled").to_string();
    let mut stream = send(&sandbox, "POST", "/instances", &body);
    let served = loop {
        let served = reports.recv_timeout(PATIENCE).unwrap();
        if served.fault.is_some() {
            break served;
        }
    };
    assert_eq!(
        (served.status, served.fault),
        (0, Some("stall-before-answer"))
    );
    assert!(is_silent(&sandbox, &mut stream));
    // What was stalled stays so.
    sandbox.clear_faults();
    assert!(is_silent(&sandbox, &mut stream));
    assert_eq!(sandbox.created(), 0);
    drop(sandbox);
    assert!(matches!(stream.read(&mut [0]), Ok(0)));
}

#[test]
fn a_stall_during_the_answer_comes_half_way() {
    let sandbox = Sandbox::start().unwrap();
    let body = create_request(&code(&sandbox), "Stalled").to_string();
    sandbox.set_faults([FaultRule::new(Fault::StallDuringAnswer).on(Operation::CreateInstance)]);
    let mut stream = send(&sandbox, "POST", "/instances", &body);
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    let instance = sandbox.instances().remove(0);
    let right = api(&sandbox, "GET", &format!("/instances/{}", instance.id), "").body;
    let mut half = vec![0; right.len() / 2];
    stream.read_exact(&mut half).unwrap();
    assert_eq!(half, right.as_bytes()[..half.len()]);
    let seen = Seen::parse(&bytes);
    seen.is_json(Some(right.len()));
    assert_eq!(seen.header("Elements-Request-Id").unwrap().len(), 24);
    assert!(is_silent(&sandbox, &mut stream));
    drop(sandbox);
    assert!(matches!(stream.read(&mut [0]), Ok(0)));
}

#[test]
fn what_fails_anyway_fails_the_same_way_and_is_spoilt() {
    let sandbox = Sandbox::start().unwrap();
    let spoilt = |fault, body: &str| {
        sandbox.set_faults([FaultRule::new(fault)]);
        Seen::of(&mut send(&sandbox, "POST", "/instances", body))
    };
    let seen = spoilt(Fault::CloseMidBody, "{}");
    seen.is("400 Bad Request", "application/json", seen.length());
    assert_eq!(seen.body.len(), seen.length().unwrap() / 2);
    let seen = spoilt(Fault::WrongContentType, "not JSON");
    seen.is("400 Bad Request", "text/html", Some(seen.body.len()));
    let seen = spoilt(
        Fault::LoseAnswer,
        &create_request("unknown", "Never").to_string(),
    );
    assert_eq!(seen.status, "");
    let slow = Fault::SlowProvisioning {
        by: Duration::from_secs(3600),
    };
    assert_eq!(spoilt(slow, "{}").status, "HTTP/1.1 400 Bad Request");
    assert_eq!(sandbox.created(), 0);
    assert!(sandbox.served().iter().all(|served| served.fault.is_some()));
}

#[test]
fn an_answer_without_a_body_is_spoilt_all_the_same() {
    let sandbox = Sandbox::start().unwrap();
    let create = || {
        let body = create_request(&code(&sandbox), "Short-lived").to_string();
        api(&sandbox, "POST", "/instances", &body).json()["id"].to_string()
    };
    let path = format!("/instances/{}", create());
    sandbox.set_faults([FaultRule::new(Fault::CloseMidBody).on(Operation::Instances)]);
    let seen = Seen::of(&mut send(&sandbox, "DELETE", &path, ""));
    seen.is_json(Some(2));
    assert_eq!(seen.body, b"{");
    assert_eq!((sandbox.instances().len(), sandbox.created()), (0, 1));
}

#[test]
fn a_huge_body_is_the_json_behind_spaces() {
    for bytes in [0, 3_000_000] {
        let sandbox = Sandbox::start().unwrap();
        let id = sandbox.add_instances("closeio", 1).unwrap().start;
        let path = format!("/instances/{id}");
        let right = api(&sandbox, "GET", &path, "").body;
        sandbox.set_faults([FaultRule::new(Fault::HugeBody { bytes })]);
        let headers = [("Authorization", &*authorization(&sandbox))];
        let reply = call(
            &sandbox,
            "GET",
            &format!("/elements/api-v2{path}"),
            &headers,
            "",
        );
        assert_eq!(reply.header("Content-Length"), None);
        let body = reply.body;
        assert_eq!(body.len(), right.len().max(bytes as usize));
        assert_eq!(body.trim_start(), right);
    }
}

#[test]
fn any_fault_comes_before_or_after_execution() {
    for fault in Fault::all() {
        let always = matches!(fault, Fault::Refuse { .. } | Fault::SlowProvisioning { .. });
        let endless = matches!(
            fault,
            Fault::StallBeforeAnswer | Fault::StallDuringAnswer | Fault::Trickle { .. }
        );
        if always || endless {
            continue;
        }
        let sandbox = Sandbox::start().unwrap();
        let rule = |when: &str| format!("{},when={when},on=create-instance", fault.name()).parse();
        for (when, created) in [("before", 0), ("after", 1)] {
            let body = create_request(&code(&sandbox), "Maybe").to_string();
            sandbox.set_faults([rule(when).unwrap()]);
            let mut stream = send(&sandbox, "POST", "/instances", &body);
            let _ = stream.read_to_end(&mut Vec::new());
            assert_eq!(sandbox.created(), created, "{} {when}", fault.name());
        }
    }
}
