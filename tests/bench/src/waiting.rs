//! What a flow takes while its user is at the provider.

use std::time::SystemTime;

use ce_core::{Entropy, PendingAuthorization};

use crate::connect;
use crate::report::{Bar, Row};

/// The row: a flow with all that it can hold, as it is stored.
pub fn rows() -> Vec<Row> {
    let connect = connect().recoverable();
    let entropy = Entropy::from_system().expect("random bytes");
    let pending = PendingAuthorization::new(&connect, &entropy, SystemTime::now());
    let stored = serde_json::to_string(&pending).expect("JSON");
    vec![Row {
        what: "a flow waiting in the browser: stored `PendingAuthorization`, bytes".to_owned(),
        against: "",
        value: stored.len() as f64,
        bar: Bar::Count(512.0),
        detail: "recoverable".to_owned(),
    }]
}
