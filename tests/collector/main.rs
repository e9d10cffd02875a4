//! The reference collector as a whole: the program itself on loopback, bundles as the library makes them, and every
//! answer held against the description of the interface.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::format_push_string,
    reason = "a test"
)]

mod commands;
mod extension;
mod hand_over;
mod kill;
mod outside;
mod page;
#[path = "../../crate/app/tests/support/mod.rs"]
mod profile;
mod refusals;
mod support;
mod withdraw;
