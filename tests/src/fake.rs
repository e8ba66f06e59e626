use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use ce_core::{Attempt, Response, TransportError};

type Answer = dyn Fn(Attempt) -> Result<Response, TransportError> + Send + Sync;

/// A transport of either client that has no network: a function answers each attempt, and no time
/// passes.
pub struct Fake {
    answer: Box<Answer>,
    slept: Mutex<Vec<Duration>>,
}

impl Fake {
    /// A transport that answers so.
    pub fn new(
        answer: impl Fn(Attempt) -> Result<Response, TransportError> + Send + Sync + 'static,
    ) -> Self {
        let (answer, slept) = (Box::new(answer), Mutex::default());
        Self { answer, slept }
    }

    /// How long it was told to sleep, each time.
    pub fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").finish_non_exhaustive()
    }
}

#[ce_async::async_trait]
impl ce_async::Transport for Fake {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        (self.answer)(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        self.slept.lock().unwrap().push(duration);
    }
}

impl ce_blocking::Transport for Fake {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        (self.answer)(attempt)
    }

    fn sleep(&self, duration: Duration) {
        self.slept.lock().unwrap().push(duration);
    }
}
