//! Statements: compact JWS (RFC 7515) with Ed25519 (RFC 8037, RFC 9864), one `typ` for each purpose.
//!
//! The header has exactly `alg`, `kid` and `typ`. So `crit`, `jwk`, `jku`, `x5u`, `b64` and whatever else could
//! change how a statement is read are refused, and the key is always the one that `kid` spells out.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError, Object};
use crate::did::Did;
use crate::encoding::{self, from_base64url, to_base64url};
use crate::keys::{self, SigningKey};

/// Longest statement that is read, in bytes of its compact form.
pub const MAX_STATEMENT: usize = 1024 * 1024;

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// A collector's offer.
    Offer,
    /// A person's consent to an offer.
    Consent,
    /// The approval of a bundle.
    Bundle,
    /// An entry of the account between a collector and a person.
    Account,
    /// A withdrawal.
    Revocation,
    /// A bearer token for one request.
    Auth,
    /// A collector's description of itself.
    Collector,
}

impl Type {
    /// The `typ` of the header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "counterfoil-offer+jwt",
            Self::Consent => "counterfoil-consent+jwt",
            Self::Bundle => "counterfoil-bundle+jwt",
            Self::Account => "counterfoil-account+jwt",
            Self::Revocation => "counterfoil-revocation+jwt",
            Self::Auth => "counterfoil-auth+jwt",
            Self::Collector => "counterfoil-collector+jwt",
        }
    }
}

/// Why a statement cannot be made or is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// A bundle is signed by [`crate::bundle::write::approve`] only.
    #[error("a bundle is signed only by approving the digest of its records")]
    NeedsApproval,
    /// Not three base64url parts, or longer than a statement may be.
    #[error("not a compact JWS")]
    Malformed,
    /// The header has other members than `alg`, `kid` and `typ`, or not all of them.
    #[error("the header is not accepted: {0}")]
    Header(String),
    /// The algorithm is not Ed25519.
    #[error("the algorithm is not EdDSA or Ed25519")]
    Algorithm,
    /// Another type of statement, or none that is known.
    #[error("the statement is not of type {0}")]
    WrongType(&'static str),
    /// The `kid` is not a did:key of an Ed25519 key with itself as the fragment.
    #[error("the key is not named as did:key:z6Mk…#z6Mk…")]
    KeyId,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
    /// The signature holds, but the payload cannot be read as its type, or written.
    #[error("the payload is not accepted: {0}")]
    Payload(#[from] CanonicalError),
}

/// A statement whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    /// Who signed.
    pub did: Did,
    /// What was signed.
    pub payload: T,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// Signs a statement; any but a bundle.
pub fn sign<T: Serialize>(key: &SigningKey, kind: Type, payload: &T) -> Result<String, JwsError> {
    if kind == Type::Bundle {
        return Err(JwsError::NeedsApproval);
    }
    sign_any(key, kind, payload)
}

pub(crate) fn sign_any<T: Serialize>(key: &SigningKey, kind: Type, payload: &T) -> Result<String, JwsError> {
    let header = Header {
        alg: "EdDSA".to_owned(),
        kid: key.did().key_id(),
        typ: kind.as_str().to_owned(),
    };
    let mut compact = to_base64url(&canonical::to_vec(&header)?);
    compact.push('.');
    compact.push_str(&to_base64url(&canonical::to_vec(payload)?));
    let signature = key.sign(compact.as_bytes());
    compact.push('.');
    compact.push_str(&to_base64url(&signature));
    Ok(compact)
}

/// Verifies a statement of this type and reads its payload.
pub fn verify<T: DeserializeOwned>(compact: &str, kind: Type) -> Result<Verified<T>, JwsError> {
    if compact.len() > MAX_STATEMENT {
        return Err(JwsError::Malformed);
    }
    let (input, signature) = compact.rsplit_once('.').ok_or(JwsError::Malformed)?;
    let (header, payload) = input.split_once('.').ok_or(JwsError::Malformed)?;
    let header = from_base64url(header).map_err(|_| JwsError::Malformed)?;
    let payload = from_base64url(payload).map_err(|_| JwsError::Malformed)?;
    let signature = from_base64url(signature).map_err(|_| JwsError::Malformed)?;

    let Object(header): Object<Header> =
        canonical::from_slice(&header).map_err(|error| JwsError::Header(error.to_string()))?;
    if header.alg != "EdDSA" && header.alg != "Ed25519" {
        return Err(JwsError::Algorithm);
    }
    if header.typ != kind.as_str() {
        return Err(JwsError::WrongType(kind.as_str()));
    }
    let did = header
        .kid
        .split_once('#')
        .and_then(|(did, _)| Did::parse(did).ok())
        .ok_or(JwsError::KeyId)?;
    if did.key_id() != header.kid {
        return Err(JwsError::KeyId);
    }
    let signature = <[u8; 64]>::try_from(signature).map_err(|_| JwsError::BadSignature)?;
    if !keys::verify(&did, input.as_bytes(), &signature) {
        return Err(JwsError::BadSignature);
    }
    let Object(payload) = canonical::from_slice(&payload)?;
    Ok(Verified { did, payload })
}

/// SHA-256 of the compact form, lower-case hex: how one statement names another.
pub fn sha256_hex(compact: &str) -> String {
    encoding::sha256_hex(compact.as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn statements_round_trip() {
        let key = SigningKey::from_secret(&[3; 32]);
        for kind in [
            Type::Offer,
            Type::Consent,
            Type::Account,
            Type::Revocation,
            Type::Auth,
            Type::Collector,
        ] {
            let compact = sign(&key, kind, &json!({"b": 1, "a": "x"})).unwrap();
            let Verified { did, payload } = verify::<Value>(&compact, kind).unwrap();
            assert_eq!((&did, payload), (key.did(), json!({"a": "x", "b": 1})));
            let (_, rest) = compact.split_once('.').unwrap();
            assert!(rest.starts_with(&to_base64url(br#"{"a":"x","b":1}"#)));
            assert_eq!(
                verify::<Value>(&compact, Type::Bundle),
                Err(JwsError::WrongType("counterfoil-bundle+jwt"))
            );
        }
    }

    #[test]
    fn a_bundle_needs_its_approval() {
        let key = SigningKey::from_secret(&[3; 32]);
        assert_eq!(sign(&key, Type::Bundle, &json!({})), Err(JwsError::NeedsApproval));
    }

    #[test]
    fn a_payload_with_a_fraction_is_not_signed() {
        let key = SigningKey::from_secret(&[3; 32]);
        assert_eq!(
            sign(&key, Type::Offer, &json!({"amount": 0.1})),
            Err(CanonicalError::Float.into())
        );
    }

    #[test]
    fn no_bit_can_change() {
        let key = SigningKey::from_secret(&[3; 32]);
        let compact = sign(&key, Type::Auth, &json!({"aud": "x"})).unwrap();
        for bit in 0..compact.len() * 8 {
            let mut bytes = compact.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(verify::<Value>(&text, Type::Auth).is_err(), "bit {bit}");
        }
        for bad in [
            "",
            "a",
            "a.b",
            "a.b.c.d",
            &format!("{compact}."),
            &format!("{compact}="),
            &format!(" {compact}"),
        ] {
            assert!(verify::<Value>(bad, Type::Auth).is_err(), "{bad}");
        }
    }
}
