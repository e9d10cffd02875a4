//! What `bundle.jws` says.

use serde::{Deserialize, Serialize};

use crate::canonical::{self, INTEGER_BOUND};
use crate::did::Did;

/// The audience of an export to a file.
pub const EXPORT: &str = "export";

/// The payload of `bundle.jws`: the approval of a person, and the root of all that a bundle proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The did:key of a collector, or [`EXPORT`].
    pub aud: String,
    /// SHA-256 of `checkpoint`.
    pub checkpoint_sha256: String,
    /// SHA-256 of `consent.jws`; for a collector only.
    #[serde(
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub consent_sha256: Option<String>,
    /// Records in the share log after this bundle.
    pub end: u64,
    /// When it was approved, in seconds since the Unix epoch.
    pub iat: u64,
    /// Who approved: the identity of the share log.
    pub iss: Did,
    /// UUID of this bundle.
    pub jti: String,
    /// SHA-256 of `notice.txt`; for a collector only.
    #[serde(
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub notice_sha256: Option<String>,
    /// SHA-256 of `offer.jws`; for a collector only.
    #[serde(
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub offer_sha256: Option<String>,
    /// SHA-256 of `data/records.jsonl`: what was shown is what was approved.
    pub records_sha256: String,
    /// Records in the share log before this bundle.
    pub start: u64,
    /// SHA-256 of `tagmanifest-sha256.txt`, and so of every file that it lists.
    pub tagmanifest_sha256: String,
    /// Version: 1.
    pub v: u8,
}

impl Statement {
    /// Version of the format.
    pub const VERSION: u8 = 1;

    /// The collector, if the audience is one; `Err` where it is neither a collector nor an export.
    pub fn collector(&self) -> Result<Option<Did>, crate::did::DidError> {
        if self.aud == EXPORT {
            Ok(None)
        } else {
            Did::parse(&self.aud).map(Some)
        }
    }

    /// Name of the top directory and, with `.zip`, of the file.
    pub fn stem(&self) -> String {
        stem(&self.iss, self.start, self.end)
    }

    /// Whether the numbers are such as a bundle can have.
    pub(crate) fn numbers_hold(&self) -> bool {
        self.v == Self::VERSION
            && self.start < self.end
            && self.end < INTEGER_BOUND
            && crate::time::rfc3339(self.iat).is_ok()
    }
}

/// `counterfoil-<last 8 of the did>-<start>-<end>`.
pub(crate) fn stem(did: &Did, start: u64, end: u64) -> String {
    format!("counterfoil-{}-{start}-{end}", did.tail())
}

/// The start that a directory's name gives.
pub(crate) fn start_of(stem: &str) -> Option<u64> {
    let (rest, _) = stem.rsplit_once('-')?;
    let (_, start) = rest.rsplit_once('-')?;
    start
        .parse()
        .ok()
        .filter(|number: &u64| number.to_string() == start)
}
