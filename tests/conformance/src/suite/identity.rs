//! The did:key method's vectors for Ed25519.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use counterfoil_conformance_probe::Question;
use counterfoil_core::encoding::{from_base64url, to_hex};
use serde_json::Value;

use super::{json, text};
use crate::case::{Case, Due, Suite};

/// The suite.
///
/// # Errors
/// The file cannot be read or has another form.
pub(super) fn did_key(file: &Path) -> Result<Suite> {
    let document = json(file)?;
    let mut cases = Vec::new();
    for (did, test) in document.as_object().context("no identities")? {
        let (key, agreement) = keys(test).with_context(|| did.clone())?;
        let ask = |did: &str| Question::Did { did: did.to_owned() };
        let identity = Question::Identity {
            secret: text(test, "seed")?.to_owned(),
        };
        cases.push(Case {
            name: did.clone(),
            steps: vec![
                (identity, Due::Accepted(did.clone())),
                (ask(did), Due::Accepted(key)),
                (ask(&agreement), Due::Refused),
            ],
        });
    }
    ensure!(!cases.is_empty(), "{} has no identities", file.display());
    Ok(Suite {
        name: "did:key, Ed25519",
        meaning: "secret to identity to public key; the X25519 key of the same document is refused",
        cases,
    })
}

/// The public key in hex, and the did:key that the method would give the key for agreements. Some of the vectors
/// have keys as JWK, others in base58.
fn keys(test: &Value) -> Result<(String, String)> {
    let methods = |name: &str| {
        test["didDocument"][name]
            .as_array()
            .and_then(|found| found.first())
    };
    let signing = methods("verificationMethod").context("no verification method")?;
    let key = match signing["publicKeyJwk"]["x"].as_str() {
        Some(x) => to_hex(&from_base64url(x)?),
        None => base58_key(text(signing, "publicKeyBase58")?)?,
    };
    let agreement = methods("keyAgreement").context("no key agreement")?;
    let id = agreement
        .as_str()
        .or_else(|| agreement["id"].as_str())
        .context("no id")?;
    let (_, fragment) = id.split_once('#').context("an id without a fragment")?;
    Ok((key, format!("did:key:{fragment}")))
}

/// 32 bytes of base58 in hex.
fn base58_key(text: &str) -> Result<String> {
    const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0_u8; 32];
    for letter in text.chars() {
        let mut carry = ALPHABET.find(letter).context("not base58")?;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff)?;
            carry >>= 8;
        }
        ensure!(carry == 0, "more than 32 bytes of base58");
    }
    Ok(to_hex(&bytes))
}
