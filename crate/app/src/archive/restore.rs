//! Taking a backup in: whole or not at all, without losing what is here.
//!
//! Logs that are new come in beside the others, as they are and closed; new records go to a new log, so that no two
//! histories are ever signed with one key. Where both hold a log, what is missing here is filled in. A record that
//! was deleted on either side stays deleted.
//!
//! New logs are written as they are read, behind the last log that the state knows, where nothing looks; one
//! transaction at the end makes them part of the profile. What a kill leaves behind is cleared at the next start.

use std::collections::{BTreeMap, BTreeSet};

use counterfoil_core::age::{AgeError, Decryptor};
use counterfoil_core::encoding::{from_base64, from_base64url, from_hex, to_hex};
use counterfoil_core::keys::{LogId, Root};
use counterfoil_core::log::{Checker, Head};
use counterfoil_core::record::Kind;
use zeroize::Zeroizing;

use super::Done;
use super::backup::{Entry, Place, VERSION};
use super::message::ArchiveReply;
use crate::app::{App, END, Session, key_failure};
use crate::audit::holds;
use crate::collectors::CollectorRow;
use crate::error::{Code, Failure, Result};
use crate::export::{ExportRow, ShareRow};
use crate::hiding::HidingRow;
use crate::message::{Effect, Secret};
use crate::number::{Number, row_key};
use crate::pack::{Fill, LEAF, UNKNOWN};
use crate::ports::{Host, Op, Table, random};
use crate::records::{DELETING, HIDING, MARKED, inserted, is_tombstone, parse, review_key};
use crate::segment::{BYTES, Packed, RECORDS, Record, Slot};
use crate::settings::root_of;
use crate::state::Log;
use crate::view::{RestoreView, WordsState};

/// Longest line of a backup: an export of 16 MiB, escaped.
const LINE: usize = 128 * 1024 * 1024;
/// Longest piece, as base64.
const PIECE: usize = 2 * 1024 * 1024;
/// Bytes of records of a known log that may wait in memory for the end.
const PENDING: usize = 256 * 1024 * 1024;

/// The restore that is being read, if there is one.
#[derive(Default)]
pub(crate) struct Restores(Option<Reader>);

struct Reader {
    id: String,
    root: Root,
    decryptor: Option<Decryptor>,
    /// The beginning of a line whose end has not come.
    rest: Zeroizing<Vec<u8>>,
    next: u32,
    lines: u64,
    begun: bool,
    ended: bool,
    /// Logs of the profile when the restore began: new ones lie behind them.
    base: usize,
    roots: BTreeMap<u32, Root>,
    logs: Vec<Incoming>,
    /// Positions that were deleted, by log, as the tombstones of the backup say.
    tombstones: BTreeSet<(LogId, u64)>,
    /// Leaf hashes of known logs whose content, or which themselves, are missing here, with the content if the
    /// backup has it.
    fills: Vec<Fill>,
    pending: usize,
    marks: Vec<Number>,
    hiding: Vec<(Number, HidingRow)>,
    phrases: BTreeSet<String>,
    shares: Vec<(String, ShareRow, Places)>,
    exports: Vec<(ExportRow, Carried)>,
    collectors: Vec<(String, CollectorRow)>,
    settings: Option<(Vec<String>, Option<u32>, u32)>,
    view: RestoreView,
    records: u32,
}

/// What a backup says that the person decided about a record.
#[derive(Default)]
struct Decisions {
    marked: bool,
    hiding: HidingRow,
}

/// Numbers in a backup: which of its logs, and the position in it.
type Places = Vec<(u32, u64)>;

/// What a backup holds of an export beside its row.
struct Carried {
    id: String,
    seqs: Places,
    lines: Option<Vec<String>>,
}

/// A log of the backup.
struct Incoming {
    id: LogId,
    root: u32,
    size: u64,
    note: String,
    /// Its place in the profile.
    index: usize,
    /// Lines that the profile has of it; `None` if it does not know the log.
    known: Option<u64>,
    checker: Checker,
    /// Some leaf hash was lost before the backup was made.
    gaps: bool,
    /// The segment being filled, from this position on.
    packed: Packed,
    leaves: Vec<u8>,
    first: u64,
    bytes: usize,
    /// What the profile has from a position on, for a known log.
    here: Vec<Place>,
    here_from: u64,
    /// Lines beyond those that the profile has of a known log.
    beyond: Vec<(Slot, [u8; LEAF])>,
}

impl<H: Host> App<H> {
    pub(crate) async fn restore(&self, words: &Secret) -> Result<Done> {
        let root = root_of(words)?;
        let (_turn, mut session) = self.change().await?;
        self.clear_leftovers(&session).await?;
        session.state = self.load().await?.state;
        let identity = root.backup_identity().map_err(key_failure)?;
        let id = to_hex(&random::<16>(&self.host)?);
        self.restores.replace(Restores(Some(Reader {
            id: id.clone(),
            decryptor: Some(Decryptor::new(&identity)),
            root,
            rest: Zeroizing::default(),
            next: 0,
            lines: 0,
            begun: false,
            ended: false,
            base: session.state.logs.len(),
            roots: BTreeMap::new(),
            logs: Vec::new(),
            tombstones: BTreeSet::new(),
            fills: Vec::new(),
            pending: 0,
            marks: Vec::new(),
            hiding: Vec::new(),
            phrases: BTreeSet::new(),
            shares: Vec::new(),
            exports: Vec::new(),
            collectors: Vec::new(),
            settings: None,
            view: RestoreView::default(),
            records: 0,
        })));
        Ok(ArchiveReply::Restoring {
            restore: id,
            records: 0,
        }
        .into())
    }

    pub(crate) async fn restore_piece(&self, restore: &str, index: u32, data: &str) -> Result<Done> {
        let mut reader = self.reader(restore)?;
        if index + 1 == reader.next {
            // The answer was lost: the piece is in already.
            let reply = reader.progress();
            self.restores.replace(Restores(Some(reader)));
            return Ok(reply.into());
        }
        if index != reader.next || data.len() > PIECE {
            self.restores.replace(Restores(Some(reader)));
            return Err(Failure::with(Code::MessageInvalid, "index"));
        }
        match self.take_piece(&mut reader, data).await {
            Ok(()) => {
                reader.next += 1;
                let reply = reader.progress();
                self.restores.replace(Restores(Some(reader)));
                Ok(reply.into())
            }
            Err(failure) => {
                self.abandon().await?;
                Err(failure)
            }
        }
    }

    pub(crate) async fn restore_cancel(&self, restore: &str) -> Result<Done> {
        let reader = self.reader(restore)?;
        self.abandon().await?;
        Ok(reader.progress().into())
    }

    pub(crate) async fn restore_finish(&self, restore: &str) -> Result<Done> {
        let mut reader = self.reader(restore)?;
        let finished = self.finish(&mut reader).await;
        if finished.is_err() {
            self.abandon().await?;
        }
        finished?;
        let session = self.load().await?;
        let mut effects = self.standing(&session.state);
        effects.push(Effect::Refresh);
        Ok(Done {
            reply: ArchiveReply::Restored { view: reader.view },
            effects,
        })
    }

    fn reader(&self, restore: &str) -> Result<Reader> {
        let reader = self.restores.take().0.filter(|reader| reader.id == restore);
        reader.ok_or_else(|| Code::BackupGone.into())
    }

    /// Removes what a restore wrote that does not come to its end.
    async fn abandon(&self) -> Result<()> {
        let (_turn, session) = self.change().await?;
        self.clear_leftovers(&session).await
    }

    async fn take_piece(&self, reader: &mut Reader, data: &str) -> Result<()> {
        let bytes = from_base64(data).map_err(|_| Failure::with(Code::MessageInvalid, "data"))?;
        let mut plain = std::mem::take(&mut reader.rest);
        let decryptor = reader.decryptor.as_mut().ok_or(Code::BackupGone)?;
        decryptor.push(&bytes, &mut plain).map_err(backup_failure)?;
        self.take_lines(reader, &mut plain).await?;
        if plain.len() > LINE {
            return Err(Code::BackupDamaged.into());
        }
        reader.rest = plain;
        Ok(())
    }

    /// Takes the whole lines, and leaves what follows the last newline.
    async fn take_lines(&self, reader: &mut Reader, plain: &mut Zeroizing<Vec<u8>>) -> Result<()> {
        let mut start = 0;
        while let Some(length) = plain
            .get(start..)
            .and_then(|rest| rest.iter().position(|byte| *byte == b'\n'))
        {
            let line = plain.get(start..start + length).unwrap_or_default();
            let entry: Entry = crate::plain::from_slice(line).map_err(|_| {
                if reader.begun {
                    Failure::from(Code::BackupDamaged)
                } else {
                    Failure::from(Code::BackupInvalid)
                }
            })?;
            start += length + 1;
            self.take_entry(reader, entry).await?;
            reader.lines += 1;
        }
        plain.drain(..start);
        Ok(())
    }

    async fn take_entry(&self, reader: &mut Reader, entry: Entry) -> Result<()> {
        let damaged = || Failure::from(Code::BackupDamaged);
        if reader.ended || reader.begun == matches!(entry, Entry::CounterfoilBackup { .. }) {
            return Err(damaged());
        }
        match entry {
            Entry::CounterfoilBackup { v, .. } => {
                if v > VERSION {
                    return Err(Code::BackupNewer.into());
                }
                reader.begun = true;
            }
            Entry::Root { index, entropy } => {
                let entropy = from_hex(entropy.expose())
                    .ok()
                    .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
                let root = Root::from_entropy(entropy.ok_or_else(damaged)?);
                reader.roots.insert(index, root);
            }
            Entry::Log { id, root, size, note } => {
                self.end_log(reader).await?;
                self.begin_log(reader, id, root, size, note).await?;
            }
            Entry::Record {
                line,
                salt,
                body,
                marked,
                hiding,
            } => {
                let salt = from_base64url(&salt).ok().and_then(|salt| salt.try_into().ok());
                let record = Record {
                    line: line.into_bytes(),
                    salt: salt.ok_or_else(damaged)?,
                    body: body.into_bytes(),
                };
                let leaf = record.leaf();
                if !holds(&record, &leaf) {
                    return Err(damaged());
                }
                let slot = Slot::Whole(record);
                reader.records += u32::from(is_record(&slot));
                self.take_line(reader, slot, leaf, Decisions { marked, hiding })
                    .await?;
            }
            Entry::Leaf { leaf } => {
                let leaf = from_hex(&leaf).ok().and_then(|leaf| leaf.try_into().ok());
                let none = Decisions::default();
                self.take_line(reader, Slot::Gone, leaf.ok_or_else(damaged)?, none)
                    .await?;
            }
            Entry::Share {
                id,
                name,
                epoch,
                frontier,
                seqs,
                root,
                collector,
            } => {
                let share = ShareRow {
                    collector,
                    name,
                    epoch,
                    frontier,
                    seqs: BTreeSet::new(),
                    root,
                    read_only: true,
                };
                reader.shares.push((id, share, seqs));
            }
            Entry::Export {
                id,
                seqs,
                export,
                lines,
            } => reader.exports.push((export, Carried { id, seqs, lines })),
            Entry::Collector { id, row } => reader.collectors.push((id, *row)),
            Entry::Settings {
                sites,
                retention_days,
                idle_minutes,
            } => reader.settings = Some((sites, retention_days, idle_minutes)),
            Entry::AlwaysHidden { phrases } => reader.phrases = phrases,
            Entry::End { lines } => {
                self.end_log(reader).await?;
                if lines != reader.lines {
                    return Err(damaged());
                }
                reader.ended = true;
            }
        }
        Ok(())
    }

    async fn begin_log(
        &self,
        reader: &mut Reader,
        id: LogId,
        root: u32,
        size: u64,
        note: String,
    ) -> Result<()> {
        if reader.logs.iter().any(|log| log.id == id) || root > 0 && !reader.roots.contains_key(&root) {
            return Err(Code::BackupDamaged.into());
        }
        let session = self.load().await?;
        if session.state.logs.len() != reader.base {
            return Err(Code::BackupGone.into());
        }
        let known = session.state.logs.iter().position(|log| log.head.id == id);
        let new = reader.logs.iter().filter(|log| log.known.is_none()).count();
        reader.logs.push(Incoming {
            id,
            root,
            size,
            note,
            index: known.unwrap_or(reader.base + new),
            known: known.and_then(|at| session.state.logs.get(at).map(|log| log.head.size())),
            checker: Checker::new(),
            gaps: false,
            packed: Packed::default(),
            leaves: Vec::new(),
            first: 0,
            bytes: 0,
            here: Vec::new(),
            here_from: 0,
            beyond: Vec::new(),
        });
        Ok(())
    }

    async fn take_line(
        &self,
        reader: &mut Reader,
        slot: Slot,
        leaf: [u8; LEAF],
        decisions: Decisions,
    ) -> Result<()> {
        let damaged = || Failure::from(Code::BackupDamaged);
        let log = reader.logs.last_mut().ok_or_else(damaged)?;
        let seq = log.checker.size();
        if seq >= log.size {
            return Err(damaged());
        }
        if let Slot::Whole(record) = &slot {
            let (line, body) = parse(record).ok_or_else(damaged)?;
            if line.seq != seq {
                return Err(damaged());
            }
            if line.kind == Kind::Tombstone
                && let Some(target) = body.target
            {
                let of = match &body.target_log {
                    Some(id) => LogId::from_hex(id).map_err(|_| damaged())?,
                    None => log.id,
                };
                reader.tombstones.insert((of, target));
            } else {
                let number = Number::new(log.index, seq)?;
                if decisions.marked {
                    reader.marks.push(number);
                }
                if !decisions.hiding.is_empty() {
                    reader.hiding.push((number, decisions.hiding));
                }
            }
        }
        log.gaps |= leaf == UNKNOWN;
        log.checker.leaf(leaf);
        match log.known {
            None => {
                log.bytes += match &slot {
                    Slot::Whole(record) => record.line.len() + record.body.len(),
                    _ => 1,
                };
                log.packed.slots.push(slot);
                log.leaves.extend_from_slice(&leaf);
                if log.packed.slots.len() >= RECORDS || log.bytes >= BYTES {
                    self.write_segment(log).await?;
                }
            }
            Some(here) if seq < here => {
                let offset = seq.checked_sub(log.here_from).map(usize::try_from);
                let inside = matches!(offset, Some(Ok(at)) if at < log.here.len());
                if !inside {
                    let session = self.load().await?;
                    log.here = self
                        .places_or_gaps(&session, Number::new(log.index, seq)?)
                        .await?;
                    log.here_from = seq;
                }
                let at = usize::try_from(seq - log.here_from).unwrap_or(usize::MAX);
                match (log.here.get(at), slot) {
                    (Some(Place::Whole(record)), slot) => {
                        if record.leaf() != leaf {
                            return Err(Failure::with(Code::BackupForked, log.id.to_hex()));
                        }
                        reader.view.known += u32::from(is_record(&slot));
                    }
                    (Some(Place::Leaf(known)), slot) => {
                        if *known != leaf && *known != UNKNOWN {
                            return Err(Failure::with(Code::BackupForked, log.id.to_hex()));
                        }
                        let lost = *known == UNKNOWN;
                        let record = match slot {
                            Slot::Whole(record) => Some(record),
                            _ => None,
                        };
                        if record.is_some() || lost {
                            let size = |record: &Record| record.body.len() + record.line.len();
                            reader.pending += record.as_ref().map_or(LEAF, size);
                            let number = Number::new(log.index, seq)?;
                            reader.fills.push(Fill { number, leaf, record });
                        }
                    }
                    (None, _) => return Err(Failure::with(Code::StoreCorrupt, log.id.to_hex())),
                }
            }
            Some(_) => {
                if let Slot::Whole(record) = &slot {
                    reader.pending += record.body.len() + record.line.len();
                }
                log.beyond.push((slot, leaf));
            }
        }
        if reader.pending > PENDING {
            return Err(Failure::with(Code::StoreFull, "restore"));
        }
        Ok(())
    }

    /// As [`App::places`], with a gap for each record that cannot be read.
    async fn places_or_gaps(&self, session: &Session, from: Number) -> Result<Vec<Place>> {
        match self.places(session, from).await {
            Ok(places) => Ok(places),
            Err(failure) if failure.code == Code::StoreCorrupt => {
                let Some(first) = self.segment_of(from).await? else {
                    return Ok(vec![Place::Leaf(UNKNOWN)]);
                };
                let key = row_key(first);
                let leaves = match self.host.get(Table::Leaves, &key).await? {
                    Some(row) => session.vault.open(Table::Leaves, &key, &row).unwrap_or_default(),
                    None => Vec::new(),
                };
                let skip = usize::try_from(from.0 - first.0).unwrap_or(usize::MAX);
                let mut places: Vec<_> = leaves
                    .chunks_exact(LEAF)
                    .skip(skip)
                    .map(|leaf| Place::Leaf(leaf.try_into().unwrap_or(UNKNOWN)))
                    .collect();
                if places.is_empty() {
                    places.push(Place::Leaf(UNKNOWN));
                }
                Ok(places)
            }
            Err(failure) => Err(failure),
        }
    }

    async fn write_segment(&self, log: &mut Incoming) -> Result<()> {
        if log.packed.slots.is_empty() {
            return Ok(());
        }
        let (_turn, mut session) = self.change().await?;
        let first = Number::new(log.index, log.first)?;
        let ops = self
            .put_segment(&mut session, first, &log.packed, &log.leaves)
            .await?;
        self.commit(&mut session, ops).await?;
        log.first = log.checker.size();
        log.packed = Packed::default();
        log.leaves.clear();
        log.bytes = 0;
        Ok(())
    }

    /// The log that was read must be the one that was signed.
    async fn end_log(&self, reader: &mut Reader) -> Result<()> {
        let Some(log) = reader.logs.last_mut() else {
            return Ok(());
        };
        if log.checker.size() != log.size {
            return Err(Code::BackupDamaged.into());
        }
        if log.size > 0 && !log.gaps {
            let root = if log.root == 0 {
                &reader.root
            } else {
                reader.roots.get(&log.root).ok_or(Code::BackupDamaged)?
            };
            let key = root.log_key(&log.id).map_err(key_failure)?;
            log.checker
                .clone()
                .finish(&log.note, key.did())
                .map_err(|_| Failure::from(Code::BackupDamaged))?;
        }
        if log.known.is_none() {
            self.write_segment(log).await?;
        }
        Ok(())
    }

    async fn finish(&self, reader: &mut Reader) -> Result<()> {
        let decryptor = reader.decryptor.take().ok_or(Code::BackupGone)?;
        let mut plain = std::mem::take(&mut reader.rest);
        decryptor.finish(&mut plain).map_err(backup_failure)?;
        self.take_lines(reader, &mut plain).await?;
        if !reader.begun {
            return Err(Code::BackupInvalid.into());
        }
        if !reader.ended || !plain.is_empty() {
            return Err(Code::BackupDamaged.into());
        }
        let (_turn, mut session) = self.change().await?;
        if session.state.logs.len() != reader.base {
            return Err(Code::BackupGone.into());
        }
        let fresh = session.state.logs.is_empty();
        if fresh {
            session.state.live = self.take_key(&mut session).await?;
        }
        let mut ops = Vec::new();
        let roots = self.take_roots(&mut session, reader, &mut ops).await?;

        // What was deleted on either side is deleted: here with the tombstones of the backup, there with ours.
        let mut buried = self.tombstones(&session).await?;
        buried.append(&mut reader.tombstones);
        let here = session
            .state
            .logs
            .iter()
            .zip(0..)
            .map(|(log, index)| (log.head.id, index));
        let places = inserted(here.chain(reader.logs.iter().map(|log| (log.id, log.index))));
        let mut doomed = BTreeSet::new();
        for (id, seq) in &buried {
            if let Some(index) = places.get(id) {
                doomed.insert(Number::new(*index, *seq)?);
            }
        }

        let changed = self
            .take_logs(&mut session, reader, &roots, &doomed, &mut ops)
            .await?;
        let recent = self.recent(&session).await?;
        let going = self.whole_among(&session, &doomed).await?;
        reader.view.deleted += u32::try_from(going.len()).unwrap_or(u32::MAX);
        ops.extend(self.pack(&mut session, &going, &recent).await?);
        if changed {
            for log in &mut session.state.logs {
                log.read_only = true;
            }
            session.state.logs.push(self.new_log(0)?);
        }
        for number in reader.marks.iter().filter(|number| !doomed.contains(number)) {
            let key = review_key(MARKED, *number);
            ops.push(session.vault.put(&self.host, Table::Review, &key, &())?);
        }
        for number in &doomed {
            for decision in [MARKED, DELETING, HIDING] {
                ops.push(Op::Remove(Table::Review, review_key(decision, *number)));
            }
        }
        self.take_hiding(&mut session, reader, &doomed, &mut ops).await?;
        self.take_shares(&mut session, reader, &roots, &doomed, &mut ops)
            .await?;
        if fresh {
            session.state.words = WordsState::Confirmed;
            if let Some((_, retention, idle)) = &reader.settings {
                session.state.retention_days = *retention;
                session.state.idle_minutes = *idle;
            }
        }
        for origin in reader.settings.iter().flat_map(|(sites, ..)| sites) {
            if crate::address::Address::parse(origin).is_some_and(|address| address.origin() == *origin) {
                let known = session.state.sites.contains_key(origin);
                session.state.sites.entry(origin.clone()).or_default().on |= !known;
            }
        }
        ops.extend(self.drop_draft(&mut session).await?);
        self.commit(&mut session, ops).await?;
        self.sweep(&mut session).await?;
        // Filled in after the logs stand: each is checked against its leaf again where it is put.
        self.fill(&mut session, reader, &doomed).await?;
        self.recount(&mut session).await
    }

    /// What is hidden on either side is hidden: of records that were here, only what is hidden there comes in, and
    /// what the person decided here stays.
    async fn take_hiding(
        &self,
        session: &mut Session,
        reader: &mut Reader,
        doomed: &BTreeSet<Number>,
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        for (number, mut row) in std::mem::take(&mut reader.hiding) {
            if doomed.contains(&number) {
                continue;
            }
            let log = reader.logs.iter().find(|log| log.index == number.log());
            let was_here = log
                .and_then(|log| log.known)
                .is_some_and(|lines| number.seq() < lines);
            if was_here {
                let mut own = self.hiding(session, number).await.unwrap_or_default();
                if !own.join(&row)? {
                    continue;
                }
                row = own;
            }
            let key = review_key(HIDING, number);
            ops.push(session.vault.put(&self.host, Table::Review, &key, &row)?);
        }
        let mut phrases = self.always_hidden(session).await.unwrap_or_default();
        let before = phrases.len();
        phrases.extend(std::mem::take(&mut reader.phrases));
        if phrases.len() > before {
            ops.extend(self.put_list(session, &phrases).await?);
        }
        Ok(())
    }

    /// Where the roots of the backup are in this profile.
    async fn take_roots(
        &self,
        session: &mut Session,
        reader: &mut Reader,
        ops: &mut Vec<Op>,
    ) -> Result<BTreeMap<u32, u32>> {
        let mut known = Vec::new();
        let count = session
            .state
            .logs
            .iter()
            .map(|log| log.root + 1)
            .max()
            .unwrap_or(0);
        for index in 0..count {
            known.push(*self.root(session, index).await?.entropy());
        }
        let mut places = BTreeMap::new();
        for (of, root) in std::iter::once((&0, &reader.root)).chain(&reader.roots) {
            let at = match known.iter().position(|entropy| entropy == root.entropy()) {
                Some(at) => u32::try_from(at).unwrap_or(u32::MAX),
                None => {
                    let at = u32::try_from(known.len()).unwrap_or(u32::MAX);
                    known.push(*root.entropy());
                    ops.push(self.put_root(session, at, root)?);
                    at
                }
            };
            places.insert(*of, at);
        }
        zeroize::Zeroize::zeroize(&mut known);
        Ok(places)
    }

    /// Adds the new logs to the state, and the further lines of known ones. Whether anything was added.
    async fn take_logs(
        &self,
        session: &mut Session,
        reader: &mut Reader,
        roots: &BTreeMap<u32, u32>,
        doomed: &BTreeSet<Number>,
        ops: &mut Vec<Op>,
    ) -> Result<bool> {
        let mut changed = session.state.logs.is_empty();
        let mut beyond = Vec::new();
        for log in &mut reader.logs {
            let root = roots.get(&log.root).copied().unwrap_or(0);
            match log.known {
                None => {
                    session.state.logs.push(Log {
                        head: Head {
                            id: log.id,
                            frontier: log.checker.frontier().clone(),
                        },
                        note: log.note.clone(),
                        root,
                        read_only: true,
                    });
                    reader.view.logs += 1;
                    changed = true;
                }
                Some(here) if log.size > here => {
                    let at = session.state.logs.get_mut(log.index).ok_or(Code::BackupGone)?;
                    at.head.frontier = log.checker.frontier().clone();
                    at.note.clone_from(&log.note);
                    changed = true;
                    beyond.push((log.index, here, std::mem::take(&mut log.beyond)));
                }
                Some(_) => {}
            }
        }
        for (index, from, lines) in beyond {
            let mut first = from;
            for chunk in lines.chunks(RECORDS) {
                let mut packed = Packed::default();
                let mut leaves = Vec::new();
                for ((slot, leaf), seq) in chunk.iter().zip(first..) {
                    let number = Number::new(index, seq)?;
                    leaves.extend_from_slice(leaf);
                    if doomed.contains(&number) {
                        packed.slots.push(Slot::Gone);
                    } else {
                        reader.view.added += u32::from(is_record(slot));
                        packed.slots.push(slot.clone());
                    }
                }
                ops.extend(
                    self.put_segment(session, Number::new(index, first)?, &packed, &leaves)
                        .await?,
                );
                first += chunk.len() as u64;
            }
        }
        let new: Vec<usize> = reader
            .logs
            .iter()
            .filter(|log| log.known.is_none())
            .map(|log| log.index)
            .collect();
        for index in new {
            reader.view.added += self.count_records(session, index, doomed).await?;
        }
        Ok(changed)
    }

    async fn count_records(&self, session: &Session, index: usize, doomed: &BTreeSet<Number>) -> Result<u32> {
        let mut count = 0;
        let from = row_key(Number::new(index, 0)?);
        let below = Number::new(index + 1, 0).map_or_else(|_| END.to_owned(), row_key);
        for (key, _) in self.all(Table::Leaves, &from, &below).await? {
            let first = Number::of_key(&key)?;
            if let Some(packed) = self.segment(session, &key).await? {
                for (slot, number) in packed.slots.iter().zip(first.0..) {
                    count += u32::from(is_record(slot) && !doomed.contains(&Number(number)));
                }
            }
        }
        Ok(count)
    }

    /// Which of these still have their content.
    async fn whole_among(&self, session: &Session, numbers: &BTreeSet<Number>) -> Result<BTreeSet<Number>> {
        let mut whole = BTreeSet::new();
        for &number in numbers {
            let in_segment = match self.segment_of(number).await? {
                Some(first) => {
                    let packed = self.segment(session, &row_key(first)).await.ok().flatten();
                    let at = usize::try_from(number.0 - first.0).unwrap_or(usize::MAX);
                    packed.is_some_and(|packed| matches!(packed.slots.get(at), Some(Slot::Whole(_))))
                }
                None => false,
            };
            if in_segment || self.host.get(Table::Record, &row_key(number)).await?.is_some() {
                whole.insert(number);
            }
        }
        Ok(whole)
    }

    async fn take_shares(
        &self,
        session: &mut Session,
        reader: &mut Reader,
        roots: &BTreeMap<u32, u32>,
        doomed: &BTreeSet<Number>,
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        let places: Vec<usize> = reader.logs.iter().map(|log| log.index).collect();
        let here = |pairs: &[(u32, u64)]| -> BTreeSet<u64> {
            let mut numbers = BTreeSet::new();
            for (log, seq) in pairs {
                let index = usize::try_from(*log).ok().and_then(|log| places.get(log));
                if let Some(Ok(number)) = index.map(|index| Number::new(*index, *seq)) {
                    numbers.insert(number.0);
                }
            }
            numbers
        };
        let known = self.collector_rows(session).await?.whole;
        // A collector that was added here, too, keeps the id that it has here.
        let mut renamed: BTreeMap<String, String> = BTreeMap::new();
        for (id, theirs) in &reader.collectors {
            if let Some((own, _)) = known.iter().find(|(_, row)| row.did == theirs.did) {
                renamed.insert(id.clone(), own.clone());
            }
        }
        let rename = |collector: &mut String| {
            if let Some(own) = renamed.get(collector) {
                collector.clone_from(own);
            }
        };
        for (id, mut share, seqs) in std::mem::take(&mut reader.shares) {
            LogId::from_hex(&id).map_err(|_| Failure::from(Code::BackupDamaged))?;
            share.seqs = here(&seqs);
            share.root = roots.get(&share.root).copied().unwrap_or(0);
            if let Some(row) = self.host.get(Table::Share, &id).await?
                && let Ok(known) = session.vault.read::<ShareRow>(Table::Share, &id, &row)
                && known.frontier.size() >= share.frontier.size()
            {
                continue;
            }
            ops.push(session.vault.put(&self.host, Table::Share, &id, &share)?);
        }
        for (mut export, Carried { id, seqs, lines }) in std::mem::take(&mut reader.exports) {
            let name = from_hex(&id).map_err(|_| Failure::from(Code::BackupDamaged))?;
            if name.len() != 16 {
                return Err(Code::BackupDamaged.into());
            }
            if let Some(row) = self.host.get(Table::Export, &id).await?
                && session.vault.read::<ExportRow>(Table::Export, &id, &row).is_ok()
            {
                continue;
            }
            let numbers = here(&seqs);
            let gone = numbers.iter().any(|&number| doomed.contains(&Number(number)));
            export.seqs = numbers.into_iter().collect();
            if let Some(offered) = &mut export.offered {
                rename(&mut offered.collector);
            }
            ops.push(session.vault.put(&self.host, Table::Export, &id, &export)?);
            if let Some(lines) = lines.filter(|_| !gone) {
                let by = self.take_key(session).await?;
                ops.push(session.vault.put_by(&self.host, by, Table::Shared, &id, &lines)?);
            }
            reader.view.exports += 1;
        }
        for (id, theirs) in std::mem::take(&mut reader.collectors) {
            if LogId::from_hex(&id).is_err() {
                return Err(Code::BackupDamaged.into());
            }
            let own = known.iter().find(|(_, row)| row.did == theirs.did);
            let (id, row) = match own {
                Some((id, own)) => {
                    let mut own = own.clone();
                    own.join(theirs);
                    (id, own)
                }
                None => (&id, theirs),
            };
            ops.push(self.put_collector(session, id, &row)?);
        }
        // Exports that were made here of what is deleted there.
        for (id, row) in self.all(Table::Export, "", "g").await? {
            let Ok(export) = session.vault.read::<ExportRow>(Table::Export, &id, &row) else {
                continue;
            };
            if export.seqs.iter().any(|&number| doomed.contains(&Number(number))) {
                ops.extend(self.drop_row(session, Table::Shared, &id).await?);
            }
        }
        Ok(())
    }

    /// Puts content back where only a leaf hash was left, and no tombstone.
    async fn fill(
        &self,
        session: &mut Session,
        reader: &mut Reader,
        doomed: &BTreeSet<Number>,
    ) -> Result<()> {
        let mut by_segment: BTreeMap<Number, Vec<Fill>> = BTreeMap::new();
        for mut fill in std::mem::take(&mut reader.fills) {
            if doomed.contains(&fill.number) {
                fill.record = None;
            }
            if let Some(first) = self.segment_of(fill.number).await? {
                by_segment.entry(first).or_default().push(fill);
            }
        }
        for (first, fills) in by_segment {
            let mended = self.mend_segment(session, first, fills, doomed).await?;
            reader.view.mended += mended;
        }
        Ok(())
    }

    /// Every deletion that a log of this profile tells of.
    async fn tombstones(&self, session: &Session) -> Result<BTreeSet<(LogId, u64)>> {
        let mut found = BTreeSet::new();
        let mut before = None;
        loop {
            let stretch = self.stretch(session, before, 1_024).await?;
            for (number, record) in &stretch.records {
                let Some((line, body)) = parse(record).filter(|(line, _)| line.kind == Kind::Tombstone)
                else {
                    continue;
                };
                debug_assert_eq!(line.seq, number.seq());
                let own = session.state.logs.get(number.log()).map(|log| log.head.id);
                let of = match &body.target_log {
                    Some(id) => LogId::from_hex(id).ok(),
                    None => own,
                };
                found.extend(of.zip(body.target));
            }
            before = stretch.next;
            if before.is_none() {
                return Ok(found);
            }
        }
    }
}

impl Reader {
    fn progress(&self) -> ArchiveReply {
        ArchiveReply::Restoring {
            restore: self.id.clone(),
            records: self.records,
        }
    }
}

/// Whether a slot holds what the person calls a record.
fn is_record(slot: &Slot) -> bool {
    match slot {
        Slot::Whole(record) => !is_tombstone(record),
        _ => false,
    }
}

fn backup_failure(error: AgeError) -> Failure {
    match error {
        AgeError::NoMatch => Code::BackupWords.into(),
        AgeError::NotAge | AgeError::Armored | AgeError::Passphrase | AgeError::Version => {
            Failure::with(Code::BackupInvalid, error.to_string())
        }
        other => Failure::with(Code::BackupDamaged, other.to_string()),
    }
}
