//! What there is beside the flow.

mod bulk;
mod catalogue;
mod conditions;
mod events;
mod files;
mod instances;
mod lists;
mod objects;
