//! The port of storage: what the collector needs of a database, and no more. [`crate::sqlite`] is one.
//!
//! Reads see what was committed. Everything that is written goes through a [`Change`]: one at a time, all of it
//! durable when [`Change::commit`] returns, or none of it.

use std::future::Future;

use counterfoil_core::collector::accept::TextKey;
use counterfoil_core::did::Did;
use counterfoil_core::merkle::Hash;
use counterfoil_core::record::Kind;

use crate::failure::Failure;
use crate::similar::Fingerprint;

/// A result of the store.
pub(crate) type Stored<T> = Result<T, Failure>;

/// An offer that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeOffer {
    /// Its SHA-256.
    pub(crate) sha256: String,
    /// The statement.
    pub(crate) compact: String,
    /// Since when it was closed by hand, in seconds since the Unix epoch.
    pub(crate) closed_at: Option<u64>,
}

/// What is kept of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// Number in this store.
    pub(crate) id: i64,
    /// The key of the share log.
    pub(crate) did: Did,
    /// Records of the share log as it was cosigned last.
    pub(crate) size: u64,
    /// Root of the share log as it was cosigned last.
    pub(crate) root: Hash,
    /// The last entry of the account, a compact statement.
    pub(crate) last: Option<String>,
}

/// A bundle that was answered.
#[derive(Debug, Clone)]
pub(crate) struct NewBundle<'a> {
    pub(crate) sha256: &'a str,
    pub(crate) zip_sha256: &'a str,
    pub(crate) offer_sha256: &'a str,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) received_at: u64,
    /// When it is deleted without being asked.
    pub(crate) expires_at: u64,
    /// What the consent allows.
    pub(crate) purposes: &'a [String],
    pub(crate) bundle_jws: &'a str,
    pub(crate) consent_jws: &'a str,
    pub(crate) notice: &'a str,
    pub(crate) checkpoint: &'a str,
}

/// An accepted record.
#[derive(Debug, Clone)]
pub(crate) struct NewRecord {
    pub(crate) seq: u64,
    pub(crate) kind: Kind,
    pub(crate) key: TextKey,
    pub(crate) near: Option<Fingerprint>,
    /// The leaf of the share log.
    pub(crate) line: Vec<u8>,
}

/// Where the same text is held already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) key: TextKey,
    pub(crate) person: i64,
}

/// What a withdrawal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Extent {
    All,
    Offer(String),
    Bundle(String),
    Records(Vec<(u64, u64)>),
}

/// A withdrawal that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawal {
    pub(crate) sha256: String,
    pub(crate) person: Did,
    /// The entry that says so.
    pub(crate) received: String,
    /// The entry that says that it is done.
    pub(crate) done: Option<String>,
}

/// A record to be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldRecord {
    /// Grows from record to record.
    pub(crate) id: i64,
    pub(crate) person: Did,
    pub(crate) bundle_sha256: String,
    pub(crate) offer_sha256: String,
    pub(crate) line: Vec<u8>,
}

/// One line of an account as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) id: i64,
    pub(crate) did: Did,
    pub(crate) last: String,
}

/// A database.
pub(crate) trait Store: Clone + Send + Sync + 'static {
    /// What is written together.
    type Change: Change;

    /// Begins a change, when no other is under way, in this process or another.
    fn change(&self) -> impl Future<Output = Stored<Self::Change>> + Send;

    /// A setting of the operator.
    fn setting(&self, name: &str) -> impl Future<Output = Stored<Option<String>>> + Send;

    /// All offers, the newest first.
    fn offers(&self) -> impl Future<Output = Stored<Vec<MadeOffer>>> + Send;

    /// Terms by their SHA-256.
    fn terms(&self, sha256: &str) -> impl Future<Output = Stored<Option<String>>> + Send;

    /// The receipt for a file that was answered before.
    fn answer_to(&self, zip_sha256: &str) -> impl Future<Output = Stored<Option<String>>> + Send;

    /// Entries of an account from this position on, at most so many of them.
    fn entries(&self, person: &Did, from: u64, most: u32)
    -> impl Future<Output = Stored<Vec<String>>> + Send;

    /// Accounts after this number, at most so many.
    fn balances(&self, after: i64, most: u32) -> impl Future<Output = Stored<Vec<Balance>>> + Send;

    /// Withdrawals that are not done yet, at most so many.
    fn open_withdrawals(&self, most: u32) -> impl Future<Output = Stored<Vec<Withdrawal>>> + Send;

    /// Files that have to go, at most so many.
    fn doomed(&self, most: u32) -> impl Future<Output = Stored<Vec<String>>> + Send;

    /// Which of these files belong to a bundle that is held.
    fn is_held(&self, zip_sha256: &str) -> impl Future<Output = Stored<bool>> + Send;

    /// Records that may be used for this purpose, after this number, at most so many.
    fn records(
        &self,
        purpose: &str,
        after: i64,
        most: u32,
    ) -> impl Future<Output = Stored<Vec<HeldRecord>>> + Send;

    /// Takes what was deleted out of every file of the database: nothing of it can be read from the disk when this
    /// gives `true`. `false` where somebody was still reading; it is to be asked again.
    fn scrub(&self) -> impl Future<Output = Stored<bool>> + Send;
}

/// What is written together. Nothing of it is seen by others before [`Change::commit`]; dropped, it leaves no trace.
pub(crate) trait Change: Send + 'static {
    /// Writes a setting.
    fn set(&mut self, name: &str, value: &str) -> impl Future<Output = Stored<()>> + Send;

    /// Adds an offer; `false` where it is there.
    fn add_offer(
        &mut self,
        offer: &MadeOffer,
        asset: &str,
        now: u64,
    ) -> impl Future<Output = Stored<bool>> + Send;

    /// The asset of the offers so far.
    fn asset(&mut self) -> impl Future<Output = Stored<Option<String>>> + Send;

    /// Closes an offer; `false` where there is no such open one.
    fn close_offer(&mut self, sha256: &str, now: u64) -> impl Future<Output = Stored<bool>> + Send;

    /// Keeps terms.
    fn add_terms(&mut self, sha256: &str, text: &str) -> impl Future<Output = Stored<()>> + Send;

    /// A person.
    fn person(&mut self, did: &Did) -> impl Future<Output = Stored<Option<Person>>> + Send;

    /// Adds a person whose log is empty.
    fn add_person(&mut self, did: &Did) -> impl Future<Output = Stored<Person>> + Send;

    /// Moves on to what was cosigned.
    fn advance(&mut self, person: i64, size: u64, root: &Hash) -> impl Future<Output = Stored<()>> + Send;

    /// Appends an entry, the next of its account.
    fn append(&mut self, person: i64, seq: u64, compact: &str) -> impl Future<Output = Stored<()>> + Send;

    /// The receipt of a bundle.
    fn receipt(&mut self, bundle_sha256: &str) -> impl Future<Output = Stored<Option<String>>> + Send;

    /// Adds a bundle; gives its number.
    fn add_bundle(&mut self, person: i64, bundle: &NewBundle<'_>)
    -> impl Future<Output = Stored<i64>> + Send;

    /// Says which entry answered a bundle.
    fn answer(&mut self, bundle: i64, seq: u64) -> impl Future<Output = Stored<()>> + Send;

    /// Remembers that this file held that bundle too.
    fn add_copy(&mut self, bundle_sha256: &str, zip_sha256: &str) -> impl Future<Output = Stored<()>> + Send;

    /// How many records of a person were accepted under an offer, ever.
    fn taken(&mut self, person: i64, offer_sha256: &str) -> impl Future<Output = Stored<u64>> + Send;

    /// Adds to that number.
    fn add_taken(
        &mut self,
        person: i64,
        offer_sha256: &str,
        records: u64,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Where these texts are held.
    fn held(&mut self, keys: &[TextKey]) -> impl Future<Output = Stored<Vec<Held>>> + Send;

    /// For each text whether one much alike is held.
    fn near(&mut self, prints: &[Fingerprint]) -> impl Future<Output = Stored<Vec<bool>>> + Send;

    /// Adds records.
    fn add_records(
        &mut self,
        bundle: i64,
        person: i64,
        records: &[NewRecord],
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Until when consents of a person to an offer are void, in seconds since the Unix epoch: those given then or
    /// before.
    fn void_until(
        &mut self,
        person: i64,
        offer_sha256: &str,
    ) -> impl Future<Output = Stored<Option<u64>>> + Send;

    /// Makes consents void that were given at this time or before: to an offer, or to all.
    fn void(
        &mut self,
        person: i64,
        offer_sha256: Option<&str>,
        until: u64,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Lines of a person's records in an extent in the order of the log, after this position, at most so many.
    fn lines(
        &mut self,
        person: i64,
        extent: &Extent,
        after: Option<u64>,
        most: u32,
    ) -> impl Future<Output = Stored<Vec<(u64, Vec<u8>)>>> + Send;

    /// Takes records out of use.
    fn stop(&mut self, person: i64, extent: &Extent) -> impl Future<Output = Stored<()>> + Send;

    /// Deletes records, and marks the files that hold them as having to go.
    fn delete(&mut self, person: i64, extent: &Extent) -> impl Future<Output = Stored<()>> + Send;

    /// Deletes the records of bundles whose time is over, and marks their files; how many bundles.
    fn expire(&mut self, now: u64) -> impl Future<Output = Stored<u64>> + Send;

    /// A withdrawal.
    fn withdrawal(&mut self, sha256: &str) -> impl Future<Output = Stored<Option<Withdrawal>>> + Send;

    /// Adds a withdrawal that the entry at this position acknowledges.
    fn add_withdrawal(
        &mut self,
        person: i64,
        sha256: &str,
        compact: &str,
        seq: u64,
    ) -> impl Future<Output = Stored<()>> + Send;

    /// Says which entry says that a withdrawal is done.
    fn close_withdrawal(&mut self, sha256: &str, seq: u64) -> impl Future<Output = Stored<()>> + Send;

    /// Forgets a file that is gone.
    fn forget_doomed(&mut self, zip_sha256: &str) -> impl Future<Output = Stored<()>> + Send;

    /// Makes it so, durably.
    fn commit(self) -> impl Future<Output = Stored<()>> + Send;
}
