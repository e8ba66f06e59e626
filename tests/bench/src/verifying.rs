//! Event notifications verified, beside the bare HMAC of the same bytes.

use std::hint::black_box;
use std::time::Duration;

use ce_core::events::{signature, verify};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::effort::Effort;
use crate::report::{Bar, Row, time};
use crate::timing::{Times, repeated};

const TURN: Duration = Duration::from_millis(4);
const KEY: &str = "c3RhYmxlIGtleSBvZiBhbiBpbnN0YW5jZQ";

/// The row: a notification of ten events, of 2 KB.
pub fn rows(effort: Effort) -> Vec<Row> {
    let event = r#"{"objectId":"0035Y00003","objectType":"contact","eventType":"UPDATED","elementKey":"sfdc","hubKey":"crm","date":"2026-11-24T08:00:00Z","pollDate":"2026-11-24T08:00:07Z"}"#;
    let body = format!(
        r#"{{"instanceId":428549,"message":{{"events":[{}]}}}}"#,
        [event; 10].join(",")
    );
    let body = body.as_bytes();
    let header = signature(KEY, body).expect("a signature");
    let mac = || Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("a key");
    let signed = mac().chain_update(body).finalize().into_bytes();
    let times = Times::take(
        effort.rounds(61),
        vec![
            repeated(TURN, || {
                verify(KEY, Some(black_box(&header)), black_box(body)).expect("the platform's");
            }),
            repeated(TURN, || {
                let mac = mac().chain_update(black_box(body));
                mac.verify_slice(black_box(&signed))
                    .expect("the platform's");
            }),
        ],
    );
    vec![Row {
        what: "event notifications verified, 2 KB".to_owned(),
        against: "the bare HMAC",
        value: times.ratio(1),
        bar: Bar::AtLeast(0.8),
        detail: format!(
            "{}, theirs {}",
            time(times.median(0)),
            time(times.median(1))
        ),
    }]
}
