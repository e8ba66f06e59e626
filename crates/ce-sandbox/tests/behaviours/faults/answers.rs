//! Every fault, to the byte: what a client sees of it, and whether the operation was carried out.

use std::io::Read as _;

use ce_sandbox::{Fault, FaultRule, Operation};

use crate::http::{Api, Client as _, create_request};
use crate::raw::{Seen, send};

/// Whether an answer bears the platform's id.
#[derive(PartialEq)]
enum Id {
    Platform,
    Gateway,
    Silent,
}

use Id::{Gateway, Platform, Silent};

type Check = fn(&Seen, right: &[u8]);

/// Each fault but those that end with the test only; what is seen of it, next to what would be
/// right.
const TABLE: &[(&str, Id, Check)] = &[
    ("accept-and-close", Silent, |_, _| {}),
    ("lose-answer", Silent, |_, _| {}),
    ("close-after-headers", Platform, |seen, right| {
        seen.is_json(right.len());
        assert!(seen.body.is_empty());
    }),
    ("close-mid-body", Platform, |seen, right| {
        seen.is_json(right.len());
        assert_eq!(seen.body, right[..right.len() / 2]);
    }),
    ("truncated-json", Platform, |seen, right| {
        seen.is_json(right.len() / 2);
        assert_eq!(seen.body, right[..right.len() / 2]);
    }),
    ("html-bad-gateway", Gateway, |seen, _| seen.is_bad_gateway()),
    ("create-and-bad-gateway", Gateway, |seen, _| {
        seen.is_bad_gateway()
    }),
    ("empty-ok", Platform, |seen, _| {
        assert_eq!(seen.status, "HTTP/1.1 200 OK");
        assert_eq!((seen.length(), seen.body.len()), (Some(0), 0));
        assert_eq!(seen.header("Content-Type"), None);
    }),
    ("no-content", Platform, |seen, _| {
        assert_eq!(seen.status, "HTTP/1.1 204 No Content");
        assert_eq!((seen.length(), seen.body.len()), (None, 0));
        assert_eq!(seen.header("Content-Type"), None);
    }),
    ("wrong-content-type", Platform, |seen, right| {
        seen.is("200 OK", "text/html", right.len());
        assert_eq!(seen.body, right);
    }),
    ("wrong-length", Platform, |seen, right| {
        seen.is_json(right.len() / 2);
        assert_eq!(seen.body, right);
    }),
    ("invalid-utf8", Platform, |seen, right| {
        seen.is_json(right.len() + 1);
        assert!(std::str::from_utf8(&seen.body).is_err());
        let place = seen.body.iter().position(|byte| *byte == 0xff).unwrap();
        let rest = [&seen.body[..place], &seen.body[place + 1..]].concat();
        assert_eq!(rest, right);
        // Otherwise it would be JSON.
        let lossy = String::from_utf8_lossy(&seen.body);
        assert!(serde_json::from_str::<serde_json::Value>(&lossy).is_ok());
    }),
    ("gzip-bomb", Platform, |seen, right| {
        seen.is_json(seen.body.len());
        assert_eq!(seen.header("Content-Encoding"), Some("gzip"));
        assert!(seen.body.len() < 100_000, "{}", seen.body.len());
        let mut expanded = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(&seen.body[..]);
        decoder.read_to_end(&mut expanded).unwrap();
        assert!(expanded.len() >= 64 << 20, "{}", expanded.len());
        assert!(expanded.ends_with(right));
    }),
    ("trickle,interval=0.00001", Platform, |seen, right| {
        seen.is_json(right.len());
        assert_eq!(seen.body, right);
    }),
    ("too-many-requests,after=2.5", Platform, |seen, _| {
        seen.is_refusal("429 Too Many Requests", Some("3"));
    }),
    ("too-many-requests", Platform, |seen, _| {
        seen.is_refusal("429 Too Many Requests", Some("1"));
    }),
    ("too-many-requests-date,after=90", Platform, |seen, _| {
        let retry_after = seen.header("Retry-After");
        seen.is_refusal("429 Too Many Requests", retry_after);
        let time = |text| httpdate::parse_http_date(text).unwrap();
        let now = time(seen.header("Date").unwrap());
        let ahead = time(retry_after.unwrap()).duration_since(now);
        assert_eq!(ahead.unwrap().as_secs(), 90);
    }),
    ("unavailable", Platform, |seen, _| {
        seen.is_refusal("503 Service Unavailable", None);
    }),
    ("unavailable,after=7", Platform, |seen, _| {
        seen.is_refusal("503 Service Unavailable", Some("7"));
    }),
    ("redirect", Gateway, |seen, _| {
        assert_eq!(seen.status, "HTTP/1.1 307 Temporary Redirect");
        let target = "http://redirected.invalid/elements/api-v2/instances?a=b%2F";
        assert_eq!(seen.header("Location"), Some(target));
        assert_eq!(seen.length(), Some(0));
    }),
    ("redirect,to=https://h.example/x", Gateway, |seen, _| {
        assert_eq!(seen.header("Location"), Some("https://h.example/x"));
    }),
    ("slow-provisioning,seconds=0.01", Platform, |seen, right| {
        seen.is_json(right.len());
        assert_eq!(seen.body, right);
    }),
];

#[test]
fn each_is_seen_as_it_says_and_executes_or_not() {
    for (text, id, check) in TABLE {
        println!("{text}");
        let api = Api::start();
        let rule: FaultRule = text.parse().unwrap();
        let mut faults = Fault::all().into_iter();
        let name = text.split(',').next().unwrap();
        let fault = faults.find(|fault| fault.name() == name).unwrap();
        let body = create_request(&api.code(), "Damaged").to_string();
        api.set_faults([rule.on(Operation::CreateInstance)]);
        let seen = Seen::of(&mut send(&api, "POST", "/instances?a=b%2F", &body));

        let instances = api.instances();
        assert_eq!(instances.len(), usize::from(fault.executes()));
        assert_eq!(api.created(), instances.len() as u64);
        let right = instances.first().map_or(String::new(), |instance| {
            api.get(format!("/instances/{}", instance.id)).body
        });
        check(&seen, right.as_bytes());

        let mut served = api.served().into_iter();
        let served = served.find(|served| served.fault.is_some()).unwrap();
        assert_eq!(served.fault, Some(name));
        assert_eq!(served.method, "POST");
        assert_eq!(served.path, "/elements/api-v2/instances");
        let status = seen.status.split(' ').nth(1).unwrap_or("0");
        assert_eq!(served.status.to_string(), status);
        assert_eq!(*id == Silent, seen.status.is_empty());
        let expected = (*id == Platform).then_some(&*served.request_id);
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
    let tested = TABLE.iter().map(|(text, ..)| *text).chain(elsewhere);
    let tested: Vec<_> = tested.map(|text| text.split(',').next()).collect();
    for fault in Fault::all() {
        assert!(tested.contains(&Some(fault.name())), "{fault:?}");
    }
}
