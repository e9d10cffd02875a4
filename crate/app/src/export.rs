//! Exports: a draft that shows exactly what would be signed, the approval of its digest, and the file.

use std::collections::BTreeSet;
use std::rc::Rc;

use counterfoil_core::bundle::write::{self, Parts, Plan};
use counterfoil_core::keys::{Audience, LogId, SigningKey};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::record::{Evidence, Kind};
use counterfoil_core::share::{self, ShareEntry};
use counterfoil_core::{encoding, id};
use serde::{Deserialize, Serialize};

use crate::app::{App, Done, END, Session, key_failure};
use crate::error::{Code, Failure, Result};
use crate::message::{Effect, ExportChoice, Reply};
use crate::ports::{Host, Op, Table, random};
use crate::records::{DELETING, MARKED, Stored, review_key, seq_of};
use crate::view::{DraftView, Excluded, Export, ExportsView, TimeDetail};

/// The row of the one draft there is.
pub(crate) const CURRENT: &str = "current";
/// Longest name of an audience, in code points.
const NAME: usize = 64;
/// Lines of one export, in bytes: what the approval page can show and one message can carry. More is a series.
const SIZE: usize = 16 * 1024 * 1024;
/// Bytes of the file in one piece.
const PIECE: usize = 1024 * 1024;
/// The audience of a bundle that is for nobody in particular.
const AUDIENCE: &str = "export";

/// A share log: what was derived for one audience so far. Its row key is the id of the log.
#[derive(Serialize, Deserialize)]
struct ShareRow {
    name: String,
    epoch: u32,
    frontier: Frontier,
    /// Records of the private log that are in it.
    seqs: BTreeSet<u64>,
}

#[derive(Serialize, Deserialize)]
struct DraftRow {
    id: String,
    name: String,
    log: LogId,
    /// Size of the share log when the draft was made: the draft is void once it has grown.
    start: u64,
    lines: Vec<String>,
    seqs: Vec<u64>,
}

/// An export that was made: with its lines in [`Table::Shared`], enough to build the same file again.
#[derive(Serialize, Deserialize)]
pub(crate) struct ExportRow {
    pub(crate) seqs: Vec<u64>,
    name: String,
    time: u64,
    /// The share log before these lines.
    frontier: Frontier,
    approval: String,
    checkpoint: String,
    records_sha256: String,
    file: String,
    did: String,
}

impl ExportRow {
    /// The file, always the same bytes.
    fn file(&self, lines: &[Vec<u8>]) -> Result<Vec<u8>> {
        let parts = Parts {
            bundle_jws: &self.approval,
            checkpoint_note: &self.checkpoint,
            start_frontier: &self.frontier,
            lines,
            papers: None,
        };
        let archive = write::assemble(&parts)
            .map_err(|error| Failure::with(Code::Internal, format!("assemble: {error}")))?;
        Ok(archive.bytes)
    }
}

impl<H: Host> App<H> {
    pub(crate) async fn draft(&self, choice: ExportChoice) -> Result<Done> {
        self.purge().await?;
        let name = choice.name.trim();
        let length = name.chars().count();
        if length == 0 || length > NAME || name.chars().any(char::is_control) {
            return Err(Code::NameInvalid.into());
        }
        let _turn = self.host.exclusive().await?;
        let session = self.load().await?;
        let (log, share) = match self.share_log(&session, name).await? {
            Some(found) => found,
            None => {
                let fresh = ShareRow {
                    name: name.to_owned(),
                    epoch: 0,
                    frontier: Frontier::new(),
                    seqs: BTreeSet::new(),
                };
                (LogId(random(&self.host)?), fresh)
            }
        };
        let start = share.frontier.size();
        let mut lines = Vec::new();
        let mut seqs = Vec::new();
        let mut excluded = Vec::new();
        let mut size = 0;
        let end = format!("{MARKED}{END}");
        for (key, _) in self.all(Table::Review, &MARKED.to_string(), &end).await? {
            let seq = seq_of(&key)?;
            if self
                .host
                .get(Table::Review, &review_key(DELETING, seq))
                .await?
                .is_some()
            {
                continue;
            }
            let stored = self.one(&session, seq).await?;
            if let Some(code) = exclusion(&stored, &share) {
                excluded.push(Excluded {
                    seq,
                    code: code.into(),
                });
                continue;
            }
            let line = self.derive(&stored, &choice, start + lines.len() as u64)?;
            size += line.len() + 1;
            if size > SIZE {
                return Err(Code::ExportTooLarge.into());
            }
            lines.push(line);
            seqs.push(seq);
        }
        if lines.is_empty() {
            let reason = excluded.first().map(|it| it.code.clone()).unwrap_or_default();
            return Err(Failure::with(Code::NothingToExport, reason));
        }
        let key = self.share_key(&session, &log, &share).await?;
        let row = DraftRow {
            id: encoding::to_hex(&random::<16>(&self.host)?),
            name: name.to_owned(),
            log,
            start,
            lines,
            seqs,
        };
        let op = session.vault.put(&self.host, Table::Draft, CURRENT, &row)?;
        self.commit(&session, vec![op]).await?;
        let view = DraftView {
            draft: row.id,
            name: row.name,
            time: choice.time,
            lines: row.lines,
            excluded,
            start,
            did: key.did().to_string(),
        };
        Ok(Reply::Draft { view }.into())
    }

    /// Signs the draft, if the digest is that of its lines. The draft is used up; its records lose their marks.
    pub(crate) async fn approve(&self, draft: &str, records_sha256: &str) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        let row = self
            .current(&session)
            .await?
            .filter(|row| row.id == draft)
            .ok_or(Code::DraftGone)?;
        let mut share = match self.share_log(&session, &row.name).await? {
            Some((log, share)) if log == row.log => share,
            None if row.start == 0 => ShareRow {
                name: row.name.clone(),
                epoch: 0,
                frontier: Frontier::new(),
                seqs: BTreeSet::new(),
            },
            _ => return Err(Code::DraftGone.into()),
        };
        if share.frontier.size() != row.start {
            return Err(Code::DraftGone.into());
        }
        let key = self.share_key(&session, &row.log, &share).await?;
        let lines: Vec<Vec<u8>> = row.lines.iter().map(|line| line.as_bytes().to_vec()).collect();
        let now = self.host.now();
        let plan = Plan {
            key: &key,
            jti: id::uuid_v4(random(&self.host)?),
            iat: now / 1000,
            audience: AUDIENCE,
            start_frontier: &share.frontier,
            lines: &lines,
            papers: None,
        };
        let approved = write::approve(&plan, records_sha256).map_err(|error| match error {
            write::ApproveError::DigestMismatch => Failure::from(Code::DigestMismatch),
            write::ApproveError::TooLarge => Failure::from(Code::ExportTooLarge),
            other => Failure::with(Code::Internal, format!("approve: {other}")),
        })?;
        let export = ExportRow {
            seqs: row.seqs.clone(),
            name: row.name.clone(),
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
        let vault = &session.vault;
        let mut ops = vec![
            vault.put(&self.host, Table::Share, &log, &share)?,
            vault.put(&self.host, Table::Export, &id, &export)?,
            vault.put(&self.host, Table::Shared, &id, &row.lines)?,
            Op::Remove(Table::Draft, CURRENT.into()),
        ];
        for seq in row.seqs {
            let mark = review_key(MARKED, seq);
            if self.host.get(Table::Review, &mark).await?.is_some() {
                ops.push(Op::Remove(Table::Review, mark));
                session.state.marked = session.state.marked.saturating_sub(1);
            }
        }
        self.commit(&session, ops).await?;
        self.archive.replace(Some((id, Rc::new(bytes))));
        let view = self.exports_view(&session).await?;
        Ok(Done {
            reply: Reply::Exports { view },
            effects: vec![Effect::Refresh],
        })
    }

    pub(crate) async fn discard(&self, draft: &str) -> Result<Done> {
        let _turn = self.host.exclusive().await?;
        let session = self.load().await?;
        if self.current(&session).await?.is_some_and(|row| row.id == draft) {
            self.commit(&session, vec![Op::Remove(Table::Draft, CURRENT.into())])
                .await?;
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

    async fn rebuild(&self, export: &str) -> Result<Vec<u8>> {
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
            exports.push(Export {
                name: row.name,
                time: row.time,
                records: u32::try_from(row.seqs.len()).unwrap_or(u32::MAX),
                file: row.file,
                records_sha256: row.records_sha256,
                did: row.did,
                available: self.host.get(Table::Shared, &id).await?.is_some(),
                id,
            });
        }
        exports.sort_by_key(|export| std::cmp::Reverse(export.time));
        Ok(ExportsView { exports })
    }

    async fn current(&self, session: &Session) -> Result<Option<DraftRow>> {
        match self.host.get(Table::Draft, CURRENT).await? {
            Some(row) => Ok(Some(session.vault.read(Table::Draft, CURRENT, &row)?)),
            None => Ok(None),
        }
    }

    /// The share log of a named audience, if it was begun.
    async fn share_log(&self, session: &Session, name: &str) -> Result<Option<(LogId, ShareRow)>> {
        for (key, row) in self.all(Table::Share, "", "g").await? {
            let share: ShareRow = session.vault.read(Table::Share, &key, &row)?;
            if share.name == name {
                let log = LogId::from_hex(&key)
                    .map_err(|_| Failure::with(Code::StoreCorrupt, format!("share/{key}")))?;
                return Ok(Some((log, share)));
            }
        }
        Ok(None)
    }

    async fn share_key(&self, session: &Session, log: &LogId, share: &ShareRow) -> Result<SigningKey> {
        let root = self.root(session).await?;
        root.share_key(log, Audience::Export(&share.name), share.epoch)
            .map_err(key_failure)
    }

    fn derive(&self, stored: &Stored, choice: &ExportChoice, seq: u64) -> Result<String> {
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
            text: stored.text().to_owned(),
            site: stored.body.site.clone().filter(|_| choice.site),
            lang: None,
            thread: None,
            time: time.map(str::to_owned),
            redactions: Vec::new(),
        };
        let line = share::derive(entry)
            .map_err(|error| Failure::with(Code::Internal, format!("derive: {error}")))?;
        String::from_utf8(line).map_err(|_| Failure::with(Code::Internal, "derive"))
    }
}

/// Why a marked record stays out.
fn exclusion(stored: &Stored, share: &ShareRow) -> Option<&'static str> {
    if share.seqs.contains(&stored.seq) {
        Some("excluded_already")
    } else if stored.line.kind == Kind::Unknown {
        Some("excluded_unknown")
    } else {
        None
    }
}
