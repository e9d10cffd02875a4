//! The bundle: a ZIP of one `BagIt` directory that holds records of a share log and what proves them.
//!
//! [`mod@write`] makes one, [`verify`] checks one in a single pass. Both keep to the same profile: [`zip`] for the
//! container, [`bag`] for the directory, [`statement`] for what is signed, [`papers`] for what comes with it when
//! the audience is a collector.

pub mod bag;
pub mod papers;
pub mod statement;
pub mod verify;
pub mod write;
pub mod zip;

/// Most records in one bundle; larger exports are a series.
pub const MAX_LINES: u64 = 250_000;
/// Most bytes of one bundle unpacked.
pub const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Most bytes of the records of one bundle unpacked: what the other files can never need is left to them.
pub const MAX_RECORDS: u64 = MAX_UNPACKED - 10 * MAX_TAG_FILE;
/// Most bytes of one bundle as it is.
pub const MAX_PACKED: u64 = 64 * 1024 * 1024;
/// Most bytes of each file other than the records.
pub const MAX_TAG_FILE: u64 = 1024 * 1024;
/// Most bytes that one packed byte may stand for.
pub const MAX_RATIO: u64 = 200;
