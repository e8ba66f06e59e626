//! Misbehaviour on demand.

mod answers;
mod more_answers;
mod rules;
