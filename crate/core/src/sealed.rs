//! A box that anybody can put something into and only the holder of a secret can open: what is captured while a
//! profile is locked.
//!
//! X25519 with an ephemeral key, HKDF-SHA256 with both public keys as the salt, XChaCha20-Poly1305. One derivation
//! gives key and nonce: the key is used for one message, so a nonce from the same derivation is as good as a
//! random one and cannot be mixed up. This rests on the ephemeral secret being fresh; with one that is used twice,
//! a random nonce from the same failing source would not help. A box says nothing about who made it, and shows how
//! long its content is.
//!
//! `version (1) ‖ ephemeral public key (32) ‖ content, encrypted ‖ tag (16)`; the version is part of what the tag
//! covers, through the derivation.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use zeroize::ZeroizeOnDrop;
use zeroize::Zeroizing;

use crate::x25519;

/// First byte of a box.
const VERSION: u8 = 1;
/// What key and nonce are derived for; names the version.
const INFO: &[u8] = b"counterfoil/v1 inbox";
const KEY: usize = 32;
const NONCE: usize = 24;
const PUBLIC: usize = 32;

/// Bytes that a box has beyond its content.
pub const OVERHEAD: usize = 1 + PUBLIC + 16;

/// Why a box cannot be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// The key is of small order: a box for it would be open to everybody.
    #[error("the key of the inbox is not one that can keep a secret")]
    Key,
    /// Of a version that is not known here, or too short for one.
    #[error("not a sealed entry of a version that is known here")]
    Malformed,
    /// For another key or another place, or damaged.
    #[error("the sealed entry is damaged, or was made for another inbox")]
    Damaged,
    /// More than the cipher can take.
    #[error("too much for one sealed entry")]
    TooLong,
}

/// Opens boxes: 32 random bytes. Wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct InboxSecret([u8; 32]);

impl InboxSecret {
    /// The secret of these bytes.
    pub fn from_bytes(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The bytes, for storing under encryption.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What boxes are sealed for.
    pub fn public(&self) -> InboxPublic {
        InboxPublic(x25519::public_key(&self.0))
    }
}

impl fmt::Debug for InboxSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InboxSecret(…)")
    }
}

/// Seals boxes; not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxPublic(pub [u8; 32]);

/// Cipher and nonce of the one message under this agreement.
fn cipher(
    shared: &[u8; 32],
    ephemeral: &[u8; PUBLIC],
    public: &[u8; PUBLIC],
) -> Result<(XChaCha20Poly1305, XNonce), SealedError> {
    let salt = [ephemeral.as_slice(), public].concat();
    let material = x25519::hkdf::<{ KEY + NONCE }>(&salt, shared, INFO).map_err(|_| SealedError::TooLong)?;
    let (key, nonce) = material.split_at(KEY);
    Ok((XChaCha20Poly1305::new(key.into()), *XNonce::from_slice(nonce)))
}

/// A box for the holder of the secret. The ephemeral secret is random, of this box only; `aad` says where the box
/// belongs, and must be the same when it is opened.
pub fn seal(
    public: &InboxPublic,
    ephemeral_secret: [u8; 32],
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SealedError> {
    let ephemeral_secret = Zeroizing::new(ephemeral_secret);
    let ephemeral = x25519::public_key(&ephemeral_secret);
    let shared = x25519::agree(&ephemeral_secret, &public.0).ok_or(SealedError::Key)?;
    let (cipher, nonce) = cipher(&shared, &ephemeral, &public.0)?;
    let content = cipher
        .encrypt(&nonce, Payload { msg: plain, aad })
        .map_err(|_| SealedError::TooLong)?;
    let mut sealed = Vec::with_capacity(1 + PUBLIC + content.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&ephemeral);
    sealed.extend_from_slice(&content);
    Ok(sealed)
}

/// The content of a box.
pub fn open(secret: &InboxSecret, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealedError> {
    let (ephemeral, content) = sealed
        .strip_prefix(&[VERSION])
        .filter(|_| sealed.len() >= OVERHEAD)
        .and_then(<[u8]>::split_first_chunk::<PUBLIC>)
        .ok_or(SealedError::Malformed)?;
    let shared = x25519::agree(&secret.0, ephemeral).ok_or(SealedError::Damaged)?;
    let (cipher, nonce) = cipher(&shared, ephemeral, &secret.public().0)?;
    cipher
        .decrypt(&nonce, Payload { msg: content, aad })
        .map(Zeroizing::new)
        .map_err(|_| SealedError::Damaged)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn secret() -> InboxSecret {
        InboxSecret::from_bytes([7; 32])
    }

    #[test]
    fn boxes_open_where_they_belong_only() {
        for plain in [&b""[..], b"captured", &vec![9; 70_000]] {
            let sealed = seal(&secret().public(), [8; 32], b"inbox/1", plain).unwrap();
            assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            assert_eq!(open(&secret(), b"inbox/1", &sealed).unwrap().as_slice(), plain);
            assert_eq!(open(&secret(), b"inbox/2", &sealed), Err(SealedError::Damaged));
            let other = InboxSecret::from_bytes([6; 32]);
            assert_eq!(open(&other, b"inbox/1", &sealed), Err(SealedError::Damaged));
        }
    }

    #[test]
    fn no_bit_can_change_and_no_byte_be_missing() {
        let sealed = seal(&secret().public(), [8; 32], b"", b"captured").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            // X25519 ignores the highest bit of a public key; the salt does not.
            let due = if bit < 8 {
                SealedError::Malformed
            } else {
                SealedError::Damaged
            };
            assert_eq!(open(&secret(), b"", &changed), Err(due), "{bit}");
        }
        for length in 0..sealed.len() {
            let due = if length < OVERHEAD {
                SealedError::Malformed
            } else {
                SealedError::Damaged
            };
            assert_eq!(open(&secret(), b"", &sealed[..length]), Err(due), "{length}");
        }
        assert!(open(&secret(), b"", &[sealed, vec![0]].concat()).is_err());
    }

    #[test]
    fn keys_of_small_order_are_refused() {
        let mut one = [0; 32];
        one[0] = 1;
        for public in [[0; 32], one] {
            assert_eq!(
                seal(&InboxPublic(public), [8; 32], b"", b"x"),
                Err(SealedError::Key)
            );
            let forged = [&[VERSION], public.as_slice(), &[0; 16]].concat();
            assert_eq!(open(&secret(), b"", &forged), Err(SealedError::Damaged));
        }
    }

    #[test]
    fn two_boxes_of_the_same_have_nothing_in_common() {
        let seal = |ephemeral| seal(&secret().public(), [ephemeral; 32], b"", &[0; 64]).unwrap();
        let (first, second) = (seal(1), seal(2));
        let same = first
            .iter()
            .zip(&second)
            .skip(1)
            .filter(|(left, right)| left == right);
        assert!(same.count() < 8);
        assert_eq!(format!("{:?}", secret()), "InboxSecret(…)");
    }
}
