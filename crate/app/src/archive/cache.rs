//! What the search holds in memory between two answers, and when it may be believed.
//!
//! A segment is never changed in place: whoever writes it anew takes a new key of the ring for it and retires the old
//! one in the same transaction. So what was read of a segment holds as long as the key that its row was sealed with is
//! in the ring and not retired. That is looked at anew only when the state says that keys were taken, retired or
//! destroyed since; as the state is read for every answer, none is made of what a deletion took. Records not yet packed
//! hold as long as the key that they share.
//!
//! It holds at most [`LIMIT`] bytes of segments, the newest first: a search goes through them in that order. A log that
//! is larger is read from the store beyond them, for as long as an answer may take.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::block::Block;
use crate::ring::Ring;
use crate::state::State;

/// Most bytes of what is held of segments.
pub(crate) const LIMIT: usize = 96 * 1024 * 1024;

/// What is held. Dropping it wipes the texts.
#[derive(Default)]
pub(crate) struct Cache {
    /// What the state said of keys when the blocks were last looked at.
    keys: Option<Keys>,
    /// By their first positions.
    blocks: BTreeMap<u64, Rc<Block>>,
    bytes: usize,
    /// The records not yet packed.
    pub(crate) tail: Option<Rc<Block>>,
}

/// What the state says of the keys of the ring.
#[derive(PartialEq, Eq)]
struct Keys {
    next: u64,
    live: u64,
    retired: Vec<u64>,
    gone: Vec<u64>,
}

impl Keys {
    fn of(state: &State) -> Self {
        Self {
            next: state.next_key,
            live: state.live,
            retired: state.retired.clone(),
            gone: state.gone.clone(),
        }
    }
}

impl Cache {
    /// Whether nothing was taken, retired or destroyed since the blocks were last looked at.
    pub(crate) fn follows(&self, state: &State) -> bool {
        self.keys.as_ref() == Some(&Keys::of(state))
    }

    /// Drops what does not hold any more. The ring is as the file has it since the state was read.
    pub(crate) fn follow(&mut self, state: &State, ring: &Ring) {
        let holds = |by: u64| ring.get(by).is_some() && !state.retired.contains(&by);
        self.blocks.retain(|_, block| {
            // Between two segments there may be new ones.
            block.until.set(block.end);
            holds(block.by)
        });
        self.bytes = self.blocks.values().map(|block| block.bytes()).sum();
        if self.tail.as_ref().is_some_and(|tail| tail.by != state.live) {
            self.tail = None;
        }
        self.keys = Some(Keys::of(state));
    }

    /// The block that begins last below a position.
    pub(crate) fn below(&self, position: u64) -> Option<Rc<Block>> {
        self.blocks
            .range(..position)
            .next_back()
            .map(|(_, block)| Rc::clone(block))
    }

    /// Keeps a block, if there is room for it without one that is newer.
    pub(crate) fn keep(&mut self, block: &Rc<Block>) {
        let bytes = block.bytes();
        while self.bytes + bytes > LIMIT {
            match self.blocks.first_key_value() {
                Some((&oldest, _)) if oldest < block.first => {
                    if let Some(gone) = self.blocks.remove(&oldest) {
                        self.bytes = self.bytes.saturating_sub(gone.bytes());
                    }
                }
                _ => return,
            }
        }
        self.bytes += bytes;
        if let Some(before) = self.blocks.insert(block.first, Rc::clone(block)) {
            self.bytes = self.bytes.saturating_sub(before.bytes());
        }
    }

    /// Bytes that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes + self.tail.as_ref().map_or(0, |tail| tail.bytes())
    }
}
