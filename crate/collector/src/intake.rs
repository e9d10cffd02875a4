//! Taking a bundle: verified in one pass, its records judged and stored in a second, all of it in one change whose
//! commit comes before the answer. A bundle that was answered before gets the same answer again.

use std::collections::BTreeSet;

use counterfoil_core::bundle::verify::{Contents, Expect, verify_contents};
use counterfoil_core::bundle::zip::SourceError;
use counterfoil_core::collector::accept::{Code, Judge, TextKey};
use counterfoil_core::collector::account::{Event, Receipt};
use counterfoil_core::collector::consent::Consent;
use counterfoil_core::collector::offer::{GRACE, Offer};
use counterfoil_core::collector::problem::Problem;
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::jws;
use counterfoil_core::note::{self, Cosigner};
use counterfoil_core::record::SharedLine;
use tokio::sync::mpsc;

use crate::blobs::{FileSource, Incoming};
use crate::collector::Collector;
use crate::failure::Failure;
use crate::refusal::Refusal;
use crate::similar::Fingerprint;
use crate::store::{Change, Held, MadeOffer, NewBundle, NewRecord, Person, Store};
use crate::system;

/// Records that are stored together.
const BATCH_RECORDS: usize = 256;
/// Bytes of records after which a batch is stored.
const BATCH_BYTES: usize = 1024 * 1024;
/// Batches that wait to be stored: with the two at either end, all of the records that memory holds.
const BATCHES: usize = 2;
/// How far a person's clock may be ahead, in seconds.
const SKEW: u64 = 300;

/// The answer to a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The entry of the account.
    pub(crate) entry: String,
    /// Whether it was given before.
    pub(crate) is_repeated: bool,
}

impl<S: Store> Collector<S> {
    /// Takes a file that arrived whole.
    pub(crate) async fn take(&self, incoming: Incoming, zip_sha256: &str) -> Result<Answer, Refusal> {
        if let Some(entry) = self.store.answer_to(zip_sha256).await? {
            return Ok(Answer {
                entry,
                is_repeated: true,
            });
        }
        let contents = self.verify(&incoming).await?;
        let (made, offer) = self.offer_of(&contents).await?;
        let now = system::now();
        let consent = agreed(&contents, &made, &offer, now)?;

        let mut change = self.store.change().await?;
        let bundle_sha256 = jws::sha256_hex(&contents.bundle_jws);
        if let Some(entry) = change.receipt(&bundle_sha256).await? {
            // The same bundle in another container.
            change.add_copy(&bundle_sha256, zip_sha256).await?;
            change.commit().await?;
            return Ok(Answer {
                entry,
                is_repeated: true,
            });
        }
        let person = match change.person(&contents.did).await? {
            Some(person) => person,
            None => change.add_person(&contents.did).await?,
        };
        continues(&person, &contents)?;
        if change
            .void_until(person.id, &made.sha256)
            .await?
            .is_some_and(|until| consent.iat <= until)
        {
            return Err(Refusal::new(
                Problem::Withdrawn,
                "the consent was withdrawn; a new one is needed",
            ));
        }

        let statement = &contents.statement;
        let bundle = change
            .add_bundle(
                person.id,
                &NewBundle {
                    sha256: &bundle_sha256,
                    zip_sha256,
                    offer_sha256: &made.sha256,
                    start: statement.start,
                    end: statement.end,
                    received_at: now,
                    expires_at: now.saturating_add(offer.retention_days.saturating_mul(86_400)),
                    purposes: &consent.purposes,
                    bundle_jws: &contents.bundle_jws,
                    consent_jws: &contents.consent,
                    notice: &contents.notice,
                    checkpoint: &contents.checkpoint,
                },
            )
            .await?;
        let before = change.taken(person.id, &made.sha256).await?;
        let mut judge = Judge::new(&offer, statement.iat, before);
        self.store_records(&mut change, &incoming, bundle, person.id, &mut judge)
            .await?;
        let outcome = judge.finish().map_err(Failure::from)?;
        change
            .add_taken(person.id, &made.sha256, outcome.accepted)
            .await?;
        change
            .advance(person.id, statement.end, &contents.end_root)
            .await?;

        let failed = |error: note::NoteError| Failure::new(error.to_string());
        let receipt = Receipt {
            accepted: outcome.accepted,
            amount: outcome.amount,
            bundle_sha256,
            checkpoint_sha256: sha256_hex(contents.checkpoint.as_bytes()),
            cosignature: note::cosign(self.cosigner(), &contents.checkpoint, &contents.did, now)
                .map_err(failed)?,
            due: offer.pay_by(now),
            end: statement.end,
            note_key: Cosigner::of(self.cosigner()).to_string(),
            offer_sha256: made.sha256.clone(),
            rejected: outcome.rejected,
            start: statement.start,
        };
        let event = Event::Receipt(receipt);
        let (entry, compact) = self.entry(person.last.as_deref(), &contents.did, &offer.asset, now, event)?;
        change.append(person.id, entry.seq, &compact).await?;
        change.answer(bundle, entry.seq).await?;

        // The file is in its place before the commit that speaks of it. Where that commit fails it stays, for a commit may
        // have been made that could not be told; the next start removes a file that no commit speaks of.
        let (blobs, name) = (self.blobs.clone(), zip_sha256.to_owned());
        blocking(move || blobs.keep(incoming, &name)).await??;
        change.commit().await?;
        Ok(Answer {
            entry: compact,
            is_repeated: false,
        })
    }

    /// The first pass: all checks of a bundle, in constant memory.
    async fn verify(&self, incoming: &Incoming) -> Result<Contents, Refusal> {
        let source = incoming.open()?;
        let expect = Expect {
            audience: Some(self.did().as_str().to_owned()),
        };
        let turn = self.verifications.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Failure::new("the collector is stopping"))?;
        let verified = blocking(move || {
            let verified = verify_contents(&source, &expect, |_, _| {});
            drop(turn);
            verified
        });
        let (report, contents) = verified.await?.map_err(|error| unreadable(&error))?;
        if let Some(failed) = report.failed() {
            let detail = format!("the check {} fails: {}", failed.name, failed.detail);
            return Err(Refusal {
                check: Some(failed.name.as_str()),
                ..Refusal::new(Problem::Bundle, detail)
            });
        }
        contents.ok_or_else(|| Failure::new("a valid bundle without contents").into())
    }

    /// The offer that a bundle names, if it is one of this collector's.
    async fn offer_of(&self, contents: &Contents) -> Result<(MadeOffer, Offer), Refusal> {
        let sha256 = jws::sha256_hex(&contents.offer);
        let made = self
            .store
            .offers()
            .await?
            .into_iter()
            .find(|made| made.sha256 == sha256);
        let made = made.ok_or_else(|| {
            Refusal::new(
                Problem::OfferUnknown,
                "the offer is signed with this collector's key, but it is not known here",
            )
        })?;
        let offer = Offer::open(&made.compact).map_err(Failure::from)?;
        Ok((made, offer))
    }

    /// The second pass: each record is judged, and stored where it is accepted.
    async fn store_records<C: Change>(
        &self,
        change: &mut C,
        incoming: &Incoming,
        bundle: i64,
        person: i64,
        judge: &mut Judge<'_>,
    ) -> Result<(), Refusal> {
        let source = incoming.open()?;
        let (sender, mut batches) = mpsc::channel(BATCHES);
        let reader = blocking(move || read(&source, &sender));
        // Where storing fails, its end of the channel goes, and the reader sends no more.
        let store = async move {
            while let Some(lines) = batches.recv().await {
                store_batch(change, lines, bundle, person, judge).await?;
            }
            Ok::<_, Refusal>(())
        };
        let (read, stored) = tokio::join!(reader, store);
        stored?;
        read?.map_err(|error| unreadable(&error).into())
    }
}

/// A line with what others are compared by, which the reader works out while the records before it are stored.
struct Line {
    bytes: Vec<u8>,
    key: TextKey,
    near: Option<Fingerprint>,
}

/// Sends the lines of a bundle that was verified before, in batches.
fn read(source: &FileSource, sender: &mpsc::Sender<Vec<Line>>) -> Result<(), SourceError> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let mut is_wanted = true;
    verify_contents(source, &Expect::default(), |line, record| {
        if !is_wanted {
            return;
        }
        bytes += line.len();
        batch.push(Line {
            bytes: line.to_vec(),
            key: TextKey::of(&record.text),
            near: Fingerprint::of(&record.text),
        });
        if batch.len() >= BATCH_RECORDS || bytes >= BATCH_BYTES {
            bytes = 0;
            is_wanted = sender.blocking_send(std::mem::take(&mut batch)).is_ok();
        }
    })?;
    if is_wanted && !batch.is_empty() {
        // Where nobody takes it, what failed there is what counts.
        drop(sender.blocking_send(batch));
    }
    Ok(())
}

async fn store_batch<C: Change>(
    change: &mut C,
    lines: Vec<Line>,
    bundle: i64,
    person: i64,
    judge: &mut Judge<'_>,
) -> Result<(), Refusal> {
    let keys: BTreeSet<_> = lines.iter().map(|line| line.key).collect();
    let held = change.held(&keys.into_iter().collect::<Vec<_>>()).await?;
    let prints: Vec<_> = lines.iter().filter_map(|line| line.near).collect();
    let mut near = change.near(&prints).await?.into_iter();
    let mut accepted: Vec<NewRecord> = Vec::new();
    for line in lines {
        let record = SharedLine::parse(&line.bytes).map_err(|error| Failure::new(error.to_string()))?;
        let of = |found: &Held, own: bool| found.key == line.key && (found.person == person) == own;
        let is_known = held.iter().any(|found| of(found, true));
        let is_alike = line.near.is_some_and(|print| {
            near.next() == Some(true) || {
                let mut others = accepted.iter().filter_map(|other| other.near);
                others.any(|other| print.is_near(other))
            }
        });
        let is_others = held.iter().any(|found| of(found, false)) || !is_known && is_alike;
        let judged = is_others.then_some(Code::OthersDuplicate);
        let refused = judge.take(&record, line.key, is_known, judged).map_err(|error| {
            Refusal::new(
                Problem::TooManyRanges,
                format!("{error}: hand over smaller bundles, or fewer records that do not fit"),
            )
        })?;
        if refused.is_none() {
            accepted.push(NewRecord {
                seq: record.seq,
                kind: record.kind,
                key: line.key,
                near: line.near,
                line: line.bytes,
            });
        }
    }
    change.add_records(bundle, person, &accepted).await?;
    Ok(())
}

/// Whether a bundle was approved while the offer was open and under a consent that suits it.
fn agreed(contents: &Contents, made: &MadeOffer, offer: &Offer, now: u64) -> Result<Consent, Refusal> {
    let statement = &contents.statement;
    let ended = made.closed_at.unwrap_or(u64::MAX).min(offer.valid_until);
    if !offer.is_open_at(statement.iat) || statement.iat >= ended {
        return Err(Refusal::new(
            Problem::OfferClosed,
            "the offer was not open when the bundle was approved",
        ));
    }
    if now > ended.saturating_add(GRACE) {
        return Err(Refusal::new(
            Problem::OfferClosed,
            "the offer has been over for more than seven days",
        ));
    }
    if statement.iat > now.saturating_add(SKEW) {
        return Err(Refusal::new(
            Problem::Consent,
            "the bundle was approved in the future: check the clock",
        ));
    }
    let consent = Consent::open(&contents.consent)
        .and_then(|consent| consent.suits(offer).map(|()| consent))
        .map_err(|error| Refusal::statement(Problem::Consent, &error))?;
    if statement.end - statement.start < offer.min_items {
        let detail = format!("the offer asks for {} records at least", offer.min_items);
        return Err(Refusal::new(Problem::TooFew, detail));
    }
    Ok(consent)
}

/// Whether a bundle begins where the log was cosigned last, with that very history.
fn continues(person: &Person, contents: &Contents) -> Result<(), Refusal> {
    let statement = &contents.statement;
    let refuse = |detail: String| {
        Err(Refusal {
            check: Some("range"),
            ..Refusal::new(Problem::Range, detail)
        })
    };
    if statement.start != person.size {
        return refuse(format!(
            "the bundle begins at record {}, and the log was cosigned up to {}",
            statement.start, person.size
        ));
    }
    if contents.start_root != person.root {
        return refuse(format!(
            "the first {} records are not those that were cosigned",
            person.size
        ));
    }
    Ok(())
}

fn unreadable(error: &SourceError) -> Failure {
    Failure::new(error.to_string())
}

/// Runs what would keep others waiting.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(format!("a task ended early: {error}")))
}
