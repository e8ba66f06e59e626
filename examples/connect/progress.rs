//! Shows a person at a terminal that a slow call is still going on.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Runs `work`; where standard error is a terminal, counts the seconds meanwhile.
pub fn shown<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, waits) = mpsc::channel::<()>();
        scope.spawn(move || {
            let began = Instant::now();
            let mut shown = false;
            while waits.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                shown = true;
                let _ = write!(
                    io::stderr(),
                    "\r   … {what}: {} s ",
                    began.elapsed().as_secs()
                );
                let _ = io::stderr().flush();
            }
            if shown {
                let _ = write!(io::stderr(), "\r\x1b[K");
            }
        });
        let result = work();
        drop(done);
        result
    })
}
