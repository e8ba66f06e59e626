//! What was measured, beside what it must be.

use crate::effort::Effort;

/// One line of a table.
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Beside what.
    pub against: &'static str,
    /// What came out.
    pub value: f64,
    /// What it must be.
    pub bar: Bar,
    /// The figures behind it.
    pub detail: String,
}

/// What a value must be.
#[derive(Clone, Copy)]
pub enum Bar {
    /// At least so many times as good.
    AtLeast(f64),
    /// The same, where it is not reached, and it is known why: it must stay as near as it came.
    NotReached { bar: f64, held: f64 },
    /// At most so large a ratio.
    AtMost(f64),
    /// The same of times.
    NoSlower(f64),
    /// At most so many.
    Count(f64),
}

/// How a value stands to its bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    /// Short of the bar, by no more than is known and explained, or than a short run is worth.
    Short,
    Broken,
}

impl Row {
    fn verdict(&self, tolerance: f64) -> Verdict {
        let (met, short) = match self.bar {
            Bar::AtLeast(bar) => (self.value >= bar, self.value >= bar * tolerance),
            Bar::NotReached { bar, held } => (self.value >= bar, self.value >= held * tolerance),
            Bar::NoSlower(bar) => (self.value <= bar, self.value * tolerance <= bar),
            Bar::AtMost(bar) | Bar::Count(bar) => (self.value <= bar, false),
        };
        match (met, short) {
            (true, _) => Verdict::Met,
            (false, true) => Verdict::Short,
            (false, false) => Verdict::Broken,
        }
    }

    fn cells(&self, verdict: Verdict) -> [String; 5] {
        let (value, bar) = match self.bar {
            Bar::AtLeast(bar) => (format!("{:.2}×", self.value), format!("≥ {bar:.2}×")),
            Bar::NotReached { bar, held } => (
                format!("{:.2}×", self.value),
                format!("≥ {bar:.2}× (held at {held:.2}×)"),
            ),
            Bar::AtMost(bar) | Bar::NoSlower(bar) => {
                (format!("{:.2}×", self.value), format!("≤ {bar:.2}×"))
            }
            Bar::Count(bar) => (format!("{:.0}", self.value), format!("≤ {bar:.0}")),
        };
        let mark = match verdict {
            Verdict::Met => "",
            Verdict::Short => " short",
            Verdict::Broken => " **broken**",
        };
        [
            self.what.clone(),
            self.against.to_owned(),
            format!("{value}{mark}"),
            bar,
            self.detail.clone(),
        ]
    }
}

/// Prints a table, line by line as it comes about; at its end it says whether every bar holds.
pub struct Report {
    tolerance: f64,
    broken: usize,
}

impl Report {
    /// Begins a table.
    pub fn begin(effort: Effort) -> Self {
        println!("| what | against | measured | bar | figures |");
        println!("| --- | --- | --- | --- | --- |");
        Self {
            tolerance: effort.tolerance(),
            broken: 0,
        }
    }

    /// Prints lines.
    pub fn add(&mut self, rows: Vec<Row>) {
        for row in rows {
            let verdict = row.verdict(self.tolerance);
            println!("| {} |", row.cells(verdict).join(" | "));
            self.broken += usize::from(verdict == Verdict::Broken);
        }
    }

    /// Does every bar hold?
    pub fn end(self) -> bool {
        if self.broken > 0 {
            println!("\n{} bars are broken.", self.broken);
        }
        self.broken == 0
    }
}

/// A time, in the unit in which it reads best.
pub fn time(nanoseconds: f64) -> String {
    if nanoseconds < 100_000.0 {
        format!("{:.2} µs", nanoseconds / 1e3)
    } else if nanoseconds < 1e9 {
        format!("{:.2} ms", nanoseconds / 1e6)
    } else {
        format!("{:.2} s", nanoseconds / 1e9)
    }
}
