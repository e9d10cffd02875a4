//! What this crate does with keys, signatures and directories, one step at a time: for the published test vectors,
//! which ask about single steps. Behind the feature `primitives`, which nothing that is shipped asks for.

use crate::did::Did;
use crate::keys::{self, SigningKey};

/// Whether the signature is one that this crate accepts, wherever it accepts one: RFC 8032 with the strict rules
/// of `verify_strict`.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    keys::verify(&Did::from_public_key(key), message, signature)
}

/// The identity of a secret key (RFC 8032 §5.1.5).
pub fn identity(secret: &[u8; 32]) -> Did {
    SigningKey::from_secret(secret).did().clone()
}
