#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::config::Config;
use crate::error::Error;
use crate::execution::CallExecution;
use crate::execution::{Input, Operation, Step};
use crate::paging::{Page, PageToken, Paged};

/// Goes through the pages of a list, of which it holds one at a time.
///
/// The clients make a `Stream` or an iterator of it. The list ends with a page on which there is
/// nothing: the platform gives a token for a next page although there is none. Pages that lead in a
/// circle are an error ([`Error::PagesRepeat`]). Whatever fails, the pages before it stand, and
/// [`resume_token`](Pages::resume_token) says where to go on.
///
/// ```
/// use ce_core::calls::ListInstances;
/// use ce_core::{Credentials, Pages, Config};
///
/// let config = Config::new("https://a.example", Credentials::new("u", "o"))?;
/// let mut pages = Pages::new(ListInstances::new().tag("customer-42"));
/// while let Some(page) = pages.next_page(&config) {
///     // Drive it as any procedure; it comes to the items, or to an error.
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
    /// The page that is asked for next; the first if there is none.
    token: Option<PageToken>,
    /// A token that was met earlier: meeting it again means a circle. It moves on ever more
    /// seldom, so that a circle of any length is found while one token is kept (R. P. Brent).
    milestone: Option<PageToken>,
    since_milestone: u64,
    until_next_milestone: u64,
    total: Option<u64>,
    end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Reached,
    /// The pages lead in a circle, which is yet to be said.
    Circle,
}

impl<C: Paged> Pages<C> {
    /// From the call's own page on: the first, unless it was given another.
    pub fn new(call: C) -> Self {
        Self {
            call,
            progress: Progress::default(),
        }
    }

    /// The next page, to be driven; none at the end, and none after an error.
    pub fn next_page<'a>(&'a mut self, config: &'a Config) -> Option<NextPage<'a, C>> {
        match self.progress.end {
            Some(End::Reached) => return None,
            Some(End::Circle) | None => {}
        }
        if let Some(token) = &self.progress.token {
            self.call.at(token.clone());
        }
        Some(NextPage {
            execution: CallExecution::new(config, &self.call),
            purpose: self.call.purpose(),
            progress: &mut self.progress,
        })
    }

    /// Where to go on: the page that is yet to come, or that failed. None while that is the page
    /// that the list began with, and at the end.
    pub fn resume_token(&self) -> Option<&PageToken> {
        self.progress.token.as_ref()
    }

    /// How many there are on all pages, once the platform has said so.
    pub fn total(&self) -> Option<u64> {
        self.progress.total
    }
}

/// One page of [`Pages`], being asked for.
pub struct NextPage<'a, C> {
    execution: CallExecution<'a, &'a C>,
    purpose: &'static str,
    progress: &'a mut Progress,
}

impl<C: Paged> Operation for NextPage<'_, C> {
    type Output = Result<Vec<C::Item>, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        if self.progress.end == Some(End::Circle) {
            self.progress.end = Some(End::Reached);
            let purpose = self.purpose;
            return Step::Done(Err(Error::PagesRepeat { purpose }));
        }
        self.execution.step(input, elapsed).map(|answer| {
            answer
                .inspect_err(|_| self.progress.end = Some(End::Reached))
                .map(|page| self.progress.read(page))
        })
    }
}

impl Progress {
    fn read<T>(&mut self, page: Page<T>) -> Vec<T> {
        self.total = page.total.or(self.total);
        match page.next {
            Some(next) if !page.items.is_empty() => self.advance(next),
            _ => {
                self.end = Some(End::Reached);
                self.token = None;
            }
        }
        page.items
    }

    fn advance(&mut self, next: PageToken) {
        let repeats = |met: &Option<PageToken>| met.as_ref() == Some(&next);
        if repeats(&self.token) || repeats(&self.milestone) {
            self.end = Some(End::Circle);
        }
        self.since_milestone += 1;
        if self.since_milestone > self.until_next_milestone {
            self.since_milestone = 0;
            self.until_next_milestone = self.until_next_milestone.saturating_mul(2).max(1);
            self.milestone = Some(next.clone());
        }
        self.token = Some(next);
    }
}
