//! Runs every example as a person does: what it prints, and with which code it ends.

mod browser;
mod bulk;
mod connect;
mod exit_codes;
mod files;
mod others;
mod program;
