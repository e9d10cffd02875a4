//! The account between one collector and one person: a chain of statements that the collector signs, each naming
//! the one before it. Whoever holds two entries that cannot both be honest holds the proof of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::CanonicalError;
use crate::collector::accept::{MAX_RANGES, Outcome, Rejected};
use crate::collector::amount::{Amount, AmountError};
use crate::collector::{StatementError, VERSION, is_digest, is_exact, is_plain, require};
use crate::did::Did;
use crate::jws::{self, JwsError, Type};
use crate::keys::SigningKey;

/// Most leaf hashes that an acknowledgement spells out; the digest over all of them is there in any case.
pub const MAX_LEAVES: usize = 1_000;

/// An answer to a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Accepted records.
    pub accepted: u64,
    /// What is owed for them.
    pub amount: Amount,
    /// SHA-256 of `bundle.jws`.
    pub bundle_sha256: String,
    /// SHA-256 of the person's checkpoint.
    pub checkpoint_sha256: String,
    /// The cosignature over that checkpoint: a line to append to it, without its newline; see [`crate::note`].
    pub cosignature: String,
    /// Until when it is to be paid, in seconds since the Unix epoch.
    pub due: u64,
    /// Position behind the last record of the bundle.
    pub end: u64,
    /// The key of the cosignature, as a verifier key of signed-note: name, hash and key, with `+` between them.
    pub note_key: String,
    /// SHA-256 of the offer.
    pub offer_sha256: String,
    /// What was refused, in order.
    pub rejected: Vec<Rejected>,
    /// Position of the first record of the bundle.
    pub start: u64,
}

impl Receipt {
    /// Whether it says what the person's own computation gives.
    pub fn agrees_with(&self, outcome: &Outcome) -> bool {
        self.accepted == outcome.accepted
            && self.amount == outcome.amount
            && self.rejected == outcome.rejected
    }
}

/// A payment that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// How much.
    pub amount: Amount,
    /// How, in one lower-case word: `sepa`, `cash`.
    pub rail: String,
    /// By what it is found there.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// How far a withdrawal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was understood; nothing of its scope is used any more.
    Received,
    /// It was carried out.
    Done,
    /// It was not.
    Refused,
}

impl Status {
    /// As it stands in an entry.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// An answer to a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// When it was carried out, in seconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<u64>,
    /// Until when it is to be carried out.
    pub due: u64,
    /// Leaf hashes of the records concerned in the order of the log, lower-case hex; none where there are more than
    /// [`MAX_LEAVES`].
    pub leaf_hashes: Vec<String>,
    /// SHA-256 of the leaf hashes of all records concerned, one after the other in the order of the log.
    pub leaves_sha256: String,
    /// How many records are concerned.
    pub records: u64,
    /// SHA-256 of the withdrawal.
    pub revocation_sha256: String,
    /// How far it is.
    pub status: Status,
}

/// What an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// An answer to a bundle.
    Receipt(Receipt),
    /// A payment.
    Payout(Payout),
    /// An answer to a withdrawal.
    Ack(Ack),
}

/// The payload of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What sums are in.
    pub asset: String,
    /// When, in seconds since the Unix epoch.
    pub iat: u64,
    /// The collector.
    pub iss: Did,
    /// The sum of all receipts so far.
    pub owed: Amount,
    /// The sum of all payouts so far.
    pub paid: Amount,
    /// SHA-256 of the entry before; only the first has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_sha256: Option<String>,
    /// Position in the account, from 0.
    pub seq: u64,
    /// The person, by the key of the share log for this collector.
    pub sub: Did,
    /// [`VERSION`].
    pub v: u8,
    /// What it is about.
    #[serde(flatten)]
    pub event: Event,
}

impl Entry {
    /// Signs the entry, if it holds.
    pub fn sign(&self, key: &SigningKey) -> Result<String, StatementError> {
        self.check()?;
        if self.iss != *key.did() {
            return Err(StatementError::Signer);
        }
        let compact = jws::sign(key, Type::Account, self)?;
        if compact.len() > jws::MAX_STATEMENT {
            return Err(JwsError::Malformed.into());
        }
        Ok(compact)
    }

    /// Reads an entry, verifies its signature and that it holds.
    pub fn open(compact: &str) -> Result<Self, StatementError> {
        let verified = jws::verify::<Value>(compact, Type::Account)?;
        let unreadable =
            |error: serde_json::Error| JwsError::Payload(CanonicalError::Unreadable(error.to_string()));
        let entry = Self::deserialize(&verified.payload).map_err(unreadable)?;
        // A reader of tagged members passes over those that it does not know; nobody else is to see more than this one.
        require(
            serde_json::to_value(&entry).map_err(unreadable)? == verified.payload,
            "members",
        )?;
        if entry.iss != verified.did {
            return Err(StatementError::Signer);
        }
        entry.check()?;
        Ok(entry)
    }

    /// What is owed and not yet paid.
    pub fn outstanding(&self) -> Amount {
        self.owed.minus(self.paid).unwrap_or_default()
    }

    /// What this entry adds to what is owed, and to what is paid.
    fn adds(&self) -> (Amount, Amount) {
        match &self.event {
            Event::Receipt(receipt) => (receipt.amount, Amount::ZERO),
            Event::Payout(payout) => (Amount::ZERO, payout.amount),
            Event::Ack(_) => (Amount::ZERO, Amount::ZERO),
        }
    }

    fn check(&self) -> Result<(), StatementError> {
        require(self.v == VERSION, "v")?;
        require(is_exact(self.seq), "seq")?;
        require(crate::time::rfc3339(self.iat).is_ok(), "iat")?;
        require(is_plain(&self.asset, 12), "asset")?;
        require(self.prev_sha256.as_deref().is_none_or(is_digest), "prev_sha256")?;
        require(self.prev_sha256.is_some() == (self.seq > 0), "prev_sha256")?;
        match &self.event {
            Event::Receipt(receipt) => {
                require(is_digest(&receipt.bundle_sha256), "bundle_sha256")?;
                require(is_digest(&receipt.checkpoint_sha256), "checkpoint_sha256")?;
                require(is_digest(&receipt.offer_sha256), "offer_sha256")?;
                require(receipt.start < receipt.end && is_exact(receipt.end), "end")?;
                let mut at = receipt.start;
                let mut refused = 0;
                for range in &receipt.rejected {
                    require(at <= range.from && range.from < range.to, "rejected")?;
                    refused += range.to - range.from;
                    at = range.to;
                }
                require(
                    at <= receipt.end && receipt.rejected.len() <= MAX_RANGES,
                    "rejected",
                )?;
                require(
                    receipt.accepted == receipt.end - receipt.start - refused,
                    "accepted",
                )
            }
            Event::Payout(payout) => {
                require(crate::collector::offer::is_word(&payout.rail, 32), "rail")?;
                require(is_plain(&payout.reference, 200), "ref")
            }
            Event::Ack(ack) => {
                require(is_digest(&ack.revocation_sha256), "revocation_sha256")?;
                require(is_digest(&ack.leaves_sha256), "leaves_sha256")?;
                let listed = ack.leaf_hashes.len() as u64;
                require(listed == 0 || listed == ack.records, "leaf_hashes")?;
                require(
                    listed <= MAX_LEAVES as u64 && ack.leaf_hashes.iter().all(|leaf| is_digest(leaf)),
                    "leaf_hashes",
                )?;
                require((ack.status == Status::Done) == ack.done_at.is_some(), "done_at")
            }
        }
    }
}

/// The entry that follows `last`, a compact entry of the same account; the first where there is none.
pub fn next(
    last: Option<&str>,
    iss: &Did,
    sub: &Did,
    asset: &str,
    iat: u64,
    event: Event,
) -> Result<Entry, ChainError> {
    let mut entry = Entry {
        asset: asset.to_owned(),
        iat,
        iss: iss.clone(),
        owed: Amount::ZERO,
        paid: Amount::ZERO,
        prev_sha256: None,
        seq: 0,
        sub: sub.clone(),
        v: VERSION,
        event,
    };
    let (owed, paid) = entry.adds();
    (entry.owed, entry.paid) = (owed, paid);
    if let Some(last) = last {
        let before = Entry::open(last)?;
        // No entry is dated before the one that it follows, whatever the clock does.
        entry.iat = iat.max(before.iat);
        entry.seq = before.seq + 1;
        entry.owed = before.owed.plus(owed)?;
        entry.paid = before.paid.plus(paid)?;
        entry.prev_sha256 = Some(jws::sha256_hex(last));
        follows(&before, last, &entry)?;
    }
    if entry.paid > entry.owed {
        return Err(ChainError::Sum);
    }
    entry.check()?;
    Ok(entry)
}

/// Why an entry does not continue an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// It is no entry.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// It is of another collector, person or asset.
    #[error("the entry is of another account")]
    Other,
    /// Its place is not the next one.
    #[error("the entry has the number {found} where {due} is due")]
    Order {
        /// The number that is due.
        due: u64,
        /// The number that it has.
        found: u64,
    },
    /// It does not name the entry before it.
    #[error("the entry does not name the one before it")]
    Link,
    /// Its sums do not follow from those before it.
    #[error("the sums of the entry do not follow from those before it")]
    Sum,
}

impl From<AmountError> for ChainError {
    fn from(_: AmountError) -> Self {
        Self::Sum
    }
}

/// Verifies an account entry by entry, in memory that does not grow with it.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    last: Option<(Entry, String)>,
}

impl Chain {
    /// For an account from its first entry on.
    pub fn new() -> Self {
        Self::default()
    }

    /// For what follows an entry that was verified before.
    pub fn after(compact: &str) -> Result<Self, StatementError> {
        let entry = Entry::open(compact)?;
        Ok(Self {
            last: Some((entry, compact.to_owned())),
        })
    }

    /// Takes the next entry.
    pub fn push(&mut self, compact: &str) -> Result<&Entry, ChainError> {
        let entry = Entry::open(compact)?;
        match &self.last {
            Some((before, last)) => follows(before, last, &entry)?,
            None if entry.seq > 0 => {
                return Err(ChainError::Order {
                    due: 0,
                    found: entry.seq,
                });
            }
            None if entry.adds() != (entry.owed, entry.paid) => return Err(ChainError::Sum),
            None => (),
        }
        let (entry, _) = self.last.insert((entry, compact.to_owned()));
        Ok(entry)
    }

    /// The last entry taken.
    pub fn last(&self) -> Option<&Entry> {
        self.last.as_ref().map(|(entry, _)| entry)
    }
}

fn follows(before: &Entry, compact: &str, entry: &Entry) -> Result<(), ChainError> {
    if !same_account(before, entry) || before.asset != entry.asset {
        return Err(ChainError::Other);
    }
    if entry.seq != before.seq + 1 {
        return Err(ChainError::Order {
            due: before.seq + 1,
            found: entry.seq,
        });
    }
    if entry.prev_sha256.as_deref() != Some(jws::sha256_hex(compact).as_str()) {
        return Err(ChainError::Link);
    }
    if sums_follow(before, entry) {
        Ok(())
    } else {
        Err(ChainError::Sum)
    }
}

fn same_account(left: &Entry, right: &Entry) -> bool {
    left.iss == right.iss && left.sub == right.sub
}

fn sums_follow(before: &Entry, entry: &Entry) -> bool {
    let (owed, paid) = entry.adds();
    before.owed.plus(owed) == Ok(entry.owed) && before.paid.plus(paid) == Ok(entry.paid)
}

/// What two entries prove about the collector that signed both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cheat {
    /// Two different entries in the same place of one account.
    Fork,
    /// An entry that names another one before it than the one that was signed.
    Link,
    /// An entry whose sums do not follow from those of the entry that it names.
    Sum,
}

/// Whether two entries prove that their collector cheated; `None` where they can both be honest, or are of two
/// accounts. Fails where one of them is no entry, and so proves nothing about anybody.
pub fn cheat_between(left: &str, right: &str) -> Result<Option<Cheat>, StatementError> {
    let (first, second) = (Entry::open(left)?, Entry::open(right)?);
    if !same_account(&first, &second) {
        return Ok(None);
    }
    if first.seq == second.seq {
        // Of two texts of one payload (another algorithm's name in the header), neither says anything else.
        let payload = |compact: &str| compact.split('.').nth(1).map(str::to_owned);
        return Ok((payload(left) != payload(right)).then_some(Cheat::Fork));
    }
    let ((before, compact), after) = if first.seq < second.seq {
        ((&first, left), &second)
    } else {
        ((&second, right), &first)
    };
    if after.seq != before.seq + 1 {
        return Ok(None);
    }
    if after.prev_sha256.as_deref() != Some(jws::sha256_hex(compact).as_str()) {
        return Ok(Some(Cheat::Link));
    }
    Ok((!sums_follow(before, after)).then_some(Cheat::Sum))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::collector::accept::Code;

    const NOW: u64 = 1_795_341_600;

    fn keys() -> (SigningKey, SigningKey) {
        (
            SigningKey::from_secret(&[3; 32]),
            SigningKey::from_secret(&[4; 32]),
        )
    }

    fn receipt(amount: u64) -> Event {
        Event::Receipt(Receipt {
            accepted: 3,
            amount: Amount::new(amount).unwrap(),
            bundle_sha256: "1".repeat(64),
            checkpoint_sha256: "2".repeat(64),
            cosignature: "\u{2014} x y".to_owned(),
            due: NOW + 1,
            end: 5,
            note_key: "x+00000000+y".to_owned(),
            offer_sha256: "3".repeat(64),
            rejected: vec![Rejected {
                code: Code::Lang,
                from: 1,
                to: 3,
            }],
            start: 0,
        })
    }

    fn payout(amount: u64) -> Event {
        Event::Payout(Payout {
            amount: Amount::new(amount).unwrap(),
            rail: "sepa".to_owned(),
            reference: "2026-11/7".to_owned(),
        })
    }

    fn extend(last: Option<&str>, event: Event) -> Result<String, ChainError> {
        let (collector, person) = keys();
        Ok(next(last, collector.did(), person.did(), "EUR", NOW, event)?.sign(&collector)?)
    }

    fn account() -> Vec<String> {
        let first = extend(None, receipt(100)).unwrap();
        let second = extend(Some(&first), payout(60)).unwrap();
        let ack = Event::Ack(Ack {
            done_at: Some(NOW),
            due: NOW,
            leaf_hashes: vec![],
            leaves_sha256: "4".repeat(64),
            records: 2,
            revocation_sha256: "5".repeat(64),
            status: Status::Done,
        });
        let third = extend(Some(&second), ack).unwrap();
        vec![first, second, third]
    }

    #[test]
    fn an_account_adds_up() {
        let mut chain = Chain::new();
        for compact in account() {
            chain.push(&compact).unwrap();
        }
        let last = chain.last().unwrap();
        assert_eq!(
            (
                last.seq,
                last.owed.units(),
                last.paid.units(),
                last.outstanding().units()
            ),
            (2, 100, 60, 40)
        );
    }

    #[test]
    fn nothing_is_paid_that_is_not_owed() {
        let first = extend(None, receipt(100)).unwrap();
        assert_eq!(extend(Some(&first), payout(101)), Err(ChainError::Sum));
        assert_eq!(extend(None, payout(1)), Err(ChainError::Sum));
    }

    #[test]
    fn an_entry_that_does_not_follow_is_refused() {
        let account = account();
        let mut chain = Chain::new();
        assert_eq!(
            chain.push(&account[1]),
            Err(ChainError::Order { due: 0, found: 1 })
        );
        chain.push(&account[0]).unwrap();
        assert_eq!(
            chain.push(&account[2]),
            Err(ChainError::Order { due: 1, found: 2 })
        );
        let other = extend(Some(&extend(None, receipt(99)).unwrap()), payout(1)).unwrap();
        assert_eq!(chain.push(&other), Err(ChainError::Link));
        chain.push(&account[1]).unwrap();
        assert!(Chain::after(&account[1]).unwrap().push(&account[2]).is_ok());
    }

    #[test]
    fn a_receipt_accounts_for_every_record() {
        let Event::Receipt(mut receipt) = receipt(1) else {
            unreachable!()
        };
        receipt.accepted = 4;
        assert_eq!(
            extend(None, Event::Receipt(receipt.clone())),
            Err(ChainError::Statement(StatementError::Field("accepted")))
        );
        receipt.rejected[0].to = 6;
        assert_eq!(
            extend(None, Event::Receipt(receipt)),
            Err(ChainError::Statement(StatementError::Field("rejected")))
        );
    }

    #[test]
    fn two_stories_are_proof() {
        let account = account();
        let other = extend(None, receipt(1)).unwrap();
        assert_eq!(cheat_between(&account[0], &other), Ok(Some(Cheat::Fork)));
        assert_eq!(cheat_between(&account[1], &other), Ok(Some(Cheat::Link)));
        assert_eq!(cheat_between(&account[0], &account[0]), Ok(None));
        assert_eq!(cheat_between(&account[0], &account[1]), Ok(None));
        assert_eq!(cheat_between(&account[2], &account[0]), Ok(None));

        let (collector, _) = keys();
        let mut wrong = Entry::open(&account[1]).unwrap();
        wrong.owed = Amount::new(90).unwrap();
        let wrong = jws::sign(&collector, Type::Account, &wrong).unwrap();
        assert_eq!(cheat_between(&wrong, &account[0]), Ok(Some(Cheat::Sum)));

        // What somebody else signed proves nothing about the collector.
        let stranger = SigningKey::from_secret(&[9; 32]);
        let forged = jws::sign(&stranger, Type::Account, &Entry::open(&other).unwrap()).unwrap();
        assert_eq!(cheat_between(&account[0], &forged), Err(StatementError::Signer));
        // Nor do entries of two people.
        let other = next(None, collector.did(), stranger.did(), "EUR", NOW, receipt(2)).unwrap();
        assert_eq!(
            cheat_between(&account[0], &other.sign(&collector).unwrap()),
            Ok(None)
        );
    }

    #[test]
    fn an_entry_has_no_other_members() {
        let (collector, _) = keys();
        let payload = jws::verify::<Value>(&account()[1], Type::Account)
            .unwrap()
            .payload;
        for (name, value) in [
            ("note", Value::from("x")),
            ("accepted", 1.into()),
            ("done_at", Value::Null),
        ] {
            let mut payload = payload.clone();
            payload[name] = value;
            let compact = jws::sign(&collector, Type::Account, &payload).unwrap();
            assert_eq!(
                Entry::open(&compact),
                Err(StatementError::Field("members")),
                "{name}"
            );
        }
    }

    #[test]
    fn the_payload_has_the_fields_of_the_format() {
        let entry = jws::verify::<serde_json::Value>(&account()[1], Type::Account)
            .unwrap()
            .payload;
        let names: Vec<_> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        let due = [
            "amount",
            "asset",
            "iat",
            "iss",
            "owed",
            "paid",
            "prev_sha256",
            "rail",
            "ref",
            "seq",
            "sub",
            "type",
            "v",
        ];
        assert_eq!(names, due);
        assert_eq!(
            (&entry["type"], &entry["owed"]),
            (&"payout".into(), &"100".into())
        );
    }
}
