//! The work of a client but the socket: requests are built, answers are read.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use ce_bench_async_by_hand::Platform;
use ce_core::calls::{GetInstance, ListInstances};
use ce_core::events;
use ce_core::model::{Instance, InstanceId};
use ce_core::{
    Call as _, Config, ConnectOutcome, ConnectRequest, Entropy, Input, Operation, Page, Response,
    Step,
};

use crate::documents::{self, NOTIFICATION, PAGE_LENGTH};

/// The API base of requests that are never sent.
pub const BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";
/// What each flow draws anew; the same for all here, so that one callback fits.
const RANDOM: [u8; 48] = [0xa7; 48];
/// Those bytes as a state.
pub const STATE: &str = "p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c";

/// What the platform answers, and where the browser comes back to.
pub struct Script {
    /// To step 1.
    pub oauth_url: Bytes,
    /// To step 2: an instance of a usual size.
    pub instance: Bytes,
    /// Between them.
    pub callback: String,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            oauth_url: documents::oauth_url(STATE).into(),
            instance: documents::instance(1_700).into(),
            callback: crate::callback(&format!("state={STATE}")),
        }
    }
}

/// An answer with this body.
pub fn answer(body: impl Into<Bytes>) -> Response {
    ce_core::http::Response::new(body.into()).into()
}

/// Decodes an instance as the clients do.
pub fn decode(answer: &Response) -> Instance {
    let call = GetInstance::new(InstanceId::new(1));
    call.decode(answer).expect("an instance")
}

/// Decodes a page as the clients do.
pub fn decode_page(answer: &Response) -> Page<Instance> {
    ListInstances::new().decode(answer).expect("a page")
}

/// The whole flow by our core, requests as reqwest takes them.
pub fn flow(config: &Config, connect: &ConnectRequest, script: &Script) -> ConnectOutcome {
    let now = SystemTime::UNIX_EPOCH;
    let begin = connect.begin(config, &Entropy::from(RANDOM), now);
    let redirect = played(begin.expect("a flow"), &script.oauth_url).expect("a redirect");
    let finish = connect.finish(config, &redirect.pending, &script.callback, now);
    played(finish.expect("a consent"), &script.instance).expect("an instance")
}

fn played<P: Operation>(mut operation: P, body: &Bytes) -> P::Output {
    match operation.step(Input::Start, Duration::ZERO) {
        Step::Send(attempt) => sent(attempt.request.into_exposed()),
        _ => unreachable!("a call begins with a request"),
    }
    let answered = Input::Response(Ok(answer(body.clone())));
    match operation.step(answered, Duration::from_millis(1)) {
        Step::Done(output) => output,
        _ => unreachable!("an answer of success ends a call"),
    }
}

/// Converts a request to reqwest's, as whoever sends it must.
pub fn sent(request: ce_core::http::Request<impl Into<reqwest::Body>>) {
    drop(black_box(reqwest::Request::try_from(request)));
}

/// The key that the platform signs with.
pub const SIGNATURE_KEY: &str = "c3RhYmxlIGtleSBvZiBhbiBpbnN0YW5jZQ";

/// The header of the notification.
pub fn signature() -> String {
    events::signature(SIGNATURE_KEY, NOTIFICATION.as_bytes()).expect("a signature")
}

/// Verifies the notification.
pub fn verify(header: &str) {
    let body = black_box(NOTIFICATION.as_bytes());
    events::verify(SIGNATURE_KEY, Some(header), body).expect("the platform's");
}

/// Lists by our client; each instance is looked at.
pub async fn list(client: &ce_async::Client, instances: usize) {
    let mut listed = 0;
    let mut listing = client.list(ListInstances::new().page_size(PAGE_LENGTH as u32));
    while let Some(instance) = listing.next().await {
        listed += usize::from(instance.expect("an instance").id.get() > 0);
    }
    assert_eq!(listed, instances);
}

/// The same by hand.
pub async fn list_by_hand(platform: &Platform, instances: usize) {
    let (mut listed, mut next) = (0, None);
    loop {
        let (page, following) = platform.page(next.as_deref()).await.expect("a page");
        listed += page.iter().filter(|instance| instance.id > 0).count();
        next = following;
        if next.is_none() {
            return assert_eq!(listed, instances);
        }
    }
}
