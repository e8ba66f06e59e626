/// Everything random comes from here, so that one seed makes a run repeatable.
///
/// Not a cryptographic source: what it makes guards nothing but a test.
pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed))
    }

    pub(crate) fn request_id(&mut self) -> String {
        (0..24).map(|_| self.0.digit(16)).collect()
    }

    /// A one-time code, or a nonce: safe to copy by hand from a URL into a JSON document.
    pub(crate) fn code(&mut self) -> String {
        (0..40).map(|_| self.0.alphanumeric()).collect()
    }

    /// A number as providers give them to their customers: more than 32 bits hold.
    pub(crate) fn digits(&mut self) -> String {
        let sixteen = 1_000_000_000_000_000..10_000_000_000_000_000;
        self.0.u64(sixteen).to_string()
    }

    /// An element token. Always with `+`, `/` and `=`, for a client that mishandles one of them
    /// should find out every time, not now and then.
    pub(crate) fn token(&mut self) -> String {
        let plus = self.0.usize(1..21);
        let slash = self.0.usize(21..42);
        let characters = (0..43).map(|position| match position {
            _ if position == plus => '+',
            _ if position == slash => '/',
            _ => self.0.alphanumeric(),
        });
        characters.chain(['=']).collect()
    }
}
