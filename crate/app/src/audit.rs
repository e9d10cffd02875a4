//! Checking every log: each leaf against the signed checkpoint, each record against its leaf and its content; and
//! going on without what is damaged.

use std::collections::{BTreeMap, BTreeSet};

use counterfoil_core::encoding::sha256;
use counterfoil_core::log::Checker;
use counterfoil_core::record::commitment;

use crate::app::{App, Done, END, OPEN, STATE, STATE_COPY, Session, key_failure};
use crate::copies;
use crate::error::{Code, Result};
use crate::keys;
use crate::lists::LIST;
use crate::message::{Effect, Reply};
use crate::number::{Number, row_key};
use crate::pack::{LEAF, UNKNOWN, rebuilt};
use crate::ports::{Host, Op, Table};
use crate::records::{damage, parse};
use crate::ring;
use crate::segment::{Packed, Record, Slot, decode_record};
use crate::view::Damage;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Lines of all logs.
    pub lines: u64,
    /// What does not hold; empty if everything does.
    pub damaged: Vec<Damage>,
}

impl<H: Host> App<H> {
    /// Checks all logs and everything stored beside them.
    pub async fn check(&self) -> Result<Audit> {
        let _turn = self.host.exclusive().await?;
        let session = self.load().await?;
        let mut audit = Audit::default();
        self.check_files(&session, &mut audit).await?;
        for (index, log) in session.state.logs.iter().enumerate() {
            audit.lines += log.head.size();
            let mut checker = Checker::new();
            let from = row_key(Number::new(index, 0)?);
            let below = Number::new(index + 1, 0).map_or_else(|_| END.to_owned(), row_key);
            let mut known = true;
            for (key, row) in self.all(Table::Leaves, &from, &below).await? {
                let first = Number::of_key(&key)?;
                let leaves = session.vault.open(Table::Leaves, &key, &row);
                let gaps = |leaves: &Vec<u8>| leaves.chunks_exact(LEAF).any(|leaf| *leaf == UNKNOWN);
                // With a leaf hash that was given up, the signature over the log can no longer be checked.
                if leaves.as_ref().map_or(true, gaps) {
                    audit.damaged.push(damage(Table::Leaves, &key, 0));
                }
                let leaves = leaves.unwrap_or_default();
                let packed = match self.segment(&session, &key).await {
                    Ok(packed) => packed,
                    Err(failure) if failure.code == Code::StoreCorrupt => {
                        let lost = u32::try_from(leaves.len() / LEAF).unwrap_or(u32::MAX);
                        audit.damaged.push(damage(Table::Segment, &key, lost));
                        None
                    }
                    Err(failure) => return Err(failure),
                };
                if let Some(packed) = &packed {
                    check_segment(&key, packed, &leaves, &mut audit);
                }
                known &= first.seq() == checker.size() && !leaves.is_empty();
                for leaf in leaves.chunks_exact(LEAF) {
                    known &= *leaf != UNKNOWN;
                    checker.leaf(leaf.try_into().unwrap_or([0; LEAF]));
                }
            }
            for (key, row) in self.all(Table::Leaf, &from, &below).await? {
                let number = Number::of_key(&key)?;
                let leaf: Option<[u8; LEAF]> = session
                    .vault
                    .open(Table::Leaf, &key, &row)
                    .ok()
                    .and_then(|leaf| leaf.try_into().ok());
                let record = match self.host.get(Table::Record, &key).await? {
                    Some(row) => session
                        .vault
                        .open(Table::Record, &key, &row)
                        .ok()
                        .and_then(|bytes| decode_record(&bytes)),
                    None => None,
                };
                let leaf = match (leaf, &record) {
                    (Some(leaf), Some(record)) if holds(record, &leaf) => leaf,
                    (leaf, record) => {
                        let lost = u32::from(record.is_none());
                        audit.damaged.push(damage(Table::Record, &key, lost));
                        match leaf.or_else(|| record.as_ref().map(Record::leaf)) {
                            Some(leaf) => leaf,
                            None => {
                                known = false;
                                UNKNOWN
                            }
                        }
                    }
                };
                known &= number.seq() == checker.size();
                checker.leaf(leaf);
            }
            let signed = match self.root(&session, log.root).await {
                Ok(root) if log.head.size() > 0 => {
                    let key = root.log_key(&log.head.id).map_err(key_failure)?;
                    checker.finish(&log.note, key.did()).ok() == Some(log.head.frontier.clone())
                }
                Ok(_) => true,
                Err(failure) if failure.code == Code::StoreCorrupt => {
                    audit.damaged.push(Damage {
                        name: failure.detail,
                        records: 0,
                    });
                    true
                }
                Err(failure) => return Err(failure),
            };
            // Leaf hashes that are lost were named already.
            if known && !signed {
                audit.damaged.push(Damage {
                    name: format!("log/{}", log.head.id),
                    records: 0,
                });
            }
        }
        Ok(audit)
    }

    async fn check_files(&self, session: &Session, audit: &mut Audit) -> Result<()> {
        let named = |name: &str| Damage {
            name: name.to_owned(),
            records: 0,
        };
        if session.vault.ring.borrow().damaged() {
            audit.damaged.push(named(ring::FILE));
        }
        if copies::read(&self.host, keys::FILE).await.is_err() {
            audit.damaged.push(named(keys::FILE));
        }
        if session.sealed.is_some() {
            for name in [STATE, STATE_COPY] {
                let row = self.host.get(Table::Meta, name).await?;
                if row.is_none_or(|row| session.vault.open(Table::Meta, name, &row).is_err()) {
                    audit.damaged.push(damage(Table::Meta, name, 0));
                }
            }
        }
        if let Some(row) = self.host.get(Table::Meta, LIST).await?
            && session.vault.open(Table::Meta, LIST, &row).is_err()
        {
            audit.damaged.push(damage(Table::Meta, LIST, 0));
        }
        // It lies open, so that a locked profile can read it: here it is held to what was written, to the byte.
        if let Some(written) = session.state.open_row {
            let row = self.host.get(Table::Meta, OPEN).await?;
            if row.is_none_or(|row| sha256(&row) != written) {
                audit.damaged.push(damage(Table::Meta, OPEN, 0));
            }
        }
        for table in [
            Table::Export,
            Table::Share,
            Table::Review,
            Table::Shared,
            Table::Draft,
            Table::Collector,
        ] {
            for (key, row) in self.all(table, "", "z").await? {
                if session.vault.open(table, &key, &row).is_err() {
                    audit.damaged.push(damage(table, &key, 0));
                }
            }
        }
        Ok(())
    }

    pub(crate) async fn checked(&self) -> Result<Done> {
        let Audit { lines, damaged } = self.check().await?;
        Ok(Reply::Checked { lines, damaged }.into())
    }

    /// Goes on without what is damaged: records that cannot be read are given up, their leaf hashes stay, and a
    /// backup that is restored later brings them back. What can be mended without loss is.
    pub(crate) async fn repair(&self) -> Result<Done> {
        let found = self.check().await?;
        if !found.damaged.is_empty() {
            let (_turn, mut session) = self.change().await?;
            if session.vault.ring.borrow().damaged() {
                session.vault.ring.borrow_mut().replace();
                // Ids of the lost ring are never used again.
                session.state.retired.clear();
                let sealer = session.vault.sealer()?;
                let mut ring = ring::Ring::default();
                ring.mint(&self.host, session.state.next_key)?;
                copies::destroy(&self.host, ring::FILE).await?;
                ring.write(&self.host, sealer).await?;
                session.vault.ring.replace(ring);
            }
            let mut ops = Vec::new();
            for Damage { name, .. } in &found.damaged {
                let Some((table, key)) = name.split_once('/') else {
                    continue;
                };
                match table {
                    "segment" | "leaves" => ops.extend(self.repair_segment(&mut session, key).await?),
                    "meta" if key == LIST => {
                        ops.extend(self.drop_row(&mut session, Table::Meta, LIST).await?);
                    }
                    "draft" | "shared" | "export" | "review" | "collector" => {
                        let table = match table {
                            "collector" => Table::Collector,
                            "draft" => Table::Draft,
                            "shared" => Table::Shared,
                            "export" => Table::Export,
                            _ => Table::Review,
                        };
                        ops.extend(self.drop_row(&mut session, table, key).await?);
                    }
                    _ => {}
                }
            }
            session.state.open_row = None;
            // Records not yet packed: those that cannot be read become gaps of a segment.
            ops.extend(self.repair_live(&mut session).await?);
            self.commit(&mut session, ops).await?;
            self.sweep(&mut session).await?;
            self.recount(&mut session).await?;
        }
        let Audit { lines, damaged } = self.check().await?;
        Ok(Done {
            reply: Reply::Checked { lines, damaged },
            effects: vec![Effect::Refresh],
        })
    }

    async fn repair_segment(&self, session: &mut Session, key: &str) -> Result<Vec<Op>> {
        let first = Number::of_key(key)?;
        let leaves = match self.host.get(Table::Leaves, key).await? {
            Some(row) => session.vault.open(Table::Leaves, key, &row).unwrap_or_default(),
            None => Vec::new(),
        };
        let packed = self.segment(session, key).await.ok().flatten();
        let retired = match self.host.get(Table::Segment, key).await? {
            Some(row) => crate::vault::Vault::ring_key(&row),
            None => None,
        };
        let mut packed = packed.map_or_else(
            || Packed {
                slots: vec![Slot::Gone; leaves.len() / LEAF],
            },
            |packed| Packed::clone(&packed),
        );
        let leaves = if leaves.len() == packed.slots.len() * LEAF {
            leaves
        } else {
            rebuilt(&packed)
        };
        for (slot, leaf) in packed.slots.iter_mut().zip(leaves.chunks_exact(LEAF)) {
            let whole = matches!(slot, Slot::Whole(record) if holds(record, leaf));
            if !whole {
                *slot = Slot::Gone;
            }
        }
        session.state.retired.extend(retired);
        self.segment.replace(None);
        self.put_segment(session, first, &packed, &leaves).await
    }

    async fn repair_live(&self, session: &mut Session) -> Result<Vec<Op>> {
        let mut lost = BTreeSet::new();
        let mut rows: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
        for (key, _) in self.all(Table::Leaf, "", END).await? {
            rows.insert(key, None);
        }
        for (key, row) in self.all(Table::Record, "", END).await? {
            rows.insert(key, Some(row));
        }
        for (key, row) in rows {
            let record = row
                .and_then(|row| session.vault.open(Table::Record, &key, &row).ok())
                .and_then(|bytes| decode_record(&bytes));
            let leaf = match self.host.get(Table::Leaf, &key).await? {
                Some(row) => session.vault.open(Table::Leaf, &key, &row).ok(),
                None => None,
            };
            let whole = match (&record, &leaf) {
                (Some(record), Some(leaf)) => holds(record, leaf),
                (Some(_), None) => true,
                (None, _) => false,
            };
            if !whole {
                lost.insert(Number::of_key(&key)?);
            }
        }
        let recent = self.recent(session).await?;
        self.pack(session, &lost, &recent).await
    }

    /// Counts the records anew.
    pub(crate) async fn recount(&self, session: &mut Session) -> Result<()> {
        let mut total = 0_u32;
        let mut marked = 0_u32;
        let mut before = None;
        loop {
            let (records, _, next) = self.read(session, before, 256).await?;
            for stored in records {
                match stored.review {
                    crate::view::Review::Deleting { .. } => continue,
                    crate::view::Review::Marked => marked += 1,
                    crate::view::Review::Private => {}
                }
                total += 1;
            }
            before = next;
            if before.is_none() {
                break;
            }
        }
        (session.state.total, session.state.marked) = (total, marked);
        self.commit(session, Vec::new()).await
    }
}

fn check_segment(key: &str, packed: &Packed, leaves: &[u8], audit: &mut Audit) {
    let leaves: Vec<&[u8]> = leaves.chunks_exact(LEAF).collect();
    let mut bad = 0;
    for (at, slot) in packed.slots.iter().enumerate() {
        let whole = match slot {
            Slot::Gone => true,
            Slot::Lost => false,
            Slot::Whole(record) => leaves.get(at).is_none_or(|leaf| holds(record, leaf)),
        };
        bad += u32::from(!whole);
    }
    if bad > 0 || !leaves.is_empty() && leaves.len() != packed.slots.len() {
        audit.damaged.push(damage(Table::Segment, key, bad));
    }
}

/// Whether a record is the one that was signed: its line has this leaf hash, and commits to its content.
pub(crate) fn holds(record: &Record, leaf: &[u8]) -> bool {
    record.leaf() == leaf
        && parse(record).is_some_and(|(line, _)| line.c == commitment(&record.salt, &record.body))
}
