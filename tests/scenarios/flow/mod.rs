//! From the authorization URL to the instance.

mod connect;
mod elements;
mod recovery;
mod refused;
