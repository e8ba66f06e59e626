#[cfg(test)]
mod tests;

use std::time::Duration;

use super::{Page, PageToken, Paged};
use crate::config::Config;
use crate::error::Error;
use crate::execution::{CallExecution, Input, Operation, Step};

/// Goes through the pages of a list, and holds one at a time.
///
/// The clients make a stream or an iterator of it. The list ends with an empty page, since the platform
/// sends a token of the next page even if that is empty. Pages that lead in a circle are an error
/// ([`Error::PagesRepeat`]). The list ends after an error; the pages before it are valid, and
/// [`resume_token`](Pages::resume_token) tells where to go on.
///
/// ```
/// use ce_core::calls::ListInstances;
/// use ce_core::{Config, Credentials, Pages};
///
/// let config = Config::new("https://a.example", Credentials::new("u", "o"))?;
/// let mut pages = Pages::new(ListInstances::new().tag("customer-42"));
/// while let Some(page) = pages.next_page(&config) {
///     // Drive it like any operation: its output is the items, or an error.
/// #   let _ = page;
/// #   break;
/// }
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pages<C> {
    call: C,
    progress: Progress,
}

#[derive(Clone, Debug, Default)]
struct Progress {
    state: State,
    /// The page that is requested next; the call's own if there is none.
    token: Option<PageToken>,
    /// A token that was met earlier: meeting it again means a circle. It moves on ever more seldom, so
    /// that a circle of any length is found while one token is kept (R. P. Brent, 1980).
    milestone: Option<PageToken>,
    tokens: u64,
    total: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// There may be another page.
    #[default]
    More,
    /// The pages lead in a circle, which is yet to be reported.
    Circle,
    /// There is no other page, or an error was reported.
    Ended,
}

impl<C: Paged> Pages<C> {
    /// The pages from the call's own page on: the first, unless it was given another.
    pub fn new(call: C) -> Self {
        Self {
            call,
            progress: Progress::default(),
        }
    }

    /// The operation that gets the next page. `None` at the end and after an error.
    pub fn next_page<'a>(&'a mut self, config: &'a Config) -> Option<NextPage<'a, C>> {
        if self.progress.state == State::Ended {
            return None;
        }
        if let Some(token) = &self.progress.token {
            self.call.set_page(token.clone());
        }
        Some(NextPage {
            execution: CallExecution::new(config, &self.call),
            purpose: self.call.purpose(),
            progress: &mut self.progress,
        })
    }

    /// The page to go on with: the next one, or the one that failed. `None` before the second page and
    /// at the end.
    pub fn resume_token(&self) -> Option<&PageToken> {
        self.progress.token.as_ref()
    }

    /// The number of items on all pages, once the platform has told it.
    pub fn total(&self) -> Option<u64> {
        self.progress.total
    }
}

/// The operation that gets one page of [`Pages`]. Its output is the items.
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
pub struct NextPage<'a, C> {
    execution: CallExecution<'a, &'a C>,
    purpose: &'static str,
    progress: &'a mut Progress,
}

impl<C: Paged> Operation for NextPage<'_, C> {
    type Output = Result<Vec<C::Item>, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        if self.progress.state == State::Circle {
            self.progress.state = State::Ended;
            let purpose = self.purpose;
            return Step::Done(Err(Error::PagesRepeat { purpose }));
        }
        self.execution.step(input, elapsed).map(|page| match page {
            Ok(page) => Ok(self.progress.advance(page)),
            Err(error) => {
                self.progress.state = State::Ended;
                Err(error)
            }
        })
    }
}

impl Progress {
    fn advance<T>(&mut self, page: Page<T>) -> Vec<T> {
        self.total = page.total.or(self.total);
        match page.next {
            Some(next) if !page.items.is_empty() => self.go_to(next),
            _ => {
                self.state = State::Ended;
                self.token = None;
            }
        }
        page.items
    }

    fn go_to(&mut self, next: PageToken) {
        if [&self.token, &self.milestone].contains(&&Some(next.clone())) {
            self.state = State::Circle;
        }
        self.tokens += 1;
        if self.tokens.is_power_of_two() {
            self.milestone = Some(next.clone());
        }
        self.token = Some(next);
    }
}
