//! The work of a client but the socket: requests are built, answers are read.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use ce_core::calls::GetInstance;
use ce_core::model::{Instance, InstanceId};
use ce_core::{
    Call as _, Config, ConnectOutcome, ConnectRequest, Entropy, Input, Operation, Response, Step,
    http,
};

use crate::documents;

/// The API base of requests that are never sent.
pub const BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";
/// What each flow draws anew; the same for all here, so that one callback fits.
const RANDOM: [u8; 48] = [0xa7; 48];
/// Those bytes as a state.
pub const STATE: &str = "p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c";

/// An answer with this body.
pub fn answer(body: impl Into<Bytes>) -> Response {
    http::Response::new(body.into()).into()
}

/// Decodes an instance as the clients do.
pub fn decode(answer: &Response) -> Instance {
    let call = GetInstance::new(InstanceId::new(1));
    call.decode(answer).expect("an instance")
}

/// A flow, and what is answered in it.
pub struct Flow {
    config: Config,
    connect: ConnectRequest,
    /// To step 1.
    pub oauth_url: Bytes,
    pub callback: String,
    /// To step 2: an instance of a usual size.
    pub instance: Bytes,
}

impl Flow {
    /// The same each time.
    pub fn fixed() -> Self {
        Self {
            // A clock's seed would be another one each time.
            config: crate::config(BASE_URL).with_jitter_seed(7),
            connect: crate::connect(),
            oauth_url: documents::oauth_url(STATE).into(),
            callback: crate::callback(&format!("state={STATE}")),
            instance: documents::instance(1_700).into(),
        }
    }

    /// The whole of it by our core, requests as reqwest takes them.
    pub fn run(&self) -> ConnectOutcome {
        let (config, now) = (&self.config, SystemTime::UNIX_EPOCH);
        let begin = self.connect.begin(config, &Entropy::from(RANDOM), now);
        let redirect = played(begin.expect("a flow"), &self.oauth_url).expect("a redirect");
        let (pending, callback) = (&redirect.pending, &self.callback);
        let finish = self.connect.finish(config, pending, callback, now);
        played(finish.expect("a consent"), &self.instance).expect("an instance")
    }
}

fn played<P: Operation>(mut operation: P, body: &Bytes) -> P::Output {
    if let Step::Send(attempt) = operation.step(Input::Start, Duration::ZERO) {
        sent(attempt.request.into_exposed());
    }
    let answered = Input::Response(Ok(answer(body.clone())));
    match operation.step(answered, Duration::from_millis(1)) {
        Step::Done(output) => output,
        _ => unreachable!("an answer of success ends a call"),
    }
}

/// Converts a request to reqwest's, as whoever sends it must.
pub fn sent(request: http::Request<impl Into<reqwest::Body>>) {
    drop(black_box(reqwest::Request::try_from(request)));
}
