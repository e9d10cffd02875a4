//! Which records of a bundle are accepted, and what they cost: the same for the collector and for the person.
//!
//! A record is refused for the first of these that applies: `kind`, `site`, `lang`, `time`, `size`, `duplicate`,
//! then a judgement of the collector, then `cap`. All but the judgements follow from the offer and the records, so
//! a person who takes the judgements of a receipt as given computes the same sum.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::collector::amount::{Amount, AmountError};
use crate::collector::offer::{Offer, Precision, Tally};
use crate::encoding::sha256;
use crate::record::{Kind, SharedLine};
use crate::time;

/// Most ranges of refused records in one receipt: more would not fit into a statement.
pub const MAX_RANGES: usize = 8_000;

/// Why a record is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Of a kind that the offer does not ask for.
    Kind,
    /// From a site that the offer does not ask for, or from none that is named.
    Site,
    /// In a language that the offer does not ask for, or in none that is named.
    Lang,
    /// Its time is finer or coarser than the offer asks, or after the approval.
    Time,
    /// Shorter or longer than the offer asks.
    Size,
    /// The same text as an accepted record of the same person, see [`TextKey`].
    Duplicate,
    /// More than the offer takes.
    Cap,
    /// Judged: the same as, or much like, what the collector has already.
    OthersDuplicate,
    /// Judged: not worth having.
    Quality,
    /// Judged: not what it claims to be.
    Fraud,
}

impl Code {
    /// Whether nobody but the collector can tell.
    pub fn is_judgement(self) -> bool {
        matches!(self, Self::OthersDuplicate | Self::Quality | Self::Fraud)
    }

    /// As it stands in a receipt.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Site => "site",
            Self::Lang => "lang",
            Self::Time => "time",
            Self::Size => "size",
            Self::Duplicate => "duplicate",
            Self::Cap => "cap",
            Self::OthersDuplicate => "others_duplicate",
            Self::Quality => "quality",
            Self::Fraud => "fraud",
        }
    }
}

/// Records that were refused for one reason: from `from` up to, but not with, `to`, as positions in the share log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// Why.
    pub code: Code,
    /// The first.
    pub from: u64,
    /// Behind the last.
    pub to: u64,
}

/// What two texts have in common that count as the same: the first 16 bytes of the SHA-256 of the text with ASCII
/// letters in lower case and each run of spaces, tabs, line feeds, form feeds and carriage returns as one space,
/// none at either end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextKey(pub [u8; 16]);

impl TextKey {
    /// The key of a text.
    pub fn of(text: &str) -> Self {
        let mut plain = String::with_capacity(text.len());
        for word in text
            .split(|c: char| c.is_ascii_whitespace())
            .filter(|word| !word.is_empty())
        {
            if !plain.is_empty() {
                plain.push(' ');
            }
            plain.push_str(word);
        }
        plain.make_ascii_lowercase();
        let digest = sha256(plain.as_bytes());
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(digest) {
            *to = from;
        }
        Self(key)
    }
}

/// Whether an offer asks for records of this kind, from this site and of so many code points, whatever their time and
/// language.
pub fn is_asked(offer: &Offer, kind: Kind, site: Option<&str>, codepoints: u64) -> bool {
    offer.kinds.contains(&kind) && asks_site(offer, site) && asks_size(offer, codepoints)
}

fn asks_site(offer: &Offer, site: Option<&str>) -> bool {
    offer.sites.is_empty() || site.is_some_and(|site| offer.sites.iter().any(|asked| asked == site))
}

fn asks_size(offer: &Offer, codepoints: u64) -> bool {
    (offer.caps.min_codepoints..=offer.caps.max_codepoints).contains(&codepoints)
}

/// There are more ranges of refused records than a receipt holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the refused records lie in more than {MAX_RANGES} ranges")]
pub struct TooManyRanges;

/// Judges the records of one bundle, one after the other. Holds 16 bytes for each accepted record.
#[derive(Debug)]
pub struct Judge<'a> {
    offer: &'a Offer,
    // The day of the approval: no record is of a later one.
    day: String,
    // Accepted records of this person under this offer, in earlier bundles.
    before: u64,
    texts: BTreeSet<TextKey>,
    tally: Tally,
    rejected: Vec<Rejected>,
}

impl<'a> Judge<'a> {
    /// For a bundle that was approved at this time, in seconds since the Unix epoch, by a person of whom so many
    /// records were accepted under this offer before.
    pub fn new(offer: &'a Offer, approved_at: u64, before: u64) -> Self {
        Self {
            offer,
            day: time::day(approved_at.saturating_mul(1000)).unwrap_or_default(),
            before,
            texts: BTreeSet::new(),
            tally: Tally::default(),
            rejected: Vec::new(),
        }
    }

    /// Why the record is refused whatever was judged and taken before; `None` if nothing speaks against it.
    pub fn objection(&self, record: &SharedLine<'_>) -> Option<Code> {
        let Offer { kinds, languages, .. } = self.offer;
        let is_spoken = |tag: &str| languages.iter().any(|range| covers(range, tag));
        if !kinds.contains(&record.kind) {
            Some(Code::Kind)
        } else if !asks_site(self.offer, record.site.as_deref()) {
            Some(Code::Site)
        } else if !languages.is_empty() && !record.lang.as_deref().is_some_and(is_spoken) {
            Some(Code::Lang)
        } else if !self.fits_time(record.time.as_deref()) {
            Some(Code::Time)
        } else if !asks_size(self.offer, codepoints(&record.text)) {
            Some(Code::Size)
        } else {
            None
        }
    }

    /// Takes the next record. `is_known` says whether an accepted record of this person, in an earlier bundle and
    /// not withdrawn since, has the same [`TextKey`]; `judged` is what the collector holds against the record.
    /// Gives the reason for which it is refused, if it is.
    pub fn take(
        &mut self,
        record: &SharedLine<'_>,
        key: TextKey,
        is_known: bool,
        judged: Option<Code>,
    ) -> Result<Option<Code>, TooManyRanges> {
        let taken = self.tally.records();
        let is_full = taken >= self.offer.caps.per_bundle
            || self.before.saturating_add(taken) >= self.offer.caps.per_person;
        let code = self
            .objection(record)
            .or_else(|| (is_known || self.texts.contains(&key)).then_some(Code::Duplicate))
            .or_else(|| judged.filter(|code| code.is_judgement()))
            .or_else(|| is_full.then_some(Code::Cap));
        match code {
            Some(code) => self.reject(record.seq, code)?,
            None => {
                self.texts.insert(key);
                self.tally.add(record.kind, codepoints(&record.text));
            }
        }
        Ok(code)
    }

    /// What was accepted so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What the collector owes for the bundle, and what it refused.
    pub fn finish(self) -> Result<Outcome, AmountError> {
        Ok(Outcome {
            accepted: self.tally.records(),
            amount: self.offer.price(&self.tally)?,
            rejected: self.rejected,
        })
    }

    fn reject(&mut self, seq: u64, code: Code) -> Result<(), TooManyRanges> {
        let to = seq.saturating_add(1);
        if let Some(last) = self
            .rejected
            .last_mut()
            .filter(|last| last.code == code && last.to == seq)
        {
            last.to = to;
        } else if self.rejected.len() < MAX_RANGES {
            self.rejected.push(Rejected { code, from: seq, to });
        } else {
            return Err(TooManyRanges);
        }
        Ok(())
    }

    fn fits_time(&self, time: Option<&str>) -> bool {
        let due = match self.offer.time_precision {
            Precision::Day => 10,
            Precision::Month => 7,
            Precision::None => return time.is_none(),
        };
        time.is_some_and(|time| time.len() == due && self.day.get(..due).is_some_and(|day| time <= day))
    }
}

/// What came of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Accepted records.
    pub accepted: u64,
    /// What is owed for them.
    pub amount: Amount,
    /// What was refused.
    pub rejected: Vec<Rejected>,
}

/// The judgement that a receipt names for the record at this position of the share log.
pub fn judgement_at(rejected: &[Rejected], seq: u64) -> Option<Code> {
    let range = rejected
        .iter()
        .find(|range| (range.from..range.to).contains(&seq))?;
    range.code.is_judgement().then_some(range.code)
}

/// Code points of a text.
pub fn codepoints(text: &str) -> u64 {
    text.chars().count() as u64
}

/// Whether a language tag lies in a basic range (RFC 4647 §3.3.1), whatever the case.
fn covers(range: &str, tag: &str) -> bool {
    let (Some(start), rest) = (tag.get(..range.len()), tag.get(range.len()..)) else {
        return false;
    };
    start.eq_ignore_ascii_case(range) && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::collector::offer::tests::offer;
    use crate::keys::SigningKey;
    use crate::record::{Evidence, Kind};
    use crate::share::{ShareEntry, derive};

    const APPROVED: u64 = 1_795_341_600; // 2026-11-22

    fn line(seq: u64, change: impl FnOnce(&mut ShareEntry)) -> Vec<u8> {
        let mut entry = ShareEntry {
            kind: Kind::Prompt,
            evidence: Evidence::Observed,
            id: "919108f7-52d1-4320-9bac-f847db4148a8".to_owned(),
            salt: [0; 16],
            seq,
            text: format!("Text number {seq}"),
            site: Some("chat.example".to_owned()),
            lang: Some("en-GB".to_owned()),
            thread: None,
            time: Some("2026-11-22".to_owned()),
            redactions: vec![],
        };
        change(&mut entry);
        derive(entry).unwrap()
    }

    fn judge_all(offer: &Offer, before: u64, lines: &[Vec<u8>]) -> (Vec<Option<Code>>, Outcome) {
        let mut judge = Judge::new(offer, APPROVED, before);
        let codes = lines
            .iter()
            .map(|line| {
                let record = SharedLine::parse(line).unwrap();
                judge
                    .take(&record, TextKey::of(&record.text), false, None)
                    .unwrap()
            })
            .collect();
        (codes, judge.finish().unwrap())
    }

    #[test]
    fn each_rule_has_its_code() {
        let offer = Offer {
            sites: vec!["chat.example".to_owned()],
            ..offer(&SigningKey::from_secret(&[3; 32]))
        };
        let lines = [
            line(0, |_| ()),
            line(1, |entry| entry.kind = Kind::Post),
            line(2, |entry| entry.site = Some("other.example".to_owned())),
            line(3, |entry| entry.site = None),
            line(4, |entry| entry.lang = Some("de".to_owned())),
            line(5, |entry| entry.lang = Some("eng".to_owned())),
            line(6, |entry| entry.time = Some("2026-11".to_owned())),
            line(7, |entry| entry.time = Some("2026-11-23".to_owned())),
            line(8, |entry| entry.time = None),
            line(9, |entry| entry.text = "ab".to_owned()),
            line(10, |entry| entry.text = "\u{1f600}".repeat(2_001)),
            line(11, |entry| entry.text = "\ttext NUMBER\r\n 0 ".to_owned()),
        ];
        let (codes, outcome) = judge_all(&offer, 0, &lines);
        let due = [
            None,
            Some(Code::Kind),
            Some(Code::Site),
            Some(Code::Site),
            Some(Code::Lang),
            Some(Code::Lang),
            Some(Code::Time),
            Some(Code::Time),
            Some(Code::Time),
            Some(Code::Size),
            Some(Code::Size),
            Some(Code::Duplicate),
        ];
        assert_eq!(codes, due);
        let ranges: Vec<_> = outcome
            .rejected
            .iter()
            .map(|range| (range.code.as_str(), range.from, range.to))
            .collect();
        let due = [
            ("kind", 1, 2),
            ("site", 2, 4),
            ("lang", 4, 6),
            ("time", 6, 9),
            ("size", 9, 11),
            ("duplicate", 11, 12),
        ];
        assert_eq!(ranges, due);
        assert_eq!((outcome.accepted, outcome.amount.units()), (1, 3));
    }

    #[test]
    fn caps_count_what_was_accepted_before() {
        let mut offer = offer(&SigningKey::from_secret(&[3; 32]));
        offer.caps.per_bundle = 3;
        offer.caps.per_person = 5;
        let lines: Vec<_> = (0..6).map(|seq| line(seq, |_| ())).collect();
        let capped = |before| judge_all(&offer, before, &lines).1.accepted;
        assert_eq!(
            [capped(0), capped(2), capped(3), capped(5), capped(9)],
            [3, 3, 2, 0, 0]
        );
    }

    #[test]
    fn judgements_are_taken_as_given_and_others_are_not() {
        let offer = offer(&SigningKey::from_secret(&[3; 32]));
        let lines: Vec<_> = (0..3).map(|seq| line(seq, |_| ())).collect();
        let claimed = [
            Rejected {
                code: Code::Quality,
                from: 0,
                to: 1,
            },
            Rejected {
                code: Code::Site,
                from: 1,
                to: 2,
            },
        ];
        let mut judge = Judge::new(&offer, APPROVED, 0);
        for line in &lines {
            let record = SharedLine::parse(line).unwrap();
            let judged = judgement_at(&claimed, record.seq);
            judge
                .take(&record, TextKey::of(&record.text), false, judged)
                .unwrap();
        }
        let outcome = judge.finish().unwrap();
        assert_eq!(
            (outcome.accepted, outcome.rejected.as_slice()),
            (2, &claimed[..1])
        );
    }

    #[test]
    fn ranges_are_bounded() {
        let offer = offer(&SigningKey::from_secret(&[3; 32]));
        let mut judge = Judge::new(&offer, APPROVED, 0);
        let lines = [
            line(0, |entry| entry.lang = None),
            line(1, |entry| entry.time = None),
        ];
        let records = lines.each_ref().map(|line| SharedLine::parse(line).unwrap());
        for seq in 0..MAX_RANGES as u64 {
            let record = SharedLine {
                seq,
                ..records[usize::from(seq % 2 == 1)].clone()
            };
            judge.take(&record, TextKey::of(""), false, None).unwrap();
        }
        assert_eq!(
            judge.take(&records[0], TextKey::of(""), false, None),
            Err(TooManyRanges)
        );
    }

    #[test]
    fn ranges_of_languages_end_at_a_subtag() {
        assert!(covers("en", "EN") && covers("en", "en-GB") && covers("zh-Hant", "zh-hant-TW"));
        assert!(!covers("en", "eng") && !covers("en-GB", "en") && !covers("en", "\u{e9}n"));
    }

    #[test]
    fn months_and_no_time_are_asked_for_exactly() {
        let mut offer = offer(&SigningKey::from_secret(&[3; 32]));
        let fits = |offer: &Offer, time: Option<&str>| Judge::new(offer, APPROVED, 0).fits_time(time);
        offer.time_precision = Precision::Month;
        assert!(
            fits(&offer, Some("2026-11"))
                && !fits(&offer, Some("2026-12"))
                && !fits(&offer, Some("2026-11-22"))
        );
        offer.time_precision = Precision::None;
        assert!(fits(&offer, None) && !fits(&offer, Some("2026-11")));
    }
}
