//! The use cases of Counterfoil, the ports they need, and the messages and views they answer with.
//!
//! Decisions are made here and below, never in the bindings or in TypeScript. The way in is [`app::App`]: it
//! answers a [`message::Request`] from a sender, and takes note of a [`message::Event`].

pub mod address;
pub mod app;
#[cfg(feature = "search")]
pub mod archive;
mod audit;
mod bulk;
mod capture;
pub mod collectors;
pub mod conformance;
mod copies;
pub mod error;
mod export;
#[cfg(feature = "histories")]
pub mod faulty;
mod health;
mod hiding;
#[cfg(feature = "histories")]
pub mod histories;
mod keys;
mod lists;
mod lock;
pub mod memory;
pub mod message;
mod migrate;
mod number;
mod open;
mod pack;
mod pages;
mod passphrase;
mod plain;
pub mod ports;
mod recent;
mod records;
mod review;
mod ring;
mod rules;
mod segment;
mod settings;
mod sites;
mod state;
pub mod tagged;
mod toolbar;
mod vault;
#[cfg(test)]
mod vectors;
pub mod view;
mod words;

pub use audit::Audit;
pub use bulk::{Brought, TOGETHER};
pub use capture::TEXT_LIMIT;
pub use passphrase::Work;
pub use review::UNDO;
pub use state::{PER_DAY, PER_MINUTE};
