//! What the use cases need of the outside: a store, a clock, entropy, the key that opens the rows, and a lock.
//!
//! The browser's bodies are in `crate/wasm`; [`crate::memory`] holds the ones that tests run on. Everything is
//! single-threaded: futures need not be `Send`.
#![allow(async_fn_in_trait)] // callers are generic over the host and never spawn across threads

use zeroize::Zeroizing;

use crate::error::{Code, Failure};

/// The tables of the store. Rows are opaque: their values are sealed by [`crate::vault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Single rows: the state of the app, the root secret.
    Meta,
    /// The signed lines of the private log, by sequence number.
    Line,
    /// Salt and body of each line, by sequence number; gone once deleted.
    Content,
    /// What the person decided about a record, where that is not the default; by sequence number.
    Review,
    /// Share logs, by their id.
    Share,
    /// The export that is being prepared: at most one row.
    Draft,
    /// Exports made, by their id.
    Export,
    /// The lines of an export, by its id; gone once a record in it was deleted.
    Shared,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 8] = [
        Self::Meta,
        Self::Line,
        Self::Content,
        Self::Review,
        Self::Share,
        Self::Draft,
        Self::Export,
        Self::Shared,
    ];

    /// Its name in the store and in the associated data of its rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Line => "line",
            Self::Content => "content",
            Self::Review => "review",
            Self::Share => "share",
            Self::Draft => "draft",
            Self::Export => "export",
            Self::Shared => "shared",
        }
    }
}

/// A change of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// Write a row, in place of what was there.
    Put(Table, String, Vec<u8>),
    /// Remove a row; nothing happens if there is none.
    Remove(Table, String),
}

/// Changes that happen together or not at all, and only if one row still is what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The row that must be unchanged, and its value; `None` where it must not exist.
    pub guard: (Table, String, Option<Vec<u8>>),
    /// The changes, in order.
    pub ops: Vec<Op>,
}

/// Which rows to read, in ascending or descending order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span<'a> {
    /// Only keys at or above this one.
    pub from: Option<&'a str>,
    /// Only keys below this one.
    pub below: Option<&'a str>,
    /// Descending order.
    pub newest_first: bool,
    /// At most so many rows.
    pub limit: u32,
}

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// It could not be opened or read.
    Unreadable(String),
    /// It could not be written; nothing changed.
    Unwritable(String),
    /// No room; nothing changed.
    Full,
    /// The guard's row is not what it was; nothing changed.
    Conflict,
    /// Its schema is newer than this program; nothing was touched.
    Newer,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable(detail) => Self::with(Code::StoreUnreadable, detail),
            StoreError::Unwritable(detail) => Self::with(Code::StoreUnwritable, detail),
            StoreError::Full => Code::StoreFull.into(),
            StoreError::Conflict => Self::with(Code::StoreUnwritable, "conflict"),
            StoreError::Newer => Code::StoreNewer.into(),
        }
    }
}

/// Rows under string keys, with transactions that are durable once they return.
pub trait Store {
    /// One row.
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// The rows of a span, in its order.
    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError>;
    /// All changes of the batch in one transaction. When it returns `Ok`, they survive a loss of power.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError>;
}

/// The time.
pub trait Clock {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> u64;
}

/// Random bytes from the host's cryptographic generator; the core has none.
pub trait Entropy {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure>;
}

/// Where the key of the rows is kept.
pub trait Keyring {
    /// The data key: 32 bytes. `create` makes one if there is none; without it, a missing key is
    /// [`Code::KeysUnavailable`], since a new one could never open what the old one sealed.
    async fn data_key(&self, create: bool) -> Result<Zeroizing<[u8; 32]>, Failure>;
}

/// One writer at a time, over every window and worker of the profile.
pub trait Exclusive {
    /// Held until it is dropped.
    type Guard;
    /// Waits for its turn.
    async fn exclusive(&self) -> Result<Self::Guard, Failure>;
}

/// Everything together.
pub trait Host: Store + Clock + Entropy + Keyring + Exclusive {}
impl<T: Store + Clock + Entropy + Keyring + Exclusive> Host for T {}

/// Random bytes of a fixed length.
pub fn random<const N: usize>(entropy: &impl Entropy) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
