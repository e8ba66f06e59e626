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
//! ```
//!
//! Read it from `routes` on. A replica stores nothing that is of a user: sessions, flows and accounts are in
//! one database. `SCALING.md` says how that grows, `HANDLERS.md` how little of it is needed in an
//! application that exists already.

mod app;
mod catalogue;
mod database;
mod error;
mod flows;
mod pages;
mod routes;
mod server;
mod settings;
mod web;

pub use database::{DatabaseError, Key};
pub use server::{Running, StartError, start};
pub use settings::{PlatformAccess, Settings};

/// What the application is called at the sandbox's provider.
pub const DEMO_API_KEY: &str = "Shoebox";

/// Compiles what HANDLERS.md shows.
#[cfg(doctest)]
#[doc = include_str!("../HANDLERS.md")]
struct Handlers;

/// Compiles what EVENTS.md shows.
#[cfg(doctest)]
#[doc = include_str!("../EVENTS.md")]
struct Events;
