//! Checkpoints: C2SP `tlog-checkpoint` v1.0.0 in a C2SP `signed-note` v1.0.0 with an Ed25519 signature (type 0x01).
//!
//! Cosignatures are C2SP `tlog-cosignature` v1 with Ed25519 (type 0x04): over the checkpoint and a time.
//!
//! A checkpoint of ours has exactly three lines, without extension lines. Signatures of other keys below it, a
//! witness's for instance, are ignored, as signed-note asks.

use std::fmt;

use crate::did::Did;
use crate::encoding::{from_base64, sha256, to_base64, to_hex};
use crate::keys::{self, SigningKey};
use crate::merkle::Hash;

/// Longest note that is read, in bytes: a checkpoint with sixteen signatures, some of them post-quantum.
pub const MAX_NOTE: usize = 128 * 1024;
/// Most signature lines that are read.
pub const MAX_SIGNATURES: usize = 16;

const ED25519: u8 = 0x01;
const COSIGNATURE: u8 = 0x04;
/// Name of the key of a cosigner, before the multibase of the key.
const COSIGNER: &str = "counterfoil-collector/";
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log: `counterfoil/` and the multibase of its key.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// Root of the tree of that size.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a signed note, or larger than one may be.
    #[error("not a signed note")]
    Malformed,
    /// A note, but its text is not the three lines of a checkpoint.
    #[error("the note is not a checkpoint of three lines")]
    NotACheckpoint,
    /// The checkpoint of another log.
    #[error("the checkpoint is of another log")]
    OtherLog,
    /// No signature of the log's key.
    #[error("the checkpoint is not signed with the key of its log")]
    NotSigned,
    /// A signature in the name of the log's key does not verify.
    #[error("the signature of the checkpoint does not verify")]
    BadSignature,
}

/// The origin line and key name of the log that this identity signs.
pub fn origin_of(did: &Did) -> String {
    format!("counterfoil/{}", did.multibase())
}

/// The key id of signed-note: SHA-256(name ‖ 0x0A ‖ signature type ‖ public key), its first four bytes.
fn key_hash(name: &str, kind: u8, did: &Did) -> [u8; 4] {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend_from_slice(&[b'\n', kind]);
    bytes.extend_from_slice(did.public_key());
    let [a, b, c, d, ..] = sha256(&bytes);
    [a, b, c, d]
}

/// The signed checkpoint of the key's own log.
pub fn sign_checkpoint(key: &SigningKey, size: u64, root: &Hash) -> String {
    let origin = origin_of(key.did());
    let text = format!("{origin}\n{size}\n{}\n", to_base64(root));
    let mut signature = key_hash(&origin, ED25519, key.did()).to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()));
    format!("{text}\n{SIGNATURE_PREFIX}{origin} {}\n", to_base64(&signature))
}

/// Reads a checkpoint of this identity's log and verifies its signature.
pub fn open_checkpoint(note: &str, did: &Did) -> Result<Checkpoint, NoteError> {
    if note.len() > MAX_NOTE || note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Malformed);
    }
    // The text keeps its final newline; the blank line after it belongs to neither part.
    let (text, signatures) = note
        .rfind("\n\n")
        .map(|at| (at + 1, at + 2))
        .and_then(|(end, start)| Some((note.get(..end)?, note.get(start..)?)))
        .ok_or(NoteError::Malformed)?;
    let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;

    let origin = origin_of(did);
    let own = key_hash(&origin, ED25519, did);
    let mut verified = false;
    for (index, line) in signatures.split('\n').enumerate() {
        let (name, encoded) = line
            .strip_prefix(SIGNATURE_PREFIX)
            .and_then(|line| line.split_once(' '))
            .filter(|(name, _)| !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+'))
            .ok_or(NoteError::Malformed)?;
        let signature = from_base64(encoded).map_err(|_| NoteError::Malformed)?;
        if index >= MAX_SIGNATURES || signature.len() < 5 {
            return Err(NoteError::Malformed);
        }
        let Some(signature) = signature.strip_prefix(&own).filter(|_| name == origin) else {
            continue;
        };
        let valid = <&[u8; 64]>::try_from(signature)
            .is_ok_and(|signature| keys::verify(did, text.as_bytes(), signature));
        if !valid {
            return Err(NoteError::BadSignature);
        }
        verified = true;
    }

    let mut lines = text.strip_suffix('\n').ok_or(NoteError::Malformed)?.split('\n');
    let (Some(found), Some(size), Some(root), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(NoteError::NotACheckpoint);
    };
    if found != origin {
        return Err(NoteError::OtherLog);
    }
    let size = size
        .parse::<u64>()
        .ok()
        .filter(|number| number.to_string() == size)
        .ok_or(NoteError::NotACheckpoint)?;
    let root = from_base64(root)
        .ok()
        .and_then(|root| root.try_into().ok())
        .ok_or(NoteError::NotACheckpoint)?;
    if verified {
        Ok(Checkpoint { origin, size, root })
    } else {
        Err(NoteError::NotSigned)
    }
}

/// Who cosigns: the key of a collector for nothing else. Its text is a verifier key of signed-note,
/// `name+hash+base64(type ‖ key)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    did: Did,
}

impl Cosigner {
    /// The cosigner of this key.
    pub fn of(key: &SigningKey) -> Self {
        Self {
            did: key.did().clone(),
        }
    }

    /// Reads a verifier key in the one form that [`fmt::Display`] gives it.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        // The base64 may hold further `+`.
        let encoded = text.splitn(3, '+').nth(2).ok_or(NoteError::Malformed)?;
        let key = from_base64(encoded)
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes.strip_prefix(&[COSIGNATURE])?).ok())
            .ok_or(NoteError::Malformed)?;
        let found = Self {
            did: Did::from_public_key(&key),
        };
        if found.to_string() == text {
            Ok(found)
        } else {
            Err(NoteError::Malformed)
        }
    }

    fn name(&self) -> String {
        format!("{COSIGNER}{}", self.did.multibase())
    }

    fn hash(&self) -> [u8; 4] {
        key_hash(&self.name(), COSIGNATURE, &self.did)
    }

    /// Verifies a cosignature line over a checkpoint, which must be one of this identity's log; gives when it was
    /// made, in seconds since the Unix epoch.
    pub fn verify(&self, note: &str, did: &Did, line: &str) -> Result<u64, NoteError> {
        open_checkpoint(note, did)?;
        let text = note.split_once("\n\n").ok_or(NoteError::Malformed)?.0;
        let encoded = line
            .strip_prefix(SIGNATURE_PREFIX)
            .and_then(|line| line.strip_prefix(self.name().as_str()))
            .and_then(|line| line.strip_prefix(' '))
            .ok_or(NoteError::NotSigned)?;
        let bytes = from_base64(encoded).map_err(|_| NoteError::Malformed)?;
        let rest = bytes.strip_prefix(&self.hash()).ok_or(NoteError::NotSigned)?;
        let (time, signature) = rest.split_first_chunk::<8>().ok_or(NoteError::Malformed)?;
        let time = u64::from_be_bytes(*time);
        let valid = <&[u8; 64]>::try_from(signature)
            .is_ok_and(|signature| keys::verify(&self.did, cosigned(text, time).as_bytes(), signature));
        if valid {
            Ok(time)
        } else {
            Err(NoteError::BadSignature)
        }
    }
}

impl fmt::Display for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![COSIGNATURE];
        key.extend_from_slice(self.did.public_key());
        write!(f, "{}+{}+{}", self.name(), to_hex(&self.hash()), to_base64(&key))
    }
}

/// What a cosignature is over: `text` is the checkpoint without its last newline.
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}\n")
}

/// The cosignature line, without its newline, over a checkpoint of this identity's log at this time, in seconds
/// since the Unix epoch. That the checkpoint continues what was cosigned before is the caller's business.
pub fn cosign(key: &SigningKey, note: &str, did: &Did, time: u64) -> Result<String, NoteError> {
    open_checkpoint(note, did)?;
    let text = note.split_once("\n\n").ok_or(NoteError::Malformed)?.0;
    let cosigner = Cosigner::of(key);
    let mut signature = cosigner.hash().to_vec();
    signature.extend_from_slice(&time.to_be_bytes());
    signature.extend_from_slice(&key.sign(cosigned(text, time).as_bytes()));
    Ok(format!(
        "{SIGNATURE_PREFIX}{} {}",
        cosigner.name(),
        to_base64(&signature)
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::format_push_string)]

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_secret(&[3; 32])
    }

    #[test]
    fn checkpoints_round_trip() {
        let key = key();
        for size in [0, 1, u64::from(u32::MAX) + 1] {
            let note = sign_checkpoint(&key, size, &[9; 32]);
            let due = Checkpoint {
                origin: origin_of(key.did()),
                size,
                root: [9; 32],
            };
            assert_eq!(open_checkpoint(&note, key.did()), Ok(due));
            assert!(note.starts_with(&format!("counterfoil/{}\n{size}\n", key.did().multibase())));
        }
    }

    #[test]
    fn the_key_id_is_that_of_the_published_example() {
        let key = from_base64("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").unwrap();
        let did = Did::from_public_key(&key[1..].try_into().unwrap());
        assert_eq!(
            key_hash("example.com/foo", ED25519, &did),
            [0x53, 0x0d, 0x90, 0x3a]
        );
        let signature = from_base64(
            "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=",
        )
        .unwrap();
        assert!(keys::verify(
            &did,
            b"This is an example message.\n",
            &signature[4..].try_into().unwrap()
        ));
    }

    #[test]
    fn signatures_of_unknown_keys_are_ignored() {
        let key = key();
        let mut note = sign_checkpoint(&key, 1, &[9; 32]);
        for index in 1..MAX_SIGNATURES {
            note.push_str(&format!(
                "\u{2014} witness.example/{index} {}\n",
                to_base64(&[7; 76])
            ));
        }
        assert!(open_checkpoint(&note, key.did()).is_ok());
        // The log's own name with another key id is another key.
        let own = format!("\u{2014} {} {}\n", origin_of(key.did()), to_base64(&[7; 68]));
        let second = sign_checkpoint(&key, 1, &[9; 32]) + &own;
        assert!(open_checkpoint(&second, key.did()).is_ok());
        note.push_str(&own);
        assert_eq!(open_checkpoint(&note, key.did()), Err(NoteError::Malformed));
    }

    #[test]
    fn everything_else_is_refused() {
        let key = key();
        let note = sign_checkpoint(&key, 5, &[9; 32]);
        let open = |note: &str| open_checkpoint(note, key.did());
        let other = SigningKey::from_secret(&[4; 32]);
        assert_eq!(open_checkpoint(&note, other.did()), Err(NoteError::OtherLog));
        assert_eq!(
            open(&note.replace("\n5\n", "\n6\n")),
            Err(NoteError::BadSignature)
        );
        assert_eq!(open(&note.replace('\n', "\r\n")), Err(NoteError::Malformed));
        assert_eq!(open(note.trim_end()), Err(NoteError::Malformed));
        assert_eq!(open(&format!("{note}\n")), Err(NoteError::Malformed));
        assert_eq!(open(&note.replace("\u{2014} ", "- ")), Err(NoteError::Malformed));
        assert_eq!(open(&note.replace("\n\n", "\n")), Err(NoteError::Malformed));
        assert_eq!(open(""), Err(NoteError::Malformed));
        let signed = |text: &str| {
            let mut signature = key_hash(&origin_of(key.did()), ED25519, key.did()).to_vec();
            signature.extend_from_slice(&key.sign(text.as_bytes()));
            format!(
                "{text}\n\u{2014} {} {}\n",
                origin_of(key.did()),
                to_base64(&signature)
            )
        };
        let (origin, root) = (origin_of(key.did()), to_base64(&[9; 32]));
        assert!(open(&signed(&format!("{origin}\n5\n{root}\n"))).is_ok());
        for text in [
            format!("{origin}\n5\n"),
            format!("{origin}\n05\n{root}\n"),
            format!("{origin}\n+5\n{root}\n"),
            format!("{origin}\n18446744073709551616\n{root}\n"),
            format!("{origin}\n5\nAAAA\n"),
            format!("{origin}\n5\n{root}\nextension\n"),
            format!("{origin}\n5\n{root}\n\n{root}\n"),
        ] {
            assert_eq!(open(&signed(&text)), Err(NoteError::NotACheckpoint), "{text}");
        }
    }

    #[test]
    fn a_cosignature_is_over_the_checkpoint_and_the_time() {
        let (key, witness) = (key(), SigningKey::from_secret(&[8; 32]));
        let note = sign_checkpoint(&key, 7, &[5; 32]);
        let line = cosign(&witness, &note, key.did(), 1_795_341_600).unwrap();
        let cosigner = Cosigner::parse(&Cosigner::of(&witness).to_string()).unwrap();
        assert_eq!(cosigner.verify(&note, key.did(), &line), Ok(1_795_341_600));
        // It may stand below the checkpoint, and the log's own signature holds as before.
        let both = format!("{note}{line}\n");
        assert!(open_checkpoint(&both, key.did()).is_ok());
        assert_eq!(cosigner.verify(&both, key.did(), &line), Ok(1_795_341_600));

        let other = sign_checkpoint(&key, 8, &[5; 32]);
        assert_eq!(
            cosigner.verify(&other, key.did(), &line),
            Err(NoteError::BadSignature)
        );
        let stranger = Cosigner::of(&SigningKey::from_secret(&[9; 32]));
        assert_eq!(
            stranger.verify(&note, key.did(), &line),
            Err(NoteError::NotSigned)
        );
        assert_eq!(
            cosign(&witness, &note, witness.did(), 1),
            Err(NoteError::OtherLog)
        );
    }

    #[test]
    fn a_cosignature_is_made_as_the_specification_says() {
        let (key, witness) = (key(), SigningKey::from_secret(&[8; 32]));
        let note = sign_checkpoint(&key, 7, &[5; 32]);
        let line = cosign(&witness, &note, key.did(), 1_679_315_147).unwrap();
        let bytes = from_base64(line.rsplit_once(' ').unwrap().1).unwrap();
        let name = format!("counterfoil-collector/{}", witness.did().multibase());
        let mut hashed = name.into_bytes();
        hashed.extend_from_slice(b"\n\x04");
        hashed.extend_from_slice(witness.did().public_key());
        assert_eq!(bytes[..4], sha256(&hashed)[..4]);
        assert_eq!(bytes[4..12], 1_679_315_147_u64.to_be_bytes());
        let body = note.split("\n\n").next().unwrap();
        let message = format!("cosignature/v1\ntime 1679315147\n{body}\n");
        let signature = bytes[12..].try_into().unwrap();
        assert!(keys::verify(witness.did(), message.as_bytes(), &signature));
    }

    #[test]
    fn a_verifier_key_has_one_text() {
        let text = Cosigner::of(&key()).to_string();
        assert!(Cosigner::parse(&text).is_ok());
        for bad in [
            "",
            "a+b",
            &text.replace("counterfoil-collector", "counterfoil"),
            &format!("{text}="),
            &text.replacen('+', "+0", 1),
        ] {
            assert_eq!(Cosigner::parse(bad), Err(NoteError::Malformed), "{bad}");
        }
    }
}
