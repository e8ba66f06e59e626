use std::collections::{HashMap, VecDeque};

/// How many codes may lie unused; the oldest are forgotten first.
const MAX_CODES: usize = 10_000;

/// The one-time codes that consent pages issued and that nobody used yet.
#[derive(Default)]
pub(crate) struct Codes {
    element_of: HashMap<String, u64>,
    in_order: VecDeque<String>,
}

impl Codes {
    pub(crate) fn issue(&mut self, code: String, element_id: u64) {
        self.in_order.push_back(code.clone());
        self.element_of.insert(code, element_id);
        while self.in_order.len() > MAX_CODES {
            if let Some(oldest) = self.in_order.pop_front() {
                self.element_of.remove(&oldest);
            }
        }
    }

    /// Uses the code up. False if it is unknown, used already, or another element's, which then
    /// stays good for that one.
    pub(crate) fn redeem(&mut self, code: &str, element_id: u64) -> bool {
        let matches = self.element_of.get(code) == Some(&element_id);
        if matches {
            self.element_of.remove(code);
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_and_for_its_element() {
        let mut codes = Codes::default();
        codes.issue("c".to_owned(), 74);
        assert!(!codes.redeem("d", 74), "unknown");
        assert!(!codes.redeem("c", 75), "another element's");
        assert!(codes.redeem("c", 74), "still good");
        assert!(!codes.redeem("c", 74), "used");
    }

    #[test]
    fn the_oldest_codes_are_forgotten() {
        let mut codes = Codes::default();
        for number in 0..=MAX_CODES {
            codes.issue(number.to_string(), 74);
        }
        assert!(!codes.redeem("0", 74));
        assert!(codes.redeem("1", 74));
        assert!(codes.redeem(&MAX_CODES.to_string(), 74));
    }
}
