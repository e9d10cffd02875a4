//! Texts that are much alike: sixteen minima of hashes over a text's runs of three words, four bits of each kept
//! (A. Broder, "On the resemblance and containment of documents", 1997; P. Li and A. König, "b-Bit minwise hashing",
//! 2010). The share of equal places is about the share of runs that two texts have in common.
//!
//! What it says is a judgement of the collector: `others_duplicate`. Nobody else has to come to the same.

use counterfoil_core::encoding::sha256;

/// Texts of fewer words have no fingerprint: too many honest ones would be alike.
const LEAST_WORDS: usize = 24;
/// Words of a text that count.
const MOST_WORDS: usize = 4_096;
/// Places of a fingerprint.
const PLACES: u32 = 16;
/// Bits of a place.
const BITS: u32 = 4;
/// Fingerprints that differ in at most so many places are of texts much alike. Then at least one of [`BANDS`] bands
/// of four places is the same in both.
const NEAR: u32 = 3;
/// Bands of 16 bits in a fingerprint.
pub(crate) const BANDS: usize = 4;

/// The fingerprint of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(pub(crate) u64);

impl Fingerprint {
    /// The fingerprint of a text; `None` where it is too short for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .map(str::to_lowercase)
            .collect();
        if words.len() < LEAST_WORDS {
            return None;
        }
        let mut minima = [u64::MAX; PLACES as usize];
        for run in words.windows(3) {
            let digest = sha256(run.join(" ").as_bytes());
            let (head, rest) = digest.split_first_chunk::<8>()?;
            let (next, _) = rest.split_first_chunk::<8>()?;
            // Each place has a hash of its own, made of two independent ones.
            let (mut hash, step) = (u64::from_be_bytes(*head), u64::from_be_bytes(*next) | 1);
            for minimum in &mut minima {
                *minimum = hash.min(*minimum);
                hash = hash.wrapping_add(step);
            }
        }
        Some(Self(
            minima
                .iter()
                .fold(0, |print, minimum| print << BITS | minimum & 0xf),
        ))
    }

    /// Its bands.
    pub(crate) fn bands(self) -> [u16; BANDS] {
        let band = |shift: u32| (self.0 >> shift & 0xffff) as u16;
        [48, 32, 16, 0].map(band)
    }

    /// Whether the texts are much alike.
    pub(crate) fn is_near(self, other: Self) -> bool {
        let differing = self.0 ^ other.0;
        (0..PLACES)
            .filter(|place| differing >> (place * BITS) & 0xf != 0)
            .count()
            <= NEAR as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Explain to me how the keeper of a lighthouse used to wind the clockwork that turned the \
        lens every four hours through the night, and what happened on the rare nights when the weight reached the \
        bottom of its shaft before he woke up and climbed the stairs to wind it again.";

    #[test]
    fn a_changed_ending_is_near_and_another_text_is_not() {
        let print = Fingerprint::of(TEXT);
        let dressed = format!("  {}!!", TEXT.to_uppercase());
        assert_eq!(Fingerprint::of(&dressed), print);
        let long = TEXT.repeat(8);
        let tail = format!("{long} Thanks.");
        let (long, tail) = (Fingerprint::of(&long), Fingerprint::of(&tail));
        assert!(long.zip(tail).is_some_and(|(long, tail)| long.is_near(tail)));
        let other = "Write a short letter to my landlord about the heating that has been broken since the first week of \
            November, ask him when it will be mended, and mention that the rent may be reduced meanwhile.";
        assert!(
            Fingerprint::of(other)
                .zip(print)
                .is_some_and(|(other, print)| !other.is_near(print))
        );
    }

    #[test]
    fn short_texts_have_none() {
        assert_eq!(Fingerprint::of("lighthouse clockwork"), None);
        assert_eq!(Fingerprint::of(""), None);
    }

    #[test]
    fn near_fingerprints_share_a_band() {
        let print = Fingerprint(0x0123_4567_89ab_cdef);
        for (a, b, c) in [(0, 17, 40), (63, 59, 55), (15, 16, 48)] {
            let other = Fingerprint(print.0 ^ 1 << a ^ 1 << b ^ 1 << c);
            assert!(print.is_near(other));
            assert!(
                print
                    .bands()
                    .iter()
                    .zip(other.bands())
                    .any(|(left, right)| *left == right)
            );
        }
    }
}
