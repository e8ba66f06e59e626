//! JSON that is kept as it came: [`Json`] and [`Object`], and the records that are made of them.
//!
//! A value is kept as its text, which `to_json` writes verbatim. [`serde::Serialize`] can't know
//! which format it writes, so it writes a [`Tree`] and refuses what a format may change.

mod object;
mod raw;
mod record;
mod tree;
mod value;

pub use object::Object;
pub(crate) use object::Others;
pub(crate) use raw::{Name, Raw};
pub(crate) use record::{Field, Verbatim, record, string, to_json};
pub(crate) use tree::{Tree, TreeVisitor, is_exact, serialize};
pub use value::Json;
