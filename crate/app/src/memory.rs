//! The ports in memory, with the faults that tests inject.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use zeroize::Zeroizing;

use crate::error::{Code, Failure};
use crate::ports::{Batch, Clock, Entropy, Exclusive, Keyring, Op, Span, Store, StoreError, Table};

type Rows = BTreeMap<(Table, String), Vec<u8>>;

/// What a disk would hold: it survives the [`Memory`] that writes to it.
#[derive(Debug, Default)]
struct Disk {
    rows: RefCell<Rows>,
    key: Cell<Option<[u8; 32]>>,
    locked: Cell<bool>,
}

/// What goes wrong at the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Killed before the transaction: nothing is written, no answer comes.
    BeforeCommit,
    /// Killed after the transaction: all is written, no answer comes.
    AfterCommit,
    /// The disk is full.
    Full,
    /// The transaction aborts.
    Abort,
}

/// A host in memory.
#[derive(Debug, Default)]
pub struct Memory {
    disk: Rc<Disk>,
    time: Cell<u64>,
    seed: Cell<u64>,
    fault: Cell<Fault>,
    commits: Cell<u32>,
}

impl Memory {
    /// Another process on the same disk: what is left after a kill.
    #[must_use]
    pub fn reopen(&self) -> Self {
        self.disk.locked.set(false);
        self.alongside()
    }

    /// A second process on the same disk, while the first lives.
    #[must_use]
    pub fn alongside(&self) -> Self {
        Self {
            disk: Rc::clone(&self.disk),
            time: self.time.clone(),
            seed: Cell::new(self.seed.get() ^ 0x9e37_79b9_7f4a_7c15),
            fault: Cell::default(),
            commits: Cell::default(),
        }
    }

    /// Sets the clock, in milliseconds since the Unix epoch.
    pub fn set_time(&self, now: u64) {
        self.time.set(now);
    }

    /// Lets the next commit fail.
    pub fn fail_next(&self, fault: Fault) {
        self.fault.set(fault);
    }

    /// Commits that were carried out.
    pub fn commits(&self) -> u32 {
        self.commits.get()
    }

    /// Changes a stored row behind the app's back.
    pub fn tamper(&self, table: Table, key: &str, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(row) = self.disk.rows.borrow_mut().get_mut(&(table, key.to_owned())) {
            change(row);
        }
    }

    /// Forgets the data key, as a browser that lost it would.
    pub fn lose_key(&self) {
        self.disk.key.set(None);
    }

    /// All stored values, for tests that look for what must not be there.
    pub fn rows(&self) -> Vec<(Table, String, Vec<u8>)> {
        self.disk
            .rows
            .borrow()
            .iter()
            .map(|((table, key), row)| (*table, key.clone(), row.clone()))
            .collect()
    }
}

impl Store for Memory {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.disk.rows.borrow().get(&(table, key.to_owned())).cloned())
    }

    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let rows = self.disk.rows.borrow();
        let inside = rows.iter().filter(|((of, key), _)| {
            *of == table
                && span.from.is_none_or(|from| key.as_str() >= from)
                && span.below.is_none_or(|below| key.as_str() < below)
        });
        let copy = |((_, key), row): (&(Table, String), &Vec<u8>)| (key.clone(), row.clone());
        let limit = span.limit as usize;
        Ok(if span.newest_first {
            inside.rev().take(limit).map(copy).collect()
        } else {
            inside.take(limit).map(copy).collect()
        })
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let fault = self.fault.replace(Fault::None);
        match fault {
            Fault::BeforeCommit => return Err(StoreError::Unwritable("killed".into())),
            Fault::Full => return Err(StoreError::Full),
            Fault::Abort => return Err(StoreError::Unwritable("aborted".into())),
            Fault::None | Fault::AfterCommit => {}
        }
        let mut rows = self.disk.rows.borrow_mut();
        let (table, key, expected) = batch.guard;
        if rows.get(&(table, key)) != expected.as_ref() {
            return Err(StoreError::Conflict);
        }
        for op in batch.ops {
            match op {
                Op::Put(table, key, row) => {
                    rows.insert((table, key), row);
                }
                Op::Remove(table, key) => {
                    rows.remove(&(table, key));
                }
            }
        }
        self.commits.set(self.commits.get() + 1);
        if fault == Fault::AfterCommit {
            return Err(StoreError::Unwritable("killed".into()));
        }
        Ok(())
    }
}

impl Clock for Memory {
    fn now(&self) -> u64 {
        self.time.get()
    }
}

impl Entropy for Memory {
    /// Deterministic (SplitMix64): tests repeat, and no two draws of one host are alike.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        for chunk in buffer.chunks_mut(8) {
            let state = self.seed.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.seed.set(state);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl Keyring for Memory {
    async fn data_key(&self, create: bool) -> Result<Zeroizing<[u8; 32]>, Failure> {
        match self.disk.key.get() {
            Some(key) => Ok(Zeroizing::new(key)),
            None if create => {
                let key: [u8; 32] = crate::ports::random(self)?;
                self.disk.key.set(Some(key));
                Ok(Zeroizing::new(key))
            }
            None => Err(Code::KeysUnavailable.into()),
        }
    }
}

/// Unlocks when dropped.
#[derive(Debug)]
pub struct Held(Rc<Disk>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.locked.set(false);
    }
}

impl Exclusive for Memory {
    type Guard = Held;

    async fn exclusive(&self) -> Result<Held, Failure> {
        poll_fn(|context| {
            if self.disk.locked.replace(true) {
                context.waker().wake_by_ref();
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        Ok(Held(Rc::clone(&self.disk)))
    }
}
