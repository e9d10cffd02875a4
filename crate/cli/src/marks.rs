//! The marks of a log, while an export borrows them: the app drafts what is marked.

use std::collections::BTreeSet;

use counterfoil_app::message::Request;

use crate::log::Log;

/// Records that one message may change.
const AT_ONCE: usize = 1_000;

/// The marks as they are, and as the person had set them.
pub(crate) struct Marks<'a> {
    log: &'a Log,
    owned: BTreeSet<u64>,
    now: BTreeSet<u64>,
}

impl<'a> Marks<'a> {
    /// Marks that a walk through the log found.
    pub(crate) fn new(log: &'a Log, owned: BTreeSet<u64>) -> Self {
        Self {
            log,
            now: owned.clone(),
            owned,
        }
    }

    /// Marks these records and no others.
    pub(crate) fn set(&mut self, wanted: &BTreeSet<u64>) -> Result<(), String> {
        let away: Vec<u64> = self.now.difference(wanted).copied().collect();
        for seqs in away.chunks(AT_ONCE) {
            self.log.ask(Request::Keep { seqs: seqs.to_vec() })?;
            for seq in seqs {
                self.now.remove(seq);
            }
        }
        let more: Vec<u64> = wanted.difference(&self.now).copied().collect();
        for seqs in more.chunks(AT_ONCE) {
            self.log.ask(Request::Mark { seqs: seqs.to_vec() })?;
            self.now.extend(seqs);
        }
        Ok(())
    }

    /// These records were exported, which took their marks away.
    pub(crate) fn exported(&mut self, seqs: impl Iterator<Item = u64>) {
        for seq in seqs {
            self.now.remove(&seq);
            self.owned.remove(&seq);
        }
    }

    /// Sets the marks as the person had set them, but for what was exported.
    pub(crate) fn give_back(mut self) -> Result<(), String> {
        let owned = std::mem::take(&mut self.owned);
        self.set(&owned)
    }
}
