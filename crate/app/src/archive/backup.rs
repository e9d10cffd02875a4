//! A backup: everything that the profile holds but its 24 words, as JSON Lines in one age file that the words open.
//!
//! It is written piece by piece while it is asked for, in memory for one segment. It holds what the logs held when
//! it was begun; what is deleted meanwhile is no longer in it. The lines are [`Entry`]s; docs/formats.md describes
//! them.

use std::collections::BTreeSet;

use counterfoil_core::age::{AgeError, Encryptor};
use counterfoil_core::encoding::{to_base64, to_base64url, to_hex};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::time;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Done;
use super::message::ArchiveReply;
use crate::app::{App, END, Session, key_failure};
use crate::collectors::CollectorRow;
use crate::error::{Code, Failure, Result};
use crate::export::ExportRow;
use crate::hiding::HidingRow;
use crate::message::{Effect, Secret};
use crate::number::{Number, row_key};
use crate::pack::{LEAF, missing};
use crate::ports::{Host, Span, Table, random};
use crate::records::{MARKED, is_tombstone, review_key};
use crate::segment::{Record, Slot, decode_record};

/// Version of the lines.
pub(crate) const VERSION: u32 = 3;
/// Bytes of the file in a piece, at least, but for the last.
const PIECE: usize = 512 * 1024;

/// A line of a backup.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(clippy::large_enum_variant)] // one at a time
pub(crate) enum Entry {
    /// The first line.
    CounterfoilBackup {
        /// [`VERSION`].
        v: u32,
        /// When it was begun, in milliseconds since the Unix epoch.
        time: u64,
        /// Records that follow.
        records: u64,
    },
    /// A root that is not that of the 24 words: of a log that was restored from other ones.
    Root {
        /// By which the logs name it.
        index: u32,
        /// 64 hexadecimal digits.
        entropy: Secret,
    },
    /// A log; its lines follow.
    Log {
        /// Its id.
        id: counterfoil_core::keys::LogId,
        /// Its root: 0 is that of the 24 words.
        root: u32,
        /// Lines that follow.
        size: u64,
        /// The signed checkpoint over them.
        note: String,
    },
    /// A record of the log above, in order.
    Record {
        /// The signed line.
        line: String,
        /// Base64url of the salt.
        salt: String,
        /// Canonical JSON of the content.
        body: String,
        /// Marked for sharing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        marked: bool,
        /// What it hides where it is shared. Since version 2.
        #[serde(default, skip_serializing_if = "HidingRow::is_empty")]
        hiding: HidingRow,
    },
    /// A record of the log above whose content is gone.
    Leaf {
        /// The hash of its line, in hex.
        leaf: String,
    },
    /// A share log.
    Share {
        /// Its id.
        id: String,
        /// The audience.
        name: String,
        /// Its epoch.
        epoch: u32,
        /// Its tree.
        frontier: Frontier,
        /// Numbers of its records: which log above, and the position in it.
        seqs: Vec<(u32, u64)>,
        /// Its root.
        root: u32,
        /// Whether the audience is a collector. Since version 3.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        collector: bool,
    },
    /// A collector. Since version 3.
    Collector {
        /// Its id.
        id: String,
        /// What is known of it.
        row: Box<CollectorRow>,
    },
    /// An export that was made.
    Export {
        /// Its id.
        id: String,
        /// Numbers of its records.
        seqs: Vec<(u32, u64)>,
        /// Its parts; the numbers in it are left out.
        export: ExportRow,
        /// Its lines, unless they were deleted.
        lines: Option<Vec<String>>,
    },
    /// The settings.
    Settings {
        /// Origins of the sites that are on.
        sites: Vec<String>,
        /// Days that records are kept.
        retention_days: Option<u32>,
        /// Minutes until an unused profile locks.
        idle_minutes: u32,
    },
    /// What is always hidden. Since version 2.
    AlwaysHidden {
        /// The phrases.
        phrases: BTreeSet<String>,
    },
    /// The last line.
    End {
        /// Lines before it.
        lines: u64,
    },
}

/// The backup that is being written, if there is one.
#[derive(Default)]
pub(crate) struct Backups(Option<Writer>);

struct Writer {
    id: String,
    encryptor: Option<Encryptor>,
    /// Of the file, not yet given out.
    out: Vec<u8>,
    step: Step,
    /// Size of each log when it was begun, and its checkpoint then.
    logs: Vec<(u64, String)>,
    lines: u64,
    records: u32,
    time: u64,
    next: u32,
    /// The piece given out last, with the records up to its end and whether it was the last one: it may be asked for
    /// again.
    last: Option<(String, u32, bool)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Head,
    Log(usize),
    Lines(usize, u64),
    Rest,
    Done,
}

/// What stands at a position of a log.
pub(crate) enum Place {
    /// A record.
    Whole(Record),
    /// Only a leaf hash.
    Leaf([u8; LEAF]),
}

impl<H: Host> App<H> {
    pub(crate) async fn backup(&self) -> Result<Done> {
        self.purge().await?;
        let session = self.load().await?;
        if session.state.logs.is_empty() {
            return Err(Code::LogMissing.into());
        }
        let recipient = self
            .root(&session, 0)
            .await?
            .backup_identity()
            .map_err(key_failure)?
            .recipient();
        let (encryptor, out) = Encryptor::new(
            &recipient,
            random(&self.host)?,
            random(&self.host)?,
            random(&self.host)?,
        )
        .map_err(age_failure)?;
        let now = self.host.now();
        let id = to_hex(&random::<16>(&self.host)?);
        let day = time::rfc3339_ms(now).map_err(|_| Failure::with(Code::Internal, "time"))?;
        let day = day.get(..10).unwrap_or_default();
        let file = format!("counterfoil-backup-{day}.age");
        self.backups.replace(Backups(Some(Writer {
            id: id.clone(),
            encryptor: Some(encryptor),
            out,
            step: Step::Head,
            logs: session
                .state
                .logs
                .iter()
                .map(|log| (log.head.size(), log.note.clone()))
                .collect(),
            lines: 0,
            records: 0,
            time: now,
            next: 0,
            last: None,
        })));
        Ok(ArchiveReply::Backup {
            backup: id,
            file,
            records: session.state.total,
        }
        .into())
    }

    /// The next piece of the backup, or the last one once more.
    pub(crate) async fn backup_piece(&self, backup: &str, index: u32) -> Result<Done> {
        let writer = self.backups.take().0.filter(|writer| writer.id == backup);
        let mut writer = writer.ok_or(Code::BackupGone)?;
        if let Some(last) = writer.last.clone().filter(|_| index + 1 == writer.next) {
            self.backups.replace(Backups(Some(writer)));
            return Ok(piece(last));
        }
        if index != writer.next {
            self.backups.replace(Backups(Some(writer)));
            return Err(Failure::with(Code::MessageInvalid, "index"));
        }
        let session = self.load().await?;
        while writer.out.len() < PIECE && writer.step != Step::Done {
            self.write_some(&session, &mut writer).await?;
        }
        let data = to_base64(&std::mem::take(&mut writer.out));
        let last = (data, writer.records, writer.step == Step::Done);
        writer.next += 1;
        writer.last = Some(last.clone());
        self.backups.replace(Backups(Some(writer)));
        Ok(piece(last))
    }

    /// The person saved the file.
    pub(crate) async fn backup_saved(&self, backup: &str) -> Result<Done> {
        let writer = self.backups.take().0;
        let writer = writer.filter(|writer| writer.id == backup && writer.step == Step::Done);
        let time = writer.ok_or(Code::BackupGone)?.time;
        {
            let (_turn, mut session) = self.change().await?;
            session.state.backup = Some(time);
            session.state.since_backup = 0;
            self.commit(&mut session, Vec::new()).await?;
        }
        let session = self.load().await?;
        let mut effects = self.standing(&session.state);
        effects.push(Effect::Refresh);
        Ok(Done {
            reply: ArchiveReply::Settings {
                view: self.settings_view(&session).await?,
            },
            effects,
        })
    }

    async fn write_some(&self, session: &Session, writer: &mut Writer) -> Result<()> {
        match writer.step {
            Step::Head => {
                writer.write(&Entry::CounterfoilBackup {
                    v: VERSION,
                    time: writer.time,
                    records: u64::from(session.state.total),
                })?;
                let roots = session.state.logs.iter().map(|log| log.root).max().unwrap_or(0);
                for index in 1..=roots {
                    let root = self.root(session, index).await?;
                    let entropy = Secret::from(to_hex(root.entropy()));
                    writer.write(&Entry::Root { index, entropy })?;
                }
                writer.step = Step::Log(0);
            }
            Step::Log(index) => {
                let Some((log, (size, note))) =
                    session.state.logs.get(index).zip(writer.logs.get(index).cloned())
                else {
                    writer.step = Step::Rest;
                    return Ok(());
                };
                writer.write(&Entry::Log {
                    id: log.head.id,
                    root: log.root,
                    size,
                    note,
                })?;
                writer.step = Step::Lines(index, 0);
            }
            Step::Lines(index, seq) => {
                let size = writer.logs.get(index).map_or(0, |(size, _)| *size);
                if seq >= size {
                    writer.step = Step::Log(index + 1);
                    return Ok(());
                }
                let places = self.places(session, Number::new(index, seq)?).await?;
                let room = usize::try_from(size - seq).unwrap_or(usize::MAX);
                let mut at = seq;
                for place in places.into_iter().take(room) {
                    let entry = match place {
                        Place::Whole(record) => {
                            let mark = review_key(MARKED, Number::new(index, at)?);
                            let marked = self.host.get(Table::Review, &mark).await?.is_some();
                            let hiding = self.hiding(session, Number::new(index, at)?).await?;
                            writer.records += u32::from(!is_tombstone(&record));
                            whole(record, marked, hiding)
                                .ok_or_else(|| Failure::with(Code::StoreCorrupt, "line"))?
                        }
                        Place::Leaf(leaf) => Entry::Leaf { leaf: to_hex(&leaf) },
                    };
                    writer.write(&entry)?;
                    at += 1;
                }
                writer.step = Step::Lines(index, at);
            }
            Step::Rest => {
                self.write_rest(session, writer).await?;
                let lines = writer.lines;
                writer.write(&Entry::End { lines })?;
                if let Some(encryptor) = writer.encryptor.take() {
                    encryptor.finish(&mut writer.out).map_err(age_failure)?;
                }
                writer.step = Step::Done;
            }
            Step::Done => {}
        }
        Ok(())
    }

    async fn write_rest(&self, session: &Session, writer: &mut Writer) -> Result<()> {
        for (id, share) in self.shares(session).await? {
            writer.write(&Entry::Share {
                id: id.to_hex(),
                name: share.name,
                epoch: share.epoch,
                frontier: share.frontier,
                seqs: share.seqs.into_iter().map(pair).collect(),
                root: share.root,
                collector: share.collector,
            })?;
        }
        for (id, row) in self.collector_rows(session).await?.all()? {
            let row = Box::new(row);
            writer.write(&Entry::Collector { id, row })?;
        }
        for (id, row) in self.all(Table::Export, "", "g").await? {
            let mut export: ExportRow = session.vault.read(Table::Export, &id, &row)?;
            let lines = match self.host.get(Table::Shared, &id).await? {
                Some(row) => Some(session.vault.read(Table::Shared, &id, &row)?),
                None => None,
            };
            let seqs = std::mem::take(&mut export.seqs).into_iter().map(pair).collect();
            writer.write(&Entry::Export {
                id,
                seqs,
                export,
                lines,
            })?;
        }
        let phrases = self.always_hidden(session).await?;
        if !phrases.is_empty() {
            writer.write(&Entry::AlwaysHidden { phrases })?;
        }
        let state = &session.state;
        writer.write(&Entry::Settings {
            sites: state
                .sites
                .iter()
                .filter(|(_, site)| site.on)
                .map(|(origin, _)| origin.clone())
                .collect(),
            retention_days: state.retention_days,
            idle_minutes: state.idle_minutes,
        })
    }

    /// What stands at a position and after it, as far as one segment goes. Fails with the name of what is damaged:
    /// a backup that leaves something out unsaid is none.
    pub(crate) async fn places(&self, session: &Session, from: Number) -> Result<Vec<Place>> {
        if let Some(first) = self.segment_of(from).await? {
            let key = row_key(first);
            let row = self.host.get(Table::Leaves, &key).await?;
            let row = row.ok_or_else(|| missing(Table::Leaves, &key))?;
            let leaves = session.vault.open(Table::Leaves, &key, &row)?;
            let skip = usize::try_from(from.0 - first.0).unwrap_or(usize::MAX);
            if skip < leaves.len() / LEAF {
                let packed = self.segment(session, &key).await?;
                let places = leaves
                    .chunks_exact(LEAF)
                    .enumerate()
                    .skip(skip)
                    .map(|(at, leaf)| {
                        let slot = packed.as_ref().and_then(|packed| packed.slots.get(at));
                        match slot {
                            Some(Slot::Whole(record)) => Place::Whole(record.clone()),
                            _ => Place::Leaf(leaf.try_into().unwrap_or([0; LEAF])),
                        }
                    });
                return Ok(places.collect());
            }
        }
        let below = Number::new(from.log() + 1, 0).map_or_else(|_| END.to_owned(), row_key);
        let start = row_key(from);
        let span = Span {
            from: Some(&start),
            below: Some(&below),
            newest_first: false,
            limit: 256,
        };
        let mut places = Vec::new();
        for ((key, row), due) in self
            .host
            .range(Table::Record, span)
            .await?
            .into_iter()
            .zip(from.0..)
        {
            if Number::of_key(&key)? != Number(due) {
                break;
            }
            let bytes = session.vault.open(Table::Record, &key, &row)?;
            places.push(Place::Whole(
                decode_record(&bytes).ok_or_else(|| missing(Table::Record, &key))?,
            ));
        }
        if places.is_empty() {
            return Err(missing(Table::Record, &start));
        }
        Ok(places)
    }
}

impl Writer {
    fn write(&mut self, entry: &Entry) -> Result<()> {
        let line = serde_json::to_vec(entry).map_err(|_| Failure::with(Code::Internal, "encode"))?;
        let mut line = Zeroizing::new(line);
        line.push(b'\n');
        let encryptor = self.encryptor.as_mut().ok_or(Code::BackupGone)?;
        encryptor.push(&line, &mut self.out).map_err(age_failure)?;
        self.lines += 1;
        Ok(())
    }
}

fn whole(record: Record, marked: bool, hiding: HidingRow) -> Option<Entry> {
    Some(Entry::Record {
        line: String::from_utf8(record.line).ok()?,
        salt: to_base64url(&record.salt),
        body: String::from_utf8(record.body).ok()?,
        marked,
        hiding,
    })
}

fn piece((data, records, last): (String, u32, bool)) -> Done {
    ArchiveReply::Piece { data, records, last }.into()
}

fn pair(number: u64) -> (u32, u64) {
    let number = Number(number);
    (u32::try_from(number.log()).unwrap_or(u32::MAX), number.seq())
}

fn age_failure(error: AgeError) -> Failure {
    Failure::with(Code::Internal, error.to_string())
}
