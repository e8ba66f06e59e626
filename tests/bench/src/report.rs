//! What was measured, beside what it must be.

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
    /// At most so large a ratio.
    AtMost(f64),
    /// At most so many.
    Count(f64),
}

impl Row {
    /// Is it what it must be?
    pub fn is_met(&self) -> bool {
        match self.bar {
            Bar::AtLeast(bar) => self.value >= bar,
            Bar::AtMost(bar) | Bar::Count(bar) => self.value <= bar,
        }
    }

    fn cells(&self) -> [String; 5] {
        let (value, bar) = match self.bar {
            Bar::AtLeast(bar) => (format!("{:.2}×", self.value), format!("≥ {bar:.2}×")),
            Bar::AtMost(bar) => (format!("{:.2}×", self.value), format!("≤ {bar:.2}×")),
            Bar::Count(bar) => (format!("{:.0}", self.value), format!("≤ {bar:.0}")),
        };
        let broken = if self.is_met() { "" } else { " **broken**" };
        [
            self.what.clone(),
            self.against.to_owned(),
            format!("{value}{broken}"),
            bar,
            self.detail.clone(),
        ]
    }
}

/// Prints a table, line by line as it comes about; at its end it says whether every bar holds.
pub struct Report {
    broken: usize,
}

impl Report {
    /// Begins a table.
    pub fn begin() -> Self {
        println!("| what | against | measured | bar | figures |");
        println!("| --- | --- | --- | --- | --- |");
        Self { broken: 0 }
    }

    /// Prints lines.
    pub fn add(&mut self, rows: Vec<Row>) {
        for row in rows {
            println!("| {} |", row.cells().join(" | "));
            self.broken += usize::from(!row.is_met());
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
