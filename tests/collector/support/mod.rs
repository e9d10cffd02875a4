//! What the tests share: a server, a client, and people who hand over bundles.

pub(crate) mod client;
pub(crate) mod described;
pub(crate) mod offer;
pub(crate) mod person;
pub(crate) mod server;

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Today, in UTC.
pub(crate) fn today() -> String {
    counterfoil_core::time::day(now() * 1000).unwrap()
}
