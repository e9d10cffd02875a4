//! How a collector describes itself.

use serde::{Deserialize, Serialize};

use crate::collector::{StatementError, VERSION, is_digest, is_plain, require};
use crate::did::Did;
use crate::jws::{self, Type};
use crate::keys::SigningKey;
use crate::note;

/// Most keys that a collector has had.
pub const MAX_KEYS: usize = 16;
/// Most offers at a time.
pub const MAX_OFFERS: usize = 256;

/// What a collector takes in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Most bytes of a bundle as it is.
    pub bundle_bytes: u64,
    /// Most records of a bundle.
    pub records: u64,
    /// Most bytes of a bundle unpacked.
    pub unpacked_bytes: u64,
    /// Most bundles a minute from one address.
    pub uploads_per_minute: u64,
}

/// The payload of a collector's description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// Where to write to: an address of mail or of a page.
    pub contact: String,
    /// The collector: its first key, for ever.
    pub did: Did,
    /// When, in seconds since the Unix epoch.
    pub iat: u64,
    /// The keys that sign for it, the first one first.
    pub keys: Vec<Did>,
    /// What is taken in one request.
    pub limits: Limits,
    /// Its name.
    pub name: String,
    /// The key of its cosignatures, as a verifier key of signed-note.
    pub note_key: String,
    /// SHA-256 of each offer that is open.
    pub offers: Vec<String>,
    /// [`VERSION`].
    pub v: u8,
}

impl Metadata {
    /// Signs the description, if it holds.
    pub fn sign(&self, key: &SigningKey) -> Result<String, StatementError> {
        self.check()?;
        Ok(jws::sign(key, Type::Collector, self)?)
    }

    /// Reads a description. `pinned` are the keys of an earlier one that was trusted: then this one must be of the
    /// same collector and signed with one of them; at first sight, with one of its own.
    pub fn open(compact: &str, pinned: Option<&Self>) -> Result<Self, StatementError> {
        let verified = jws::verify::<Self>(compact, Type::Collector)?;
        let found = verified.payload;
        found.check()?;
        let trusted = pinned.unwrap_or(&found);
        if trusted.did != found.did || !trusted.keys.contains(&verified.did) {
            return Err(StatementError::Signer);
        }
        Ok(found)
    }

    fn check(&self) -> Result<(), StatementError> {
        require(self.v == VERSION, "v")?;
        require(is_plain(&self.name, 100), "name")?;
        require(is_plain(&self.contact, 200), "contact")?;
        require(
            self.keys.first() == Some(&self.did) && self.keys.len() <= MAX_KEYS,
            "keys",
        )?;
        require(note::Cosigner::parse(&self.note_key).is_ok(), "note_key")?;
        require(
            self.offers.len() <= MAX_OFFERS && self.offers.iter().all(|offer| is_digest(offer)),
            "offers",
        )?;
        require(crate::time::rfc3339(self.iat).is_ok(), "iat")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_new_key_is_introduced_by_an_old_one() {
        let [old, new, note] = [3, 4, 5].map(|byte| SigningKey::from_secret(&[byte; 32]));
        let metadata = |keys: &[&SigningKey]| Metadata {
            contact: "https://shop.example/contact".to_owned(),
            did: keys[0].did().clone(),
            iat: 1,
            keys: keys.iter().map(|key| key.did().clone()).collect(),
            limits: Limits {
                bundle_bytes: 1,
                records: 1,
                unpacked_bytes: 1,
                uploads_per_minute: 1,
            },
            name: "Shop".to_owned(),
            note_key: note::Cosigner::of(&note).to_string(),
            offers: vec![],
            v: 1,
        };
        let first = Metadata::open(&metadata(&[&old]).sign(&old).unwrap(), None).unwrap();
        let both = metadata(&[&old, &new]);
        let second = Metadata::open(&both.sign(&old).unwrap(), Some(&first)).unwrap();
        assert!(Metadata::open(&both.sign(&new).unwrap(), Some(&second)).is_ok());
        assert_eq!(
            Metadata::open(&both.sign(&new).unwrap(), Some(&first)),
            Err(StatementError::Signer)
        );
        assert_eq!(
            Metadata::open(&metadata(&[&new]).sign(&new).unwrap(), Some(&first)),
            Err(StatementError::Signer)
        );
        assert_eq!(
            Metadata::open(&first.sign(&new).unwrap(), None),
            Err(StatementError::Signer)
        );
    }
}
