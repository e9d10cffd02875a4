//! Exports: a draft that shows exactly what would be signed, the approval of its digest, and the file.

use std::collections::BTreeSet;
use std::rc::Rc;

use counterfoil_core::bundle::write::{self, Parts, Plan};
use counterfoil_core::did::Did;
use counterfoil_core::keys::{self, LogId, SigningKey};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::record::{Evidence, Kind};
use counterfoil_core::share::{self, ShareEntry};
use counterfoil_core::{encoding, id, jws};
use serde::{Deserialize, Serialize};

use crate::app::{App, Done, END, Session, key_failure};
use crate::collectors::{Account, Offered};
use crate::error::{Code, Failure, Result};
use crate::hiding::Hidden;
use crate::message::{Effect, ExportChoice, Reply};
use crate::number::Number;
use crate::pack::missing;
use crate::ports::{Guess, Host, Op, Table, random};
use crate::records::{DELETING, MARKED, Stored, review_key, reviewed};
use crate::view::{Audience, DraftRecord, DraftView, Excluded, Export, ExportsView, TimeDetail};

/// The row of the one draft there is.
pub(crate) const CURRENT: &str = "current";
/// Longest name of an audience, in code points.
const NAME: usize = 64;
/// Lines of one export, in bytes: what the approval page can show and one message can carry. More is a series.
const SIZE: usize = 16 * 1024 * 1024;
/// Bytes of the file in one piece.
const PIECE: usize = 1024 * 1024;
/// Code points of a text by which its language is told.
const HEARD: usize = 4_000;
/// The audience of a bundle that is for nobody in particular.
const AUDIENCE: &str = "export";

/// A share log: what was derived for one audience so far. Its row key is the id of the log.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShareRow {
    pub(crate) name: String,
    pub(crate) epoch: u32,
    pub(crate) frontier: Frontier,
    /// Numbers of the records that are in it.
    pub(crate) seqs: BTreeSet<u64>,
    /// Which root signs it.
    #[serde(default)]
    pub(crate) root: u32,
    /// Whether the audience is a collector, and the name its identity.
    #[serde(default)]
    pub(crate) collector: bool,
    /// Restored, or left behind for a new name: nothing is added any more.
    #[serde(default)]
    pub(crate) read_only: bool,
}

#[derive(Serialize, Deserialize)]
struct DraftRow {
    epoch: u32,
    id: String,
    name: String,
    log: LogId,
    /// Size of the share log when the draft was made: the draft is void once it has grown.
    start: u64,
    lines: Vec<String>,
    seqs: Vec<u64>,
    #[serde(default)]
    offered: Option<Offered>,
}

/// An export that was made: with its lines in [`Table::Shared`], enough to build the same file again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ExportRow {
    pub(crate) seqs: Vec<u64>,
    pub(crate) name: String,
    pub(crate) time: u64,
    /// The share log before these lines.
    pub(crate) frontier: Frontier,
    pub(crate) approval: String,
    pub(crate) checkpoint: String,
    pub(crate) records_sha256: String,
    pub(crate) file: String,
    pub(crate) did: String,
    /// What it is for, where it is for a collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) offered: Option<Offered>,
    /// Whether its lines are still there. Not stored: told by who reads it.
    #[serde(skip)]
    pub(crate) available: bool,
}

/// What an audience takes of the lines of a draft.
pub(crate) trait Takes {
    /// Why this line, the next one, stays out.
    fn take(&mut self, line: &str) -> Option<&'static str>;
    /// Whether the lines taken are enough.
    fn enough(&self) -> Result<()>;
    /// Whether it asks for certain languages, so that lines have to name theirs.
    fn asks_language(&self) -> bool {
        false
    }
}

/// Whoever gets a file takes what they are given.
struct Anything;

impl Takes for Anything {
    fn take(&mut self, _: &str) -> Option<&'static str> {
        None
    }

    fn enough(&self) -> Result<()> {
        Ok(())
    }
}

/// What a draft is made of.
struct Contents {
    lines: Vec<String>,
    /// The record of each line.
    records: Vec<DraftRecord>,
    excluded: Vec<Excluded>,
}

impl ShareRow {
    fn is_for(&self, name: &str, collector: bool) -> bool {
        self.name == name && self.collector == collector
    }
}

impl ExportRow {
    /// The file, always the same bytes.
    fn file(&self, lines: &[Vec<u8>]) -> Result<Vec<u8>> {
        let parts = Parts {
            bundle_jws: &self.approval,
            checkpoint_note: &self.checkpoint,
            start_frontier: &self.frontier,
            lines,
            papers: self.offered.as_ref().map(Offered::papers),
        };
        let archive = write::assemble(&parts)
            .map_err(|error| Failure::with(Code::Internal, format!("assemble: {error}")))?;
        Ok(archive.bytes)
    }
}

impl<H: Host> App<H> {
    pub(crate) async fn draft(&self, choice: ExportChoice) -> Result<Done> {
        let view = self.draft_for(choice, None, &mut Anything).await?;
        Ok(Reply::Draft { view }.into())
    }

    /// A draft for an audience that the person named, or for an offer; then its name is the collector's identity.
    pub(crate) async fn draft_for(
        &self,
        choice: ExportChoice,
        mut offered: Option<Offered>,
        audience: &mut dyn Takes,
    ) -> Result<DraftView> {
        self.purge().await?;
        let is_offer = offered.is_some();
        let name = choice.name.trim();
        let length = name.chars().count();
        if length == 0 || length > NAME || name.chars().any(char::is_control) {
            return Err(Code::NameInvalid.into());
        }
        let (_turn, mut session) = self.change().await?;
        let (log, share) = match self.share_log(&session, name, is_offer).await? {
            Some(found) => found,
            None => (
                LogId(random(&self.host)?),
                self.fresh_share(&session, name, is_offer).await?,
            ),
        };
        let start = share.frontier.size();
        if let Some(offered) = &mut offered {
            offered.log = log.to_hex();
        }
        let Contents {
            lines,
            records,
            excluded,
        } = self
            .contents(&session, &choice, start, offered.as_ref(), audience)
            .await?;
        audience.enough()?;
        let seqs = records.iter().map(|record| record.seq).collect();
        let key = self.share_key(&session, &log, &share).await?;
        let row = DraftRow {
            epoch: share.epoch,
            id: encoding::to_hex(&random::<16>(&self.host)?),
            name: name.to_owned(),
            log,
            start,
            lines,
            seqs,
            offered,
        };
        let adult = session.state.adult || is_offer;
        session.state.adult = adult;
        let mut ops: Vec<Op> = self.drop_draft(&mut session).await?.into_iter().collect();
        let by = self.take_key(&mut session).await?;
        ops.push(
            session
                .vault
                .put_by(&self.host, by, Table::Draft, CURRENT, &row)?,
        );
        self.commit(&mut session, ops).await?;
        self.sweep(&mut session).await?;
        Ok(DraftView {
            draft: row.id,
            name: row.name,
            time: choice.time,
            lines: row.lines,
            records,
            excluded,
            start,
            did: key.did().to_string(),
        })
    }

    /// The lines of all that is marked, from this position of a share log on, and what is left out.
    async fn contents(
        &self,
        session: &Session,
        choice: &ExportChoice,
        start: u64,
        offered: Option<&Offered>,
        audience: &mut dyn Takes,
    ) -> Result<Contents> {
        let special = offered.is_none_or(|offered| offered.special);
        let already = self
            .exported_to(session, choice.name.trim(), offered.is_some())
            .await?;
        let mut lines = Vec::new();
        let mut records = Vec::new();
        let mut excluded = Vec::new();
        let mut size = 0;
        let list = self.list_of_hidden(session).await?;
        let end = format!("{MARKED}{END}");
        for (key, _) in self.all(Table::Review, &MARKED.to_string(), &end).await? {
            let number = reviewed(&key)?;
            if self
                .host
                .get(Table::Review, &review_key(DELETING, number))
                .await?
                .is_some()
            {
                continue;
            }
            let mut exclude = |code: &str| {
                excluded.push(Excluded {
                    seq: number.0,
                    place: number.place(),
                    code: code.into(),
                });
            };
            let stored = match self.one(session, number).await {
                Ok(stored) => stored,
                Err(failure) if failure.code == Code::StoreCorrupt => {
                    exclude("excluded_damaged");
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            if let Some(code) = exclusion(&stored, &already) {
                exclude(code);
                continue;
            }
            // What was to be hidden cannot be told any more: it is not shared before the person decided anew.
            let Ok(row) = self.hiding(session, number).await else {
                exclude("excluded_damaged");
                continue;
            };
            let hidden = Hidden::of(stored.text(), &list, &row);
            if !special && hidden.shows_special() {
                exclude("excluded_special");
                continue;
            }
            let (taken, shown) = hidden.counts();
            let lang = if audience.asks_language() {
                self.language_of(&hidden.redacted.text).await?
            } else {
                None
            };
            let line = self.derive(&stored, hidden, lang, choice, start + lines.len() as u64)?;
            if let Some(code) = audience.take(&line) {
                exclude(code);
                continue;
            }
            size += line.len() + 1;
            if size > SIZE {
                return Err(Code::ExportTooLarge.into());
            }
            lines.push(line);
            records.push(DraftRecord {
                seq: number.0,
                place: number.place(),
                hidden: taken,
                shown,
            });
        }
        if lines.is_empty() {
            let reason = excluded.first().map(|it| it.code.clone()).unwrap_or_default();
            return Err(Failure::with(Code::NothingToExport, reason));
        }
        Ok(Contents {
            lines,
            records,
            excluded,
        })
    }

    /// Signs the draft, if the digest is that of its lines. The draft is used up; its records lose their marks.
    pub(crate) async fn approve(&self, draft: &str, records_sha256: &str) -> Result<Done> {
        // A draft for an offer needs a consent with it.
        let agree = |_: &SigningKey, _: &Offered, _: u64| Err(Code::DraftGone.into());
        self.approve_for(draft, records_sha256, agree).await?;
        let session = self.load().await?;
        let view = self.exports_view(&session).await?;
        Ok(Done {
            reply: Reply::Exports { view },
            effects: vec![Effect::Refresh],
        })
    }

    /// As [`App::approve`]; `agree` signs the consent to an offer, at a time in seconds.
    pub(crate) async fn approve_for(
        &self,
        draft: &str,
        records_sha256: &str,
        agree: impl FnOnce(&SigningKey, &Offered, u64) -> Result<String>,
    ) -> Result<()> {
        let (_turn, mut session) = self.change().await?;
        let row = self
            .current(&session)
            .await?
            .filter(|row| row.id == draft)
            .ok_or(Code::DraftGone)?;
        let is_offer = row.offered.is_some();
        let mut share = match self.share_log(&session, &row.name, is_offer).await? {
            Some((log, share)) if log == row.log => share,
            None if row.start == 0 => self.fresh_share(&session, &row.name, is_offer).await?,
            _ => return Err(Code::DraftGone.into()),
        };
        if share.frontier.size() != row.start || share.epoch != row.epoch {
            return Err(Code::DraftGone.into());
        }
        let key = self.share_key(&session, &row.log, &share).await?;
        let lines: Vec<Vec<u8>> = row.lines.iter().map(|line| line.as_bytes().to_vec()).collect();
        let now = self.host.now();
        let mut offered = row.offered;
        if let Some(offered) = &mut offered {
            offered.consent = agree(&key, offered, now / 1000)?;
        }
        let plan = Plan {
            key: &key,
            jti: id::uuid_v4(random(&self.host)?),
            iat: now / 1000,
            audience: if is_offer { &row.name } else { AUDIENCE },
            start_frontier: &share.frontier,
            lines: &lines,
            papers: offered.as_ref().map(Offered::papers),
        };
        let approved = write::approve(&plan, records_sha256).map_err(|error| match error {
            write::ApproveError::DigestMismatch => Failure::from(Code::DigestMismatch),
            write::ApproveError::TooLarge => Failure::from(Code::ExportTooLarge),
            other => Failure::with(Code::Internal, format!("approve: {other}")),
        })?;
        let mut ops = Vec::new();
        let mut name = row.name.clone();
        if let Some(offered) = &mut offered {
            offered.bundle_sha256 = jws::sha256_hex(&approved.bundle_jws);
            let mut collector = self.collector_row(&session, &offered.collector).await?;
            if collector.removed {
                return Err(Code::DraftGone.into());
            }
            name.clone_from(&offered.name);
            if collector
                .accounts
                .iter()
                .all(|account| account.log != offered.log)
            {
                collector.accounts.push(Account {
                    log: offered.log.clone(),
                    person: key.did().clone(),
                    entries: Vec::new(),
                });
                ops.push(self.put_collector(&session, &offered.collector, &collector)?);
            }
        }
        let export = ExportRow {
            seqs: row.seqs.clone(),
            name,
            offered,
            available: true,
            time: now,
            frontier: share.frontier.clone(),
            approval: approved.bundle_jws,
            checkpoint: approved.checkpoint_note,
            records_sha256: approved.records_sha256,
            file: approved.file_name,
            did: key.did().to_string(),
        };
        let bytes = export.file(&lines)?;
        share.frontier = approved.end_frontier;
        share.seqs.extend(row.seqs.iter().copied());
        let log = row.log.to_hex();
        let id = row.id;
        let by = self.take_key(&mut session).await?;
        let vault = &session.vault;
        ops.extend([
            vault.put(&self.host, Table::Share, &log, &share)?,
            vault.put(&self.host, Table::Export, &id, &export)?,
            vault.put_by(&self.host, by, Table::Shared, &id, &row.lines)?,
        ]);
        ops.extend(self.drop_draft(&mut session).await?);
        for seq in row.seqs {
            let mark = review_key(MARKED, Number(seq));
            if self.host.get(Table::Review, &mark).await?.is_some() {
                ops.push(Op::Remove(Table::Review, mark));
                session.state.marked = session.state.marked.saturating_sub(1);
            }
        }
        self.commit(&mut session, ops).await?;
        self.sweep(&mut session).await?;
        self.archive.replace(Some((id, Rc::new(bytes))));
        Ok(())
    }

    pub(crate) async fn discard(&self, draft: &str) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        if self.current(&session).await?.is_some_and(|row| row.id == draft) {
            let ops = self.drop_draft(&mut session).await?.into_iter().collect();
            self.commit(&mut session, ops).await?;
            self.sweep(&mut session).await?;
        }
        Ok(Reply::Exports {
            view: self.exports_view(&session).await?,
        }
        .into())
    }

    pub(crate) async fn exports(&self) -> Result<Done> {
        self.purge().await?;
        let session = self.load().await?;
        Ok(Reply::Exports {
            view: self.exports_view(&session).await?,
        }
        .into())
    }

    /// A piece of the file of an export, which is built again from its parts: nothing of it lies about as a file.
    pub(crate) async fn chunk(&self, export: &str, index: u32) -> Result<Done> {
        let known = self
            .archive
            .borrow()
            .as_ref()
            .filter(|(id, _)| id == export)
            .map(|(_, bytes)| Rc::clone(bytes));
        let bytes = match known {
            Some(bytes) => bytes,
            None => {
                let bytes = Rc::new(self.rebuild(export).await?);
                self.archive.replace(Some((export.to_owned(), Rc::clone(&bytes))));
                bytes
            }
        };
        let count = bytes.len().div_ceil(PIECE);
        let piece = bytes
            .chunks(PIECE)
            .nth(index as usize)
            .ok_or(Failure::with(Code::MessageInvalid, "index"))?;
        let data = encoding::to_base64(piece);
        if index as usize + 1 == count {
            self.archive.replace(None);
        }
        Ok(Reply::Chunk {
            data,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }
        .into())
    }

    pub(crate) async fn rebuild(&self, export: &str) -> Result<Vec<u8>> {
        let session = self.load().await?;
        let row = self
            .host
            .get(Table::Export, export)
            .await?
            .ok_or(Code::ExportGone)?;
        let row: ExportRow = session.vault.read(Table::Export, export, &row)?;
        let lines = self
            .host
            .get(Table::Shared, export)
            .await?
            .ok_or(Code::ExportGone)?;
        let lines: Vec<String> = session.vault.read(Table::Shared, export, &lines)?;
        let lines: Vec<Vec<u8>> = lines.into_iter().map(String::into_bytes).collect();
        row.file(&lines)
    }

    async fn exports_view(&self, session: &Session) -> Result<ExportsView> {
        let mut exports = Vec::new();
        for (id, row) in self.all(Table::Export, "", "g").await? {
            let row: ExportRow = session.vault.read(Table::Export, &id, &row)?;
            // Put in their places: the library's sort is compiled anew for each type.
            let at = exports.partition_point(|other: &Export| other.time >= row.time);
            let export = Export {
                collector: row.offered.map_or_else(String::new, |offered| offered.collector),
                name: row.name,
                time: row.time,
                records: u32::try_from(row.seqs.len()).unwrap_or(u32::MAX),
                file: row.file,
                records_sha256: row.records_sha256,
                did: row.did,
                available: self.host.get(Table::Shared, &id).await?.is_some(),
                id,
            };
            exports.insert(at, export);
        }
        let mut audiences: Vec<Audience> = Vec::new();
        for (log, share) in self.shares(session).await? {
            // Those for collectors are on their own page.
            if share.collector {
                continue;
            }
            let records = u32::try_from(share.seqs.len()).unwrap_or(u32::MAX);
            let did = if share.read_only {
                String::new()
            } else {
                self.share_key(session, &log, &share).await?.did().to_string()
            };
            match audiences.iter_mut().find(|audience| audience.name == share.name) {
                Some(audience) => {
                    audience.records += records;
                    if !did.is_empty() {
                        audience.did = did;
                    }
                }
                None => {
                    let at = audiences.partition_point(|audience| audience.name < share.name);
                    let audience = Audience {
                        name: share.name,
                        did,
                        records,
                    };
                    audiences.insert(at, audience);
                }
            }
        }
        // One that cannot be read cannot be approved.
        let draft = self.current(session).await.ok().flatten().map(|row| row.id);
        Ok(ExportsView {
            exports,
            audiences,
            draft,
        })
    }

    /// From the next export on, somebody else for this audience: its share log is left behind, and the next one
    /// has another key. The records that it holds are not exported to the same audience again.
    pub(crate) async fn reset_audience(&self, name: &str) -> Result<Done> {
        {
            let (_turn, mut session) = self.change().await?;
            let Some((log, mut share)) = self.share_log(&session, name, false).await? else {
                return Err(Code::ExportGone.into());
            };
            share.read_only = true;
            let mut ops = vec![
                session
                    .vault
                    .put(&self.host, Table::Share, &log.to_hex(), &share)?,
            ];
            ops.extend(self.drop_draft(&mut session).await?);
            self.commit(&mut session, ops).await?;
            self.sweep(&mut session).await?;
        }
        self.exports().await
    }

    async fn current(&self, session: &Session) -> Result<Option<DraftRow>> {
        match self.host.get(Table::Draft, CURRENT).await? {
            Some(row) => Ok(Some(session.vault.read(Table::Draft, CURRENT, &row)?)),
            None => Ok(None),
        }
    }

    /// All share logs that can be read, by their ids.
    pub(crate) async fn shares(&self, session: &Session) -> Result<Vec<(LogId, ShareRow)>> {
        let mut shares = Vec::new();
        for (key, row) in self.all(Table::Share, "", "g").await? {
            let share: ShareRow = session.vault.read(Table::Share, &key, &row)?;
            let log = LogId::from_hex(&key).map_err(|_| missing(Table::Share, &key))?;
            shares.push((log, share));
        }
        Ok(shares)
    }

    /// The share log of a named audience that is written to, if it was begun.
    async fn share_log(
        &self,
        session: &Session,
        name: &str,
        collector: bool,
    ) -> Result<Option<(LogId, ShareRow)>> {
        let mut shares = self.shares(session).await?;
        let at = shares
            .iter()
            .position(|(_, share)| share.is_for(name, collector) && !share.read_only);
        Ok(at.map(|at| shares.swap_remove(at)))
    }

    /// A share log for a named audience: another epoch than every earlier one had.
    async fn fresh_share(&self, session: &Session, name: &str, collector: bool) -> Result<ShareRow> {
        let shares = self.shares(session).await?;
        let epoch = shares
            .iter()
            .filter(|(_, share)| share.is_for(name, collector))
            .map(|(_, share)| share.epoch + 1)
            .max();
        Ok(ShareRow {
            name: name.to_owned(),
            epoch: epoch.unwrap_or(0),
            frontier: Frontier::new(),
            seqs: BTreeSet::new(),
            root: 0,
            collector,
            read_only: false,
        })
    }

    /// Numbers of the records that this audience has, in whichever share log.
    async fn exported_to(&self, session: &Session, name: &str, collector: bool) -> Result<BTreeSet<u64>> {
        let mut seqs = BTreeSet::new();
        for (_, mut share) in self.shares(session).await? {
            if share.is_for(name, collector) {
                seqs.append(&mut share.seqs);
            }
        }
        Ok(seqs)
    }

    pub(crate) async fn share_key(
        &self,
        session: &Session,
        log: &LogId,
        share: &ShareRow,
    ) -> Result<SigningKey> {
        let root = self.root(session, share.root).await?;
        let did;
        let audience = if share.collector {
            did = Did::parse(&share.name).map_err(|_| missing(Table::Share, &log.to_hex()))?;
            keys::Audience::Collector(&did)
        } else {
            keys::Audience::Export(&share.name)
        };
        root.share_key(log, audience, share.epoch).map_err(key_failure)
    }

    /// The language that a text is in, if the host is sure of it, or the person reads the one that it takes it for:
    /// few words are never sure.
    async fn language_of(&self, text: &str) -> Result<Option<String>> {
        let end = text.char_indices().nth(HEARD).map_or(text.len(), |(at, _)| at);
        let Guess { tag, reliable, read } = self.host.language(text.get(..end).unwrap_or_default()).await?;
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let language = primary(&tag);
        let is_language = (2..=3).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_lowercase())
            && language != "und";
        let sure = reliable || read.iter().any(|read| primary(read) == language);
        Ok((is_language && sure).then_some(language))
    }

    /// The line that others will see: its text is what is left of the record's.
    fn derive(
        &self,
        stored: &Stored,
        hidden: Hidden,
        lang: Option<String>,
        choice: &ExportChoice,
        seq: u64,
    ) -> Result<String> {
        // A private line's time is RFC 3339 in UTC: its date and its month are prefixes.
        let time = match choice.time {
            TimeDetail::Day => stored.line.time.get(..10),
            TimeDetail::Month => stored.line.time.get(..7),
            TimeDetail::None => None,
        };
        let entry = ShareEntry {
            kind: stored.line.kind,
            evidence: Evidence::Observed,
            id: id::uuid_v4(random(&self.host)?),
            salt: random(&self.host)?,
            seq,
            redactions: hidden.redactions(),
            text: hidden.redacted.text,
            site: stored.body.site.clone().filter(|_| choice.site),
            lang,
            thread: None,
            time: time.map(str::to_owned),
        };
        let line = share::derive(entry)
            .map_err(|error| Failure::with(Code::Internal, format!("derive: {error}")))?;
        String::from_utf8(line).map_err(|_| Failure::with(Code::Internal, "derive"))
    }
}

/// Why a marked record stays out.
fn exclusion(stored: &Stored, already: &BTreeSet<u64>) -> Option<&'static str> {
    if already.contains(&stored.number.0) {
        Some("excluded_already")
    } else if stored.line.kind == Kind::Unknown {
        Some("excluded_unknown")
    } else if matches!(stored.line.kind, Kind::Response | Kind::Rating) {
        Some("excluded_answer")
    } else {
        None
    }
}
