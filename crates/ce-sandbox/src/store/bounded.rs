use std::collections::VecDeque;

/// The latest of what was added: at most so many, and of at most so many bytes.
pub(crate) struct Bounded<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    max: usize,
    max_bytes: usize,
}

/// What was issued under names of its own, such as codes.
pub(crate) type Issued<T> = Bounded<(String, T)>;

impl<T> Bounded<T> {
    pub(super) fn new(max: usize, max_bytes: usize) -> Self {
        Self {
            items: VecDeque::new(),
            bytes: 0,
            max,
            max_bytes,
        }
    }

    /// Adds an item that takes up about so many bytes. The oldest make room for it.
    pub(crate) fn push(&mut self, item: T, bytes: usize) {
        self.bytes += bytes;
        self.items.push_back((item, bytes));
        while self.items.len() > self.max || self.bytes > self.max_bytes {
            self.remove(0);
        }
    }

    /// The oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.iter().map(|(item, _)| item)
    }

    pub(super) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.items.iter_mut().map(|(item, _)| item)
    }

    fn remove(&mut self, place: usize) {
        let removed = self.items.remove(place);
        self.bytes -= removed.map_or(0, |(_, bytes)| bytes);
    }
}

impl<T> Issued<T> {
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        let (_, issued) = self.iter().rfind(|(other, _)| other == name)?;
        Some(issued)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let (_, issued) = self.iter_mut().rfind(|(other, _)| other == name)?;
        Some(issued)
    }

    /// Uses it up if it is valid, and says whether it was.
    pub(crate) fn redeem(&mut self, name: &str, is_valid: impl FnOnce(&T) -> bool) -> bool {
        let valid = self.get(name).is_some_and(is_valid);
        let mut items = self.items.iter();
        match items.rposition(|((other, _), _)| valid && other == name) {
            Some(place) => self.remove(place),
            None => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_first() {
        let mut codes = Issued::new(3, 100);
        for name in ["a", "b", "c", "d"] {
            codes.push((name.to_owned(), 1), 10);
        }
        assert_eq!((codes.get("a"), codes.get("b")), (None, Some(&1)));
        codes.push(("large".to_owned(), 1), 90);
        let names: Vec<_> = codes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["d", "large"]);
        assert!(!codes.redeem("large", |_| false) && codes.redeem("large", |_| true));
        assert!(!codes.redeem("large", |_| true));
        assert_eq!(codes.bytes, 10);
    }
}
