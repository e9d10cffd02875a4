//! The use cases of Counterfoil, the ports they need, and the messages and views they answer with.
//!
//! Decisions are made here and below, never in the bindings or in TypeScript. The way in is [`app::App`]: it
//! answers a [`message::Request`] from a sender, and takes note of a [`message::Event`].

pub mod address;
pub mod app;
mod audit;
mod capture;
pub mod error;
mod export;
pub mod memory;
pub mod message;
mod pages;
pub mod ports;
mod records;
mod review;
mod rules;
mod sites;
mod state;
mod vault;
pub mod view;

pub use capture::TEXT_LIMIT;
pub use review::UNDO;
pub use state::{PER_DAY, PER_MINUTE};
