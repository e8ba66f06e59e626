//! The platform's endpoints.

mod authorization;
mod browsers;
mod bulk;
mod catalogue;
mod change;
mod create;
mod elements;
pub(crate) mod files;
mod instances;
mod lists;
mod objects;
