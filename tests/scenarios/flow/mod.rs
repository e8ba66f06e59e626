//! From the authorization URL to the instance.

mod connect;
mod elements;
mod oauth_proxy;
mod recovery;
mod refused;
