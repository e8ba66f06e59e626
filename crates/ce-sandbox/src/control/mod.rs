//! What a test does to a running sandbox besides calling it.

mod preload;

pub use preload::PreloadError;
pub(crate) use preload::{add_instances, add_objects};
