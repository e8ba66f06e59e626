//! The types alone, for whoever has a transport of their own. `cargo run --example types_only`

use std::io::{Write as _, stdout};

use ce_model::{CreateInstance, Instance};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = stdout();
    // What to send as the body of `POST /instances`:
    let body = CreateInstance::new("instagram", "Ann's photos")
        .code("the code from the callback")
        .configuration("oauth.api.key", "client id, from the provider")
        .configuration("oauth.api.secret", "client secret, from the provider")
        .configuration("oauth.callback.url", "https://app.example/callback")
        .tag("customer-42");
    let sent = body.to_json();
    let length = sent.len();
    writeln!(out, "a body of {length} bytes; printed, it is {body:?}")?;

    // And what comes back, known fields typed, all others kept:
    let answer = r#"{"id": 428551, "name": "Ann's photos", "token": "5MOr3Sl/E4kww6m=",
        "element": {"id": 74, "key": "instagram", "hub": "social"}, "valid": true,
        "configuration": {"oauth.api.secret": "********"}, "fieldOfTomorrow": [1, 2]}"#;
    let instance: Instance = serde_json::from_str(answer)?;
    let (id, valid) = (instance.id, instance.valid);
    writeln!(out, "instance {id} is valid: {valid:?}")?;
    let other = &instance.other;
    writeln!(out, "unknown to this version: {other:?}")?;

    // Nothing is lost when it is written again.
    let again: serde_json::Value = serde_json::to_value(&instance)?;
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(answer)?);
    Ok(())
}
