//! Files in the format of age, version 1 (C2SP `age.md`, <https://age-encryption.org/v1>), for X25519 recipients:
//! the form of a backup, which the stock `age` program opens too.
//!
//! Written here and not taken from the crate `age`, which adds about 350 kB to the WebAssembly module for the
//! passphrases, plugins and translations that nothing here uses. Left out on purpose: ASCII armor, passphrases and
//! every other kind of recipient; each has its own [`AgeError`] or is passed over as the format asks.
//!
//! Both directions are streams, of pieces of any size and in memory for one chunk of 64 KiB. What a [`Decryptor`]
//! gives out was authenticated before; that it was *all* is only known once [`Decryptor::finish`] says so.

mod bech32;
mod decrypt;
mod encrypt;
mod header;
mod keys;
mod stream;

pub use decrypt::Decryptor;
pub use encrypt::Encryptor;
pub use keys::{Identity, Recipient};

/// Longest header that is read, in bytes.
pub const MAX_HEADER: usize = 64 * 1024;

/// Why a file cannot be written or read, or a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// It does not begin as one.
    #[error("not an age file")]
    NotAge,
    /// The text form of such a file.
    #[error("an age file in ASCII armor, which is not read here: open it with the `age` program")]
    Armored,
    /// Of a later version of the format.
    #[error("an age file of a version that is not known here")]
    Version,
    /// The header is not one, or a stanza for X25519 in it is not one.
    #[error("the header of the age file is malformed")]
    Header,
    /// The header is longer than [`MAX_HEADER`].
    #[error("the header of the age file is longer than {MAX_HEADER} bytes")]
    HeaderTooLong,
    /// Encrypted with a passphrase.
    #[error("the age file is encrypted with a passphrase, not for a key")]
    Passphrase,
    /// No stanza is for this identity.
    #[error("the age file is for another key")]
    NoMatch,
    /// The header was changed after it was written.
    #[error("the header of the age file was changed")]
    Mac,
    /// The payload was changed, or its last chunk was cut or lengthened.
    #[error("the content of the age file is damaged: it was changed or cut short")]
    Payload,
    /// It goes on after its last chunk.
    #[error("something was appended to the age file")]
    Trailing,
    /// It ends before its last chunk.
    #[error("the age file is cut short")]
    Truncated,
    /// The text is not `AGE-SECRET-KEY-1…`.
    #[error("not an age identity: one begins with AGE-SECRET-KEY-1")]
    Identity,
    /// The text is not `age1…`, or it is a point of small order, for which nothing stays secret.
    #[error("not an age recipient: one begins with age1")]
    Recipient,
    /// More than the format can hold.
    #[error("more than an age file can hold")]
    TooLong,
    /// An error came before, and nothing that follows it can be read.
    #[error("the age file failed before: begin anew")]
    Failed,
}

impl From<hkdf::InvalidLength> for AgeError {
    fn from(_: hkdf::InvalidLength) -> Self {
        Self::TooLong
    }
}

/// The secret of one file, from which the keys of its header and payload are derived.
type FileKey = zeroize::Zeroizing<[u8; 16]>;

#[cfg(test)]
mod tests;
