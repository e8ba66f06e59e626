//! A web application whose users connect their accounts: the browser leaves on one request and
//! comes back on another, perhaps to another replica. To be copied from.
//!
//! ```text
//!  browser ──POST /connect/instagram──▶ any replica ──begin──▶ platform
//!     │                                     └─ flow into the session (memory, or Redis)
//!     ▼
//!  provider's page
//!     │
//!     ▼
//!  browser ──GET /callback?code&state──▶ any replica
//!                                           ├─ claim: a row that only one can insert
//!                                           ├─ finish ──▶ platform   (a lease is renewed meanwhile)
//!                                           └─ account, token sealed, into the database
//!
//!  a replica dies in between ──▶ its lease lapses ──▶ any other looks for the instance
//! ```
//!
//! A replica keeps nothing that is of a user. `SCALING.md` says how that grows, `HANDLERS.md` how
//! little of it is needed in an application that exists already.

mod accounts;
mod app;
mod catalogue;
mod claims;
mod completion;
mod connecting;
mod database;
mod entrance;
mod flow;
mod headers;
mod moment;
mod pages;
mod requests;
mod routes;
mod running;
mod sessions;
mod settings;
mod storage;
mod tending;
mod trouble;
mod vault;
mod visitor;

pub use database::DatabaseError;
pub use running::{Running, StartError, start};
pub use sessions::SessionStoreError;
pub use settings::{PlatformAccess, Settings};
pub use vault::Key;

/// What the application is called at the sandbox's provider.
pub const DEMO_API_KEY: &str = "Shoebox";

/// Compiles what HANDLERS.md shows.
#[cfg(doctest)]
#[doc = include_str!("../HANDLERS.md")]
struct Handlers;
