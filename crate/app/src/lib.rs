//! The use cases of Counterfoil, the ports they need, and the messages and views they answer with.
//!
//! Decisions are made here and below, never in the bindings or in TypeScript.

pub mod error;
pub mod message;
pub mod view;
