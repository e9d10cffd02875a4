//! What the person decides about records: keep, mark, delete, undo; and deletion once it is final.

use std::collections::BTreeSet;

use counterfoil_core::record::{Body, Kind};

use crate::app::{App, Done, END, NewLine, row_key};
use crate::error::{Code, Failure, Result};
use crate::export::{CURRENT, ExportRow};
use crate::message::{Effect, Reply};
use crate::ports::{Host, Op, Table};
use crate::records::{DELETING, Deletion, MARKED, review_key, seq_of};

/// How long a deletion can be undone, in milliseconds: the shortest time after which both browsers are sure to
/// wake the background.
pub const UNDO: u64 = 30_000;
/// Records that one request may change.
const AT_ONCE: usize = 1_000;

impl<H: Host> App<H> {
    /// Marks records for sharing, or keeps them private.
    pub(crate) async fn mark(&self, seqs: &[u64], marked: bool) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        let mut ops = Vec::new();
        for seq in distinct(seqs)? {
            self.live(seq).await?;
            let key = review_key(MARKED, seq);
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
            self.commit(&session, ops).await?;
        }
        Ok(changed(count, Vec::new()))
    }

    /// Deletes records, with time to undo it. A draft that may hold their text goes at once.
    pub(crate) async fn delete(&self, seqs: &[u64]) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        let until = self.host.now() + UNDO;
        let mut ops = Vec::new();
        for seq in distinct(seqs)? {
            let key = review_key(DELETING, seq);
            if self.host.get(Table::Review, &key).await?.is_some() {
                continue;
            }
            let time = self.one(&session, seq).await?.item()?.time;
            ops.push(
                session
                    .vault
                    .put(&self.host, Table::Review, &key, &Deletion { until })?,
            );
            session.state.uncount(time);
            if self
                .host
                .get(Table::Review, &review_key(MARKED, seq))
                .await?
                .is_some()
            {
                session.state.marked = session.state.marked.saturating_sub(1);
            }
        }
        let count = ops.len();
        if count == 0 {
            return Ok(changed(0, Vec::new()));
        }
        let due = session.state.due.map_or(until, |due| due.min(until));
        session.state.due = Some(due);
        ops.push(Op::Remove(Table::Draft, CURRENT.into()));
        self.commit(&session, ops).await?;
        Ok(changed(count, vec![Effect::Wake { at: due }]))
    }

    /// Brings deleted records back as they were, while that is possible.
    pub(crate) async fn undo(&self, seqs: &[u64]) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        let mut ops = Vec::new();
        for seq in distinct(seqs)? {
            let key = review_key(DELETING, seq);
            if self.host.get(Table::Review, &key).await?.is_none() {
                self.live(seq).await?;
                continue;
            }
            let time = self.one(&session, seq).await?.item()?.time;
            ops.push(Op::Remove(Table::Review, key));
            session.state.recount(time);
            if self
                .host
                .get(Table::Review, &review_key(MARKED, seq))
                .await?
                .is_some()
            {
                session.state.marked += 1;
            }
        }
        let count = ops.len();
        if count > 0 {
            self.commit(&session, ops).await?;
        }
        Ok(changed(count, Vec::new()))
    }

    /// Makes deletions final whose time has come: their content goes, with every copy derived from it, and a
    /// tombstone is signed. Returns how many. One transaction a record: a kill leaves the rest for the next time.
    pub(crate) async fn purge(&self) -> Result<u32> {
        let now = self.host.now();
        if self.load().await?.state.due.is_none_or(|due| due > now) {
            return Ok(0);
        }
        let _turn = self.host.exclusive().await?;
        let mut purged = 0;
        let mut due = None;
        let end = format!("{DELETING}{END}");
        for (key, row) in self.all(Table::Review, &DELETING.to_string(), &end).await? {
            let mut session = self.load().await?;
            let deletion: Deletion = session.vault.read(Table::Review, &key, &row)?;
            // A clock that went back must not keep what was to go: no deletion waits longer than its time.
            if deletion.until > now && deletion.until - now <= UNDO {
                due = Some(due.map_or(deletion.until, |due: u64| due.min(deletion.until)));
                continue;
            }
            let seq = seq_of(&key)?;
            let body = Body {
                target: Some(seq),
                ..Body::default()
            };
            let root = self.root(&session).await?;
            let line = NewLine {
                kind: Kind::Tombstone,
                time: now,
                body: &body,
            };
            let mut ops = self.sign(&mut session, &root, &line)?;
            ops.push(Op::Remove(Table::Content, row_key(seq)));
            ops.push(Op::Remove(Table::Review, review_key(MARKED, seq)));
            ops.push(Op::Remove(Table::Review, key));
            for (id, row) in self.all(Table::Export, "", "g").await? {
                let export: ExportRow = session.vault.read(Table::Export, &id, &row)?;
                if export.seqs.contains(&seq) {
                    ops.push(Op::Remove(Table::Shared, id));
                }
            }
            self.commit(&session, ops).await?;
            purged += 1;
        }
        let mut session = self.load().await?;
        session.state.due = due;
        self.commit(&session, Vec::new()).await?;
        self.archive.replace(None);
        Ok(purged)
    }

    /// Fails unless the record still has its content.
    async fn live(&self, seq: u64) -> Result<()> {
        match self.host.get(Table::Content, &row_key(seq)).await? {
            Some(_) => Ok(()),
            None => Err(Code::RecordGone.into()),
        }
    }
}

fn distinct(seqs: &[u64]) -> Result<BTreeSet<u64>> {
    if seqs.len() > AT_ONCE {
        return Err(Failure::with(Code::MessageInvalid, "seqs"));
    }
    Ok(seqs.iter().copied().collect())
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
