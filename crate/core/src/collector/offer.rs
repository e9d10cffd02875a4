//! What a collector offers, and what it owes by its own rules.

use serde::{Deserialize, Serialize};

use crate::collector::amount::{Amount, AmountError};
use crate::collector::{StatementError, VERSION, is_digest, is_exact, is_plain, require};
use crate::did::Did;
use crate::id;
use crate::jws::{self, Type};
use crate::keys::SigningKey;
use crate::record::Kind;

/// How long after an offer's end a bundle that was approved under it is still taken, in seconds: seven days.
pub const GRACE: u64 = 7 * 86_400;
/// Most entries of any list in an offer.
pub const MAX_LIST: usize = 64;

/// What a record is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// One for each record.
    Record,
    /// One for each Unicode code point of its text.
    Codepoints,
}

/// A price: `amount` for every `n` full units of the records of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Minor units for `n`.
    pub amount: Amount,
    /// Its name within the offer: lower-case letters, digits and dashes.
    pub id: String,
    /// Records of this kind.
    pub kind: Kind,
    /// How many units the amount is for.
    pub n: u64,
    /// The unit.
    pub per: Per,
}

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Most code points of a text.
    pub max_codepoints: u64,
    /// Least code points of a text.
    pub min_codepoints: u64,
    /// Most accepted records of one bundle.
    pub per_bundle: u64,
    /// Most accepted records of one person under this offer.
    pub per_person: u64,
}

/// How fine the time of a record has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// A day.
    Day,
    /// A month.
    Month,
    /// None: the record has no time.
    None,
}

/// The payload of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// What is paid in: two to twelve capital letters and digits, as `EUR`. Sums are in its minor units.
    pub asset: String,
    /// How much is taken.
    pub caps: Caps,
    /// Whether the person promises the records to nobody else: never.
    pub exclusive: bool,
    /// Whether people may read the records.
    pub human_review: bool,
    /// The collector.
    pub iss: Did,
    /// UUID, version 4.
    pub jti: String,
    /// Kinds of records that are asked for.
    pub kinds: Vec<Kind>,
    /// Languages that are asked for, as ranges of RFC 4647; none means any.
    pub languages: Vec<String>,
    /// Least records of a bundle.
    pub min_items: u64,
    /// Days after a receipt within which it is paid.
    pub pay_within_days: u64,
    /// What the records are for, lower-case words such as `train` or `research`.
    pub purposes: Vec<String>,
    /// Where records are kept, as ISO 3166 codes.
    pub regions: Vec<String>,
    /// Days after which records are deleted without being asked.
    pub retention_days: u64,
    /// The prices.
    pub rules: Vec<Rule>,
    /// Hosts that are asked for; none means any.
    pub sites: Vec<String>,
    /// SHA-256 of the terms.
    pub terms_sha256: String,
    /// How fine times have to be.
    pub time_precision: Precision,
    /// A title for people.
    pub title: String,
    /// [`VERSION`].
    pub v: u8,
    /// From when on bundles may be approved, in seconds since the Unix epoch.
    pub valid_from: u64,
    /// Until when, exclusive.
    pub valid_until: u64,
}

impl Offer {
    /// Signs the offer, if it holds.
    pub fn sign(&self, key: &SigningKey) -> Result<String, StatementError> {
        self.check()?;
        if self.iss != *key.did() {
            return Err(StatementError::Signer);
        }
        Ok(jws::sign(key, Type::Offer, self)?)
    }

    /// Reads an offer, verifies its signature and that it holds.
    pub fn open(compact: &str) -> Result<Self, StatementError> {
        let verified = jws::verify::<Self>(compact, Type::Offer)?;
        if verified.payload.iss != verified.did {
            return Err(StatementError::Signer);
        }
        verified.payload.check()?;
        Ok(verified.payload)
    }

    /// Whether every field has a value that is allowed.
    pub fn check(&self) -> Result<(), StatementError> {
        require(self.v == VERSION, "v")?;
        require(id::is_uuid(&self.jti, 4), "jti")?;
        require(is_plain(&self.title, 200), "title")?;
        require(
            is_word_list(&self.purposes, 32) && !self.purposes.is_empty(),
            "purposes",
        )?;
        let kinds = !self.kinds.is_empty()
            && each_once(&self.kinds)
            && self.kinds.iter().all(|kind| kind.shareable());
        require(kinds, "kinds")?;
        let host = |host: &String| {
            (1..=261).contains(&host.len())
                && !host.contains(|c: char| c.is_ascii_uppercase() || c.is_whitespace() || c == '/')
        };
        require(
            self.sites.len() <= MAX_LIST && each_once(&self.sites) && self.sites.iter().all(host),
            "sites",
        )?;
        let tag = |tag: &String| {
            (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        require(
            self.languages.len() <= MAX_LIST && each_once(&self.languages) && self.languages.iter().all(tag),
            "languages",
        )?;
        require(
            (1..=crate::bundle::MAX_LINES).contains(&self.min_items),
            "min_items",
        )?;
        require(
            is_exact(self.valid_from) && self.valid_from < self.valid_until,
            "valid_from",
        )?;
        require(
            is_exact(self.valid_until) && crate::time::rfc3339(self.valid_until).is_ok(),
            "valid_until",
        )?;
        require(is_digest(&self.terms_sha256), "terms_sha256")?;
        let asset = (2..=12).contains(&self.asset.len())
            && self
                .asset
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        require(asset, "asset")?;
        let rule = |rule: &Rule| {
            is_word(&rule.id, 32) && (1..=1_000_000_000).contains(&rule.n) && self.kinds.contains(&rule.kind)
        };
        let ids: Vec<_> = self.rules.iter().map(|rule| &rule.id).collect();
        require(
            self.rules.len() <= MAX_LIST && each_once(&ids) && self.rules.iter().all(rule),
            "rules",
        )?;
        let caps = &self.caps;
        let spans = caps.min_codepoints <= caps.max_codepoints && is_exact(caps.max_codepoints);
        require(
            spans && is_exact(caps.per_bundle) && is_exact(caps.per_person),
            "caps",
        )?;
        require((1..=36_500).contains(&self.retention_days), "retention_days")?;
        require(self.pay_within_days <= 3_650, "pay_within_days")?;
        let region = |region: &String| {
            (2..=6).contains(&region.len())
                && region
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
        };
        require(
            self.regions.len() <= MAX_LIST && self.regions.iter().all(region),
            "regions",
        )?;
        require(!self.exclusive, "exclusive")
    }

    /// Whether a bundle may be approved at this time, in seconds since the Unix epoch.
    pub fn is_open_at(&self, seconds: u64) -> bool {
        (self.valid_from..self.valid_until).contains(&seconds)
    }

    /// Until when what this offer pays is due, for a receipt of this time; seconds since the Unix epoch.
    pub fn pay_by(&self, receipt: u64) -> u64 {
        receipt.saturating_add(self.pay_within_days.saturating_mul(86_400))
    }

    /// The price of what was accepted: for each rule, ⌊units × amount ÷ n⌋, once a bundle.
    pub fn price(&self, tally: &Tally) -> Result<Amount, AmountError> {
        self.rules.iter().try_fold(Amount::ZERO, |sum, rule| {
            let units = tally.units(rule.kind, rule.per);
            let price = u128::from(units) * u128::from(rule.amount.units()) / u128::from(rule.n.max(1));
            sum.plus(
                u64::try_from(price)
                    .map_err(|_| AmountError)
                    .and_then(Amount::new)?,
            )
        })
    }
}

/// What was accepted, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    // Records and code points, in the order of `Kind::ALL`.
    counts: [(u64, u64); Kind::ALL.len()],
}

impl Tally {
    /// Counts a record whose text has so many code points.
    pub fn add(&mut self, kind: Kind, codepoints: u64) {
        for (each, count) in Kind::ALL.iter().zip(&mut self.counts) {
            if *each == kind {
                count.0 = count.0.saturating_add(1);
                count.1 = count.1.saturating_add(codepoints);
            }
        }
    }

    /// Accepted records of all kinds.
    pub fn records(&self) -> u64 {
        self.counts.iter().map(|(records, _)| records).sum()
    }

    /// Units of one kind.
    pub fn units(&self, kind: Kind, per: Per) -> u64 {
        let found = Kind::ALL
            .iter()
            .zip(&self.counts)
            .find(|(each, _)| **each == kind);
        found.map_or(0, |(_, (records, codepoints))| match per {
            Per::Record => *records,
            Per::Codepoints => *codepoints,
        })
    }
}

/// Whether a text is a word of lower-case letters, digits and dashes.
pub(crate) fn is_word(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether these are words, each once.
pub(crate) fn is_word_list(words: &[String], most: usize) -> bool {
    words.len() <= MAX_LIST && each_once(words) && words.iter().all(|word| is_word(word, most))
}

fn each_once<T: PartialEq>(items: &[T]) -> bool {
    items.len() <= MAX_LIST
        && items
            .iter()
            .enumerate()
            .all(|(index, item)| !items.iter().take(index).any(|other| other == item))
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// An offer for prompts and searches.
    pub(crate) fn offer(key: &SigningKey) -> Offer {
        Offer {
            asset: "EUR".to_owned(),
            caps: Caps {
                max_codepoints: 2_000,
                min_codepoints: 3,
                per_bundle: 100,
                per_person: 150,
            },
            exclusive: false,
            human_review: true,
            iss: key.did().clone(),
            jti: "919108f7-52d1-4320-9bac-f847db4148a8".to_owned(),
            kinds: vec![Kind::Prompt, Kind::Search],
            languages: vec!["en".to_owned()],
            min_items: 1,
            pay_within_days: 30,
            purposes: vec!["train".to_owned()],
            regions: vec!["DE".to_owned()],
            retention_days: 365,
            rules: vec![
                Rule {
                    amount: Amount::new(10).unwrap(),
                    id: "prompts".to_owned(),
                    kind: Kind::Prompt,
                    n: 3,
                    per: Per::Record,
                },
                Rule {
                    amount: Amount::new(7).unwrap(),
                    id: "letters".to_owned(),
                    kind: Kind::Search,
                    n: 100,
                    per: Per::Codepoints,
                },
            ],
            sites: vec![],
            terms_sha256: "0".repeat(64),
            time_precision: Precision::Day,
            title: "Prompts to learn from".to_owned(),
            v: 1,
            valid_from: 1_795_000_000,
            valid_until: 1_800_000_000,
        }
    }

    #[test]
    fn an_offer_round_trips_and_is_its_signers_own() {
        let key = SigningKey::from_secret(&[3; 32]);
        let offer = offer(&key);
        let compact = offer.sign(&key).unwrap();
        assert_eq!(Offer::open(&compact).unwrap(), offer);
        let other = SigningKey::from_secret(&[4; 32]);
        assert_eq!(offer.sign(&other), Err(StatementError::Signer));
        let forged = jws::sign(&other, Type::Offer, &offer).unwrap();
        assert_eq!(Offer::open(&forged), Err(StatementError::Signer));
    }

    #[test]
    fn what_no_offer_may_say() {
        let key = SigningKey::from_secret(&[3; 32]);
        let field = |change: fn(&mut Offer)| {
            let mut offer = offer(&key);
            change(&mut offer);
            match offer.check() {
                Err(StatementError::Field(field)) => field,
                _ => "nothing",
            }
        };
        assert_eq!(field(|_| ()), "nothing");
        assert_eq!(field(|offer| offer.title = "a\u{202e}b".to_owned()), "title");
        assert_eq!(field(|offer| offer.kinds = vec![Kind::Unknown]), "kinds");
        assert_eq!(
            field(|offer| offer.kinds = vec![Kind::Search, Kind::Search]),
            "kinds"
        );
        assert_eq!(field(|offer| offer.rules[0].kind = Kind::Post), "rules");
        assert_eq!(field(|offer| offer.rules[0].n = 0), "rules");
        assert_eq!(field(|offer| offer.rules[1].id = "prompts".to_owned()), "rules");
        assert_eq!(field(|offer| offer.valid_until = offer.valid_from), "valid_from");
        assert_eq!(field(|offer| offer.exclusive = true), "exclusive");
        assert_eq!(field(|offer| offer.purposes.clear()), "purposes");
        assert_eq!(field(|offer| offer.caps.min_codepoints = 3_000), "caps");
        assert_eq!(field(|offer| offer.asset = "eur".to_owned()), "asset");
        assert_eq!(field(|offer| offer.min_items = 0), "min_items");
    }

    #[test]
    fn the_price_is_rounded_down_for_each_rule() {
        let key = SigningKey::from_secret(&[3; 32]);
        let offer = offer(&key);
        let mut tally = Tally::default();
        assert_eq!(offer.price(&tally), Ok(Amount::ZERO));
        for _ in 0..4 {
            tally.add(Kind::Prompt, 1_000);
        }
        tally.add(Kind::Search, 99);
        // ⌊4 × 10 ÷ 3⌋ + ⌊99 × 7 ÷ 100⌋; code points of prompts have no price.
        assert_eq!(offer.price(&tally), Amount::new(13 + 6));
        assert_eq!(
            (tally.records(), tally.units(Kind::Prompt, Per::Codepoints)),
            (5, 4_000)
        );
    }

    #[test]
    fn a_price_past_the_bound_is_none() {
        let key = SigningKey::from_secret(&[3; 32]);
        let mut offer = offer(&key);
        offer.rules[0].amount = Amount::new(Amount::BOUND - 1).unwrap();
        offer.rules[0].n = 1;
        let mut tally = Tally::default();
        tally.add(Kind::Prompt, 1);
        assert_eq!(offer.price(&tally), Amount::new(Amount::BOUND - 1));
        tally.add(Kind::Prompt, 1);
        assert_eq!(offer.price(&tally), Err(AmountError));
    }
}
