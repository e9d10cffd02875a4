//! What a bundle for a collector carries besides the records: the offer, the consent to it, the notice shown.

use serde::Deserialize;

use crate::bundle::statement::Statement;
use crate::did::Did;
use crate::encoding::sha256_hex;
use crate::jws::{self, JwsError, Type, Verified};

/// The three files that come with a bundle for a collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Papers<'a> {
    /// The collector's offer, a compact JWS.
    pub offer: &'a str,
    /// The person's consent, a compact JWS.
    pub consent: &'a str,
    /// The exact text that was shown.
    pub notice: &'a str,
}

/// What is checked of an offer here; it says much more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Offer {
    /// Version: 1.
    pub v: u8,
    /// The collector.
    pub iss: Did,
}

/// What is checked of a consent here; it says more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Consent {
    /// Version: 1.
    pub v: u8,
    /// Who consents.
    pub iss: Did,
    /// The collector.
    pub aud: Did,
    /// When, in seconds since the Unix epoch.
    pub iat: u64,
    /// Until when, in seconds since the Unix epoch.
    pub exp: u64,
    /// SHA-256 of the offer.
    pub offer_sha256: String,
    /// SHA-256 of the notice.
    pub notice_sha256: String,
}

/// Reads a consent and verifies its signature.
pub(crate) fn open_consent(consent: &str) -> Result<Verified<Consent>, JwsError> {
    jws::verify(consent, Type::Consent)
}

/// Whether the offer is the collector's own and the one that the bundle names; else what is wrong.
pub(crate) fn check_offer(statement: &Statement, collector: &Did, offer: &str) -> Result<(), String> {
    let Verified { did, payload } =
        jws::verify::<Offer>(offer, Type::Offer).map_err(|error| format!("offer.jws: {error}"))?;
    if payload.v != 1 {
        return Err(format!(
            "offer.jws is of version {}, which is not known",
            payload.v
        ));
    }
    if did != *collector || payload.iss != *collector {
        return Err("offer.jws is not signed by the collector that the bundle is for".to_owned());
    }
    same(
        statement.offer_sha256.as_deref(),
        offer,
        "bundle.jws names another offer.jws",
    )
}

/// Whether the consent is the signer's own, for this collector, offer and notice, and in force when the bundle
/// was approved; else what is wrong. That it is of the bundle's key is the business of the check `key`.
pub(crate) fn check_consent(
    statement: &Statement,
    collector: &Did,
    papers: &Papers<'_>,
) -> Result<(), String> {
    let Verified { did, payload } =
        open_consent(papers.consent).map_err(|error| format!("consent.jws: {error}"))?;
    if payload.v != 1 {
        return Err(format!(
            "consent.jws is of version {}, which is not known",
            payload.v
        ));
    }
    if payload.iss != did || payload.iss != statement.iss {
        return Err("consent.jws names another person than its signer".to_owned());
    }
    if payload.aud != *collector {
        return Err("consent.jws is for another collector".to_owned());
    }
    if !(payload.iat <= statement.iat && statement.iat < payload.exp) {
        return Err("consent.jws was not in force when the bundle was approved".to_owned());
    }
    same(
        Some(&payload.offer_sha256),
        papers.offer,
        "consent.jws is to another offer",
    )?;
    same(
        statement.consent_sha256.as_deref(),
        papers.consent,
        "bundle.jws names another consent.jws",
    )
}

/// Whether the notice is the one that consent and bundle name; else what is wrong.
pub(crate) fn check_notice(statement: &Statement, papers: &Papers<'_>) -> Result<(), String> {
    let consent = open_consent(papers.consent)
        .map_err(|error| format!("consent.jws: {error}"))?
        .payload;
    same(
        Some(&consent.notice_sha256),
        papers.notice,
        "consent.jws was given to another notice",
    )?;
    same(
        statement.notice_sha256.as_deref(),
        papers.notice,
        "bundle.jws names another notice.txt",
    )
}

fn same(due: Option<&str>, text: &str, otherwise: &str) -> Result<(), String> {
    if due == Some(sha256_hex(text.as_bytes()).as_str()) {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}
