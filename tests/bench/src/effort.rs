/// How much is measured.
#[derive(Clone, Copy)]
pub enum Effort {
    /// Enough for figures that are kept.
    Whole,
    /// Enough to see a bar broken.
    Quick,
}

impl Effort {
    /// So many rounds, or a third of them.
    pub fn rounds(self, whole: usize) -> usize {
        match self {
            Self::Whole => whole,
            Self::Quick => (whole / 3).max(3) | 1,
        }
    }

    /// What a time's bar is worth: on a few rounds, on a machine that does other things besides,
    /// a ratio is known to a tenth.
    pub fn tolerance(self) -> f64 {
        match self {
            Self::Whole => 1.0,
            Self::Quick => 0.9,
        }
    }
}
