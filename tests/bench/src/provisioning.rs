//! Creating many instances, each of which takes the platform a while.

use std::time::{Duration, Instant, SystemTime};

use ce_core::{ConnectOutcome, Entropy, PendingAuthorization};

use crate::effort::Effort;
use crate::flows::{many, runtime};
use crate::report::{Bar, Row, time};
use crate::server::Server;
use crate::{callback, config, connect};

const INSTANCES: usize = 10_000;
const AT_A_TIME: usize = 64;
const LATENCY: Duration = Duration::from_millis(20);

/// The row.
pub fn rows(effort: Effort) -> Vec<Row> {
    let server = Server::start(LATENCY);
    let client = ce_async::Client::new(config(&server.base_url())).expect("a client");
    let (runtime, connect) = (runtime(), connect());
    let create = async || {
        let entropy = Entropy::from_system().expect("random bytes");
        let pending = PendingAuthorization::new(&connect, &entropy, SystemTime::now());
        let callback = callback(pending.expose_state());
        let finished = client.finish(&connect, &pending, &callback).await;
        assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
    };
    let ideal = LATENCY * INSTANCES as u32 / AT_A_TIME as u32;
    let took = (0..effort.rounds(3))
        .map(|_| {
            // The connections are there.
            runtime.block_on(many(2 * AT_A_TIME, AT_A_TIME, &create));
            let began = Instant::now();
            runtime.block_on(many(INSTANCES, AT_A_TIME, &create));
            began.elapsed().as_nanos() as f64
        })
        .collect();
    let took = crate::timing::median(took);
    let ideal = ideal.as_nanos() as f64;
    vec![Row {
        what: "provisioning 10,000 with 20 ms latency, 64 at a time".to_owned(),
        against: "the ideal",
        value: ideal / took,
        // The ideal has no connection to open for each.
        bar: Bar::NotReached {
            bar: 0.95,
            held: 0.85,
        },
        detail: format!("{}, ideally {}", time(took), time(ideal)),
    }]
}
