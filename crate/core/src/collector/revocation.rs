//! Withdrawing: what is no longer to be used, and whether it is to be deleted.

use serde::{Deserialize, Serialize};

use crate::collector::{StatementError, VERSION, is_digest, is_exact, require};
use crate::did::Did;
use crate::id;
use crate::jws::{self, Type};
use crate::keys::SigningKey;

/// Days within which a withdrawal is carried out.
pub const DUE_DAYS: u64 = 30;
/// Most ranges of records in one withdrawal.
pub const MAX_RANGES: usize = 1_000;

/// What the collector is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// To use it no longer.
    Stop,
    /// To use it no longer, and to delete it.
    Delete,
}

/// Records from `from` up to, but not with, `to`, as positions in the share log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first.
    pub from: u64,
    /// Behind the last.
    pub to: u64,
}

/// What is withdrawn. For `all` and `offer`, the consents given up to then end as well: what was approved under
/// them and comes later is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "lowercase", deny_unknown_fields)]
pub enum Scope {
    /// Everything that this person gave this collector.
    All,
    /// Everything under one offer.
    Offer {
        /// SHA-256 of the offer.
        offer_sha256: String,
    },
    /// One bundle.
    Bundle {
        /// SHA-256 of `bundle.jws`.
        bundle_sha256: String,
    },
    /// Single records.
    Records {
        /// Which, in order.
        ranges: Vec<Span>,
    },
}

/// The payload of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// What to do.
    pub action: Action,
    /// The collector.
    pub aud: Did,
    /// When, in seconds since the Unix epoch.
    pub iat: u64,
    /// The person, by the key of the share log for this collector.
    pub iss: Did,
    /// UUID, version 4.
    pub jti: String,
    /// What is withdrawn.
    pub scope: Scope,
    /// [`VERSION`].
    pub v: u8,
}

impl Revocation {
    /// Signs the withdrawal, if it holds.
    pub fn sign(&self, key: &SigningKey) -> Result<String, StatementError> {
        self.check()?;
        if self.iss != *key.did() {
            return Err(StatementError::Signer);
        }
        Ok(jws::sign(key, Type::Revocation, self)?)
    }

    /// Reads a withdrawal to this collector, verifies its signature and that it holds.
    pub fn open(compact: &str, collector: &Did) -> Result<Self, StatementError> {
        let verified = jws::verify::<Self>(compact, Type::Revocation)?;
        if verified.payload.iss != verified.did {
            return Err(StatementError::Signer);
        }
        if verified.payload.aud != *collector {
            return Err(StatementError::Audience);
        }
        verified.payload.check()?;
        Ok(verified.payload)
    }

    fn check(&self) -> Result<(), StatementError> {
        require(self.v == VERSION, "v")?;
        require(id::is_uuid(&self.jti, 4), "jti")?;
        require(crate::time::rfc3339(self.iat).is_ok(), "iat")?;
        match &self.scope {
            Scope::All => Ok(()),
            Scope::Offer { offer_sha256 } => require(is_digest(offer_sha256), "scope"),
            Scope::Bundle { bundle_sha256 } => require(is_digest(bundle_sha256), "scope"),
            Scope::Records { ranges } => {
                require((1..=MAX_RANGES).contains(&ranges.len()), "scope")?;
                let mut at = 0;
                for range in ranges {
                    require(
                        at <= range.from && range.from < range.to && is_exact(range.to),
                        "scope",
                    )?;
                    at = range.to;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_withdrawal_names_what_it_is_about() {
        let (collector, person) = (
            SigningKey::from_secret(&[3; 32]),
            SigningKey::from_secret(&[4; 32]),
        );
        let make = |scope| Revocation {
            action: Action::Delete,
            aud: collector.did().clone(),
            iat: 1_795_341_600,
            iss: person.did().clone(),
            jti: "919108f7-52d1-4320-9bac-f847db4148a8".to_owned(),
            scope,
            v: 1,
        };
        let spans = |spans: &[(u64, u64)]| Scope::Records {
            ranges: spans
                .iter()
                .map(|(from, to)| Span { from: *from, to: *to })
                .collect(),
        };
        for scope in [
            Scope::All,
            Scope::Offer {
                offer_sha256: "a".repeat(64),
            },
            Scope::Bundle {
                bundle_sha256: "a".repeat(64),
            },
            spans(&[(0, 1), (1, 3), (7, 9)]),
        ] {
            let revocation = make(scope);
            let compact = revocation.sign(&person).unwrap();
            assert_eq!(Revocation::open(&compact, collector.did()).unwrap(), revocation);
            assert_eq!(
                Revocation::open(&compact, person.did()),
                Err(StatementError::Audience)
            );
        }
        for scope in [
            Scope::Offer {
                offer_sha256: "A".repeat(64),
            },
            spans(&[]),
            spans(&[(1, 1)]),
            spans(&[(3, 4), (2, 5)]),
        ] {
            assert_eq!(make(scope).sign(&person), Err(StatementError::Field("scope")));
        }
        let all = serde_json::to_string(&Scope::All).unwrap();
        assert_eq!(all, r#"{"of":"all"}"#);
    }
}
