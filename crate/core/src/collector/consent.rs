//! What a person agrees to. [`crate::bundle::papers`] reads the part that binds a consent to a bundle; this is the
//! whole of it.

use serde::{Deserialize, Serialize};

use crate::collector::offer::{Offer, is_word_list};
use crate::collector::{StatementError, VERSION, is_digest, is_exact, require};
use crate::did::Did;
use crate::id;
use crate::jws::{self, Type};
use crate::keys::SigningKey;

/// How far a consent reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// To every bundle that the person approves under this offer, until it ends or is withdrawn.
    Offer,
}

/// The payload of a consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The collector.
    pub aud: Did,
    /// Until when, in seconds since the Unix epoch.
    pub exp: u64,
    /// Whether people may read the records.
    pub human_review: bool,
    /// When, in seconds since the Unix epoch.
    pub iat: u64,
    /// The person, by the key of the share log for this collector.
    pub iss: Did,
    /// UUID, version 4.
    pub jti: String,
    /// SHA-256 of the notice that was shown.
    pub notice_sha256: String,
    /// SHA-256 of the offer.
    pub offer_sha256: String,
    /// For what: all or some of the offer's purposes.
    pub purposes: Vec<String>,
    /// How far it reaches.
    pub scope: Scope,
    /// Whether records may hold special categories of personal data (GDPR, article 9).
    pub special: bool,
    /// [`VERSION`].
    pub v: u8,
}

impl Consent {
    /// Signs the consent, if it holds.
    pub fn sign(&self, key: &SigningKey) -> Result<String, StatementError> {
        self.check()?;
        if self.iss != *key.did() {
            return Err(StatementError::Signer);
        }
        Ok(jws::sign(key, Type::Consent, self)?)
    }

    /// Reads a consent, verifies its signature and that it holds.
    pub fn open(compact: &str) -> Result<Self, StatementError> {
        let verified = jws::verify::<Self>(compact, Type::Consent)?;
        if verified.payload.iss != verified.did {
            return Err(StatementError::Signer);
        }
        verified.payload.check()?;
        Ok(verified.payload)
    }

    /// Whether it agrees to what the offer needs: to nothing that is not offered, and to people reading where the
    /// offer says that they do.
    pub fn suits(&self, offer: &Offer) -> Result<(), StatementError> {
        require(self.aud == offer.iss, "aud")?;
        require(
            self.purposes
                .iter()
                .all(|purpose| offer.purposes.contains(purpose)),
            "purposes",
        )?;
        require(self.human_review || !offer.human_review, "human_review")
    }

    fn check(&self) -> Result<(), StatementError> {
        require(self.v == VERSION, "v")?;
        require(id::is_uuid(&self.jti, 4), "jti")?;
        require(is_exact(self.exp) && self.iat < self.exp, "exp")?;
        require(is_digest(&self.offer_sha256), "offer_sha256")?;
        require(is_digest(&self.notice_sha256), "notice_sha256")?;
        require(
            !self.purposes.is_empty() && is_word_list(&self.purposes, 32),
            "purposes",
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::collector::offer::tests::offer;

    #[test]
    fn a_consent_agrees_to_what_is_offered_and_to_no_more() {
        let (collector, person) = (
            SigningKey::from_secret(&[3; 32]),
            SigningKey::from_secret(&[4; 32]),
        );
        let offer = offer(&collector);
        let consent = Consent {
            aud: collector.did().clone(),
            exp: 2,
            human_review: true,
            iat: 1,
            iss: person.did().clone(),
            jti: "919108f7-52d1-4320-9bac-f847db4148a8".to_owned(),
            notice_sha256: "1".repeat(64),
            offer_sha256: "2".repeat(64),
            purposes: vec!["train".to_owned()],
            scope: Scope::Offer,
            special: false,
            v: 1,
        };
        let compact = consent.sign(&person).unwrap();
        assert_eq!(Consent::open(&compact).unwrap(), consent);
        assert_eq!(consent.sign(&collector), Err(StatementError::Signer));
        assert_eq!(consent.suits(&offer), Ok(()));
        let unread = Consent {
            human_review: false,
            ..consent.clone()
        };
        assert_eq!(unread.suits(&offer), Err(StatementError::Field("human_review")));
        let more = Consent {
            purposes: vec!["sell".to_owned()],
            ..consent.clone()
        };
        assert_eq!(more.suits(&offer), Err(StatementError::Field("purposes")));
        let over = Consent { exp: 1, ..consent };
        assert_eq!(over.sign(&person), Err(StatementError::Field("exp")));
    }
}
