//! Writing a file.

use zeroize::Zeroizing;

use super::stream::{CHUNK, NONCE, Place, Stream};
use super::{AgeError, Recipient, header};

/// Encrypts a file piece by piece, in memory for one chunk. A file that was not ended by [`Encryptor::finish`] is
/// cut short, and every reader says so.
pub struct Encryptor {
    stream: Stream,
    // The beginning of a chunk, or a whole one of which it is not known whether it is the last.
    chunk: Zeroizing<Vec<u8>>,
}

impl Encryptor {
    /// A file for one recipient, with the bytes it begins with. The three secrets are random bytes, of this file
    /// only. Refuses a recipient of small order.
    pub fn new(
        recipient: &Recipient,
        ephemeral_secret: [u8; 32],
        file_key: [u8; 16],
        nonce: [u8; NONCE],
    ) -> Result<(Self, Vec<u8>), AgeError> {
        let (ephemeral_secret, file_key) = (Zeroizing::new(ephemeral_secret), Zeroizing::new(file_key));
        let mut header = header::write(recipient, &ephemeral_secret, &file_key)?;
        header.extend_from_slice(&nonce);
        let encryptor = Self {
            stream: Stream::new(&file_key, &nonce)?,
            // All that it ever holds: no reallocation leaves a copy behind.
            chunk: Zeroizing::new(Vec::with_capacity(CHUNK)),
        };
        Ok((encryptor, header))
    }

    /// Takes the next piece of the content and appends the chunks that it completes.
    pub fn push(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), AgeError> {
        let mut rest = plain;
        while !rest.is_empty() {
            if self.chunk.len() == CHUNK {
                self.stream.seal(&self.chunk, Place::Middle, out)?;
                self.chunk.clear();
            }
            // Whole chunks before the last need not pass through the buffer.
            while self.chunk.is_empty() && rest.len() > CHUNK {
                let (chunk, after) = rest.split_at(CHUNK);
                self.stream.seal(chunk, Place::Middle, out)?;
                rest = after;
            }
            let (piece, after) = rest.split_at(rest.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(piece);
            rest = after;
        }
        Ok(())
    }

    /// Appends the last chunk.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), AgeError> {
        self.stream.seal(&self.chunk, Place::Last, out)
    }
}
