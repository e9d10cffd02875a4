//! The conversation that a record belongs to.

use std::collections::{BTreeMap, BTreeSet};

use super::Done;
use super::block::{Block, Entry};
use super::message::ArchiveReply;
use super::view::ConversationView;
use super::walk::Walk;
use crate::app::{App, Session};
use crate::error::{Code, Result};
use crate::number::Number;
use crate::ports::Host;

/// Most records of a conversation that are shown.
const MOST: usize = 200;
/// Positions above a record that are looked through first: a conversation goes on soon, as a rule.
const SOON: u64 = 8_192;
/// Time for looking, in milliseconds.
const WORK: u64 = 2_000;
/// Most records tied to another that are remembered until it is known whether that belongs to the conversation.
const TIED: usize = 50_000;

/// What belongs to a conversation.
struct Sought {
    site: String,
    /// Digest of site and thread; 0 where there is none.
    thread: u64,
    /// Digests of the UUIDs of its records.
    ids: BTreeSet<u64>,
    /// By number.
    found: BTreeSet<u64>,
    /// Records of the site that answer another, by the digest of that one's UUID: their numbers, and digests of theirs.
    tied: BTreeMap<u64, Vec<(u64, u64)>>,
    waiting: usize,
    full: bool,
}

impl Sought {
    fn look(&mut self, block: &Block, from: u64, below: u64) {
        for entry in &block.entries {
            if !(from..below).contains(&entry.number) || block.site(entry) != self.site {
                continue;
            }
            let same = self.thread != 0 && entry.thread == self.thread;
            if same || self.ids.contains(&entry.id) {
                self.take(entry);
            } else if entry.reply_to != 0 {
                if self.waiting < TIED {
                    self.waiting += 1;
                    self.tied
                        .entry(entry.reply_to)
                        .or_default()
                        .push((entry.number, entry.id));
                } else {
                    self.full = true;
                }
            }
        }
    }

    fn take(&mut self, entry: &Entry) {
        self.found.insert(entry.number);
        self.ids.insert(entry.id);
    }
}

impl<H: Host> App<H> {
    pub(crate) async fn conversation(&self, session: &Session, seq: u64) -> Result<Done> {
        let (block, at) = self.held(session, seq).await?;
        let entry = block.entries.get(at).ok_or(Code::RecordGone)?;
        let mut sought = Sought {
            site: block.site(entry).to_owned(),
            thread: entry.thread,
            ids: BTreeSet::from([entry.id]),
            found: BTreeSet::from([seq]),
            tied: BTreeMap::new(),
            waiting: 0,
            full: false,
        };
        if entry.reply_to != 0 {
            sought.ids.insert(entry.reply_to);
        }
        let soon = seq.saturating_add(SOON);
        let mut cut = false;
        // What is near first, then what came long after.
        for (before, floor) in [(Some(soon), 0), (None, soon)] {
            let mut walk = Walk::from(session, before, self.host.now())?.within(WORK);
            while walk.at > floor {
                let below = walk.at;
                let Some(block) = self.step(session, &mut walk).await? else {
                    break;
                };
                sought.look(&block, floor, below);
                if walk.over(self.host.now()) {
                    cut |= walk.at > floor;
                    break;
                }
            }
        }
        let Sought {
            ids,
            mut found,
            mut tied,
            full,
            ..
        } = sought;
        // What is tied to what is tied, too: a rating to an answer.
        let mut ids: Vec<u64> = ids.into_iter().collect();
        while let Some(id) = ids.pop() {
            for (number, id) in tied.remove(&id).unwrap_or_default() {
                found.insert(number);
                ids.push(id);
            }
        }
        // The newest ones, and the one that was asked for.
        let mut numbers: Vec<u64> = found.iter().rev().take(MOST).copied().collect();
        if !numbers.contains(&seq) {
            numbers.pop();
            numbers.push(seq);
        }
        let mut view = ConversationView {
            more: cut || full || found.len() > numbers.len(),
            items: Vec::with_capacity(numbers.len()),
        };
        for number in numbers.into_iter().rev() {
            match self.one(session, Number(number)).await {
                Ok(stored) => view.items.push(self.record_view(session, &stored).await?),
                // Deleted meanwhile.
                Err(failure) if failure.code == Code::RecordGone => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(ArchiveReply::Conversation { view }.into())
    }
}
