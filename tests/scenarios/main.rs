//! What both clients do alike, each scenario written once.

mod calls;
mod flow;
mod network;
mod reading;
#[path = "../tls.rs"]
mod tls;
