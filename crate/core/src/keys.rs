//! The root secret and the keys derived from it.
//!
//! Whoever holds [`Root`] holds every key; it is wiped when dropped and has no debug form. A [`SigningKey`]
//! signs nothing by itself: see [`crate::note`] and [`crate::jws`].

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::age::Identity;
use crate::did::Did;
use crate::encoding::{from_hex, to_hex};
use crate::mnemonic::{self, WORDS};
use crate::x25519;

/// HKDF salt: the version of the derivation.
const SALT: &[u8] = b"counterfoil/v1";

/// Why no key could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 24 words.
    #[error("there must be 24 words")]
    WordCount,
    /// A word is not in the BIP-39 English list.
    #[error("word {0} is not in the list of words")]
    UnknownWord(usize),
    /// The words do not fit together.
    #[error("the words do not fit together: one is wrong, or their order is")]
    Checksum,
    /// A name in the derivation is longer than 65,535 bytes.
    #[error("the name of an audience is too long")]
    AudienceTooLong,
    /// Not 32 lower-case hexadecimal digits.
    #[error("not the id of a log")]
    LogId,
}

/// Id of a log: 16 random bytes, made when the log is made and at every restore. Its text is lower-case hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogId(pub [u8; 16]);

impl LogId {
    /// 32 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        to_hex(&self.0)
    }

    /// Reads 32 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        from_hex(text)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(KeyError::LogId)
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl FromStr for LogId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::from_hex(text)
    }
}

impl Serialize for LogId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for LogId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(de::Error::custom)
    }
}

/// For whom a share log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience<'a> {
    /// A collector, by its first did:key, for ever.
    Collector(&'a Did),
    /// An export to a file, by the name that the person gave it.
    Export(&'a str),
}

/// The root secret: 32 bytes, shown to its owner as 24 words, and the seed that BIP-39 makes of them.
#[derive(ZeroizeOnDrop)]
pub struct Root {
    entropy: [u8; 32],
    seed: [u8; 64],
}

impl Root {
    /// The root of these 32 random bytes. Runs BIP-39's PBKDF2 (2,048 rounds) once; see [`Root::from_parts`].
    pub fn from_entropy(entropy: [u8; 32]) -> Self {
        let seed = *mnemonic::seed(&mnemonic::words(&entropy));
        Self { entropy, seed }
    }

    /// The root of 24 English words; case and the kind and number of spaces do not matter.
    pub fn from_words(words: &str) -> Result<Self, KeyError> {
        let mut text = Zeroizing::new(String::with_capacity(words.len()));
        let mut places = Zeroizing::new([0; WORDS]);
        let mut count = 0;
        for (index, word) in words.split_whitespace().enumerate() {
            if index > 0 {
                text.push(' ');
            }
            let start = text.len();
            text.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            if let Some(room) = places.get_mut(index) {
                let place = text.get(start..).and_then(mnemonic::place);
                *room = place.ok_or(KeyError::UnknownWord(index + 1))?;
            }
            count += 1;
        }
        if count != WORDS {
            return Err(KeyError::WordCount);
        }
        Ok(Self {
            entropy: *mnemonic::entropy(&places).ok_or(KeyError::Checksum)?,
            seed: *mnemonic::seed(&text),
        })
    }

    /// A root whose seed was stored beside it, without the work of deriving it again. The two must have come
    /// from [`Root::entropy`] and [`Root::seed`] of one root.
    pub fn from_parts(entropy: [u8; 32], seed: [u8; 64]) -> Self {
        Self { entropy, seed }
    }

    /// The 32 bytes, for storing under encryption.
    pub fn entropy(&self) -> &[u8; 32] {
        &self.entropy
    }

    /// The BIP-39 seed (no passphrase), for storing under encryption.
    pub fn seed(&self) -> &[u8; 64] {
        &self.seed
    }

    /// The 24 words, to be shown once to their owner.
    pub fn words(&self) -> Zeroizing<String> {
        mnemonic::words(&self.entropy)
    }

    /// The key of the private log with this id.
    pub fn log_key(&self, id: &LogId) -> Result<SigningKey, KeyError> {
        self.derive("log", &[&id.0])
    }

    /// The key of the share log with this id, which is for this audience. A higher epoch makes another pseudonym
    /// for the same audience.
    pub fn share_key(&self, id: &LogId, audience: Audience<'_>, epoch: u32) -> Result<SigningKey, KeyError> {
        let (class, name) = match audience {
            Audience::Collector(did) => ("collector", did.as_str()),
            Audience::Export(name) => ("export", name),
        };
        self.derive(
            "share",
            &[&id.0, class.as_bytes(), name.as_bytes(), &epoch.to_be_bytes()],
        )
    }

    /// The key with which a collector whose root this is signs its statements.
    pub fn collector_key(&self) -> Result<SigningKey, KeyError> {
        self.derive("collector", &[])
    }

    /// The key with which a collector whose root this is cosigns checkpoints.
    pub fn cosigner_key(&self) -> Result<SigningKey, KeyError> {
        self.derive("cosigner", &[])
    }

    /// The identity that opens backups: the 24 words are enough to come by it.
    pub fn backup_identity(&self) -> Result<Identity, KeyError> {
        let secret = self.derive_secret("backup-age", &[])?;
        Ok(Identity::from_secret(*secret))
    }

    fn derive(&self, label: &str, fields: &[&[u8]]) -> Result<SigningKey, KeyError> {
        let secret = self.derive_secret(label, fields)?;
        Ok(SigningKey::from_secret(&secret))
    }

    /// HKDF-SHA256 (RFC 5869) of the seed, with info = label ‖ 0x00 ‖ each field as u16be length ‖ bytes.
    fn derive_secret(&self, label: &str, fields: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let mut info = label.as_bytes().to_vec();
        info.push(0);
        for field in fields {
            let length = u16::try_from(field.len()).map_err(|_| KeyError::AudienceTooLong)?;
            info.extend_from_slice(&length.to_be_bytes());
            info.extend_from_slice(field);
        }
        x25519::hkdf(SALT, &self.seed, &info).map_err(|_| KeyError::AudienceTooLong)
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root(…)")
    }
}

/// An Ed25519 key (RFC 8032) that signs checkpoints and statements, never bytes of the caller's choosing. Wiped
/// when dropped.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    did: Did,
}

impl SigningKey {
    pub(crate) fn from_secret(secret: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        let did = Did::from_public_key(key.verifying_key().as_bytes());
        Self { key, did }
    }

    /// The identity that this key proves.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Signs what a note or a statement is made of. The two never collide: a note holds a newline, a statement's
    /// signing input never does.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.did)
    }
}

/// Whether the signature is one that the strict rules of `verify_strict` accept: canonical encodings, no key and
/// no nonce point of small order.
pub(crate) fn verify(did: &Did, message: &[u8], signature: &[u8; 64]) -> bool {
    ed25519_dalek::VerifyingKey::from_bytes(did.public_key()).is_ok_and(|key| {
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature))
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const ID: LogId = LogId([1; 16]);

    #[test]
    fn words_are_those_of_bip39() {
        // From the published vectors: entropy of 32 bytes 0x00 and 0x7f.
        let root = Root::from_entropy([0; 32]);
        assert_eq!(*root.words(), format!("{}art", "abandon ".repeat(23)));
        let root = Root::from_entropy([0x7f; 32]);
        let words = "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth \
                     useful legal winner thank year wave sausage worth title";
        assert_eq!(*root.words(), words);
        let again = Root::from_words(&format!("  {}\n", words.to_uppercase().replace(' ', " \t"))).unwrap();
        assert_eq!(again.entropy(), root.entropy());
        assert_eq!(again.seed(), root.seed());
    }

    #[test]
    fn wrong_words_are_told_apart() {
        let words = |text: &str| Root::from_words(text).map(drop);
        assert_eq!(words(""), Err(KeyError::WordCount));
        assert_eq!(words(&"abandon ".repeat(23)), Err(KeyError::WordCount));
        assert_eq!(words(&"abandon ".repeat(25)), Err(KeyError::WordCount));
        assert_eq!(words(&"abandon ".repeat(24)), Err(KeyError::Checksum));
        assert_eq!(
            words(&format!("abandon counterfoil {}", "abandon ".repeat(22))),
            Err(KeyError::UnknownWord(2))
        );
        // Twelve words are BIP-39, but not a root.
        assert_eq!(
            words(&format!("{}about", "abandon ".repeat(11))),
            Err(KeyError::WordCount)
        );
    }

    #[test]
    fn keys_depend_on_every_field() {
        let root = Root::from_entropy([7; 32]);
        let collector = Did::from_public_key(&[1; 32]);
        let share = |id, audience, epoch| root.share_key(&id, audience, epoch).unwrap().did().clone();
        let keys = [
            root.log_key(&ID).unwrap().did().clone(),
            root.log_key(&LogId([2; 16])).unwrap().did().clone(),
            share(ID, Audience::Export("a"), 0),
            share(ID, Audience::Export("b"), 0),
            share(ID, Audience::Export("a"), 1),
            share(LogId([2; 16]), Audience::Export("a"), 0),
            share(ID, Audience::Collector(&collector), 0),
            share(ID, Audience::Export(collector.as_str()), 0),
            Root::from_entropy([8; 32]).log_key(&ID).unwrap().did().clone(),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{index}");
        }
        let again = Root::from_parts(*root.entropy(), *root.seed());
        assert_eq!(*again.log_key(&ID).unwrap().did(), keys[0]);
        assert!(
            root.share_key(&ID, Audience::Export(&"x".repeat(65_536)), 0)
                .is_err()
        );
    }

    #[test]
    fn the_backup_identity_is_that_of_the_words() {
        let root = Root::from_entropy([7; 32]);
        let identity = root.backup_identity().unwrap();
        // HKDF-SHA256 of the seed with the salt `counterfoil/v1` and the info `backup-age` and a zero byte.
        let secret = x25519::hkdf::<32>(b"counterfoil/v1", root.seed(), b"backup-age\0").unwrap();
        assert_eq!(identity.to_text(), Identity::from_secret(*secret).to_text());
        let again = Root::from_words(&root.words()).unwrap();
        assert_eq!(again.backup_identity().unwrap().recipient(), identity.recipient());
        let other = Root::from_entropy([8; 32]);
        assert_ne!(other.backup_identity().unwrap().recipient(), identity.recipient());
    }

    #[test]
    fn nothing_secret_is_shown() {
        let root = Root::from_entropy([7; 32]);
        assert_eq!(format!("{root:?}"), "Root(…)");
        let key = root.log_key(&ID).unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.did()));
    }

    #[test]
    fn log_ids_have_one_text() {
        assert_eq!(LogId::from_hex(&ID.to_hex()), Ok(ID));
        assert_eq!(ID.to_string(), "01".repeat(16));
        for bad in ["", "01", &"0A".repeat(16), &"01".repeat(17)] {
            assert_eq!(LogId::from_hex(bad), Err(KeyError::LogId));
        }
    }

    #[test]
    fn signatures_are_those_of_rfc_8032() {
        // §7.1, TEST 2.
        let secret = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
        let key = SigningKey::from_secret(&from_hex(secret).unwrap().try_into().unwrap());
        assert_eq!(
            to_hex(key.did().public_key()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = key.sign(&[0x72]);
        assert_eq!(
            to_hex(&signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(verify(key.did(), &[0x72], &signature));
        assert!(!verify(key.did(), &[0x73], &signature));
    }
}
