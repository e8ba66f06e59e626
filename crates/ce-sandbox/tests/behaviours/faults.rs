//! Every fault, to the byte: what a client sees of it, and whether the operation was carried out.

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::http::{api, authorization, call, code, create_request};
use crate::raw::{PATIENCE, Seen, send};

/// Whether an answer bears the platform's id.
#[derive(Debug, PartialEq)]
enum Id {
    Platform,
    Gateway,
    Silent,
}

type Check = fn(&Seen, right: &[u8]);

/// Each fault but those that end with the test only; what is seen of it, next to what would be
/// right.
const TABLE: &[(&str, Id, Check)] = &[
    ("accept-and-close", Id::Silent, |_, _| {}),
    ("lose-answer", Id::Silent, |_, _| {}),
    ("close-after-headers", Id::Platform, |seen, right| {
        seen.is_json(Some(right.len()));
        assert!(seen.body.is_empty());
    }),
    ("close-mid-body", Id::Platform, |seen, right| {
        seen.is_json(Some(right.len()));
        assert_eq!(seen.body, right[..right.len() / 2]);
    }),
    ("truncated-json", Id::Platform, |seen, right| {
        seen.is_json(Some(right.len() / 2));
        assert_eq!(seen.body, right[..right.len() / 2]);
    }),
    ("html-bad-gateway", Id::Gateway, |seen, _| {
        seen.is_bad_gateway()
    }),
    ("create-and-bad-gateway", Id::Gateway, |seen, _| {
        seen.is_bad_gateway()
    }),
    ("empty-ok", Id::Platform, |seen, _| {
        assert_eq!(seen.status, "HTTP/1.1 200 OK");
        assert_eq!((seen.length(), seen.body.len()), (Some(0), 0));
        assert_eq!(seen.header("Content-Type"), None);
    }),
    ("no-content", Id::Platform, |seen, _| {
        assert_eq!(seen.status, "HTTP/1.1 204 No Content");
        assert_eq!((seen.length(), seen.body.len()), (None, 0));
        assert_eq!(seen.header("Content-Type"), None);
    }),
    ("wrong-content-type", Id::Platform, |seen, right| {
        seen.is("200 OK", "text/html", Some(right.len()));
        assert_eq!(seen.body, right);
    }),
    ("wrong-length", Id::Platform, |seen, right| {
        seen.is_json(Some(right.len() / 2));
        assert_eq!(seen.body, right);
    }),
    ("invalid-utf8", Id::Platform, |seen, right| {
        seen.is_json(Some(right.len() + 1));
        assert!(std::str::from_utf8(&seen.body).is_err());
        let place = seen.body.iter().position(|byte| *byte == 0xff).unwrap();
        assert_eq!(
            [&seen.body[..place], &seen.body[place + 1..]].concat(),
            right
        );
        // Otherwise it would be JSON.
        let lossy = String::from_utf8_lossy(&seen.body);
        assert!(serde_json::from_str::<serde_json::Value>(&lossy).is_ok());
    }),
    ("gzip-bomb", Id::Platform, |seen, right| {
        seen.is_json(Some(seen.body.len()));
        assert_eq!(seen.header("Content-Encoding"), Some("gzip"));
        assert!(seen.body.len() < 100_000, "{}", seen.body.len());
        let mut expanded = flate2::read::GzDecoder::new(&seen.body[..]);
        let mut end = std::collections::VecDeque::<u8>::new();
        let (mut all, mut piece) = (0, vec![0; 1 << 16]);
        loop {
            let read = expanded.read(&mut piece).unwrap();
            if read == 0 {
                break;
            }
            all += read;
            end.extend(&piece[..read]);
            end.drain(..end.len().saturating_sub(right.len()));
        }
        assert!(all >= 64 << 20, "{all}");
        assert!(end.iter().eq(right.iter()));
    }),
    ("trickle,interval=0.00001", Id::Platform, |seen, right| {
        seen.is_json(Some(right.len()));
        assert_eq!(seen.body, right);
    }),
    ("too-many-requests,after=2.5", Id::Platform, |seen, _| {
        seen.is_refusal("429 Too Many Requests");
        assert_eq!(seen.header("Retry-After"), Some("3"));
    }),
    ("too-many-requests", Id::Platform, |seen, _| {
        assert_eq!(seen.header("Retry-After"), Some("1"));
    }),
    (
        "too-many-requests-date,after=90",
        Id::Platform,
        |seen, _| {
            seen.is_refusal("429 Too Many Requests");
            let time = |name| {
                jiff::fmt::rfc2822::parse(seen.header(name).unwrap())
                    .unwrap()
                    .timestamp()
            };
            let ahead = time("Retry-After")
                .duration_since(time("Date"))
                .unsigned_abs();
            assert_eq!(ahead, Duration::from_secs(90));
        },
    ),
    ("unavailable", Id::Platform, |seen, _| {
        seen.is_refusal("503 Service Unavailable");
        assert_eq!(seen.header("Retry-After"), None);
    }),
    ("unavailable,after=7", Id::Platform, |seen, _| {
        seen.is_refusal("503 Service Unavailable");
        assert_eq!(seen.header("Retry-After"), Some("7"));
    }),
    ("redirect", Id::Gateway, |seen, _| {
        assert_eq!(seen.status, "HTTP/1.1 307 Temporary Redirect");
        let target = "http://redirected.invalid/elements/api-v2/instances?a=b%2F";
        assert_eq!(seen.header("Location"), Some(target));
        assert_eq!(seen.length(), Some(0));
    }),
    ("redirect,to=https://h.example/x", Id::Gateway, |seen, _| {
        assert_eq!(seen.header("Location"), Some("https://h.example/x"));
    }),
    (
        "slow-provisioning,seconds=0.01",
        Id::Platform,
        |seen, right| {
            seen.is_json(Some(right.len()));
            assert_eq!(seen.body, right);
        },
    ),
];

#[test]
fn each_is_seen_as_it_says_and_executes_or_not() {
    for (text, id, check) in TABLE {
        println!("{text}");
        let sandbox = Sandbox::start().unwrap();
        let rule: FaultRule = text.parse().unwrap();
        let mut faults = Fault::all().into_iter();
        let name = text.split(',').next().unwrap();
        let fault = faults.find(|fault| fault.name() == name).unwrap();
        let body = create_request(&code(&sandbox), "Spoilt").to_string();
        sandbox.set_faults([rule.on(Operation::CreateInstance)]);
        let seen = Seen::of(&mut send(&sandbox, "POST", "/instances?a=b%2F", &body));

        let instances = sandbox.instances();
        assert_eq!(instances.len(), usize::from(fault.executes()));
        assert_eq!(sandbox.created(), instances.len() as u64);
        let right = match instances.first() {
            Some(instance) => api(&sandbox, "GET", &format!("/instances/{}", instance.id), "").body,
            None => String::new(),
        };
        check(&seen, right.as_bytes());

        let served = sandbox.served();
        let served = served.iter().find(|served| served.fault.is_some()).unwrap();
        assert_eq!(served.fault, Some(name));
        assert_eq!(
            (served.method.as_str(), served.path.as_str()),
            ("POST", "/elements/api-v2/instances")
        );
        let status = seen.status.split(' ').nth(1).unwrap_or("0");
        assert_eq!(served.status.to_string(), status);
        assert_eq!(*id == Id::Silent, seen.status.is_empty());
        let expected = (*id == Id::Platform).then_some(served.request_id.as_str());
        assert_eq!(seen.header("Elements-Request-Id"), expected);
    }
}

#[test]
fn none_is_forgotten() {
    let elsewhere = [
        "huge-body",
        "refuse",
        "stall-before-answer",
        "stall-during-answer",
    ];
    for fault in Fault::all() {
        let name = fault.name();
        let mut tested = TABLE.iter().map(|(text, ..)| *text).chain(elsewhere);
        assert!(
            tested.any(|text| text.split(',').next() == Some(name)),
            "{name}"
        );
    }
}

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
