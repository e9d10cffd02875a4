//! What the person decides about records: keep, mark, delete, undo, forget; and deletion once it is final.

use std::collections::{BTreeMap, BTreeSet};

use counterfoil_core::record::{Body, Kind};

use crate::app::{App, Done, END, NewLine, RETENTION, Session};
use crate::error::{Code, Failure, Result};
use crate::export::{CURRENT, ExportRow};
use crate::message::{Effect, Reply};
use crate::number::{Number, row_key};
use crate::ports::{Host, Op, Table};
use crate::recent::Recent;
use crate::records::{DELETING, Deletion, HIDING, MARKED, Stored, parse, review_key, reviewed};
use crate::vault::Vault;

/// How long a deletion can be undone, in milliseconds: the shortest time after which both browsers are sure to
/// wake the background.
pub const UNDO: u64 = 30_000;
/// Records that one request may change.
const AT_ONCE: usize = 1_000;
/// Deletions that one transaction makes final.
const PASS: usize = 2_000;
/// Positions read at a time.
const ROWS: u32 = 256;
const DAY: u64 = 86_400_000;

impl<H: Host> App<H> {
    /// Marks records for sharing, or keeps them private.
    pub(crate) async fn mark(&self, seqs: &[u64], marked: bool) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        let mut ops = Vec::new();
        for number in distinct(seqs)? {
            self.one(&session, number).await?;
            let key = review_key(MARKED, number);
            let is = self.host.get(Table::Review, &key).await?.is_some();
            match (is, marked) {
                (false, true) => {
                    ops.push(session.vault.put(&self.host, Table::Review, &key, &())?);
                    session.state.marked += 1;
                }
                (true, false) => {
                    ops.push(Op::Remove(Table::Review, key));
                    session.state.marked = session.state.marked.saturating_sub(1);
                }
                _ => {}
            }
        }
        let count = ops.len();
        if count > 0 {
            self.commit(&mut session, ops).await?;
        }
        Ok(changed(count, Vec::new()))
    }

    /// Deletes records, with time to undo it. A draft that may hold their text goes at once.
    pub(crate) async fn delete(&self, seqs: &[u64]) -> Result<Done> {
        let numbers = distinct(seqs)?;
        let (_turn, mut session) = self.change().await?;
        let mut records = Vec::new();
        for number in numbers {
            if self
                .host
                .get(Table::Review, &review_key(DELETING, number))
                .await?
                .is_none()
            {
                records.push(self.one(&session, number).await?);
            }
        }
        self.begin_deletion(&mut session, &records).await?;
        Ok(changed(
            records.len(),
            self.wake(&session.state).into_iter().collect(),
        ))
    }

    /// Deletes all records made since a time, with time to undo it.
    pub(crate) async fn forget(&self, since: u64) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        let records = self.since(&session, since).await?;
        self.begin_deletion(&mut session, &records).await?;
        let mut effects: Vec<_> = self.wake(&session.state).into_iter().collect();
        effects.push(Effect::Refresh);
        Ok(Done {
            reply: Reply::Forgotten {
                seqs: records.iter().map(|stored| stored.number.0).collect(),
            },
            effects,
        })
    }

    /// The records made since a time that are not being deleted.
    pub(crate) async fn since(&self, session: &Session, since: u64) -> Result<Vec<Stored>> {
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let (records, _, next) = self.read(session, before, ROWS).await?;
            let older = records.last().is_some_and(|oldest| oldest.time() < since);
            let log = records.last().map(|oldest| oldest.number.log());
            found.extend(records.into_iter().filter(|stored| {
                stored.time() >= since && !matches!(stored.review, crate::view::Review::Deleting { .. })
            }));
            before = match (older, log) {
                // In a log times rise, but for the few minutes that a submission may be told late.
                (true, Some(log)) => Some(Number::new(log, 0)?).filter(|first| first.0 > 0),
                _ => next,
            };
            if before.is_none() {
                return Ok(found);
            }
        }
    }

    async fn begin_deletion(&self, session: &mut Session, records: &[Stored]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let until = self.host.now() + UNDO;
        let mut ops = Vec::new();
        for stored in records {
            let key = review_key(DELETING, stored.number);
            ops.push(
                session
                    .vault
                    .put(&self.host, Table::Review, &key, &Deletion { until })?,
            );
            session.state.uncount(stored.time());
            if stored.review == crate::view::Review::Marked {
                session.state.marked = session.state.marked.saturating_sub(1);
            }
        }
        session.state.due = Some(session.state.due.map_or(until, |due| due.min(until)));
        ops.extend(self.drop_draft(session).await?);
        self.commit(session, ops).await?;
        self.sweep(session).await
    }

    /// Brings deleted records back as they were, while that is possible.
    pub(crate) async fn undo(&self, seqs: &[u64]) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        let mut ops = Vec::new();
        for number in distinct(seqs)? {
            let key = review_key(DELETING, number);
            let stored = self.one(&session, number).await?;
            if self.host.get(Table::Review, &key).await?.is_none() {
                continue;
            }
            ops.push(Op::Remove(Table::Review, key));
            session.state.recount(stored.time());
            if self
                .host
                .get(Table::Review, &review_key(MARKED, number))
                .await?
                .is_some()
            {
                session.state.marked += 1;
            }
        }
        let count = ops.len();
        if count > 0 {
            self.commit(&mut session, ops).await?;
        }
        Ok(changed(count, Vec::new()))
    }

    /// Makes deletions final whose time has come, and carries out retention. Returns how many records went.
    pub(crate) async fn purge(&self) -> Result<u32> {
        let now = self.host.now();
        let state = self.load().await?.state;
        let aged =
            state.retention_days.is_some() && (now < state.retained || now - state.retained >= RETENTION);
        // A clock that went back must not keep what was to go: no deletion waits longer than its time.
        let due = state.due.is_some_and(|due| due <= now || due - now > UNDO);
        if !aged && !due {
            return Ok(0);
        }
        let mut purged = 0;
        loop {
            let (_turn, mut session) = self.change().await?;
            let mut doomed = BTreeMap::new();
            let mut next_due = None;
            let end = format!("{DELETING}{END}");
            for (key, row) in self.all(Table::Review, &DELETING.to_string(), &end).await? {
                // A decision that cannot be read deletes nothing: it is taken back.
                let until = session
                    .vault
                    .read::<Deletion>(Table::Review, &key, &row)
                    .map(|deletion| deletion.until);
                match until {
                    Ok(until) if until > now && until - now <= UNDO => {
                        next_due = Some(next_due.map_or(until, |due: u64| due.min(until)));
                    }
                    Ok(_) if doomed.len() < PASS => {
                        doomed.insert(reviewed(&key)?, true);
                    }
                    _ => {}
                }
            }
            if let Some(days) = session.state.retention_days.filter(|_| aged) {
                let oldest = now.saturating_sub(u64::from(days) * DAY);
                let room = PASS.saturating_sub(doomed.len());
                for number in self.older(&session, oldest, room).await? {
                    doomed.entry(number).or_insert(false);
                }
            }
            let full = doomed.len() >= PASS;
            session.state.due = next_due;
            if !full && aged {
                session.state.retained = now;
            }
            purged += u32::try_from(doomed.len()).unwrap_or(u32::MAX);
            self.destroy(&mut session, &doomed).await?;
            if !full {
                break;
            }
        }
        self.archive.replace(None);
        Ok(purged)
    }

    /// Records made before a time, oldest first, without those that the person is deleting.
    async fn older(&self, session: &Session, before: u64, most: usize) -> Result<Vec<Number>> {
        let mut found = Vec::new();
        let end = row_key(Number::new(session.state.logs.len(), 0)?);
        for (key, _) in self.all(Table::Leaves, "", &end).await? {
            let first = Number::of_key(&key)?;
            // What cannot be read has no age: the person decides.
            let Ok(Some(packed)) = self.segment(session, &key).await else {
                continue;
            };
            let mut young = false;
            for (slot, number) in packed.slots.iter().zip(first.0..) {
                let crate::segment::Slot::Whole(record) = slot else {
                    continue;
                };
                if let Some(old) = aged(record, before) {
                    if old {
                        found.push(Number(number));
                    } else {
                        young = true;
                    }
                }
                if found.len() >= most {
                    return Ok(found);
                }
            }
            if young && first.log() + 1 == session.state.logs.len() {
                return Ok(found);
            }
        }
        for (key, row) in self.all(Table::Record, "", END).await? {
            let record = session
                .vault
                .open(Table::Record, &key, &row)
                .ok()
                .and_then(|bytes| crate::segment::decode_record(&bytes));
            if record.and_then(|record| aged(&record, before)) == Some(true) && found.len() < most {
                found.push(Number::of_key(&key)?);
            }
        }
        Ok(found)
    }

    /// Deletes for good: the content of these records and everything derived from it goes, with every key that
    /// they were sealed with, and a tombstone is signed for each. `true` where the counts know already.
    async fn destroy(&self, session: &mut Session, doomed: &BTreeMap<Number, bool>) -> Result<()> {
        if doomed.is_empty() {
            return self.commit(session, Vec::new()).await;
        }
        let mut recent = self.recent(session).await?;
        let mut gone = BTreeSet::new();
        let mut ops = Vec::new();
        for (&number, &counted) in doomed {
            ops.push(Op::Remove(Table::Review, review_key(DELETING, number)));
            ops.push(Op::Remove(Table::Review, review_key(HIDING, number)));
            let mark = review_key(MARKED, number);
            let marked = self.host.get(Table::Review, &mark).await?.is_some();
            ops.push(Op::Remove(Table::Review, mark));
            let Ok(stored) = self.one(session, number).await else {
                continue;
            };
            gone.insert(number);
            forget_digests(&mut recent, &stored);
            if !counted {
                session.state.uncount(stored.time());
                if marked {
                    session.state.marked = session.state.marked.saturating_sub(1);
                }
            }
        }
        for (id, row) in self.all(Table::Export, "", "g").await? {
            let export: ExportRow = match session.vault.read(Table::Export, &id, &row) {
                Ok(export) => export,
                Err(failure) if failure.code == Code::StoreCorrupt => continue,
                Err(failure) => return Err(failure),
            };
            if export.seqs.iter().any(|&seq| gone.contains(&Number(seq))) {
                ops.extend(self.drop_row(session, Table::Shared, &id).await?);
            }
        }
        ops.extend(self.drop_draft(session).await?);
        ops.extend(self.pack(session, &gone, &recent).await?);
        let bodies: Vec<Body> = gone
            .iter()
            .map(|number| tombstone(session, *number))
            .collect::<Result<_>>()?;
        let time = self.host.now();
        let lines: Vec<NewLine<'_>> = bodies
            .iter()
            .map(|body| NewLine {
                id: None,
                kind: Kind::Tombstone,
                time,
                body,
            })
            .collect();
        ops.extend(self.sign(session, &lines).await?);
        self.commit(session, ops).await?;
        self.sweep(session).await
    }

    /// The changes that remove a row and retire the key that it was sealed with.
    pub(crate) async fn drop_row(
        &self,
        session: &mut Session,
        table: Table,
        key: &str,
    ) -> Result<Option<Op>> {
        let Some(row) = self.host.get(table, key).await? else {
            return Ok(None);
        };
        session.state.retired.extend(Vault::ring_key(&row));
        Ok(Some(Op::Remove(table, key.to_owned())))
    }

    /// The changes that throw the draft away.
    pub(crate) async fn drop_draft(&self, session: &mut Session) -> Result<Option<Op>> {
        self.drop_row(session, Table::Draft, CURRENT).await
    }
}

/// What a tombstone of a record says: its position, and its log where that is not the one written to.
fn tombstone(session: &Session, number: Number) -> Result<Body> {
    let log = session
        .state
        .logs
        .get(number.log())
        .ok_or_else(|| Failure::with(Code::Internal, "tombstone"))?;
    let elsewhere = number.log() + 1 != session.state.logs.len();
    Ok(Body {
        target: Some(number.seq()),
        target_log: elsewhere.then(|| log.head.id.to_hex()),
        ..Body::default()
    })
}

/// Whether a record is older than a time; `None` for tombstones, which stay.
fn aged(record: &crate::segment::Record, before: u64) -> Option<bool> {
    let (line, _) = parse(record)?;
    if line.kind == Kind::Tombstone {
        return None;
    }
    counterfoil_core::time::parse_rfc3339_ms(&line.time)
        .ok()
        .map(|time| time < before)
}

fn forget_digests(recent: &mut Recent, stored: &Stored) {
    let site = stored.body.site.as_deref().unwrap_or_default();
    let origins = ["https", "http"].map(|scheme| format!("{scheme}://{site}"));
    recent.forget(&origins, stored.text());
}

fn distinct(seqs: &[u64]) -> Result<BTreeSet<Number>> {
    if seqs.len() > AT_ONCE {
        return Err(Failure::with(Code::MessageInvalid, "seqs"));
    }
    let mut numbers = BTreeSet::new();
    for seq in seqs {
        numbers.insert(Number(*seq));
    }
    Ok(numbers)
}

fn changed(count: usize, mut effects: Vec<Effect>) -> Done {
    if count > 0 {
        effects.push(Effect::Refresh);
    }
    Done {
        reply: Reply::Changed {
            count: u32::try_from(count).unwrap_or(u32::MAX),
        },
        effects,
    }
}
