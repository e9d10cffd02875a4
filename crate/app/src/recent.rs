//! What was submitted and previewed lately, to tell a retry from a new submission: digests, never words.
//!
//! It lies under the key that deletions destroy, since a digest of a short text can be guessed.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::message::Held;

const MINUTE: u64 = 60_000;

/// Submissions remembered to tell a retry from a new one.
const REMEMBERED: usize = 256;

/// Previewed texts remembered, and for how long.
const PREVIEWS: usize = 32;
const PREVIEWED: u64 = 30 * MINUTE;

/// How far back the address of a search is the same search: its further tabs, reloads and returns.
const SAME_SEARCH: u64 = 30 * MINUTE;
/// How far back the address of a search is the sight of a submission that the gesture already told.
const SAME_SUBMISSION: u64 = 10_000;

/// The lately seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Recent {
    seen: VecDeque<Seen>,
    previewed: VecDeque<Previewed>,
}

/// A submission seen lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    nonce: String,
    digest: [u8; 16],
    at: u64,
    by_address: bool,
    /// UUID of its record.
    #[serde(default)]
    id: String,
}

/// A text that was typed and previewed: known again by its digest, never by its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Previewed {
    digest: [u8; 16],
    at: u64,
    typed: u32,
    pasted: u32,
}

/// What a submission turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sighting {
    /// Not seen before.
    New,
    /// A retry of one that was recorded, or another sight of it.
    Known,
}

/// Which channel told of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Channel {
    /// A gesture in the page.
    Gesture,
    /// The address that the page moved to.
    Address,
}

impl Recent {
    /// Whether a submission was recorded already.
    pub(crate) fn sighting(
        &self,
        nonce: &str,
        origin: &str,
        text: &str,
        channel: Channel,
        now: u64,
    ) -> Sighting {
        let digest = digest(origin, text);
        let known = self.seen.iter().any(|seen| {
            seen.nonce == nonce
                || seen.digest == digest
                    && match (channel, seen.by_address) {
                        // Saying the same thing twice is two submissions.
                        (Channel::Gesture, false) => false,
                        (Channel::Gesture, true) => now.saturating_sub(seen.at) <= SAME_SUBMISSION,
                        (Channel::Address, _) => now.saturating_sub(seen.at) <= SAME_SEARCH,
                    }
        });
        if known { Sighting::Known } else { Sighting::New }
    }

    /// UUID of the record of a submission.
    pub(crate) fn recorded(&self, nonce: &str) -> Option<&str> {
        let seen = self.seen.iter().find(|seen| seen.nonce == nonce)?;
        Some(seen.id.as_str()).filter(|id| !id.is_empty())
    }

    /// UUID of the latest record of a text on a site, if it was made lately.
    pub(crate) fn of_text(&self, origin: &str, text: &str) -> Option<&str> {
        let digest = digest(origin, text);
        let seen = self.seen.iter().rev().find(|seen| seen.digest == digest)?;
        Some(seen.id.as_str()).filter(|id| !id.is_empty())
    }

    /// Remembers a submission that is being recorded under a UUID.
    pub(crate) fn remember(
        &mut self,
        nonce: &str,
        origin: &str,
        text: &str,
        channel: Channel,
        now: u64,
        id: &str,
    ) {
        if self.seen.len() >= REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back(Seen {
            nonce: nonce.to_owned(),
            digest: digest(origin, text),
            at: now,
            by_address: channel == Channel::Address,
            id: id.to_owned(),
        });
    }

    /// Forgets every trace of a text that is deleted; its nonce stays known.
    pub(crate) fn forget(&mut self, origins: &[String], text: &str) {
        let gone: Vec<_> = origins.iter().map(|origin| digest(origin, text)).collect();
        for seen in &mut self.seen {
            if gone.contains(&seen.digest) {
                seen.digest = [0; 16];
            }
        }
        self.previewed.retain(|held| !gone.contains(&held.digest));
    }

    /// Remembers that a text was typed and previewed.
    pub(crate) fn hold(&mut self, origin: &str, held: &Held, now: u64) {
        let digest = digest(origin, &held.text);
        self.previewed
            .retain(|other| other.digest != digest && now.saturating_sub(other.at) <= PREVIEWED);
        if self.previewed.len() >= PREVIEWS {
            self.previewed.pop_front();
        }
        self.previewed.push_back(Previewed {
            digest,
            at: now,
            typed: held.typed,
            pasted: held.pasted,
        });
    }

    /// Code points typed and pasted of a text that was previewed lately.
    pub(crate) fn held(&self, origin: &str, text: &str, now: u64) -> Option<(u32, u32)> {
        let digest = digest(origin, text);
        self.previewed
            .iter()
            .find(|held| held.digest == digest && now.saturating_sub(held.at) <= PREVIEWED)
            .map(|held| (held.typed, held.pasted))
    }
}

/// First 16 bytes of SHA-256 over the origin and the words of the text, each after a NUL: white space is folded,
/// since forms and editors change it on the way.
fn digest(origin: &str, text: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(origin.as_bytes());
    for word in text.split_whitespace() {
        hash.update([0]);
        hash.update(word.as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://example.org";

    #[test]
    fn a_retry_is_known_and_a_repeated_sentence_is_new() {
        let mut state = Recent::default();
        state.remember("a", ORIGIN, "yes", Channel::Gesture, 1_000, "id");
        assert_eq!(
            state.sighting("a", ORIGIN, "yes", Channel::Gesture, 90_000),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "yes", Channel::Gesture, 1_001),
            Sighting::New
        );
        assert_eq!(
            state.sighting("c", ORIGIN, " yes\n", Channel::Address, 1_001),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("c", "https://other.example", "yes", Channel::Address, 1_001),
            Sighting::New
        );
        assert_eq!(state.recorded("a"), Some("id"));
        assert_eq!(state.recorded("b"), None);
        assert_eq!(state.of_text(ORIGIN, "yes"), Some("id"));
        assert_eq!(state.of_text(ORIGIN, "no"), None);
    }

    #[test]
    fn an_address_is_the_same_search_for_half_an_hour() {
        let mut state = Recent::default();
        state.remember("a", ORIGIN, "cats", Channel::Address, 0, "id");
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Address, SAME_SEARCH),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Address, SAME_SEARCH + 1),
            Sighting::New
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Gesture, SAME_SUBMISSION),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Gesture, SAME_SUBMISSION + 1),
            Sighting::New
        );
    }

    #[test]
    fn what_is_deleted_leaves_no_digest_and_memory_is_bounded() {
        let mut state = Recent::default();
        for n in 0..2 * REMEMBERED {
            state.remember(&n.to_string(), ORIGIN, "x", Channel::Gesture, 0, "id");
        }
        assert_eq!(state.seen.len(), REMEMBERED);
        state.remember("a", ORIGIN, "secret words", Channel::Address, 0, "id");
        state.forget(&[ORIGIN.into()], "secret words");
        assert_eq!(
            state.sighting("b", ORIGIN, "secret words", Channel::Address, 1),
            Sighting::New
        );
        assert_eq!(
            state.sighting("a", ORIGIN, "secret words", Channel::Address, 1),
            Sighting::Known
        );
    }
}
