//! Packing records into segments, and writing segments anew without what was deleted.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::{App, END, Session};
use crate::error::{Code, Failure, Result};
use crate::number::{Number, row_key};
use crate::ports::{Host, Op, Span, Table};
use crate::recent::Recent;
use crate::records::inserted;
use crate::segment::{BYTES, Packed, RECORDS, Record, Slot, decode_record};
use crate::vault::Vault;

/// Length of a leaf hash.
pub(crate) const LEAF: usize = 32;
/// Stands for a leaf hash that was lost with its record.
pub(crate) const UNKNOWN: [u8; LEAF] = [0; LEAF];

/// What a backup knows of a position that lost its content, or its leaf hash too.
#[cfg(feature = "search")] // what a restore alone needs
pub(crate) struct Fill {
    pub(crate) number: Number,
    pub(crate) leaf: [u8; LEAF],
    pub(crate) record: Option<Record>,
}

/// A segment being written.
struct Writing {
    packed: Packed,
    leaves: Vec<u8>,
    /// The key that it was sealed with so far, retired once it is written anew.
    old: Option<u64>,
}

impl Writing {
    fn small(&self) -> bool {
        let bytes: usize = self
            .packed
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Whole(record) => record.line.len() + record.body.len(),
                _ => 1,
            })
            .sum();
        self.packed.slots.len() < RECORDS && bytes < BYTES / 2
    }
}

/// The segment being written that holds a position.
fn covering(writing: &BTreeMap<Number, Writing>, number: Number) -> Option<Number> {
    let (first, one) = writing.range(..=number).next_back()?;
    (number.0 - first.0 < one.packed.slots.len() as u64).then_some(*first)
}

impl<H: Host> App<H> {
    /// The changes that pack all records not yet packed, take these out, and put every segment that held one of
    /// them, and what is packed, under keys that no deleted record was ever sealed with. The keys used so far
    /// are retired: they are destroyed by [`App::sweep`] once these changes are committed. Under the lock.
    pub(crate) async fn pack(
        &self,
        session: &mut Session,
        doomed: &BTreeSet<Number>,
        recent: &Recent,
    ) -> Result<Vec<Op>> {
        let mut ops = Vec::new();
        let mut writing: BTreeMap<Number, Writing> = BTreeMap::new();
        let leaves = inserted(self.all(Table::Leaf, "", END).await?);
        // A row that is missing beside its leaf is a lost record.
        let mut live = inserted(leaves.keys().map(|key| (key.clone(), None)));
        for (key, row) in self.all(Table::Record, "", END).await? {
            live.insert(key, Some(row));
        }
        for &number in doomed {
            if !live.contains_key(&row_key(number))
                && covering(&writing, number).is_none()
                && let Some((first, one)) = self.reopen_segment(session, number).await?
            {
                writing.insert(first, one);
            }
        }
        let mut last: Option<(Number, Number)> = None;
        for (key, row) in live {
            let number = Number::of_key(&key)?;
            // A row whose key is away may yet open: it is not packed as lost.
            if row.as_ref().is_some_and(|row| !session.vault.holds(row)) && !doomed.contains(&number) {
                return Err(missing(Table::Record, &key));
            }
            let record = row
                .and_then(|row| session.vault.open(Table::Record, &key, &row).ok())
                .and_then(|bytes| decode_record(&bytes));
            let leaf: [u8; LEAF] = leaves
                .get(&key)
                .and_then(|row| session.vault.open(Table::Leaf, &key, row).ok())
                .and_then(|bytes| bytes.try_into().ok())
                .or_else(|| record.as_ref().map(Record::leaf))
                .unwrap_or(UNKNOWN);
            ops.push(Op::Remove(Table::Record, key.clone()));
            ops.push(Op::Remove(Table::Leaf, key));
            let follows = |at: &(Number, Number)| at.1.0 + 1 == number.0 && at.0.log() == number.log();
            let mut at = last.filter(follows).map(|(first, _)| first);
            if last.is_none() && number.seq() > 0 {
                // The segment before may still have room.
                let before = Number(number.0 - 1);
                if covering(&writing, before).is_none()
                    && let Some((first, one)) = self.reopen_segment(session, before).await?
                    && one.small()
                {
                    writing.insert(first, one);
                }
                at = covering(&writing, before);
            }
            let at = at
                .filter(|first| writing.get(first).is_some_and(Writing::small))
                .unwrap_or(number);
            let one = writing.entry(at).or_insert_with(|| Writing {
                packed: Packed::default(),
                leaves: Vec::new(),
                old: None,
            });
            one.packed.slots.push(record.map_or(Slot::Lost, Slot::Whole));
            one.leaves.extend_from_slice(&leaf);
            last = Some((at, number));
        }
        for (first, mut one) in writing {
            for &number in doomed.range(first..) {
                let Some(slot) = usize::try_from(number.0 - first.0)
                    .ok()
                    .and_then(|at| one.packed.slots.get_mut(at))
                else {
                    break;
                };
                *slot = Slot::Gone;
            }
            ops.extend(self.put_segment(session, first, &one.packed, &one.leaves).await?);
            session.state.retired.extend(one.old);
        }
        session.state.unpacked = 0;
        let old = session.state.live;
        session.state.retired.push(old);
        session.state.live = self.take_key(session).await?;
        ops.push(self.put_recent(session, recent)?);
        self.segment.replace(None);
        Ok(ops)
    }

    /// The changes that write a segment under a new key, and its leaf hashes. One without content has only these.
    pub(crate) async fn put_segment(
        &self,
        session: &mut Session,
        first: Number,
        packed: &Packed,
        leaves: &[u8],
    ) -> Result<Vec<Op>> {
        let row = row_key(first);
        let mut ops = Vec::new();
        if packed.empty() {
            ops.push(Op::Remove(Table::Segment, row.clone()));
        } else {
            let bytes = packed.encode().ok_or(Code::StoreFull)?;
            let key = self.take_key(session).await?;
            let sealed = session
                .vault
                .seal_by(&self.host, key, Table::Segment, &row, &bytes)?;
            ops.push(Op::Put(Table::Segment, row.clone(), sealed));
        }
        let sealed = session.vault.seal(&self.host, Table::Leaves, &row, leaves)?;
        ops.push(Op::Put(Table::Leaves, row, sealed));
        Ok(ops)
    }

    /// The segment that holds a position, to be written anew. `None` where it cannot be read, or holds nothing
    /// any more.
    async fn reopen_segment(&self, session: &Session, number: Number) -> Result<Option<(Number, Writing)>> {
        let Some(first) = self.segment_of(number).await? else {
            return Ok(None);
        };
        let key = row_key(first);
        let Some(row) = self.host.get(Table::Segment, &key).await? else {
            return Ok(None);
        };
        let Some(packed) = session
            .vault
            .open(Table::Segment, &key, &row)
            .ok()
            .and_then(|bytes| Packed::decode(&bytes))
        else {
            return Ok(None);
        };
        let leaves = match self.host.get(Table::Leaves, &key).await? {
            Some(row) => session.vault.open(Table::Leaves, &key, &row).unwrap_or_default(),
            None => Vec::new(),
        };
        let leaves = if leaves.len() == packed.slots.len() * LEAF {
            leaves
        } else {
            rebuilt(&packed)
        };
        let old = Vault::ring_key(&row);
        Ok(Some((first, Writing { packed, leaves, old })))
    }

    /// The number of the first record of the segment that may hold this one: the nearest one below, in its log.
    pub(crate) async fn segment_of(&self, number: Number) -> Result<Option<Number>> {
        let below = row_key(Number(number.0.saturating_add(1)));
        let span = Span {
            below: Some(&below),
            newest_first: true,
            limit: 1,
            ..Span::default()
        };
        let rows = self.host.range(Table::Leaves, span).await?;
        let Some((key, _)) = rows.first() else {
            return Ok(None);
        };
        Ok(Some(Number::of_key(key)?).filter(|first| first.log() == number.log()))
    }

    /// Packs when enough records wait. A failure is no harm: they are safe as they are, and the next record
    /// tries again. Under the lock.
    pub(crate) async fn pack_if_due(&self, session: &mut Session) -> Result<()> {
        if (session.state.unpacked as usize) < RECORDS {
            return Ok(());
        }
        let recent = self.recent(session).await?;
        let ops = self.pack(session, &BTreeSet::new(), &recent).await?;
        self.commit(session, ops).await?;
        self.sweep(session).await
    }

    #[cfg(feature = "search")] // what a restore alone needs
    /// Puts back into the slots of a segment what they lost: a record must have the leaf hash that stayed, and a leaf
    /// hash is believed only where none stayed. What was deleted is no loss. Returns how many records. Under the
    /// lock.
    pub(crate) async fn mend_segment(
        &self,
        session: &mut Session,
        first: Number,
        fills: Vec<Fill>,
        deleted: &BTreeSet<Number>,
    ) -> Result<u32> {
        let key = row_key(first);
        let leaves = match self.host.get(Table::Leaves, &key).await? {
            Some(row) => session.vault.open(Table::Leaves, &key, &row).unwrap_or_default(),
            None => Vec::new(),
        };
        let mut packed = match self.segment(session, &key).await {
            Ok(Some(packed)) => Packed::clone(&packed),
            // Given up, or unreadable.
            Ok(None) => Packed {
                slots: vec![Slot::Gone; leaves.len() / LEAF],
            },
            Err(_) => Packed {
                slots: vec![Slot::Lost; leaves.len() / LEAF],
            },
        };
        let mut leaves = if leaves.len() == packed.slots.len() * LEAF {
            leaves
        } else {
            rebuilt(&packed)
        };
        let mut mended = 0;
        let mut changed = false;
        for Fill {
            number,
            leaf: found,
            record,
        } in fills
        {
            let at = usize::try_from(number.0 - first.0).unwrap_or(usize::MAX);
            let Some((slot, leaf)) = packed
                .slots
                .get_mut(at)
                .zip(leaves.get_mut(at * LEAF..(at + 1) * LEAF))
            else {
                continue;
            };
            if *leaf == UNKNOWN {
                leaf.copy_from_slice(&found);
                changed = true;
            }
            if let Some(record) = record
                && !matches!(slot, Slot::Whole(_))
                && *leaf == record.leaf()
            {
                *slot = Slot::Whole(record);
                mended += 1;
                changed = true;
            }
        }
        for (slot, number) in packed.slots.iter_mut().zip(first.0..) {
            if *slot == Slot::Lost && deleted.contains(&Number(number)) {
                *slot = Slot::Gone;
            }
        }
        if changed {
            let old = self.host.get(Table::Segment, &key).await?;
            let ops = self.put_segment(session, first, &packed, &leaves).await?;
            session
                .state
                .retired
                .extend(old.as_deref().and_then(Vault::ring_key));
            self.segment.replace(None);
            self.commit(session, ops).await?;
            self.sweep(session).await?;
        }
        Ok(mended)
    }

    /// Removes what a restore that was cut off left behind: records of logs that do not exist. Under the lock.
    pub(crate) async fn clear_leftovers(&self, session: &Session) -> Result<()> {
        let from = row_key(Number::new(session.state.logs.len(), 0)?);
        let mut ops = Vec::new();
        let mut retired = Vec::new();
        for table in [Table::Segment, Table::Leaves] {
            for (key, row) in self.all(table, &from, END).await? {
                retired.extend(Vault::ring_key(&row));
                ops.push(Op::Remove(table, key));
            }
        }
        if ops.is_empty() {
            return Ok(());
        }
        let mut session = self.load().await?;
        session.state.retired.extend(retired);
        self.commit(&mut session, ops).await?;
        self.sweep(&mut session).await
    }
}

/// Leaf hashes of what can be read.
pub(crate) fn rebuilt(packed: &Packed) -> Vec<u8> {
    packed
        .slots
        .iter()
        .flat_map(|slot| match slot {
            Slot::Whole(record) => record.leaf(),
            _ => UNKNOWN,
        })
        .collect()
}

/// What a row that should be there says of itself when it is not.
pub(crate) fn missing(table: Table, key: &str) -> Failure {
    Failure::with(Code::StoreCorrupt, format!("{}/{key}", table.name()))
}
