//! What must hold for any input of the decoders and of the message door, as functions of bytes.
//!
//! A target takes any bytes and panics where a promise is broken: by itself, by an overflow, or by an assertion.
//! `cargo xtask fuzz` drives them with libFuzzer, from the seeds that each target gives. An input that once broke a
//! promise is kept in `crashes/<target>/`, and an ordinary test feeds it to its target ever after.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a target reports"
)]

mod age;
mod bundle;
mod detect;
mod door;
mod input;
mod made;
mod profile;
mod text;

// The test code of the app, which brings its own allowances.
#[path = "../../../crate/app/tests/support/mod.rs"]
mod support;

/// A group of decoders that share a function of bytes.
pub struct Target {
    /// Its name, and that of the folder of its kept inputs.
    pub name: &'static str,
    /// Panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Longest input that is tried, in bytes.
    pub longest: usize,
    /// Another way to change an input than byte by byte: takes an input and a random number, and gives what to try,
    /// or nothing where the input offers no place for it.
    pub mutate: fn(&[u8], u32) -> Option<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 6] = [
    bundle::TARGET,
    text::TARGET,
    age::TARGET,
    door::TARGET,
    profile::TARGET,
    detect::TARGET,
];

/// A target by its name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Bytes are all that the target knows of its input.
fn no_mutation(_: &[u8], _: u32) -> Option<Vec<u8>> {
    None
}
