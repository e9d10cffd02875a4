//! The collector itself: who it is, what it offers, and what it answers. Knows no HTTP.

use std::sync::Arc;

use counterfoil_core::bundle::{MAX_LINES, MAX_PACKED, MAX_UNPACKED};
use counterfoil_core::collector::account::{self, Entry, Event, Payout};
use counterfoil_core::collector::metadata::{Limits, Metadata};
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::did::Did;
use counterfoil_core::keys::SigningKey;
use counterfoil_core::note::Cosigner;
use tokio::sync::Semaphore;

use crate::blobs::Blobs;
use crate::directory::{Directory, Keys};
use crate::failure::Failure;
use crate::store::{Change as _, MadeOffer, Store};
use crate::system;

/// Name of a collector that was given none.
const NAMELESS: &str = "A collector without a name";
/// Contact of a collector that was given none.
const NO_CONTACT: &str = "none given";
/// Bundles a minute from one address.
pub(crate) const UPLOADS_A_MINUTE: u32 = 30;
/// Bundles that are verified at a time.
const VERIFICATIONS: usize = 4;

/// Settings of the operator in the store.
pub(crate) const NAME: &str = "name";
pub(crate) const CONTACT: &str = "contact";

/// A collector over a store. Clones are the same collector.
#[derive(Debug, Clone)]
pub(crate) struct Collector<S> {
    pub(crate) store: S,
    pub(crate) blobs: Blobs,
    keys: Arc<Keys>,
    pub(crate) verifications: Arc<Semaphore>,
}

impl<S: Store> Collector<S> {
    /// The collector of this directory.
    pub(crate) fn new(directory: &Directory, store: S) -> Result<Self, Failure> {
        Ok(Self {
            store,
            blobs: Blobs::of(directory),
            keys: Arc::new(directory.keys()?),
            verifications: Arc::new(Semaphore::new(VERIFICATIONS)),
        })
    }

    /// Its identity.
    pub(crate) fn did(&self) -> &Did {
        self.keys.statements.did()
    }

    /// The key of its statements.
    pub(crate) fn key(&self) -> &SigningKey {
        &self.keys.statements
    }

    /// The key of its cosignatures.
    pub(crate) fn cosigner(&self) -> &SigningKey {
        &self.keys.cosignatures
    }

    /// Its name and how to reach it.
    pub(crate) async fn names(&self) -> Result<(String, String), Failure> {
        let name = self
            .store
            .setting(NAME)
            .await?
            .unwrap_or_else(|| NAMELESS.to_owned());
        let contact = self
            .store
            .setting(CONTACT)
            .await?
            .unwrap_or_else(|| NO_CONTACT.to_owned());
        Ok((name, contact))
    }

    /// Its signed description.
    pub(crate) async fn metadata(&self) -> Result<String, Failure> {
        let (name, contact) = self.names().await?;
        let now = system::now();
        let metadata = Metadata {
            contact,
            did: self.did().clone(),
            iat: now,
            keys: vec![self.did().clone()],
            limits: Limits {
                bundle_bytes: MAX_PACKED,
                records: MAX_LINES,
                unpacked_bytes: MAX_UNPACKED,
                uploads_per_minute: UPLOADS_A_MINUTE.into(),
            },
            name,
            note_key: Cosigner::of(self.cosigner()).to_string(),
            offers: self
                .open_offers(now)
                .await?
                .into_iter()
                .map(|(made, _)| made.sha256)
                .collect(),
            v: 1,
        };
        Ok(metadata.sign(self.key())?)
    }

    /// The offers under which bundles may be approved now, the newest first.
    pub(crate) async fn open_offers(&self, now: u64) -> Result<Vec<(MadeOffer, Offer)>, Failure> {
        let mut open = Vec::new();
        for made in self.store.offers().await? {
            let offer = Offer::open(&made.compact)?;
            if made.closed_at.is_none() && offer.is_open_at(now) {
                open.push((made, offer));
            }
        }
        open.truncate(counterfoil_core::collector::metadata::MAX_OFFERS);
        Ok(open)
    }

    /// Appends an entry to an account. Call it within a change, and answer after its commit.
    pub(crate) fn entry(
        &self,
        last: Option<&str>,
        person: &Did,
        asset: &str,
        now: u64,
        event: Event,
    ) -> Result<(Entry, String), Failure> {
        let entry = account::next(last, self.did(), person, asset, now, event)?;
        let compact = entry.sign(self.key())?;
        Ok((entry, compact))
    }

    /// Records a payment that was made; gives the entry. `Err` with words for the operator.
    pub(crate) async fn pay(&self, person: &Did, payout: Payout) -> Result<Entry, Failure> {
        let mut change = self.store.change().await?;
        let known = change.person(person).await?;
        let known = known.ok_or_else(|| Failure::new(format!("there is no account of {person}")))?;
        let last = known.last.as_deref().map(Entry::open).transpose()?;
        let last = last.ok_or_else(|| Failure::new(format!("the account of {person} has no entries")))?;
        if payout.amount > last.outstanding() || payout.amount.units() == 0 {
            return Err(Failure::new(format!(
                "{} {} are owed to {person}: a payout is more than nothing, and no more than that",
                last.outstanding(),
                last.asset
            )));
        }
        let event = Event::Payout(payout);
        let (entry, compact) =
            self.entry(known.last.as_deref(), person, &last.asset, system::now(), event)?;
        change.append(known.id, entry.seq, &compact).await?;
        change.commit().await?;
        Ok(entry)
    }
}
