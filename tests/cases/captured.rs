//! What is logged and recorded, to be looked at.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// What is written to any of its clones.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// Takes in what this thread logs, until the guard is dropped: of every crate at every level, but of
    /// ureq below TRACE.
    pub fn start(&self) -> impl Sized + use<> {
        let levels = Targets::new()
            .with_default(LevelFilter::TRACE)
            .with_target("ureq", LevelFilter::DEBUG)
            .with_target("ureq_proto", LevelFilter::DEBUG);
        let writer = self.clone();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false);
        let layer = layer.with_writer(move || writer.clone());
        // The records of the crate `log`, too.
        let subscriber = tracing_subscriber::registry().with(levels).with(layer);
        subscriber.set_default()
    }

    /// All of it so far, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
