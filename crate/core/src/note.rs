//! Checkpoints: C2SP `tlog-checkpoint` v1.0.0 in a C2SP `signed-note` v1.0.0 with an Ed25519 signature (type 0x01).
//!
//! A checkpoint of ours has exactly three lines, without extension lines. Signatures of other keys below it, a
//! witness's for instance, are ignored, as signed-note asks.

use crate::did::Did;
use crate::encoding::{from_base64, sha256, to_base64};
use crate::keys::{self, SigningKey};
use crate::merkle::Hash;

/// Longest note that is read, in bytes: a checkpoint with sixteen signatures, some of them post-quantum.
pub const MAX_NOTE: usize = 128 * 1024;
/// Most signature lines that are read.
pub const MAX_SIGNATURES: usize = 16;

const ED25519: u8 = 0x01;
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

/// The key id of signed-note: SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), its first four bytes.
fn key_hash(name: &str, did: &Did) -> [u8; 4] {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend_from_slice(&[b'\n', ED25519]);
    bytes.extend_from_slice(did.public_key());
    let [a, b, c, d, ..] = sha256(&bytes);
    [a, b, c, d]
}

/// The signed checkpoint of the key's own log.
pub fn sign_checkpoint(key: &SigningKey, size: u64, root: &Hash) -> String {
    let origin = origin_of(key.did());
    let text = format!("{origin}\n{size}\n{}\n", to_base64(root));
    let mut signature = key_hash(&origin, key.did()).to_vec();
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
    let own = key_hash(&origin, did);
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
        assert_eq!(key_hash("example.com/foo", &did), [0x53, 0x0d, 0x90, 0x3a]);
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
            let mut signature = key_hash(&origin_of(key.did()), key.did()).to_vec();
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
}
