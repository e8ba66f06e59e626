//! Properties of everything that reads what others write, for inputs that nobody thought of.

use ce_core::model::Instance;
use ce_tests::fuzzing;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The documented names, and others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "id", "name", "token", "element", "key", "valid", "disabled", "tags", "configuration",
            "providerData", "user", "createdDate", "oauthUrl", "requestId", "message",
            "providerMessage", "authentication", "type", "maxCacheSize", "state", "expires",
            "correlation", "code",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z]{1,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A document with what an instance must have, and anything else.
fn document() -> impl Strategy<Value = Value> {
    prop::collection::vec((name(), value()), 0..12).prop_map(|members| {
        let mut document: Map<String, Value> = members.into_iter().collect();
        let required = json!({
            "id": 7, "name": "n", "token": "t", "element": {}, "oauthUrl": "https://a.example/"
        });
        for (name, value) in required.as_object().unwrap() {
            let fits = document.get(name).is_some_and(|given| {
                std::mem::discriminant(given) == std::mem::discriminant(value) && !given.is_number()
            });
            if !fits {
                document.insert(name.clone(), value.clone());
            }
        }
        Value::Object(document)
    })
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    // No file of failures is left behind: what fails becomes an example in a test of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_do_no_harm(data in prop::collection::vec(any::<u8>(), 0..512)) {
        for target in fuzzing::TARGETS {
            target(&data);
        }
    }

    #[test]
    fn any_document_survives(document in document(), is_pretty in any::<bool>()) {
        let text = if is_pretty { format!("{document:#}") } else { document.to_string() };
        let text = text.as_bytes();
        prop_assert!(fuzzing::lossless(text, Instance::to_json));
        fuzzing::decoders(text);
        fuzzing::error_bodies(text);
        fuzzing::stored_pending(text);
    }

    #[test]
    fn any_query_is_read_or_refused(
        pairs in prop::collection::vec((name(), any::<String>()), 0..8),
        hash in "#_|#|",
    ) {
        let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        fuzzing::callback(format!("{}{hash}", query.join("&")).as_bytes());
    }

    #[test]
    fn any_time_to_wait_is_bounded(seconds in any::<u64>(), date in any::<i32>()) {
        fuzzing::retry_after(seconds.to_string().as_bytes());
        let at = |time: u64| {
            httpdate::fmt_http_date(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(time))
        };
        let date = date.unsigned_abs() as u64;
        fuzzing::retry_after(format!("{}|{}", at(date), at(date / 2)).as_bytes());
    }

    #[test]
    fn any_request_gets_an_answer(
        method in "GET|POST|PATCH|DELETE|PUT|HEAD|[A-Z]{1,9}",
        segments in prop::collection::vec("elements|instagram|instances|oauth|url|keys|ping|hubs|provider|authorize|[0-9]{1,22}|%[0-9A-F]{2}|[ -~&&[^ #?]]{0,12}", 0..6),
        query in "[ -~&&[^ #]]{0,64}",
        body in document(),
    ) {
        let body = body.to_string();
        let path = segments.join("/");
        let request = format!(
            "{method} /elements/api-v2/{path}?{query} HTTP/1.1\r\nHost: a\r\n\
             Authorization: User {}, Organization {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            ce_sandbox::DEFAULT_USER_SECRET,
            ce_sandbox::DEFAULT_ORGANIZATION_SECRET,
            body.len(),
        );
        let answer = fuzzing::answer_of_sandbox(request.as_bytes());
        prop_assert!(answer.starts_with(b"HTTP/1.1 "), "{:?}", String::from_utf8_lossy(&answer));
    }
}
