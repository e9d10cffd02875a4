//! Going through the log, newest first, by way of what is held in memory.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::block::Block;
use crate::app::{App, END, Session};
use crate::error::{Code, Failure, Result};
use crate::keys::DataKeyFile;
use crate::number::{Number, row_key};
use crate::pack::LEAF;
use crate::ports::{Host, Span, Table};
use crate::records::{DELETING, Deletion, MARKED, damage, review_key};
use crate::ring::Ring;
use crate::segment::{Packed, decode_record};
use crate::vault::Vault;
use crate::view::{Damage, Review};

/// Work of one answer, in milliseconds of the host's clock.
const WORK: u64 = 80;
/// Segments read at a time.
const AHEAD: u32 = 8;
/// Rows of decisions that are read at once; where there are more, each record is asked for by itself.
const TOGETHER: u32 = 512;

/// A way through the log.
pub(crate) struct Walk {
    /// Everything from this position on was looked through, up to where the walk began.
    pub(crate) at: u64,
    began: u64,
    /// When the work began, and how long it may take, in milliseconds.
    start: u64,
    work: u64,
    /// Rows of segments that were read and not looked through, newest first.
    ahead: VecDeque<(String, Vec<u8>)>,
    /// What could not be read.
    pub(crate) damaged: Vec<Damage>,
}

impl Walk {
    /// From a position downward, or from the newest one.
    pub(crate) fn from(session: &Session, before: Option<u64>, now: u64) -> Result<Self> {
        let end = Number::new(session.state.logs.len(), 0)?.0;
        let at = before.map_or(end, |before| before.min(end));
        Ok(Self {
            at,
            began: at,
            start: now,
            work: WORK,
            ahead: VecDeque::new(),
            damaged: Vec::new(),
        })
    }

    /// With this much time, in milliseconds, instead of that of an answer.
    pub(crate) fn within(self, work: u64) -> Self {
        Self { work, ..self }
    }

    /// Whether its time is over. A clock that went back is no reason to go on for ever.
    pub(crate) fn over(&self, now: u64) -> bool {
        self.start.abs_diff(now) >= self.work
    }

    /// Where it is to be gone on.
    pub(crate) fn next(&self) -> Option<u64> {
        Some(self.at).filter(|at| *at > 0)
    }

    /// Positions that were looked through.
    pub(crate) fn looked(&self, session: &Session) -> u64 {
        positions(session, self.began).saturating_sub(positions(session, self.at))
    }
}

/// Positions of all logs below one.
pub(crate) fn positions(session: &Session, below: u64) -> u64 {
    let below = Number(below);
    let logs = session.state.logs.iter().enumerate();
    logs.map(|(at, log)| match at.cmp(&below.log()) {
        std::cmp::Ordering::Less => log.head.size(),
        std::cmp::Ordering::Equal => log.head.size().min(below.seq()),
        std::cmp::Ordering::Greater => 0,
    })
    .sum()
}

/// Positions of all logs.
pub(crate) fn all_positions(session: &Session) -> u64 {
    session.state.logs.iter().map(|log| log.head.size()).sum()
}

impl<H: Host> App<H> {
    /// The state for an answer, with what is held in step with it. What is held goes where another process locked the
    /// profile, erased it, or set a passphrase since it was opened here.
    pub(crate) async fn archive_session(&self) -> Result<Session> {
        let open = self.vault.borrow().is_some();
        if open {
            match (self.idle.get(), self.remembered().await?) {
                // The profile is used elsewhere, too.
                (Some(idle), Some(remembered)) => self.idle.set(Some(idle.later(remembered.idle))),
                (Some(_), None) => self.close(),
                (None, Some(_)) if self.has_passphrase().await? => self.close(),
                (None, _) => {}
            }
        }
        self.prepare().await?;
        let mut session = match self.load().await {
            // Erased, and begun anew under another key.
            Err(failure) if failure.code == Code::StoreCorrupt && open => {
                self.close();
                self.load().await?
            }
            loaded => loaded?,
        };
        // A passphrase that was set and is forgotten since: it made an inbox, which stays.
        if self.idle.get().is_none() && session.state.inbox.is_some() && self.has_passphrase().await? {
            self.close();
            session = self.load().await?;
        }
        if (session.state.due.is_some() || session.state.retention_days.is_some()) && self.purge().await? > 0
        {
            session = self.load().await?;
        }
        self.in_step(&session).await?;
        Ok(session)
    }

    async fn has_passphrase(&self) -> Result<bool> {
        Ok(matches!(
            self.data_key_file().await?,
            Some(DataKeyFile::Passphrase { .. })
        ))
    }

    /// Brings what is held in step with the state; see [`super::cache`].
    pub(crate) async fn in_step(&self, session: &Session) -> Result<()> {
        if session.sealed.is_none() {
            self.cache.take();
            return Ok(());
        }
        if !self.cache.borrow().follows(&session.state) {
            let ring = Ring::read(&self.host, session.vault.sealer()?).await?;
            session.vault.ring.replace(ring);
            let ring = session.vault.ring.borrow();
            self.cache.borrow_mut().follow(&session.state, &ring);
        }
        self.read_tail(session).await
    }

    /// Reads the records that are not packed and not held yet.
    async fn read_tail(&self, session: &Session) -> Result<()> {
        // What was damaged may be mended: it is read anew.
        let sound = |tail: &Rc<Block>| tail.damaged.is_empty() && tail.by == session.state.live;
        let end = Number::new(session.state.logs.len(), 0)?;
        let from = match self.cache.borrow().tail.as_ref().filter(|tail| sound(tail)) {
            Some(tail) => format!("{}\0", row_key(Number(tail.end - 1))),
            None => String::new(),
        };
        let rows = self.all(Table::Record, &from, END).await?;
        // Other answers look through it meanwhile: from here on there is no waiting.
        let held = self.cache.borrow_mut().tail.take();
        let held = held.filter(|tail| !from.is_empty() && sound(tail));
        let mut tail = held.map(|tail| Rc::try_unwrap(tail).unwrap_or_else(|tail| Block::clone(&tail)));
        for (key, row) in rows {
            let number = Number::of_key(&key)?;
            if tail.as_ref().is_some_and(|tail| number.0 < tail.end) {
                continue;
            }
            let tail = tail.get_or_insert_with(|| Block::at(number, session.state.live));
            let record = session
                .vault
                .open(Table::Record, &key, &row)
                .ok()
                .and_then(|bytes| decode_record(&bytes));
            let read = record.is_some_and(|record| tail.push(number.0, &record));
            if !read {
                tail.damaged.push(damage(Table::Record, &key, 1));
            }
            tail.reach(number.0 + 1);
        }
        if let Some(tail) = &tail {
            tail.until.set(end.0.max(tail.end));
        }
        self.cache.borrow_mut().tail = tail.map(Rc::new);
        Ok(())
    }

    /// The block that holds the positions below where a walk stands; the walk goes below its first one. `None` at the
    /// end.
    pub(crate) async fn step(&self, session: &Session, walk: &mut Walk) -> Result<Option<Rc<Block>>> {
        let tail = self.cache.borrow().tail.clone();
        let block = match tail.filter(|tail| tail.first < walk.at) {
            Some(tail) => Some(tail),
            None => self.step_below(session, walk).await?,
        };
        match &block {
            Some(block) => {
                walk.at = block.first;
                walk.damaged.extend_from_slice(&block.damaged);
            }
            None => walk.at = 0,
        }
        Ok(block)
    }

    async fn step_below(&self, session: &Session, walk: &mut Walk) -> Result<Option<Rc<Block>>> {
        while let Some((key, _)) = walk.ahead.front() {
            if Number::of_key(key)?.0 < walk.at {
                break;
            }
            walk.ahead.pop_front();
        }
        if walk.ahead.is_empty() {
            let held = self.cache.borrow().below(walk.at);
            if let Some(block) = held.as_ref().filter(|block| walk.at <= block.until.get()) {
                return Ok(Some(Rc::clone(block)));
            }
            // Of what is not held, no further than to what is.
            let from = held
                .as_ref()
                .map(|block| format!("{}\0", row_key(Number(block.first))));
            let below = row_key(Number(walk.at));
            let span = Span {
                from: from.as_deref(),
                below: Some(&below),
                newest_first: true,
                limit: AHEAD,
            };
            walk.ahead = self.host.range(Table::Segment, span).await?.into();
            if walk.ahead.is_empty() {
                if let Some(block) = &held {
                    block.until.set(walk.at);
                }
                return Ok(held);
            }
        }
        let Some((key, row)) = walk.ahead.pop_front() else {
            return Ok(None);
        };
        let block = Rc::new(self.open_block(session, &key, &row).await?);
        block.until.set(walk.at.max(block.end));
        // What was damaged may be mended: it is read anew.
        if block.damaged.is_empty() {
            self.cache.borrow_mut().keep(&block);
        }
        Ok(Some(block))
    }

    /// A segment, opened. One that cannot be is a block without records that tells so.
    async fn open_block(&self, session: &Session, key: &str, row: &[u8]) -> Result<Block> {
        let first = Number::of_key(key)?;
        if !session.vault.holds(row) {
            // Written since the ring was read.
            let ring = Ring::read(&self.host, session.vault.sealer()?).await?;
            session.vault.ring.replace(ring);
        }
        let by = Vault::ring_key(row).unwrap_or_default();
        let opened = session.vault.open(Table::Segment, key, row);
        let packed = match opened {
            Ok(bytes) => Packed::decode(&zeroize::Zeroizing::new(bytes)),
            Err(failure) if failure.code == Code::StoreCorrupt => None,
            Err(failure) => return Err(failure),
        };
        if let Some(packed) = packed {
            let (mut block, lost) = Block::of(first, by, &packed.slots);
            block.reach(first.0 + packed.slots.len() as u64);
            if lost > 0 {
                block.damaged.push(damage(Table::Segment, key, lost));
            }
            return Ok(block);
        }
        let leaves = match self.host.get(Table::Leaves, key).await? {
            Some(row) => session.vault.open(Table::Leaves, key, &row).unwrap_or_default(),
            None => Vec::new(),
        };
        let records = u32::try_from(leaves.len() / LEAF).unwrap_or(u32::MAX);
        let mut block = Block::at(first, by);
        block.reach(first.0 + u64::from(records.max(1)));
        block.damaged.push(damage(Table::Segment, key, records));
        Ok(block)
    }

    /// The rows of a decision about these records, which are given newest first.
    pub(crate) async fn decided_about(
        &self,
        prefix: char,
        numbers: &[u64],
    ) -> Result<BTreeMap<u64, Vec<u8>>> {
        let mut rows = BTreeMap::new();
        let (Some(&newest), Some(&oldest)) = (numbers.first(), numbers.last()) else {
            return Ok(rows);
        };
        let from = review_key(prefix, Number(oldest));
        let below = review_key(prefix, Number(newest.saturating_add(1)));
        let span = Span {
            from: Some(&from),
            below: Some(&below),
            newest_first: true,
            limit: TOGETHER,
        };
        let found = self.host.range(Table::Review, span).await?;
        if found.len() < TOGETHER as usize {
            for (key, row) in found {
                rows.insert(crate::records::reviewed(&key)?.0, row);
            }
            return Ok(rows);
        }
        for &number in numbers {
            let key = review_key(prefix, Number(number));
            if let Some(row) = self.host.get(Table::Review, &key).await? {
                rows.insert(number, row);
            }
        }
        Ok(rows)
    }

    /// How these records stand, which are given newest first.
    pub(crate) async fn reviews(&self, session: &Session, numbers: &[u64]) -> Result<Vec<Review>> {
        let deleting = self.decided_about(DELETING, numbers).await?;
        let marked = self.decided_about(MARKED, numbers).await?;
        let review = |number: &u64| match deleting.get(number) {
            Some(row) => {
                let key = review_key(DELETING, Number(*number));
                // A decision that cannot be read keeps the record.
                match session.vault.read::<Deletion>(Table::Review, &key, row) {
                    Ok(Deletion { until }) => Review::Deleting { until },
                    Err(_) => Review::Private,
                }
            }
            None if marked.contains_key(number) => Review::Marked,
            None => Review::Private,
        };
        Ok(numbers.iter().map(review).collect())
    }

    /// The highest record below a position that carries a mark; those that are being deleted keep theirs.
    pub(crate) async fn marked_below(&self, position: u64) -> Result<Option<u64>> {
        let from = MARKED.to_string();
        let below = review_key(MARKED, Number(position));
        let span = Span {
            from: Some(&from),
            below: Some(&below),
            newest_first: true,
            limit: 1,
        };
        let rows = self.host.range(Table::Review, span).await?;
        match rows.first() {
            Some((key, _)) => crate::records::reviewed(key).map(|number| Some(number.0)),
            None => Ok(None),
        }
    }

    /// A record, as it is held: its block and its place there.
    pub(crate) async fn held(&self, session: &Session, number: u64) -> Result<(Rc<Block>, usize)> {
        let now = self.host.now();
        let mut walk = Walk::from(session, Some(number.saturating_add(1)), now)?;
        if walk.at > number
            && let Some(block) = self.step(session, &mut walk).await?
        {
            if let Some(at) = block.find(number) {
                return Ok((block, at));
            }
            if let Some(damage) = walk.damaged.first().filter(|_| number < block.end) {
                return Err(Failure::with(Code::StoreCorrupt, damage.name.clone()));
            }
        }
        Err(Code::RecordGone.into())
    }
}
