//! Members one behind the other in one piece of memory.

use zeroize::Zeroize;

/// Names and the JSON text of their values. What costs little to gather costs little to write.
#[derive(Clone, Default)]
pub(crate) struct Pieces {
    /// Name, value, name, value …
    text: String,
    /// Where each name and each value ends.
    ends: Vec<(usize, usize)>,
}

impl Pieces {
    /// Adds a member, whose value is JSON text.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.reserve(name.len() + value.len());
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
    }

    /// Every name and value, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut begin = 0;
        self.ends.iter().map(move |&(name_end, end)| {
            let name = self.text.get(begin..name_end).unwrap_or_default();
            begin = end;
            (name, self.text.get(name_end..end).unwrap_or_default())
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A `String` that grows by itself leaves its old memory as it was.
    fn reserve(&mut self, more: usize) {
        let needed = self.text.len() + more;
        if needed > self.text.capacity() {
            let capacity = needed.max(4 * self.text.capacity()).max(256);
            let mut larger = String::with_capacity(capacity);
            larger.push_str(&self.text);
            self.wipe();
            self.text = larger;
        }
        if self.ends.is_empty() {
            self.ends.reserve(16);
        }
    }

    fn wipe(&mut self) {
        if !self.text.is_empty() {
            // As a whole: `String` would be wiped byte by byte.
            self.text.as_mut_str().zeroize();
        }
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_it_was_given_however_much() {
        let mut pieces = Pieces::default();
        let given: Vec<(String, String)> = (0..100)
            .map(|number| {
                (
                    "ä".repeat(number % 7),
                    format!("\"{}\"", "x".repeat(number * 3)),
                )
            })
            .collect();
        for (name, value) in &given {
            pieces.add(name, value);
        }
        assert_eq!(pieces.len(), 100);
        let kept: Vec<_> = pieces
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(kept, given);
    }
}
