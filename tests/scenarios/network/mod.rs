//! Below the calls: connections, TLS, proxies, time, and who shares what.

mod connections;
mod delivery;
mod limits;
mod load;
mod proxy;
mod runtimes;
mod tls;
mod transports;
