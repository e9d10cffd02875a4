//! What can be asked, and the form of an answer.

use serde::{Deserialize, Serialize};

/// A question. Bytes are lower-case hex unless a field says otherwise, as in most published vectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// Is this signature accepted? (RFC 8032, strictly)
    Ed25519 {
        /// Public key.
        key: String,
        /// What was signed.
        message: String,
        /// The signature.
        signature: String,
    },
    /// HKDF-SHA256 (RFC 5869). Answers with the derived bytes.
    Hkdf {
        /// Input keying material.
        ikm: String,
        /// Salt.
        salt: String,
        /// Context.
        info: String,
        /// Bytes to derive.
        size: usize,
    },
    /// Opens XChaCha20-Poly1305, and seals again what was in it, which must give the same bytes. Answers with the
    /// plain bytes.
    Xchacha {
        /// Key.
        key: String,
        /// Nonce.
        nonce: String,
        /// Associated data.
        aad: String,
        /// Ciphertext and tag.
        sealed: String,
    },
    /// Does this proof show that the leaf is in the tree? (RFC 9162 §2.1.3.2)
    Inclusion {
        /// Hash of the leaf; base64.
        leaf: String,
        /// Its place.
        index: u64,
        /// Leaves of the tree.
        size: u64,
        /// Hashes, the lowest first; base64.
        proof: Vec<String>,
        /// Root of the tree; base64.
        root: String,
    },
    /// Does this proof show that one tree is the beginning of another? (RFC 9162 §2.1.4.2)
    Consistency {
        /// Leaves of the smaller tree.
        old: u64,
        /// Leaves of the larger tree.
        new: u64,
        /// Root of the smaller tree; base64.
        old_root: String,
        /// Root of the larger tree; base64.
        new_root: String,
        /// Hashes; base64.
        proof: Vec<String>,
    },
    /// The canonical form (RFC 8785) of this JSON text. Answers with that text.
    Canonical {
        /// The text.
        json: String,
    },
    /// Is this JSON text one that the strict reader takes?
    StrictJson {
        /// The text.
        json: String,
    },
    /// The root secret of these words. Answers with its 32 bytes.
    Words {
        /// The words.
        words: String,
    },
    /// The words of this root secret.
    Entropy {
        /// The 32 bytes.
        entropy: String,
    },
    /// The seed that BIP-39 makes of English words and a passphrase. The product's passphrase is always empty.
    Seed {
        /// The words.
        words: String,
        /// The passphrase.
        passphrase: String,
    },
    /// The public key of a did:key.
    Did {
        /// The did:key.
        did: String,
    },
    /// The did:key of a secret key.
    Identity {
        /// The secret key.
        secret: String,
    },
    /// The did:key of the share log of an export.
    ShareKey {
        /// The root secret.
        entropy: String,
        /// Id of the log.
        log: String,
        /// Name of the export.
        export: String,
        /// Epoch.
        epoch: u32,
    },
    /// Opens an age file. Answers with the SHA-256 of its content; a refusal is the name of the error and the
    /// SHA-256 of the content that was given out before.
    Age {
        /// `AGE-SECRET-KEY-1…`.
        identity: String,
        /// The file; base64.
        file: String,
    },
    /// Is this bundle valid? A refusal begins with the name of the check that failed.
    Bundle {
        /// The file; base64.
        zip: String,
        /// The audience that is expected, if any.
        audience: Option<String>,
    },
    /// Reads a file of the project's own vectors. Answers with what comes out of it, as JSON; a refusal is the name of
    /// the error.
    Vector {
        /// The folder below `tests/vectors`.
        folder: String,
        /// What the index gives besides the file; JSON.
        given: String,
        /// The file; base64.
        file: String,
    },
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes, with what was asked for, if anything was.
    Accepted(String),
    /// No, and why.
    Refused(String),
}
