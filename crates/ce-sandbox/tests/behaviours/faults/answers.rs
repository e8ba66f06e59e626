//! Every fault, to the byte: what a client sees of it, and whether the operation was carried out.

use std::io::Read as _;
use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::http::{api, code, create_request};
use crate::raw::{Seen, send};

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
