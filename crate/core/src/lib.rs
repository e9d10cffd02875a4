//! The facts of Counterfoil: canonical bytes, the Merkle log, keys, statements and the bundle.
//!
//! Nothing here reads a clock, a file, a socket or a random source: time and entropy are arguments, and so the
//! same arguments always give the same bytes. No function signs bytes of the caller's choosing: a key signs
//! checkpoints ([`note`]) and statements of a closed set of types ([`jws`]), and a bundle only through
//! [`bundle::write::approve`].

pub mod age;
pub mod bundle;
pub mod canonical;
pub mod collector;
pub mod did;
pub mod encoding;
pub mod id;
pub mod jws;
pub mod keys;
pub mod log;
pub mod merkle;
pub mod mnemonic;
pub mod note;
#[cfg(feature = "primitives")]
pub mod primitives;
pub mod record;
pub mod sealed;
pub mod share;
pub mod time;
mod x25519;

#[cfg(test)]
mod reference;
