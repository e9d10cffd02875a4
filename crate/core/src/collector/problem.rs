//! What a collector answers when it refuses: problem details (RFC 9457) with a closed set of types.

use serde::{Deserialize, Serialize};

/// Media type of a refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// What every `type` begins with; a code of [`Problem`] follows.
pub const TYPE_PREFIX: &str = "urn:counterfoil:problem:";

macro_rules! problems {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal;)+) => {
        /// Why a request is refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Problem {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Problem {
            /// All of them.
            pub const ALL: [Self; [$($status),+].len()] = [$(Self::$name),+];

            /// Its name, which never changes.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Its HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }
        }
    };
}

problems! {
    /// Not a request of this interface.
    Malformed = "malformed", 400;
    /// No token, or one that does not fit.
    Unauthorized = "unauthorized", 401;
    /// The token was used before.
    Replayed = "replayed", 401;
    /// There is no such thing.
    NotFound = "not-found", 404;
    /// Nothing of this person is held.
    NothingHeld = "nothing-held", 404;
    /// Not a method of this address.
    Method = "method", 405;
    /// It took too long to arrive.
    Timeout = "timeout", 408;
    /// The bundle does not continue what was cosigned last.
    Range = "range", 409;
    /// The consent was withdrawn.
    Withdrawn = "withdrawn", 409;
    /// The offer is over.
    OfferClosed = "offer-closed", 409;
    /// Larger than is taken.
    TooLarge = "too-large", 413;
    /// The bytes are not those that the address names.
    Digest = "digest", 422;
    /// A check of the bundle fails; the member `check` names it.
    Bundle = "bundle", 422;
    /// The offer is not one of this collector's.
    OfferUnknown = "offer-unknown", 422;
    /// The consent does not cover what the offer needs.
    Consent = "consent", 422;
    /// Fewer records than the offer asks for.
    TooFew = "too-few", 422;
    /// The refused records lie in more ranges than a receipt holds: hand over smaller bundles.
    TooManyRanges = "too-many-ranges", 422;
    /// The withdrawal is not one.
    Revocation = "revocation", 422;
    /// Too many requests from this address.
    RateLimited = "rate-limited", 429;
    /// Something went wrong here, and nothing was taken.
    Internal = "internal", 500;
    /// More is going on than this collector does at a time.
    Busy = "busy", 503;
    /// The disk is full.
    Full = "full", 507;
}

/// The document of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The check of the bundle that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// What happened, in words. Never a part of what was sent but its names and numbers.
    pub detail: String,
    /// The HTTP status.
    pub status: u16,
    /// The problem's name in words.
    pub title: String,
    /// [`TYPE_PREFIX`] and the code.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Document {
    /// The document of this problem.
    pub fn new(problem: Problem, detail: impl Into<String>) -> Self {
        Self {
            check: None,
            detail: detail.into(),
            status: problem.status(),
            title: problem.as_str().replace('-', " "),
            kind: format!("{TYPE_PREFIX}{}", problem.as_str()),
        }
    }

    /// The problem that it names, if it is known.
    pub fn problem(&self) -> Option<Problem> {
        let code = self.kind.strip_prefix(TYPE_PREFIX)?;
        Problem::ALL.into_iter().find(|problem| problem.as_str() == code)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_problem_is_known_by_its_type() {
        for problem in Problem::ALL {
            let text = serde_json::to_string(&Document::new(problem, "x")).unwrap();
            let document: Document = serde_json::from_str(&text).unwrap();
            assert_eq!(document.problem(), Some(problem));
        }
    }
}
