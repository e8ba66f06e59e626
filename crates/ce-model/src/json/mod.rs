//! JSON that is kept as it came: [`Json`] and [`Object`], and the records that are made of them.
//!
//! A value is kept as its text. Text is written verbatim by `to_json`; [`serde::Serialize`] can't
//! know which format it writes, so it walks the text and refuses what a format may change.

mod field;
mod members;
mod node;
mod number;
mod object;
mod raw;
mod record;
mod serialize;
mod value;
mod write;

pub(crate) use field::{Field, from_object, required};
pub(crate) use members::{FromMembers, Members, deserialize_members};
pub(crate) use number::Decimal;
pub use object::Object;
pub(crate) use raw::{Name, Raw};
pub(crate) use record::record;
pub(crate) use serialize::serialize_json;
pub use value::Json;
pub(crate) use write::{push, push_string};
