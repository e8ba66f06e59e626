//! The platform's endpoints.

mod authorization;
mod browsers;
mod catalogue;
mod change;
mod create;
mod elements;
mod instances;
mod lists;
mod objects;
