//! Identities and recipients of the type X25519.

use std::fmt;
use std::str::FromStr;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{AgeError, bech32};
use crate::x25519;

/// Prefix of an identity's text, in the lower case in which the checksum is computed.
const IDENTITY: &str = "age-secret-key-";
/// Prefix of a recipient's text.
const RECIPIENT: &str = "age";

/// A key that opens files: 32 secret bytes. Wiped when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Identity(pub(super) [u8; 32]);

impl Identity {
    /// The identity of 32 random or derived bytes.
    pub fn from_secret(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// Reads `AGE-SECRET-KEY-1…`, upper case throughout as the `age` program writes and reads it.
    pub fn parse(text: &str) -> Result<Self, AgeError> {
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Err(AgeError::Identity);
        }
        let text = Zeroizing::new(text.to_ascii_lowercase());
        let secret = bech32::decode(IDENTITY, &text).ok_or(AgeError::Identity)?;
        Ok(Self(*secret))
    }

    /// `AGE-SECRET-KEY-1…`.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = bech32::encode(IDENTITY, &self.0);
        text.make_ascii_uppercase();
        text
    }

    /// The recipient that this identity opens files for.
    pub fn recipient(&self) -> Recipient {
        Recipient(x25519::public_key(&self.0))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// A public key that files are encrypted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recipient(pub(super) [u8; 32]);

impl Recipient {
    /// Reads `age1…`, lower case throughout.
    pub fn parse(text: &str) -> Result<Self, AgeError> {
        bech32::decode(RECIPIENT, text)
            .map(|bytes| Self(*bytes))
            .ok_or(AgeError::Recipient)
    }

    /// The X25519 public key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode(RECIPIENT, &self.0))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl FromStr for Recipient {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        Self::parse(text)
    }
}
