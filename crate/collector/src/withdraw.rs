//! Carrying out what people withdraw, and what an offer's retention ends.
//!
//! First one change takes the records out of the database and says `received`; then the files go, and what the
//! database had deleted goes from its files; then another change says `done`. Killed in between, the next start
//! goes on where it stopped: nobody is told that something is gone before it is.

use counterfoil_core::collector::account::{Ack, Entry, Event, MAX_LEAVES, Status};
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::collector::revocation::{Action, DUE_DAYS, Revocation, Scope};
use counterfoil_core::encoding::to_hex;
use counterfoil_core::jws;
use counterfoil_core::merkle::leaf_hash;
use sha2::{Digest as _, Sha256};

use crate::collector::Collector;
use crate::failure::Failure;
use crate::intake::blocking;
use crate::refusal::Refusal;
use crate::store::{Change, Extent, Person, Store, Withdrawal};
use crate::system;

/// Records that are read at a time.
const PAGE: u32 = 512;
/// Files and withdrawals that are looked at in one round.
const ROUND: u32 = 1_000;

impl<S: Store> Collector<S> {
    /// Takes a withdrawal and carries it out. Gives the entries that acknowledge it: one where it is still going on,
    /// two where it is done.
    pub(crate) async fn withdraw(&self, compact: &str) -> Result<Vec<String>, Refusal> {
        let revocation = Revocation::open(compact, self.did())
            .map_err(|error| Refusal::statement(Problem::Revocation, &error))?;
        let sha256 = jws::sha256_hex(compact);
        let mut change = self.store.change().await?;
        if change.withdrawal(&sha256).await?.is_none() {
            let person = change
                .person(&revocation.iss)
                .await?
                .filter(|person| person.last.is_some());
            let person = person.ok_or_else(|| {
                Refusal::new(Problem::NothingHeld, "nothing was ever accepted from this person")
            })?;
            self.receive(&mut change, &person, &revocation, &sha256, compact)
                .await?;
            change.commit().await?;
        } else {
            drop(change);
        }
        if let Err(failure) = self.sweep().await {
            tracing::error!(cause = %failure, "a withdrawal is not done yet");
        }
        let found = self.store.change().await?.withdrawal(&sha256).await?;
        let found = found.ok_or_else(|| Failure::new("a withdrawal is lost"))?;
        Ok([Some(found.received), found.done].into_iter().flatten().collect())
    }

    async fn receive(
        &self,
        change: &mut S::Change,
        person: &Person,
        revocation: &Revocation,
        sha256: &str,
        compact: &str,
    ) -> Result<(), Failure> {
        let extent = match &revocation.scope {
            Scope::All => {
                change.void(person.id, None, revocation.iat).await?;
                Extent::All
            }
            Scope::Offer { offer_sha256 } => {
                change.void(person.id, Some(offer_sha256), revocation.iat).await?;
                Extent::Offer(offer_sha256.clone())
            }
            Scope::Bundle { bundle_sha256 } => Extent::Bundle(bundle_sha256.clone()),
            Scope::Records { ranges } => {
                Extent::Records(ranges.iter().map(|range| (range.from, range.to)).collect())
            }
        };
        let now = system::now();
        let (records, leaves_sha256, leaf_hashes) = leaves(change, person.id, &extent).await?;
        match revocation.action {
            Action::Stop => change.stop(person.id, &extent).await?,
            Action::Delete => change.delete(person.id, &extent).await?,
        }
        let ack = Ack {
            done_at: None,
            due: now.saturating_add(DUE_DAYS * 86_400),
            leaf_hashes,
            leaves_sha256,
            records,
            revocation_sha256: sha256.to_owned(),
            status: Status::Received,
        };
        let entry = self.acknowledge(change, person, now, ack).await?;
        change.add_withdrawal(person.id, sha256, compact, entry.seq).await
    }

    async fn acknowledge(
        &self,
        change: &mut S::Change,
        person: &Person,
        now: u64,
        ack: Ack,
    ) -> Result<Entry, Failure> {
        let last = person
            .last
            .as_deref()
            .ok_or_else(|| Failure::new("an account has no entries"))?;
        let asset = Entry::open(last)?.asset;
        let (entry, compact) = self.entry(Some(last), &person.did, &asset, now, Event::Ack(ack))?;
        change.append(person.id, entry.seq, &compact).await?;
        Ok(entry)
    }

    /// Removes the files that have to go and all that was deleted, then says that withdrawals are done. Gives
    /// whether nothing is left to do.
    pub(crate) async fn sweep(&self) -> Result<bool, Failure> {
        // What is received from here on may not be in what is scrubbed below.
        let open = self.store.open_withdrawals(ROUND).await?;
        let doomed = self.store.doomed(ROUND).await?;
        let (blobs, names) = (self.blobs.clone(), doomed.clone());
        blocking(move || names.iter().try_for_each(|name| blobs.remove(name))).await??;
        let is_last = doomed.len() < ROUND as usize;
        if !doomed.is_empty() {
            let mut change = self.store.change().await?;
            for name in &doomed {
                change.forget_doomed(name).await?;
            }
            change.commit().await?;
        }
        if open.is_empty() && doomed.is_empty() {
            return Ok(true);
        }
        if !self.store.scrub().await? || !is_last {
            return Ok(false);
        }
        for withdrawal in &open {
            self.close(withdrawal).await?;
        }
        Ok(open.len() < ROUND as usize)
    }

    async fn close(&self, withdrawal: &Withdrawal) -> Result<(), Failure> {
        let mut change = self.store.change().await?;
        // Another round may have been here meanwhile.
        if change
            .withdrawal(&withdrawal.sha256)
            .await?
            .is_some_and(|found| found.done.is_some())
        {
            return Ok(());
        }
        let person = change.person(&withdrawal.person).await?;
        let person = person.ok_or_else(|| Failure::new("a withdrawal of nobody"))?;
        let Event::Ack(received) = Entry::open(&withdrawal.received)?.event else {
            return Err(Failure::new(
                "a withdrawal is acknowledged by an entry of another type",
            ));
        };
        let now = system::now();
        let ack = Ack {
            done_at: Some(now),
            status: Status::Done,
            ..received
        };
        let entry = self.acknowledge(&mut change, &person, now, ack).await?;
        change.close_withdrawal(&withdrawal.sha256, entry.seq).await?;
        change.commit().await
    }

    /// Deletes what may be kept no longer.
    pub(crate) async fn expire(&self) -> Result<(), Failure> {
        let mut change = self.store.change().await?;
        let bundles = change.expire(system::now()).await?;
        change.commit().await?;
        if bundles > 0 {
            tracing::info!(bundles, "what may be kept no longer was deleted");
        }
        Ok(())
    }

    /// What a start has to do before anything is answered: half-written files go, and files that no commit speaks
    /// of.
    pub(crate) async fn recover(&self) -> Result<(), Failure> {
        self.blobs.clear_incoming()?;
        for name in self.blobs.kept()? {
            if !self.store.is_held(&name).await? {
                self.blobs.remove(&name)?;
            }
        }
        self.expire().await?;
        self.sweep().await?;
        // Of what was deleted just before the process ended, the log before the database may still have the bytes.
        self.store.scrub().await.map(drop)
    }
}

/// How many records lie in an extent, the digest over their leaf hashes, and the hashes where they are few.
async fn leaves<C: Change>(
    change: &mut C,
    person: i64,
    extent: &Extent,
) -> Result<(u64, String, Vec<String>), Failure> {
    let (mut records, mut digest, mut listed) = (0, Sha256::new(), Vec::new());
    let mut after = None;
    loop {
        let page = change.lines(person, extent, after, PAGE).await?;
        for (seq, line) in &page {
            let leaf = leaf_hash(line);
            digest.update(leaf);
            records += 1;
            if listed.len() <= MAX_LEAVES {
                listed.push(to_hex(&leaf));
            }
            after = Some(*seq);
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    if listed.len() > MAX_LEAVES {
        listed.clear();
    }
    Ok((records, to_hex(&digest.finalize()), listed))
}
