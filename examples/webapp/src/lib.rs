//! A web application whose users connect their accounts: the browser leaves on one request and
//! comes back on another, perhaps to another replica. To be copied from.
//!
//! ```text
//!  browser ──POST /connect/instagram──▶ any replica ──begin──▶ platform
//!     │                                     └─ a row: the flow, sealed, under the hash of its state
//!     ▼
//!  provider's page
//!     │
//!     ▼
//!  browser ──GET /callback?code&state──▶ any replica
//!                                           ├─ claim: an update that only one can make
//!                                           ├─ finish ──▶ platform   (a lease is renewed meanwhile)
//!                                           └─ account, token sealed, into the database
//!
//!  a replica dies in between ──▶ its lease lapses ──▶ any other searches for the instance
//!
//!  platform ──POST /events──▶ any replica ──▶ database ──▶ every replica ──GET /events/live──▶ browser
//! ```
//!
//! Read it from `routes` on. A replica stores nothing that is of a user: all is in one database, SQLite or
//! PostgreSQL. `SCALING.md` says how that grows, `HANDLERS.md` how little of it is needed in an application
//! that exists already.

mod accounts;
mod app;
mod connect;
mod db;
mod error;
mod events;
mod pages;
mod routes;
mod sessions;
mod settings;

pub use app::{Running, start};
pub use db::vault::Key;
pub use settings::{Secrets, Settings};

/// What the application is called at the sandbox's provider.
pub const DEMO_API_KEY: &str = "Shoebox";
