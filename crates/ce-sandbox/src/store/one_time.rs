use std::collections::{HashMap, VecDeque};

/// How many may lie unused, and how many bytes they may take up; the oldest are forgotten first.
const MAX_UNUSED: usize = 10_000;
const MAX_BYTES: usize = 8 << 20;

/// What was issued for use once, such as codes, and was not used yet.
pub(crate) struct OneTime<T> {
    unused: HashMap<String, (T, usize)>,
    in_order: VecDeque<String>,
    bytes: usize,
}

impl<T> Default for OneTime<T> {
    fn default() -> Self {
        Self {
            unused: HashMap::new(),
            in_order: VecDeque::new(),
            bytes: 0,
        }
    }
}

impl<T> OneTime<T> {
    /// `bytes` is about what `issued` takes up.
    pub(crate) fn issue(&mut self, name: String, issued: T, bytes: usize) {
        self.bytes += bytes;
        self.in_order.push_back(name.clone());
        self.unused.insert(name, (issued, bytes));
        while self.in_order.len() > MAX_UNUSED || self.bytes > MAX_BYTES {
            let Some(oldest) = self.in_order.pop_front() else {
                break;
            };
            self.remove(&oldest);
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.unused.get(name).map(|(issued, _)| issued)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.unused.get_mut(name).map(|(issued, _)| issued)
    }

    /// Uses it up if it is valid, and says whether it was.
    pub(crate) fn redeem(&mut self, name: &str, is_valid: impl FnOnce(&T) -> bool) -> bool {
        let valid = self.get(name).is_some_and(is_valid);
        if valid {
            self.remove(name);
        }
        valid
    }

    fn remove(&mut self, name: &str) {
        if let Some((_, bytes)) = self.unused.remove(name) {
            self.bytes -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_first() {
        let mut codes = OneTime::default();
        codes.issue("first".to_owned(), 1, 10);
        for number in 1..MAX_UNUSED {
            codes.issue(number.to_string(), 1, 10);
        }
        assert_eq!(codes.get("first"), Some(&1));
        codes.issue("last".to_owned(), 1, 10);
        assert_eq!((codes.get("first"), codes.get("1")), (None, Some(&1)));
        codes.issue("large".to_owned(), 1, MAX_BYTES);
        assert_eq!(codes.get("last"), None);
        assert!(codes.redeem("large", |_| true) && !codes.redeem("large", |_| true));
        assert_eq!(codes.bytes, 0);
    }
}
