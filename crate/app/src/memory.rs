//! The ports in memory, with the faults that tests inject.
//!
//! A [`Memory`] is one process; the disk outlives it, and what the browser keeps until it closes outlives it too.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::error::{Code, Failure};
use crate::ports::{
    Batch, Clock, Entropy, Exclusive, Files, Guess, Http, HttpRequest, HttpResponse, Keyring, Languages, Op,
    Span, Store, StoreError, Table, random,
};

/// Length of the nonce before a wrapped key, in bytes.
const NONCE: usize = 24;

/// What a disk would hold.
#[derive(Debug, Default)]
struct Disk {
    rows: RefCell<BTreeMap<(Table, String), Vec<u8>>>,
    /// Every value that was ever written to a row: a database may keep what was deleted from it.
    history: RefCell<Vec<(Table, String, Vec<u8>)>>,
    files: RefCell<BTreeMap<String, Vec<u8>>>,
    device: Cell<Option<[u8; 32]>>,
    schema_1: Cell<Option<[u8; 32]>>,
    newer: Cell<bool>,
    /// Who holds the lock; each holding has a number of its own.
    locked: Cell<Option<u64>>,
    holdings: Cell<u64>,
    /// What tells the random bytes of this disk's processes from those of another's.
    seed: Cell<u64>,
    /// Processes that were ever started on it: each draws other random bytes.
    started: Cell<u64>,
    /// Sorts of data that the person does not let leave.
    refused: RefCell<Vec<String>>,
}

impl Disk {
    /// Where the random bytes of a process begin.
    fn seed_of(&self, process: u64) -> u64 {
        self.seed.get().wrapping_mul(0xd6e8_feb8_6659_fd93) ^ process.wrapping_mul(0xd1b5_4a32_d192_ed03)
    }
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

/// How a side effect ends that [`Memory::cut_at`] chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It is refused, changes nothing, and the process lives on.
    Refused,
    /// The same, since there is no room.
    Full,
    /// Killed before it: nothing is written.
    Before,
    /// Killed while it ran: a file holds only the first half of what was to be written. Everything else is whole or
    /// not at all, here: not at all.
    Halfway,
    /// Killed while it ran: a file holds the first half of what was to be written, and behind it what it held.
    Torn,
    /// Killed after it: all is written, no answer comes.
    After,
}

impl Cut {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Refused,
        Self::Full,
        Self::Before,
        Self::Halfway,
        Self::Torn,
        Self::After,
    ];

    /// Whether the process is gone after it.
    pub const fn kills(self) -> bool {
        matches!(self, Self::Before | Self::Halfway | Self::Torn | Self::After)
    }
}

/// A host in memory.
#[derive(Debug, Default)]
pub struct Memory {
    disk: Rc<Disk>,
    session: Rc<RefCell<Option<Zeroizing<Vec<u8>>>>>,
    time: Cell<u64>,
    tick: Cell<u64>,
    seed: Cell<u64>,
    fault: Cell<Fault>,
    commits: Cell<u32>,
    steps: Cell<u32>,
    cut: Cell<Option<(u32, Cut)>>,
    killed: Cell<bool>,
    net: Net,
}

/// Who answers requests: the same for every process of a device.
type Answering = dyn FnMut(HttpRequest<'_>) -> Result<HttpResponse, Failure>;

/// The network; without anybody in it at first.
#[derive(Default, Clone)]
struct Net(Rc<RefCell<Option<Box<Answering>>>>);

impl std::fmt::Debug for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Net")
    }
}

impl Memory {
    /// Lets somebody answer every request from now on.
    pub fn answer_with(
        &self,
        answering: impl FnMut(HttpRequest<'_>) -> Result<HttpResponse, Failure> + 'static,
    ) {
        self.net.0.replace(Some(Box::new(answering)));
    }

    /// The person lets every sort of data leave but these.
    pub fn refuse_data(&self, refused: &[&str]) {
        let refused = refused.iter().map(|sort| (*sort).to_owned()).collect();
        self.disk.refused.replace(refused);
    }

    /// A new device. Devices of different seeds draw different random bytes; that of [`Memory::default`] is 0.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let memory = Self::default();
        memory.disk.seed.set(seed);
        memory.seed.set(memory.disk.seed_of(0));
        memory
    }

    /// Another process on the same disk, after this one was killed: a worker that starts again.
    #[must_use]
    pub fn reopen(&self) -> Self {
        self.disk.locked.set(None);
        self.alongside()
    }

    /// Another process on the same disk, after the whole browser was closed: what was remembered for the session is
    /// gone.
    #[must_use]
    pub fn close_browser(&self) -> Self {
        Self {
            session: Rc::default(),
            ..self.reopen()
        }
    }

    /// A second process on the same disk, while the first lives.
    #[must_use]
    pub fn alongside(&self) -> Self {
        let started = self.disk.started.get() + 1;
        self.disk.started.set(started);
        Self {
            disk: Rc::clone(&self.disk),
            session: Rc::clone(&self.session),
            time: self.time.clone(),
            net: self.net.clone(),
            seed: Cell::new(self.disk.seed_of(started)),
            ..Self::default()
        }
    }

    /// Sets the clock, in milliseconds since the Unix epoch.
    pub fn set_time(&self, now: u64) {
        self.time.set(now);
    }

    /// Lets this many milliseconds go by whenever the clock is read.
    pub fn set_tick(&self, tick: u64) {
        self.tick.set(tick);
    }

    /// Lets the next commit fail. The process lives on, whatever the fault is called.
    pub fn fail_next(&self, fault: Fault) {
        self.fault.set(fault);
    }

    /// Cuts a coming side effect short: 0 is the next one. After a cut that kills, everything of this process fails
    /// until [`Memory::reopen`].
    pub fn cut_at(&self, coming: u32, cut: Cut) {
        self.cut.set(Some((self.steps.get().saturating_add(coming), cut)));
    }

    /// Side effects that were asked for until now, carried out or not: a commit, a file written or removed, a change
    /// of what the session remembers. The difference of two readings is how often an operation can be cut.
    pub fn steps(&self) -> u32 {
        self.steps.get()
    }

    /// Whether a cut ended this process.
    pub fn killed(&self) -> bool {
        self.killed.get()
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

    /// Changes a file behind the app's back.
    pub fn tamper_file(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(bytes) = self.disk.files.borrow_mut().get_mut(name) {
            change(bytes);
        }
    }

    /// Takes the key of this device away, as a browser that lost it would.
    pub fn lose_key(&self) {
        self.disk.device.set(None);
    }

    /// Puts the data key where schema 1 kept it.
    pub fn set_schema_1_key(&self, key: [u8; 32]) {
        self.disk.schema_1.set(Some(key));
    }

    /// Makes the disk look as if a newer version had written it: it is refused from now on.
    pub fn set_newer(&self) {
        self.disk.newer.set(true);
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

    /// Every value that was ever written to a row, in the order of the writes, also where it was overwritten or
    /// removed.
    pub fn history(&self) -> Vec<(Table, String, Vec<u8>)> {
        self.disk.history.borrow().clone()
    }

    /// All files. What was overwritten or removed is gone.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.disk.files.borrow();
        files
            .iter()
            .map(|(name, bytes)| (name.clone(), bytes.clone()))
            .collect()
    }

    /// Counts a side effect and says how it is cut, if it is.
    fn step(&self) -> Result<Option<Cut>, StoreError> {
        if self.killed.get() {
            return Err(StoreError::Unwritable(KILLED.into()));
        }
        let step = self.steps.get();
        self.steps.set(step + 1);
        let cut = match self.cut.get() {
            Some((at, cut)) if at == step => cut,
            _ => return Ok(None),
        };
        self.cut.set(None);
        self.killed.set(cut.kills());
        match cut {
            Cut::Refused => Err(StoreError::Unwritable("refused".into())),
            Cut::Full => Err(StoreError::Full),
            Cut::Before => Err(StoreError::Unwritable(KILLED.into())),
            Cut::Halfway | Cut::Torn | Cut::After => Ok(Some(cut)),
        }
    }

    /// Whether rows may be touched at all.
    fn readable(&self) -> Result<(), StoreError> {
        if self.killed.get() {
            Err(StoreError::Unreadable(KILLED.into()))
        } else if self.disk.newer.get() {
            Err(StoreError::Newer)
        } else {
            Ok(())
        }
    }

    /// The end of a step: no answer comes out of a process that was killed.
    fn answer(cut: Option<Cut>) -> Result<(), StoreError> {
        match cut {
            None => Ok(()),
            Some(_) => Err(StoreError::Unwritable(KILLED.into())),
        }
    }

    fn alive(&self) -> Result<(), Failure> {
        if self.killed.get() {
            return Err(Failure::with(Code::Internal, KILLED));
        }
        Ok(())
    }
}

const KILLED: &str = "killed";

impl Store for Memory {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.readable()?;
        Ok(self.disk.rows.borrow().get(&(table, key.to_owned())).cloned())
    }

    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.readable()?;
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
        self.readable()?;
        let fault = self.fault.replace(Fault::None);
        match fault {
            Fault::BeforeCommit => return Err(StoreError::Unwritable(KILLED.into())),
            Fault::Full => return Err(StoreError::Full),
            Fault::Abort => return Err(StoreError::Unwritable("aborted".into())),
            Fault::None | Fault::AfterCommit => {}
        }
        let mut rows = self.disk.rows.borrow_mut();
        let (table, key, expected) = batch.guard;
        if rows.get(&(table, key)) != expected.as_ref() {
            return Err(StoreError::Conflict);
        }
        let cut = self.step()?;
        if matches!(cut, Some(Cut::Halfway | Cut::Torn)) {
            return Self::answer(cut);
        }
        for op in batch.ops {
            match op {
                Op::Put(table, key, row) => {
                    self.disk
                        .history
                        .borrow_mut()
                        .push((table, key.clone(), row.clone()));
                    rows.insert((table, key), row);
                }
                Op::Remove(table, key) => {
                    rows.remove(&(table, key));
                }
            }
        }
        self.commits.set(self.commits.get() + 1);
        if fault == Fault::AfterCommit {
            return Err(StoreError::Unwritable(KILLED.into()));
        }
        Self::answer(cut)
    }
}

impl Files for Memory {
    async fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if self.killed.get() {
            return Err(StoreError::Unreadable(KILLED.into()));
        }
        Ok(self.disk.files.borrow().get(name).cloned())
    }

    async fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let cut = self.step()?;
        let mut files = self.disk.files.borrow_mut();
        let file = files.entry(name.to_owned()).or_default();
        match cut {
            Some(Cut::Halfway) => *file = bytes[..bytes.len() / 2].to_vec(),
            Some(Cut::Torn) => {
                let half = bytes.len() / 2;
                let kept = file.split_off(half.min(file.len()));
                *file = [&bytes[..half], &kept[..]].concat();
            }
            _ => *file = bytes.to_vec(),
        }
        Self::answer(cut)
    }

    async fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        let cut = self.step()?;
        if !matches!(cut, Some(Cut::Halfway | Cut::Torn)) {
            self.disk.files.borrow_mut().remove(name);
        }
        Self::answer(cut)
    }
}

impl Clock for Memory {
    fn now(&self) -> u64 {
        let now = self.time.get();
        self.time.set(now + self.tick.get());
        now
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

impl Http for Memory {
    async fn http(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Failure> {
        let cut = self.step()?;
        if matches!(cut, Some(Cut::Halfway | Cut::Torn)) {
            return Err(Failure::with(Code::Internal, KILLED));
        }
        let answered = match self.net.0.borrow_mut().as_mut() {
            Some(answering) => answering(request),
            None => Err(Code::CollectorUnreachable.into()),
        };
        Self::answer(cut)?;
        answered
    }

    async fn permits(&self, data: &[&str]) -> Result<bool, Failure> {
        self.alive()?;
        let refused = self.disk.refused.borrow();
        Ok(!data.iter().any(|sort| refused.iter().any(|it| it == sort)))
    }
}

/// It knows two languages, by one word of each.
impl Languages for Memory {
    async fn language(&self, text: &str) -> Result<Guess, Failure> {
        self.alive()?;
        let knows = |word: &str| text.split_whitespace().any(|it| it.eq_ignore_ascii_case(word));
        let tag = if knows("does") {
            "en"
        } else if knows("schläft") {
            "de"
        } else {
            ""
        };
        Ok(Guess {
            tag: tag.into(),
            reliable: text.len() > 40,
            read: vec!["en-GB".into()],
        })
    }
}

impl Keyring for Memory {
    async fn wrap(&self, key: &[u8; 32]) -> Result<Vec<u8>, Failure> {
        self.alive()?;
        let device = match self.disk.device.get() {
            Some(device) => device,
            None => random(self)?,
        };
        self.disk.device.set(Some(device));
        let nonce: [u8; NONCE] = random(self)?;
        let sealed = XChaCha20Poly1305::new(&device.into())
            .encrypt(XNonce::from_slice(&nonce), &key[..])
            .map_err(|_| unavailable("wrap"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Failure> {
        self.alive()?;
        let device = self.disk.device.get().ok_or_else(|| unavailable("missing"))?;
        let (nonce, sealed) = wrapped
            .split_at_checked(NONCE)
            .ok_or_else(|| unavailable("short"))?;
        let key = XChaCha20Poly1305::new(&device.into())
            .decrypt(XNonce::from_slice(nonce), sealed)
            .map(Zeroizing::new)
            .map_err(|_| unavailable("unwrap"))?;
        let mut whole = Zeroizing::new([0; 32]);
        if key.len() != whole.len() {
            return Err(unavailable("length"));
        }
        whole.copy_from_slice(&key);
        Ok(whole)
    }

    async fn session(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        self.alive()?;
        Ok(self.session.borrow().clone())
    }

    async fn set_session(&self, secret: Option<&[u8]>) -> Result<(), Failure> {
        let cut = self.step()?;
        if !matches!(cut, Some(Cut::Halfway | Cut::Torn)) {
            self.session
                .replace(secret.map(|secret| Zeroizing::new(secret.to_vec())));
        }
        Ok(Self::answer(cut)?)
    }

    async fn schema_1_key(&self) -> Result<Option<Zeroizing<[u8; 32]>>, Failure> {
        self.alive()?;
        Ok(self.disk.schema_1.get().map(Zeroizing::new))
    }
}

fn unavailable(step: &str) -> Failure {
    Failure::with(Code::KeysUnavailable, step)
}

/// Unlocks when dropped, unless the lock has passed on since.
#[derive(Debug)]
pub struct Held {
    disk: Rc<Disk>,
    holding: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.disk.locked.get() == Some(self.holding) {
            self.disk.locked.set(None);
        }
    }
}

impl Exclusive for Memory {
    type Guard = Held;

    async fn exclusive(&self) -> Result<Held, Failure> {
        self.alive()?;
        let holding = self.disk.holdings.get() + 1;
        self.disk.holdings.set(holding);
        poll_fn(|context| {
            if self.disk.locked.get().is_some() {
                context.waker().wake_by_ref();
                Poll::Pending
            } else {
                self.disk.locked.set(Some(holding));
                Poll::Ready(())
            }
        })
        .await;
        Ok(Held {
            disk: Rc::clone(&self.disk),
            holding,
        })
    }
}
