//! Identities: `did:key` with an Ed25519 key (the did:key method, v0.9).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Multicodec `ed25519-pub` as a varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];
const PREFIX: &str = "did:key:";

/// The text is not a did:key of an Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a did:key of an Ed25519 key (it begins with did:key:z6Mk)")]
pub struct DidError;

/// A `did:key` with an Ed25519 key: `did:key:z6Mk…`.
///
/// Each key has one text: what is read must be what would be written.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Did {
    text: String,
    key: [u8; 32],
}

impl Did {
    /// The identity of a public key (RFC 8032 encoding).
    pub fn from_public_key(key: &[u8; 32]) -> Self {
        let mut bytes = ED25519_PUB.to_vec();
        bytes.extend_from_slice(key);
        Self {
            text: format!("{PREFIX}z{}", bs58::encode(bytes).into_string()),
            key: *key,
        }
    }

    /// Reads `did:key:z6Mk…`.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        // 56 characters; the bound keeps base58, which is quadratic, away from long texts.
        let encoded = text
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_prefix('z'))
            .filter(|rest| rest.len() <= 64);
        let bytes = bs58::decode(encoded.ok_or(DidError)?)
            .into_vec()
            .map_err(|_| DidError)?;
        let key = bytes
            .strip_prefix(&ED25519_PUB)
            .and_then(|key| <[u8; 32]>::try_from(key).ok())
            .ok_or(DidError)?;
        let did = Self::from_public_key(&key);
        if did.text == text { Ok(did) } else { Err(DidError) }
    }

    /// The public key (RFC 8032 encoding).
    pub fn public_key(&self) -> &[u8; 32] {
        &self.key
    }

    /// `did:key:z6Mk…`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `z6Mk…`.
    pub fn multibase(&self) -> &str {
        self.text.strip_prefix(PREFIX).unwrap_or_default()
    }

    /// The verification method, `did:key:z6Mk…#z6Mk…`.
    pub fn key_id(&self) -> String {
        format!("{}#{}", self.text, self.multibase())
    }

    /// The last eight characters, by which file names tell identities apart. They are ASCII letters and digits.
    pub fn tail(&self) -> &str {
        self.text
            .get(self.text.len().saturating_sub(8)..)
            .unwrap_or_default()
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        Self::parse(text)
    }
}

impl Serialize for Did {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Did {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_example_of_the_method() {
        let text = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
        let did = Did::parse(text).unwrap();
        assert_eq!(did.as_str(), text);
        assert_eq!(
            did.multibase(),
            "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
        );
        assert_eq!(did.key_id(), format!("{text}#{}", did.multibase()));
        assert_eq!(did.tail(), "EGta2doK");
        assert_eq!(Did::from_public_key(did.public_key()), did);
        assert_eq!(
            serde_json::from_str::<Did>(&serde_json::to_string(&did).unwrap()).unwrap(),
            did
        );
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in [
            "",
            "did:key:",
            "did:key:z",
            "did:web:example.org",
            "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do",
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doKK",
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK#x",
            "did:key:z16MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2d0K",
            // X25519, of the same method.
            "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
        ] {
            assert_eq!(Did::parse(bad), Err(DidError), "{bad}");
        }
        assert_eq!(
            Did::parse(&format!("did:key:z{}", "1".repeat(1 << 20))),
            Err(DidError)
        );
    }
}
