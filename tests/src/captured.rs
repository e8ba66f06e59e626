use std::collections::HashSet;
use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use ce_core::Error;

/// Wherever a secret gets out, whole or cut or encoded, a part of this length does.
pub const PART: usize = 8;

/// All that anything printed.
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// What a value prints.
    pub fn note(&self, value: impl Debug) {
        let _ = writeln!(self.clone(), "{value:?} {value:#?}");
    }

    /// What an error says, and those below it.
    pub fn error(&self, error: &Error) {
        self.note(error);
        let _ = writeln!(self.clone(), "{error}");
        let mut source = error.source();
        while let Some(inner) = source {
            let _ = writeln!(self.clone(), "{inner} {inner:?}");
            source = inner.source();
        }
    }

    /// How much was captured; fails if it holds a part of a secret.
    pub fn is_clean_of(&self, parts: &HashSet<Vec<u8>>) -> usize {
        let captured = self.all();
        let begins: HashSet<u8> = parts.iter().map(|part| part[0]).collect();
        let begins: Vec<bool> = (0..=u8::MAX).map(|byte| begins.contains(&byte)).collect();
        for (at, window) in captured.windows(PART).enumerate() {
            if begins[usize::from(window[0])] && parts.contains(window) {
                let around = at.saturating_sub(300)..(at + 300).min(captured.len());
                let text = String::from_utf8_lossy(&captured[around]);
                panic!("a secret got out: …{text}…");
            }
        }
        captured.len()
    }

    /// Fails if one of these words was not captured.
    pub fn shows(&self, words: &[&str]) {
        let captured = self.all();
        let text = String::from_utf8_lossy(&captured);
        for word in words {
            assert!(text.contains(word), "nothing of {word} was captured");
        }
    }

    /// All of it, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.all()).into_owned()
    }

    /// A copy, since whatever fails prints here.
    fn all(&self) -> Vec<u8> {
        let captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        captured.clone()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        captured.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What the causes of an error say, one a line.
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut causes = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push_str(&format!("{cause}\n"));
        next = cause.source();
    }
    causes
}
