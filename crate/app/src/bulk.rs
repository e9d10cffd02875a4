//! Many records at once: straight into segments, with one signature and one transaction for all of them.

use std::collections::BTreeSet;

use counterfoil_core::record::{Body, Evidence, Kind};

use crate::app::{App, NewLine, Session};
use crate::error::{Code, Failure, Result};
use crate::number::Number;
use crate::pack::LEAF;
use crate::ports::{Host, Op};
use crate::segment::{BYTES, Packed, RECORDS, Slot};

/// Most records of one call: with their segments they fit a transaction and the memory of a worker.
pub const TOGETHER: usize = 4_096;

/// A record that is brought from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// What it is.
    pub kind: Kind,
    /// When it was written, in milliseconds since the Unix epoch.
    pub time: u64,
    /// Its content.
    pub body: Body,
}

impl<H: Host> App<H> {
    /// Appends up to [`TOGETHER`] records in their order, whole or not at all, as `imported`. They are durable when
    /// this returns.
    pub async fn bring(&self, records: &[Brought]) -> Result<()> {
        if records.len() > TOGETHER {
            return Err(Failure::with(Code::NotAllowed, "records"));
        }
        let (_turn, mut session) = self.change().await?;
        if !session.state.recording() {
            return Err(Code::NoConsent.into());
        }
        if records.is_empty() {
            return Ok(());
        }
        // Rows that are not packed lie above all segments: what waits goes first.
        let mut ops = Vec::new();
        if session.state.unpacked > 0 {
            let recent = self.recent(&session).await?;
            ops = self.pack(&mut session, &BTreeSet::new(), &recent).await?;
        }
        let lines: Vec<NewLine<'_>> = records
            .iter()
            .map(|record| NewLine {
                kind: record.kind,
                time: record.time,
                body: &record.body,
                id: None,
            })
            .collect();
        let mut segment = Segment::default();
        for (number, record) in self
            .sign_records(&mut session, Evidence::Imported, &lines)
            .await?
        {
            if segment.full() {
                ops.extend(self.close_segment(&mut session, &mut segment).await?);
            }
            segment.first.get_or_insert(number);
            segment.leaves.extend_from_slice(&record.leaf());
            segment.bytes += record.line.len() + record.body.len();
            segment.packed.slots.push(Slot::Whole(record));
        }
        ops.extend(self.close_segment(&mut session, &mut segment).await?);
        for record in records {
            session.state.recount(record.time);
        }
        let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
        session.state.since_backup = session.state.since_backup.saturating_add(count);
        self.commit(&mut session, ops).await?;
        self.sweep(&mut session).await
    }

    async fn close_segment(&self, session: &mut Session, segment: &mut Segment) -> Result<Vec<Op>> {
        let Segment {
            first: Some(first),
            packed,
            leaves,
            ..
        } = std::mem::take(segment)
        else {
            return Ok(Vec::new());
        };
        self.put_segment(session, first, &packed, &leaves).await
    }
}

/// A segment that is being filled.
#[derive(Default)]
struct Segment {
    first: Option<Number>,
    packed: Packed,
    leaves: Vec<u8>,
    bytes: usize,
}

impl Segment {
    fn full(&self) -> bool {
        self.leaves.len() >= RECORDS * LEAF || self.bytes >= BYTES
    }
}
