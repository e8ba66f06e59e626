//! Listing instances by pages.

use std::time::Duration;

use ce_core::{
    Call, Error, InvalidInput, Platform, Request, RequestBuilder, Response, http::Method,
};
use ce_model::Instance;

use crate::by_hand::OnReqwest;
use crate::effort::Effort;
use crate::flows::runtime;
use crate::platform;
use crate::report::{Bar, Row, time};
use crate::server::{PAGE, Server};
use crate::timing::{Times, counted};

const INSTANCES: usize = 100_000;

/// `GET /instances`, one page.
struct Page<'a> {
    next: Option<&'a str>,
}

impl Call for Page<'_> {
    type Answer = (Vec<Instance>, Option<String>);

    fn purpose(&self) -> &'static str {
        "list the instances"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        let request = RequestBuilder::new(platform, Method::GET, &["instances"])?
            .query("pageSize", &PAGE.to_string());
        match self.next {
            Some(next) => request.query("nextPage", next).build(),
            None => request.build(),
        }
    }

    fn answer(&self, response: &Response) -> Result<Self::Answer, Error> {
        let instances = ce_core::read_json(self.purpose(), response)?;
        let next = response.header("elements-next-page-token");
        Ok((instances, next.map(str::to_owned)))
    }
}

/// Which page is asked for, so that the list ends where it shall.
fn ask(page: usize, pages: usize, next: Option<String>) -> Option<String> {
    if page + 1 == pages {
        Some("last".to_owned())
    } else {
        next
    }
}

/// What must be true of every instance that is listed.
fn sum(ids: impl Iterator<Item = u64>) -> u64 {
    ids.sum()
}

async fn ours(client: &ce_async::Client, instances: usize) {
    let pages = instances / PAGE;
    let (mut next, mut total) = (None, 0);
    for page in 0..pages {
        let asked = ask(page, pages, next);
        let page = Page {
            next: asked.as_deref(),
        };
        let (listed, following) = client.send(page).await.expect("a page");
        total += sum(listed.iter().map(|instance| instance.id.get()));
        next = following;
    }
    assert!(next.is_none() && total > instances as u64);
}

async fn theirs(peer: &OnReqwest, instances: usize) {
    let pages = instances / PAGE;
    let (mut next, mut total) = (None, 0);
    for page in 0..pages {
        let asked = ask(page, pages, next);
        let (listed, following) = peer.page(asked.as_deref()).await;
        total += sum(listed.iter().filter_map(|instance| instance["id"].as_u64()));
        next = following;
    }
    assert!(next.is_none() && total > instances as u64);
}

/// The row.
pub fn rows(effort: Effort) -> Vec<Row> {
    let server = Server::start(Duration::ZERO);
    let client = ce_async::Client::new(platform(&server.base_url())).expect("a client");
    let peer = OnReqwest::new(&server.base_url());
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
    let client = ce_async::Client::new(platform(base_url)).expect("a client");
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
pub fn memory(effort: Effort) -> Result<Row, String> {
    let server = Server::start(Duration::ZERO);
    let peak = |instances: usize| -> Result<f64, String> {
        let output = std::process::Command::new("/proc/self/exe")
            .args(["list", &server.base_url(), &instances.to_string()])
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
    let many = effort.rounds(5);
    let (few, many) = (worst(INSTANCES / 10, 5 * many)?, worst(INSTANCES, many)?);
    Ok(Row {
        what: "peak memory of that listing, 10,000 → 100,000".to_owned(),
        against: "itself",
        value: many / few,
        bar: Bar::AtMost(1.05),
        detail: format!("{few:.0} KB, then {many:.0} KB, the program included"),
    })
}
