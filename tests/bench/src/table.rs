//! What was measured, beside what it must be.

/// What a value must be.
#[derive(Clone, Copy)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
    /// A number instead of a ratio.
    Count(usize),
}

/// Prints a table line by line, and remembers whether every bar is met.
pub struct Table {
    pub met: bool,
}

impl Table {
    pub fn begin() -> Self {
        println!("| what | against | measured | bar | figures |");
        println!("| --- | --- | --- | --- | --- |");
        Self { met: true }
    }

    pub fn row(&mut self, what: &str, against: &str, value: f64, bar: Bar, figures: &str) {
        let (met, bar, value) = match bar {
            Bar::AtLeast(bar) => (value >= bar, format!("≥ {bar:.2}×"), format!("{value:.2}×")),
            Bar::AtMost(bar) => (value <= bar, format!("≤ {bar:.2}×"), format!("{value:.2}×")),
            Bar::Count(bar) => (
                value <= bar as f64,
                format!("≤ {bar}"),
                format!("{value:.0}"),
            ),
        };
        let mark = if met { "" } else { " **short**" };
        println!("| {what} | {against} | {value}{mark} | {bar} | {figures} |");
        self.met &= met;
    }
}

/// A time, in the unit in which it reads best.
pub fn time(seconds: f64) -> String {
    match seconds {
        ..1e-4 => format!("{:.2} µs", seconds * 1e6),
        ..1.0 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}
