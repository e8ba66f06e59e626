use std::collections::{HashMap, VecDeque};

/// How many may lie unused; the oldest are forgotten first.
const MAX_UNUSED: usize = 10_000;

/// What was given out to be used once, and was not used yet.
pub(crate) struct OneTime<T> {
    unused: HashMap<String, T>,
    in_order: VecDeque<String>,
}

impl<T> Default for OneTime<T> {
    fn default() -> Self {
        Self {
            unused: HashMap::new(),
            in_order: VecDeque::new(),
        }
    }
}

impl<T> OneTime<T> {
    pub(crate) fn issue(&mut self, name: String, what: T) {
        self.in_order.push_back(name.clone());
        self.unused.insert(name, what);
        while self.in_order.len() > MAX_UNUSED {
            if let Some(oldest) = self.in_order.pop_front() {
                self.unused.remove(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.unused.get(name)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.unused.get_mut(name)
    }

    /// Uses it up if it is good for that; otherwise it stays for whom it is good. False if it is
    /// not, or unknown, or used already.
    pub(crate) fn redeem(&mut self, name: &str, is_good: impl FnOnce(&T) -> bool) -> bool {
        let good = self.unused.get(name).is_some_and(is_good);
        if good {
            self.unused.remove(name);
        }
        good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_works_once_and_for_whom_it_is_good() {
        let mut codes = OneTime::default();
        codes.issue("c".to_owned(), 74);
        assert!(!codes.redeem("d", |id| *id == 74), "unknown");
        assert!(!codes.redeem("c", |id| *id == 75), "another's");
        assert!(codes.redeem("c", |id| *id == 74), "still good");
        assert!(!codes.redeem("c", |id| *id == 74), "used");
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut codes = OneTime::default();
        for number in 0..=MAX_UNUSED {
            codes.issue(number.to_string(), ());
        }
        assert!(!codes.redeem("0", |()| true));
        assert!(codes.redeem("1", |()| true));
        assert!(codes.redeem(&MAX_UNUSED.to_string(), |()| true));
    }
}
