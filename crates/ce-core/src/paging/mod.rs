//! Lists, page by page.

mod page;
mod pages;

pub use page::{Page, PageToken, Paged};
pub(crate) use page::{Paging, paging_setters};
pub use pages::{NextPage, Pages};
