//! Keeps secrets from ureq's logs.
//!
//! When an application takes in TRACE, ureq writes the URL of each request into its log, and every
//! byte of a request's head and of an answer's body, the platform's secrets and the new token among
//! them. Then ureq is given stand-ins of the same length, and the true bytes pass it by: those of a
//! request are put in place last before they are sent, those of a body are taken out first after
//! they have come. Both happen on the thread that makes the call, where the call leaves and finds
//! them.
//!
//! Where nobody takes TRACE in, nothing of this happens.

use std::cell::RefCell;

use bytes::Bytes;
use ce_core::Wiped;
use ureq::Error;
use ureq::http::request::Parts;
use ureq::http::{HeaderName, HeaderValue, Uri};
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use crate::connecting::mark;
use crate::framing::{Framing, Part};

const STAND_IN: u8 = b'x';

thread_local! {
    static PASSING: RefCell<Passing> = RefCell::default();
}

/// What of the call on this thread passes ureq by.
#[derive(Default)]
struct Passing {
    /// Is there a call whose bytes pass ureq by?
    veiled: bool,
    head: Option<Head>,
    body: Wiped,
}

/// What of a request's head is kept from ureq.
#[derive(Default)]
struct Head {
    query: Option<Uri>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A call under way on this thread. What is left of it goes when this is dropped.
pub(crate) struct Veil(());

impl Veil {
    /// If somebody takes TRACE in.
    pub(crate) fn over(request: &mut Parts) -> Option<Self> {
        (log::max_level() == log::LevelFilter::Trace).then(|| Self::put_over(request))
    }

    /// Puts stand-ins in the place of the query and of every header that is marked as sensitive.
    fn put_over(request: &mut Parts) -> Self {
        let mut head = Head::default();
        if let Some(shown) = without_query(&request.uri) {
            head.query = Some(std::mem::replace(&mut request.uri, shown));
        }
        for (name, value) in &mut request.headers {
            let shown = HeaderValue::from_bytes(&vec![STAND_IN; value.len()]);
            if let (true, Ok(shown)) = (value.is_sensitive(), shown) {
                let value = std::mem::replace(value, shown);
                head.headers.push((name.clone(), value));
            }
        }
        PASSING.set(Passing {
            veiled: true,
            head: Some(head),
            body: Wiped::default(),
        });
        Self(())
    }

    /// The true body of an answer of which ureq has read so many bytes, to their end; nothing if
    /// the two don't agree.
    pub(crate) fn body(self, length: u64) -> Option<Bytes> {
        let Passing { body, .. } = PASSING.take();
        (body.len() as u64 == length).then(|| body.into())
    }
}

impl Drop for Veil {
    fn drop(&mut self) {
        PASSING.set(Passing::default());
    }
}

fn without_query(uri: &Uri) -> Option<Uri> {
    let length = uri.query()?.len();
    let shown = format!("{}?{}", uri.path(), "x".repeat(length));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(shown.parse().ok()?);
    Uri::from_parts(parts).ok()
}

impl Head {
    /// Puts the true bytes in the place of their stand-ins; nothing if one isn't there.
    fn put_into(&self, output: &mut [u8]) -> Option<()> {
        if let Some(query) = self.query.as_ref().and_then(Uri::query) {
            put(output, b"?", query.as_bytes())?;
        }
        for (name, value) in &self.headers {
            let before = format!("\r\n{name}: ");
            put(output, before.as_bytes(), value.as_bytes())?;
        }
        Some(())
    }
}

/// Puts this in the place of the stand-in that follows the first `before`.
fn put(output: &mut [u8], before: &[u8], true_bytes: &[u8]) -> Option<()> {
    let found = output.windows(before.len()).position(|at| at == before)?;
    let place = output.get_mut(found + before.len()..)?;
    let place = place.get_mut(..true_bytes.len())?;
    place.iter().all(|byte| *byte == STAND_IN).then_some(())?;
    place.copy_from_slice(true_bytes);
    Some(())
}

/// A connection that shows ureq the stand-ins.
#[derive(Debug)]
pub(crate) struct Veiled {
    wire: Box<dyn Transport>,
    framing: Framing,
    /// What ureq sees of what has come, from `seen` on.
    shown: Vec<u8>,
    seen: usize,
    progress: bool,
}

impl Veiled {
    pub(crate) fn new(wire: Box<dyn Transport>) -> Self {
        Self {
            wire,
            framing: Framing::default(),
            shown: Vec::new(),
            seen: 0,
            progress: false,
        }
    }

    fn is_veiled(&self) -> bool {
        PASSING.with_borrow(|passing| passing.veiled)
    }
}

impl Transport for Veiled {
    fn buffers(&mut self) -> &mut dyn Buffers {
        if self.is_veiled() {
            self
        } else {
            self.wire.buffers()
        }
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        // What is left of the call before is none of this one's.
        if !self.is_veiled() {
            self.shown.clear();
            self.seen = 0;
        }
        if let Some(head) = PASSING.with_borrow_mut(|passing| passing.head.take()) {
            self.framing = Framing::default();
            let output = self.wire.buffers().output().get_mut(..amount);
            if output.and_then(|output| head.put_into(output)).is_none() {
                // Nothing is sent that lacks what it needs.
                let kind = std::io::ErrorKind::InvalidData;
                return Err(mark(Error::Io(kind.into())));
            }
        }
        self.wire.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let progress = self.wire.await_input(timeout)?;
        if !self.is_veiled() {
            return Ok(progress);
        }
        let buffers = self.wire.buffers();
        let mut came = buffers.input();
        let length = came.len();
        while !came.is_empty() {
            let (part, length) = self.framing.next(came);
            let (now, later) = came.split_at_checked(length).unwrap_or((came, &[]));
            came = later;
            match part {
                Part::Frame => self.shown.extend_from_slice(now),
                Part::Body | Part::Beyond => {
                    let shown = self.shown.len() + now.len();
                    self.shown.resize(shown, STAND_IN);
                }
            }
            if part == Part::Body {
                PASSING.with_borrow_mut(|passing| passing.body.extend_from_slice(now));
            }
        }
        buffers.input_consume(length);
        Ok(progress)
    }

    fn is_open(&mut self) -> bool {
        self.wire.is_open()
    }

    fn is_tls(&self) -> bool {
        self.wire.is_tls()
    }
}

impl Buffers for Veiled {
    fn output(&mut self) -> &mut [u8] {
        self.wire.buffers().output()
    }

    fn input(&self) -> &[u8] {
        self.shown.get(self.seen..).unwrap_or_default()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.wire.buffers().input_append_buf()
    }

    fn input_appended(&mut self, amount: usize) {
        self.wire.buffers().input_appended(amount);
    }

    fn input_consume(&mut self, amount: usize) {
        self.progress = amount > 0;
        self.seen += amount;
        if self.seen >= self.shown.len() {
            self.shown.clear();
            self.seen = 0;
        }
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.wire.buffers().tmp_and_output()
    }

    fn can_use_input(&self) -> bool {
        !self.input().is_empty() && self.progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Parts {
        let mut secret = HeaderValue::from_static("User secret");
        secret.set_sensitive(true);
        let request = ureq::http::Request::get("https://a.example/b?apiSecret=secret")
            .header("accept", "application/json")
            .header("authorization", secret);
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn ureq_sees_nothing_and_the_wire_everything() {
        let mut shown = parts();
        let veil = Veil::put_over(&mut shown);
        assert_eq!(shown.uri, "https://a.example/b?xxxxxxxxxxxxxxxx");
        assert_eq!(shown.headers["authorization"], "xxxxxxxxxxx");
        assert_eq!(shown.headers["accept"], "application/json");

        let head = PASSING.with_borrow_mut(|passing| passing.head.take());
        let mut output = *b"GET /b?xxxxxxxxxxxxxxxx HTTP/1.1\r\naccept: application/json\r\n\
                            authorization: xxxxxxxxxxx\r\n\r\n";
        head.unwrap().put_into(&mut output).unwrap();
        let sent = str::from_utf8(&output).unwrap();
        assert!(sent.starts_with("GET /b?apiSecret=secret HTTP/1.1\r\n"));
        assert!(sent.ends_with("\r\nauthorization: User secret\r\n\r\n"));
        drop(veil);
        assert!(PASSING.with_borrow(|passing| passing.head.is_none()));
    }

    #[test]
    fn what_has_no_place_is_not_sent() {
        let veil = Veil::put_over(&mut parts());
        let head = PASSING.with_borrow_mut(|passing| passing.head.take());
        let head = head.unwrap();
        for output in [
            "",
            "GET /b HTTP/1.1\r\nauthorization: xxxxxxxxxxx\r\n\r\n",
            "GET /b?xxxxxxxxxxxxxxxx HTTP/1.1\r\nauthorization: xxxxx",
        ] {
            assert!(head.put_into(&mut output.as_bytes().to_vec()).is_none());
        }
        drop(veil);
    }

    #[test]
    fn a_body_that_ureq_sees_otherwise_is_none() {
        for (length, agreed) in [(4, true), (3, false), (5, false)] {
            let veil = Veil::put_over(&mut parts());
            PASSING.with_borrow_mut(|passing| passing.body.extend_from_slice(b"body"));
            assert_eq!(veil.body(length).is_some(), agreed);
        }
    }
}
