//! What a collector and a person say to each other, and what each of them can compute alone: offers and prices,
//! consent, the account between the two, withdrawal, and the proof that a collector told two stories.
//!
//! Both sides run this code. Given an offer, the records and the judgements that a receipt names, [`accept`] gives
//! the same sum to everybody; given two entries of an account, [`account::cheat_between`] says whether they can
//! both be honest.

pub mod accept;
pub mod account;
pub mod amount;
pub mod auth;
pub mod consent;
pub mod metadata;
pub mod offer;
pub mod problem;
pub mod revocation;

/// Version of every payload here.
pub const VERSION: u8 = 1;

/// A payload whose signature holds says something that it may not say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The statement itself is not accepted.
    #[error(transparent)]
    Jws(#[from] crate::jws::JwsError),
    /// The payload names another signer than its key.
    #[error("the statement names another signer than its key")]
    Signer,
    /// The statement is for somebody else.
    #[error("the statement is for somebody else")]
    Audience,
    /// A field has a value that is not allowed.
    #[error("the field {0} has a value that is not allowed")]
    Field(&'static str),
}

pub(crate) fn require(holds: bool, field: &'static str) -> Result<(), StatementError> {
    if holds {
        Ok(())
    } else {
        Err(StatementError::Field(field))
    }
}

/// Whether a text for people is there, short enough, and without characters that change how others are shown
/// (controls and Unicode's marks of direction).
pub(crate) fn is_plain(text: &str, most: usize) -> bool {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !text.trim().is_empty() && text.len() <= most && !text.contains(hides)
}

/// Whether a text is 64 lower-case hexadecimal digits.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64 && crate::encoding::from_hex(text).is_ok()
}

/// Whether a number survives a double, and so every reader of JSON.
pub(crate) fn is_exact(number: u64) -> bool {
    number < crate::canonical::INTEGER_BOUND
}
