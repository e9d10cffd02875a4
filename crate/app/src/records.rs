//! Reading records: a line, its content, and what the person decided about it.

use std::collections::BTreeMap;

use counterfoil_core::record::{Body, PrivateLine};
use counterfoil_core::time;
use serde::{Deserialize, Serialize};

use crate::app::{App, END, Session, row_key};
use crate::error::{Code, Failure, Result};
use crate::ports::{Host, Span, Table};
use crate::view::{Item, Review};

/// Code points of a record shown in a list.
const PREVIEW: usize = 280;
/// Bytes of salt before the body, in a row of [`Table::Content`].
pub(crate) const SALT: usize = 32;

/// Prefix of the rows of [`Table::Review`] that mark a record.
pub(crate) const MARKED: char = 'm';
/// Prefix of the rows of [`Table::Review`] that delete a record: it keeps its mark until that is final.
pub(crate) const DELETING: char = 'd';

/// The value of a row that deletes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Deletion {
    pub(crate) until: u64,
}

/// Row key of a decision.
pub(crate) fn review_key(prefix: char, seq: u64) -> String {
    format!("{prefix}{}", row_key(seq))
}

/// The sequence number in a row key of a decision or a line.
pub(crate) fn seq_of(key: &str) -> Result<u64> {
    key.trim_start_matches([MARKED, DELETING])
        .parse()
        .map_err(|_| Failure::with(Code::StoreCorrupt, format!("key {key}")))
}

/// A record that still has its content.
pub(crate) struct Stored {
    pub(crate) seq: u64,
    pub(crate) line: PrivateLine,
    pub(crate) body: Body,
    pub(crate) review: Review,
}

impl Stored {
    pub(crate) fn text(&self) -> &str {
        self.body.text.as_deref().unwrap_or_default()
    }

    pub(crate) fn item(&self) -> Result<Item> {
        let text = self.text();
        Ok(Item {
            seq: self.seq,
            kind: self.line.kind.as_str().to_owned(),
            site: self.body.site.clone().unwrap_or_default(),
            time: time::parse_rfc3339_ms(&self.line.time)
                .map_err(|_| Failure::with(Code::StoreCorrupt, row_key(self.seq)))?,
            preview: text.chars().take(PREVIEW).collect(),
            length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
            altered: self.body.altered.unwrap_or(false),
            review: self.review,
        })
    }
}

impl<H: Host> App<H> {
    /// Up to `rows` lines below `before`, newest first: the records among them that have their content, and
    /// where the next lines begin.
    pub(crate) async fn read(
        &self,
        session: &Session,
        before: Option<u64>,
        rows: u32,
    ) -> Result<(Vec<Stored>, Option<u64>)> {
        let below = before.map_or_else(|| END.to_owned(), row_key);
        let span = Span {
            below: Some(&below),
            newest_first: true,
            limit: rows,
            ..Span::default()
        };
        let lines = self.host.range(Table::Line, span).await?;
        let Some((lowest, _)) = lines.last() else {
            return Ok((Vec::new(), None));
        };
        let next = Some(seq_of(lowest)?).filter(|&seq| seq > 0);
        let span = Span {
            from: Some(lowest),
            newest_first: true,
            ..span
        };
        let mut contents: BTreeMap<String, Vec<u8>> =
            self.host.range(Table::Content, span).await?.into_iter().collect();
        let marked = self.decisions(MARKED, lowest, &below).await?;
        let deleting = self.decisions(DELETING, lowest, &below).await?;

        let mut records = Vec::with_capacity(contents.len());
        for (key, sealed) in lines {
            let Some(content) = contents.remove(&key) else {
                continue;
            };
            let seq = seq_of(&key)?;
            let review = match deleting.get(&review_key(DELETING, seq)) {
                Some(row) => {
                    let key = review_key(DELETING, seq);
                    let deletion: Deletion = session.vault.read(Table::Review, &key, row)?;
                    Review::Deleting {
                        until: deletion.until,
                    }
                }
                None if marked.contains_key(&review_key(MARKED, seq)) => Review::Marked,
                None => Review::Private,
            };
            records.push(open(session, seq, &sealed, &content, review)?);
        }
        Ok((records, next))
    }

    async fn decisions(&self, prefix: char, lowest: &str, below: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let from = format!("{prefix}{lowest}");
        let below = format!("{prefix}{below}");
        Ok(self
            .all(Table::Review, &from, &below)
            .await?
            .into_iter()
            .collect())
    }

    /// One record.
    pub(crate) async fn one(&self, session: &Session, seq: u64) -> Result<Stored> {
        let (mut records, _) = self.read(session, Some(seq.saturating_add(1)), 1).await?;
        records
            .pop()
            .filter(|stored| stored.seq == seq)
            .ok_or_else(|| Code::RecordGone.into())
    }
}

fn open(session: &Session, seq: u64, line: &[u8], content: &[u8], review: Review) -> Result<Stored> {
    let key = row_key(seq);
    let damaged = |table: Table| Failure::with(Code::StoreCorrupt, format!("{}/{key}", table.name()));
    let line = session.vault.open(Table::Line, &key, line)?;
    let line = PrivateLine::parse(&line).map_err(|_| damaged(Table::Line))?;
    let content = session.vault.open(Table::Content, &key, content)?;
    let body = content.get(SALT..).ok_or_else(|| damaged(Table::Content))?;
    let body = Body::from_bytes(body).map_err(|_| damaged(Table::Content))?;
    Ok(Stored {
        seq,
        line,
        body,
        review,
    })
}
