//! How each question is answered.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use counterfoil_core::age::{Decryptor, Identity};
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::did::Did;
use counterfoil_core::encoding::{from_base64, from_hex, sha256_hex, to_hex};
use counterfoil_core::keys::{Audience, LogId, Root};
use counterfoil_core::merkle::{Hash, verify_consistency, verify_inclusion};
use counterfoil_core::{canonical, primitives};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::question::{Answer, Question};
use crate::vector;

/// Answers a question.
#[must_use]
pub fn answer(question: &Question) -> Answer {
    match attempt(question) {
        Ok(text) => Answer::Accepted(text),
        Err(reason) => Answer::Refused(reason),
    }
}

fn attempt(question: &Question) -> Result<String, String> {
    match question {
        Question::Ed25519 {
            key,
            message,
            signature,
        } => {
            let (key, message, signature) = (fixed(key)?, bytes(message)?, fixed(signature)?);
            need(
                primitives::verify(&key, &message, &signature),
                "the signature does not verify",
            )
        }
        Question::Hkdf {
            ikm,
            salt,
            info,
            size,
        } => derive(&bytes(ikm)?, &bytes(salt)?, &bytes(info)?, *size),
        Question::Xchacha {
            key,
            nonce,
            aad,
            sealed,
        } => open(&fixed(key)?, &fixed(nonce)?, &bytes(aad)?, &bytes(sealed)?),
        Question::Inclusion {
            leaf,
            index,
            size,
            proof,
            root,
        } => verify_inclusion(&hash(leaf)?, *index, *size, &hashes(proof)?, &hash(root)?)
            .map(|()| String::new())
            .map_err(said),
        Question::Consistency {
            old,
            new,
            old_root,
            new_root,
            proof,
        } => verify_consistency(*old, *new, &hash(old_root)?, &hash(new_root)?, &hashes(proof)?)
            .map(|()| String::new())
            .map_err(said),
        Question::Canonical { json } => {
            let value: serde_json::Value = serde_json::from_str(json).map_err(said)?;
            String::from_utf8(canonical::to_vec(&value).map_err(said)?).map_err(said)
        }
        Question::StrictJson { json } => canonical::from_slice::<serde_json::Value>(json.as_bytes())
            .map(|_| String::new())
            .map_err(said),
        Question::Words { words } => Root::from_words(words)
            .map(|root| to_hex(root.entropy()))
            .map_err(said),
        Question::Entropy { entropy } => Ok(Root::from_entropy(fixed(entropy)?).words().to_string()),
        Question::Seed { words, passphrase } => {
            bip39::Mnemonic::parse_in_normalized(bip39::Language::English, words)
                .map(|words| to_hex(&words.to_seed_normalized(passphrase)))
                .map_err(said)
        }
        Question::Did { did } => Did::parse(did).map(|did| to_hex(did.public_key())).map_err(said),
        Question::Identity { secret } => Ok(primitives::identity(&fixed(secret)?).to_string()),
        Question::ShareKey {
            entropy,
            log,
            export,
            epoch,
        } => {
            let root = Root::from_entropy(fixed(entropy)?);
            LogId::from_hex(log)
                .and_then(|log| root.share_key(&log, Audience::Export(export), *epoch))
                .map(|key| key.did().to_string())
                .map_err(said)
        }
        Question::Age { identity, file } => open_age(identity, &from_base64(file).map_err(said)?),
        Question::Bundle { zip, audience } => check_bundle(zip, audience.as_deref()),
        Question::Vector { folder, given, file } => {
            let given = serde_json::from_str(given).map_err(said)?;
            let file = from_base64(file).map_err(said)?;
            vector::read(folder, &given, &file).map(|gives| gives.to_string())
        }
    }
}

fn derive(ikm: &[u8], salt: &[u8], info: &[u8], size: usize) -> Result<String, String> {
    let mut out = vec![0; size];
    Hkdf::<Sha256>::new(Some(salt), ikm)
        .expand(info, &mut out)
        .map_err(said)?;
    Ok(to_hex(&out))
}

fn open(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], sealed: &[u8]) -> Result<String, String> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let nonce = XNonce::from_slice(nonce);
    let plain = cipher
        .decrypt(nonce, Payload { msg: sealed, aad })
        .map_err(|_| "the tag does not fit")?;
    let again = cipher
        .encrypt(nonce, Payload { msg: &plain, aad })
        .map_err(|_| "it cannot be sealed")?;
    need(again == sealed, "sealed anew it is other bytes")?;
    Ok(to_hex(&plain))
}

/// The file comes in pieces of a length that divides none of the format's.
fn open_age(identity: &str, file: &[u8]) -> Result<String, String> {
    let mut content = Vec::new();
    let opened = Identity::parse(identity).and_then(|identity| {
        let mut decryptor = Decryptor::new(&identity);
        for piece in file.chunks(8191) {
            decryptor.push(piece, &mut content)?;
        }
        decryptor.finish(&mut content)
    });
    let digest = sha256_hex(&content);
    match opened {
        Ok(()) => Ok(digest),
        Err(error) => Err(format!("{error:?} {digest}")),
    }
}

fn check_bundle(zip: &str, audience: Option<&str>) -> Result<String, String> {
    let zip = from_base64(zip).map_err(said)?;
    let expect = Expect {
        audience: audience.map(str::to_owned),
    };
    let report = verify(&zip, &expect).map_err(said)?;
    match report.failed() {
        None => need(report.valid, "no check failed, and yet it is not valid"),
        Some(check) => Err(format!("{}: {}", check.name, check.detail)),
    }
}

fn need(holds: bool, otherwise: &str) -> Result<String, String> {
    if holds {
        Ok(String::new())
    } else {
        Err(otherwise.to_owned())
    }
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    from_hex(hex).map_err(said)
}

fn fixed<const N: usize>(hex: &str) -> Result<[u8; N], String> {
    bytes(hex)?
        .try_into()
        .map_err(|found: Vec<u8>| format!("{} bytes where {N} are due", found.len()))
}

fn hash(text: &str) -> Result<Hash, String> {
    from_base64(text)
        .map_err(said)?
        .try_into()
        .map_err(|_| "not a hash of 32 bytes".to_owned())
}

fn hashes(texts: &[String]) -> Result<Vec<Hash>, String> {
    texts.iter().map(|text| hash(text)).collect()
}

#[allow(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn said(error: impl ToString) -> String {
    error.to_string()
}
