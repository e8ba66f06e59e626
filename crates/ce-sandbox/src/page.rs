use std::ops::Bound;

use http::HeaderName;
use serde::Serialize;

use crate::answer::{Answer, Outcome, Refusal};
use crate::query::Query;

const MAX_SIZE: usize = 200;

/// Which part of a list is wanted.
#[derive(Debug, PartialEq)]
pub(crate) struct PageRequest {
    size: usize,
    /// The id behind which the page begins. Ids only grow, so a deletion between two pages
    /// neither repeats nor skips anything.
    after: u64,
}

/// A part of a list, and where the next one begins.
pub(crate) struct Page<T> {
    items: Vec<T>,
    total: usize,
    last: u64,
}

impl PageRequest {
    pub(crate) fn read(query: &Query) -> Result<Self, Refusal> {
        let size = match query.first("pageSize") {
            None => MAX_SIZE,
            Some(text) => text
                .parse()
                .ok()
                .filter(|size| (1..=MAX_SIZE).contains(size))
                .ok_or_else(|| {
                    Refusal::bad_request(format!("pageSize has to be 1 to {MAX_SIZE}."))
                })?,
        };
        let after = match query.first("nextPage") {
            None | Some("") => 0,
            Some(token) => read_token(token).ok_or_else(|| {
                Refusal::bad_request("nextPage is no token that an earlier page gave.")
            })?,
        };
        Ok(Self { size, after })
    }

    /// The ids that lie behind the page before.
    pub(crate) fn rest(&self) -> (Bound<u64>, Bound<u64>) {
        (Bound::Excluded(self.after), Bound::Unbounded)
    }

    /// Fills the page from what lies behind the one before, in the order of its ids; the whole
    /// list has `total`.
    pub(crate) fn fill<T>(&self, rest: impl Iterator<Item = (u64, T)>, total: usize) -> Page<T> {
        let mut page = Page {
            items: Vec::new(),
            total,
            last: self.after,
        };
        for (id, item) in rest.take(self.size) {
            page.last = id;
            page.items.push(item);
        }
        page
    }

    /// Cuts the page out of a whole list that is in the order of its ids.
    pub(crate) fn cut<T>(&self, list: impl Iterator<Item = (u64, T)>) -> Page<T> {
        let mut page = Page {
            items: Vec::new(),
            total: 0,
            last: self.after,
        };
        for (id, item) in list {
            page.total += 1;
            if id > self.after && page.items.len() < self.size {
                page.last = id;
                page.items.push(item);
            }
        }
        page
    }
}

impl<T> Page<T> {
    /// Returns `true` if the whole list is empty, not this page of it alone.
    pub(crate) fn is_of_nothing(&self) -> bool {
        self.total == 0
    }

    pub(crate) fn answer<V: Serialize>(self, view: impl Fn(T) -> V) -> Outcome {
        let returned = self.items.len();
        let body: Vec<V> = self.items.into_iter().map(view).collect();
        let header = HeaderName::from_static;
        Ok(Answer::json(&body)?
            .with(header("elements-returned-count"), &returned.to_string())
            .with(header("elements-total-count"), &self.total.to_string())
            // Like the platform's, it always comes, and may lead to an empty page.
            .with(header("elements-next-page-token"), &write_token(self.last)))
    }
}

/// Not a secret, only not readable at a glance, so that nobody builds one by hand.
const VEIL: u64 = 0x5eed_0f5a_7d0b_0a2d;

fn write_token(last: u64) -> String {
    format!("{:016x}{:04x}", last ^ VEIL, check(last))
}

fn read_token(token: &str) -> Option<u64> {
    if token.len() != 20 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let last = u64::from_str_radix(token.get(..16)?, 16).ok()? ^ VEIL;
    let checked = u64::from_str_radix(token.get(16..)?, 16).ok()?;
    (checked == check(last)).then_some(last)
}

/// What tells a token that was given from one that is made up: every bit of the id counts.
fn check(last: u64) -> u64 {
    last.wrapping_add(VEIL).wrapping_mul(VEIL) >> 48
}

#[cfg(test)]
mod tests {
    use super::*;

    impl PageRequest {
        pub(crate) fn for_test(size: usize, after: u64) -> Self {
            Self { size, after }
        }
    }

    impl<T> Page<T> {
        pub(crate) fn parts(&self) -> (&[T], usize, u64) {
            (&self.items, self.total, self.last)
        }
    }

    #[test]
    fn tokens_carry_any_id() {
        for last in [0, 1, 500_001, 1 << 32, (1 << 53) + 1, u64::MAX] {
            let token = write_token(last);
            assert_eq!(read_token(&token), Some(last), "{last}");
            let digit = if token.starts_with('0') { "1" } else { "0" };
            assert_eq!(
                read_token(&format!("{digit}{}", &token[1..])),
                None,
                "{last}"
            );
        }
    }

    fn request(raw: &str) -> Result<PageRequest, u16> {
        let query = Query::parse(raw.as_bytes()).ok().unwrap();
        PageRequest::read(&query).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn sizes_and_tokens_are_checked() {
        let size = |size| Ok(PageRequest { size, after: 0 });
        let token = format!("pageSize=2&nextPage={}", write_token(5));
        let table = [
            ("", size(200)),
            ("pageSize=1", size(1)),
            ("pageSize=200&nextPage=", size(200)),
            ("pageSize=0", Err(400)),
            ("pageSize=201", Err(400)),
            ("pageSize=-1", Err(400)),
            ("pageSize=ten", Err(400)),
            ("pageSize=", Err(400)),
            ("pageSize=99999999999999999999999", Err(400)),
            ("nextPage=x", Err(400)),
            ("nextPage=00000000000000000000", Err(400)),
            ("nextPage=+0000000000000000000", Err(400)),
            (&token, Ok(PageRequest { size: 2, after: 5 })),
        ];
        for (raw, expected) in table {
            assert_eq!(request(raw), expected, "{raw}");
        }
    }

    #[test]
    fn pages_follow_each_other_to_an_empty_end() {
        let list = || [(3, 'a'), (5, 'b'), (9, 'c')].into_iter();
        let first = PageRequest { size: 2, after: 0 }.cut(list());
        assert_eq!((&first.items[..], first.total), (&['a', 'b'][..], 3));
        let second = PageRequest {
            size: 2,
            after: first.last,
        }
        .cut(list());
        assert_eq!((&second.items[..], second.total), (&['c'][..], 3));
        let third = PageRequest {
            size: 2,
            after: second.last,
        }
        .cut(list());
        assert!(third.items.is_empty());
        assert_eq!(third.last, second.last);
    }

    #[test]
    fn an_answer_counts_in_its_headers() {
        let page = PageRequest { size: 1, after: 0 }.cut([(1, "a"), (2, "b")].into_iter());
        let answer = page.answer(str::to_uppercase).unwrap();
        assert_eq!(answer.body, "[\"A\"]");
        assert_eq!(answer.headers["elements-returned-count"], "1");
        assert_eq!(answer.headers["elements-total-count"], "2");
        let token = answer.headers["elements-next-page-token"].to_str().unwrap();
        assert_eq!(read_token(token), Some(1));
    }
}
