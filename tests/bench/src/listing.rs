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

/// The bytes in use at the peak of a listing. By the blocking client, which reads when it is asked
/// to; how far a runtime has read ahead is chance.
#[cfg(feature = "counting")]
pub fn peak(instances: usize) -> u64 {
    let server = Server::start(Duration::ZERO);
    let client = ce_blocking::Client::new(platform(&server.base_url())).expect("a client");
    let listing = |instances| {
        let pages = instances / PAGE;
        let (mut next, mut total) = (None, 0);
        for page in 0..pages {
            let asked = ask(page, pages, next);
            let page = Page {
                next: asked.as_deref(),
            };
            let (listed, following) = client.send(page).expect("a page");
            total += sum(listed.iter().map(|instance| instance.id.get()));
            next = following;
        }
        assert!(next.is_none() && total > instances as u64);
    };
    // The connection and its buffers are there before and after.
    listing(PAGE);
    allocation_counter::measure(|| listing(instances)).bytes_max
}
