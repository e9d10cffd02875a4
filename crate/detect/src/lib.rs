//! Finds personal data and secrets in what a person writes, says why, and takes them out.
//!
//! [`detect`] looks at a text once, in time that grows with its length alone, and gives [`Finding`]s: what it is, where
//! it stands, how sure that is, and the reason, of which each has a text for the person. [`redact`] takes findings out
//! of a text. Nothing here reads, writes, asks a clock or draws lots.

#![forbid(unsafe_code)]
#![allow(
    clippy::nonminimal_bool,
    reason = "a condition of a rule stands as the rule is told"
)]
#![allow(clippy::naive_bytecount, reason = "what is counted is short")]

mod assign;
mod checksum;
mod choice;
mod engine;
mod ids;
mod kind;
#[cfg(test)]
mod linear;
mod money;
mod net;
mod order;
mod person;
mod personal;
mod phone;
mod redact;
mod scan;
mod secret;
mod text;
mod words;

pub use choice::{Choice, Choices, Decided, SURE};
pub use kind::{Group, Kind, Reason};
pub use personal::Personal;
pub use redact::{Action, Policy, Redacted, generalise, redact, redact_each};

/// Something that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it most likely is.
    pub kind: Kind,
    /// What else it can be, the likelier first.
    pub also: Vec<Kind>,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// How sure it is, in hundredths.
    pub confidence: u8,
    /// Why it was taken for this.
    pub reason: Reason,
}

impl Finding {
    /// What it is and what it can be.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        std::iter::once(self.kind).chain(self.also.iter().copied())
    }
}

/// Finds what should not leave. Findings come in the order of the text and do not overlap.
pub fn detect(text: &str) -> Vec<Finding> {
    engine::Engine::new(text).run().0
}

/// Finds plain facts as well, as addresses of pages; those may lie over other findings, but not within a secret.
///
/// They are looked for by themselves, so that a program which does not ask for them does not carry what finds them.
pub fn detect_all(text: &str) -> Vec<Finding> {
    let mut found = detect(text);
    let mut next = 0;
    let mut plain = Vec::new();
    for (start, end) in net::plain(&text::Text::new(text)) {
        while found.get(next).is_some_and(|finding| finding.end <= start) {
            next += 1;
        }
        let secret = found
            .get(next)
            .is_some_and(|finding| finding.start <= start && finding.kind.group() == Group::Secret);
        if !secret {
            plain.push(Finding {
                kind: Kind::Url,
                also: Vec::new(),
                start,
                end,
                confidence: 60,
                reason: Reason::Form,
            });
        }
    }
    found.append(&mut plain);
    order::order(found, |finding| (finding.start, finding.end, 0))
}
