//! The payload: chunks of 64 KiB, each sealed under a nonce that holds its number and whether it is the last.

use chacha20poly1305::aead::AeadInPlace as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, Tag};

use super::{AgeError, FileKey};
use crate::x25519;

/// Plain bytes of every chunk but the last.
pub(super) const CHUNK: usize = 64 * 1024;
/// Bytes that sealing adds to a chunk.
pub(super) const TAG: usize = 16;
/// Bytes of the nonce before the first chunk.
pub(super) const NONCE: usize = 16;

const PAYLOAD_INFO: &[u8] = b"payload";

/// Whether more chunks come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Middle,
    Last,
}

/// Seals or opens the chunks of one payload, in order. No number is ever used twice for sealing.
pub(super) struct Stream {
    cipher: ChaCha20Poly1305,
    // Number of the next chunk.
    next: u64,
}

impl Stream {
    pub(super) fn new(file_key: &FileKey, nonce: &[u8; NONCE]) -> Result<Self, AgeError> {
        let key = x25519::hkdf::<32>(nonce, &**file_key, PAYLOAD_INFO)?;
        Ok(Self {
            cipher: ChaCha20Poly1305::new((&*key).into()),
            next: 0,
        })
    }

    /// The number in eleven bytes, big end first, and one byte for the place.
    fn nonce(&self, place: Place) -> Nonce {
        let mut nonce = Nonce::default();
        if let [_, _, _, number @ .., last] = nonce.as_mut_slice() {
            number.copy_from_slice(&self.next.to_be_bytes());
            *last = u8::from(place == Place::Last);
        }
        nonce
    }

    fn advance(&mut self) -> Result<(), AgeError> {
        self.next = self.next.checked_add(1).ok_or(AgeError::TooLong)?;
        Ok(())
    }

    /// Appends the sealed chunk.
    pub(super) fn seal(&mut self, plain: &[u8], place: Place, out: &mut Vec<u8>) -> Result<(), AgeError> {
        let start = out.len();
        out.extend_from_slice(plain);
        let chunk = out.get_mut(start..).unwrap_or_default();
        let tag = self
            .cipher
            .encrypt_in_place_detached(&self.nonce(place), &[], chunk)
            .map_err(|_| AgeError::TooLong)?;
        out.extend_from_slice(&tag);
        self.advance()
    }

    /// Appends the content of a sealed chunk, or nothing where it does not hold.
    pub(super) fn open(&mut self, sealed: &[u8], place: Place, out: &mut Vec<u8>) -> Result<(), AgeError> {
        let (body, tag) = sealed
            .len()
            .checked_sub(TAG)
            .map(|length| sealed.split_at(length))
            .ok_or(AgeError::Truncated)?;
        // Only an empty payload has an empty chunk.
        if body.is_empty() && self.next > 0 {
            return Err(AgeError::Payload);
        }
        let start = out.len();
        out.extend_from_slice(body);
        let chunk = out.get_mut(start..).unwrap_or_default();
        let opened =
            self.cipher
                .decrypt_in_place_detached(&self.nonce(place), &[], chunk, Tag::from_slice(tag));
        if opened.is_err() {
            out.truncate(start);
            return Err(AgeError::Payload);
        }
        self.advance()
    }
}
