//! Listing instances by pages.

use std::time::Duration;

use ce_core::calls::ListInstances;

use crate::by_hand::OnReqwest;
use crate::config;
use crate::effort::Effort;
use crate::flows::runtime;
use crate::report::{Bar, Row, time};
use crate::server::{PAGE, Server};
use crate::timing::{Times, counted};

const INSTANCES: usize = 100_000;

/// What must be true of all that are listed: as many as there are, and each was read.
#[derive(Default)]
struct Tally {
    listed: usize,
    ids: u64,
}

impl Tally {
    fn add(&mut self, id: Option<u64>) {
        self.listed += 1;
        self.ids += id.unwrap_or(0);
    }

    fn check(self, instances: usize) {
        assert!(self.listed == instances && self.ids > instances as u64);
    }
}

async fn ours(client: &ce_async::Client, instances: usize) {
    let mut tally = Tally::default();
    let mut listing = client.list(ListInstances::new().page_size(PAGE as u32));
    while let Some(instance) = listing.next().await {
        tally.add(Some(instance.expect("an instance").id.get()));
    }
    tally.check(instances);
}

async fn theirs(peer: &OnReqwest, instances: usize) {
    let mut tally = Tally::default();
    let mut next = None;
    loop {
        let (page, following) = peer.page(next.as_deref()).await;
        page.iter()
            .for_each(|instance| tally.add(instance["id"].as_u64()));
        next = following;
        if next.is_none() {
            return tally.check(instances);
        }
    }
}

/// The row.
pub fn rows(effort: Effort) -> Vec<Row> {
    let server = Server::start(Duration::ZERO);
    let base_url = server.listing_base_url(INSTANCES / PAGE);
    let client = ce_async::Client::new(config(&base_url)).expect("a client");
    let peer = OnReqwest::new(&base_url);
    let runtime = runtime();
    let times = Times::take(
        effort.rounds(5),
        vec![
            counted(INSTANCES, |all| runtime.block_on(ours(&client, all))),
            counted(INSTANCES, |all| runtime.block_on(theirs(&peer, all))),
        ],
    );
    let whole = |contestant| time(times.median(contestant) * INSTANCES as f64);
    vec![Row {
        what: "listing 100,000 instances by pages".to_owned(),
        against: "loop with `Vec<Value>`",
        value: times.ratio(1),
        bar: Bar::AtLeast(1.5),
        detail: format!("{}, theirs {}", whole(0), whole(1)),
    }]
}

/// Lists so many, and prints the most memory that this process has had, in KB.
pub fn alone(base_url: &str, instances: usize) -> Result<bool, String> {
    let client = ce_async::Client::new(config(base_url)).expect("a client");
    runtime().block_on(ours(&client, instances));
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    println!(
        "{}",
        peak.ok_or("the system does not say what memory was used")?
    );
    Ok(true)
}

/// The row of memory: by processes of their own, of which the server is no part.
pub fn memory() -> Result<Row, String> {
    let server = Server::start(Duration::ZERO);
    let peak = |instances: usize| -> Result<f64, String> {
        let output = std::process::Command::new("/proc/self/exe")
            .args(["list", &server.listing_base_url(instances / PAGE)])
            .arg(instances.to_string())
            .output()
            .map_err(|error| error.to_string())?;
        let printed = String::from_utf8_lossy(&output.stdout);
        printed.trim().parse().map_err(|_| {
            let errors = String::from_utf8_lossy(&output.stderr);
            format!("a listing said: {printed}{errors}")
        })
    };
    // How far a connection has read ahead is chance, so each gets many pages to show its worst.
    let worst = |instances, times| {
        let taken: Result<Vec<f64>, String> = (0..times).map(|_| peak(instances)).collect();
        taken.map(|taken| taken.into_iter().fold(0.0, f64::max))
    };
    // As many pages of the one as of the other.
    let (few, many) = (worst(INSTANCES / 10, 50)?, worst(INSTANCES, 5)?);
    Ok(Row {
        what: "peak memory of that listing, 10,000 → 100,000".to_owned(),
        against: "itself",
        value: many / few,
        bar: Bar::AtMost(1.05),
        detail: format!("{few:.0} KB, then {many:.0} KB, the program included"),
    })
}
