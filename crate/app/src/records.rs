//! Reading records: a line, its content, and what the person decided about it.

use std::collections::BTreeMap;
use std::rc::Rc;

use counterfoil_core::record::{Body, Kind, PrivateLine};
use counterfoil_core::time;
use serde::{Deserialize, Serialize};

use crate::app::{App, Session};
use crate::error::{Code, Failure, Result};
use crate::number::{Number, row_key};
use crate::pack::{LEAF, missing};
use crate::ports::{Host, Span, Table};
use crate::segment::{Packed, Record, Slot, decode_record};
use crate::vault::Vault;
use crate::view::{Damage, Item, Review};

/// Code points of a record shown in a list.
pub(crate) const PREVIEW: usize = 280;

/// Prefix of the rows of [`Table::Review`] that mark a record.
pub(crate) const MARKED: char = 'm';
/// Prefix of the rows of [`Table::Review`] that delete a record: it keeps its mark until that is final.
pub(crate) const DELETING: char = 'd';

/// Prefix of the rows of [`Table::Review`] that say what a record hides.
pub(crate) const HIDING: char = 'h';

/// The value of a row that deletes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Deletion {
    pub(crate) until: u64,
}

/// Row key of a decision.
pub(crate) fn review_key(prefix: char, number: Number) -> String {
    format!("{prefix}{}", row_key(number))
}

/// The number in a row key of a decision.
pub(crate) fn reviewed(key: &str) -> Result<Number> {
    Number::of_key(key.trim_start_matches([MARKED, DELETING, HIDING]))
}

/// A record that still has its content.
pub(crate) struct Stored {
    pub(crate) number: Number,
    pub(crate) line: PrivateLine,
    pub(crate) body: Body,
    pub(crate) review: Review,
}

impl Stored {
    pub(crate) fn text(&self) -> &str {
        self.body.text.as_deref().unwrap_or_default()
    }

    /// Whether it may ever be shared: answers and ratings are not the person's own words.
    pub(crate) fn shareable(&self) -> bool {
        !matches!(self.line.kind, Kind::Response | Kind::Rating)
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn time(&self) -> u64 {
        // A line that was parsed has a time that can be read.
        time::parse_rfc3339_ms(&self.line.time).unwrap_or_default()
    }

    /// As a list shows it; how much it would hide is the caller's to say.
    pub(crate) fn item(&self) -> Item {
        let text = self.text();
        Item {
            seq: self.number.0,
            place: self.number.place(),
            kind: self.line.kind.as_str().to_owned(),
            site: self.body.site.clone().unwrap_or_default(),
            time: self.time(),
            preview: text.chars().take(PREVIEW).collect(),
            length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
            altered: self.body.altered.unwrap_or(false),
            shareable: self.shareable(),
            review: self.review,
            hidden: None,
        }
    }
}

/// A stretch of positions, newest first.
#[derive(Default)]
pub(crate) struct Stretch {
    /// What could be read.
    pub(crate) records: Vec<(Number, Record)>,
    /// What could not.
    pub(crate) damaged: Vec<Damage>,
    /// Where the next stretch begins; `None` at the end.
    pub(crate) next: Option<Number>,
}

impl<H: Host> App<H> {
    /// Up to `rows` positions below `before`, newest first: the records that have their content, and where the
    /// next stretch begins.
    pub(crate) async fn stretch(
        &self,
        session: &Session,
        before: Option<Number>,
        rows: u32,
    ) -> Result<Stretch> {
        // What a restore is writing lies behind the last log: it is not there yet.
        let end = Number::new(session.state.logs.len(), 0)?;
        let below = row_key(before.unwrap_or(end).min(end));
        let span = Span {
            below: Some(&below),
            newest_first: true,
            limit: rows,
            ..Span::default()
        };
        let live = self.host.range(Table::Record, span).await?;
        if let Some((lowest, _)) = live.last() {
            let lowest = Number::of_key(lowest)?;
            let mut stretch = Stretch {
                next: Some(lowest).filter(|lowest| lowest.0 > 0),
                ..Stretch::default()
            };
            for (key, row) in live {
                let opened = session
                    .vault
                    .open(Table::Record, &key, &row)
                    .map(|bytes| decode_record(&bytes));
                match opened {
                    Ok(Some(record)) => stretch.records.push((Number::of_key(&key)?, record)),
                    Err(failure) if failure.code == Code::StoreNewer => return Err(failure),
                    _ => stretch.damaged.push(damage(Table::Record, &key, 1)),
                }
            }
            return Ok(stretch);
        }
        let leaves = self.host.range(Table::Leaves, Span { limit: 1, ..span }).await?;
        let Some((key, leaves)) = leaves.into_iter().next() else {
            return Ok(Stretch::default());
        };
        let first = Number::of_key(&key)?;
        let mut stretch = Stretch {
            next: Some(first).filter(|first| first.0 > 0),
            ..Stretch::default()
        };
        match self.segment(session, &key).await {
            Ok(Some(packed)) => {
                let wanted = packed
                    .slots
                    .iter()
                    .enumerate()
                    .rev()
                    .map(|(at, slot)| (slot, Number(first.0 + at as u64)))
                    .filter(|(_, number)| before.is_none_or(|before| *number < before))
                    .take(rows as usize);
                let mut lost = 0;
                for (slot, number) in wanted {
                    stretch.next = Some(number).filter(|number| number.0 > 0);
                    match slot {
                        Slot::Whole(record) => stretch.records.push((number, record.clone())),
                        Slot::Lost => lost += 1,
                        Slot::Gone => {}
                    }
                }
                if lost > 0 {
                    stretch.damaged.push(damage(Table::Segment, &key, lost));
                }
            }
            Ok(None) => {}
            Err(failure) if failure.code == Code::StoreCorrupt => {
                let records = session
                    .vault
                    .open(Table::Leaves, &key, &leaves)
                    .map_or(0, |leaves| leaves.len() / LEAF);
                let records = u32::try_from(records).unwrap_or(u32::MAX);
                stretch.damaged.push(damage(Table::Segment, &key, records));
            }
            Err(failure) => return Err(failure),
        }
        Ok(stretch)
    }

    /// A segment; `None` if nothing in it is left.
    pub(crate) async fn segment(&self, session: &Session, key: &str) -> Result<Option<Rc<Packed>>> {
        let Some(row) = self.host.get(Table::Segment, key).await? else {
            return Ok(None);
        };
        let by = Vault::ring_key(&row).unwrap_or_default();
        if let Some((of, with, packed)) = &*self.segment.borrow()
            && of == key
            && *with == by
        {
            return Ok(Some(Rc::clone(packed)));
        }
        let bytes = session.vault.open(Table::Segment, key, &row)?;
        let packed = Packed::decode(&bytes).ok_or_else(|| missing(Table::Segment, key))?;
        let packed = Rc::new(packed);
        self.segment
            .replace(Some((key.to_owned(), by, Rc::clone(&packed))));
        Ok(Some(packed))
    }

    /// Up to `rows` positions below `before`, newest first: the records among them, what could not be read, and
    /// where the next positions begin. Tombstones are no records.
    pub(crate) async fn read(
        &self,
        session: &Session,
        before: Option<Number>,
        rows: u32,
    ) -> Result<(Vec<Stored>, Vec<Damage>, Option<Number>)> {
        let stretch = self.stretch(session, before, rows).await?;
        let mut damaged = stretch.damaged;
        let mut records = Vec::with_capacity(stretch.records.len());
        let Some((lowest, _)) = stretch.records.last() else {
            return Ok((records, damaged, stretch.next));
        };
        let below = before.map_or_else(|| crate::app::END.to_owned(), row_key);
        let lowest = row_key(*lowest);
        let marked = self.decisions(MARKED, &lowest, &below).await?;
        let deleting = self.decisions(DELETING, &lowest, &below).await?;
        for (number, record) in stretch.records {
            let Some((line, body)) = parse(&record) else {
                damaged.push(damage(Table::Record, &row_key(number), 1));
                continue;
            };
            if line.kind == Kind::Tombstone {
                continue;
            }
            let key = review_key(DELETING, number);
            let review = match deleting.get(&key) {
                // A decision that cannot be read keeps the record.
                Some(row) => match session.vault.read::<Deletion>(Table::Review, &key, row) {
                    Ok(Deletion { until }) => Review::Deleting { until },
                    Err(_) => Review::Private,
                },
                None if marked.contains_key(&review_key(MARKED, number)) => Review::Marked,
                None => Review::Private,
            };
            records.push(Stored {
                number,
                line,
                body,
                review,
            });
        }
        Ok((records, damaged, stretch.next))
    }

    /// The rows of a decision, from a row key on and below another.
    pub(crate) async fn decisions(
        &self,
        prefix: char,
        lowest: &str,
        below: &str,
    ) -> Result<BTreeMap<String, Vec<u8>>> {
        let from = format!("{prefix}{lowest}");
        let below = format!("{prefix}{below}");
        Ok(inserted(self.all(Table::Review, &from, &below).await?))
    }

    /// One record.
    pub(crate) async fn one(&self, session: &Session, number: Number) -> Result<Stored> {
        let above = Number(number.0.saturating_add(1));
        let (mut records, damaged, _) = self.read(session, Some(above), 1).await?;
        if let Some(at) = records.iter().position(|stored| stored.number == number) {
            return Ok(records.swap_remove(at));
        }
        Err(match damaged.into_iter().next() {
            Some(damage) => Failure::with(Code::StoreCorrupt, damage.name),
            None => Code::RecordGone.into(),
        })
    }
}

/// A map, made by inserting: collecting one sorts first, whose code is a large part of a WebAssembly module.
pub(crate) fn inserted<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// The line and the content of a record.
pub(crate) fn parse(record: &Record) -> Option<(PrivateLine, Body)> {
    Some((
        PrivateLine::parse(&record.line).ok()?,
        Body::from_bytes(&record.body).ok()?,
    ))
}

#[cfg(feature = "search")] // what a restore alone needs
/// Whether it tells of a deletion, and is no record to its owner.
pub(crate) fn is_tombstone(record: &Record) -> bool {
    PrivateLine::parse(&record.line).is_ok_and(|line| line.kind == Kind::Tombstone)
}

/// Damage of a row.
pub(crate) fn damage(table: Table, key: &str, records: u32) -> Damage {
    Damage {
        name: format!("{}/{key}", table.name()),
        records,
    }
}
