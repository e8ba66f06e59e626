//! Words for the person at the terminal. A closed pipe is no reason to fail.

use std::io::{self, Write as _};

/// A line on standard output.
pub fn say(line: impl AsRef<str>) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{}", line.as_ref());
    let _ = out.flush();
}

/// A line on standard error.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "connect: {line}");
}

/// Text from elsewhere, with what a terminal would obey made visible.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let odd = letter.is_control() && letter != '\n';
            let plain = (!odd).then_some(letter);
            plain
                .into_iter()
                .chain(odd.then(|| letter.escape_default()).into_iter().flatten())
        })
        .collect()
}
