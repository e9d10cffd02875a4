//! What the use cases need of the outside: a store, small files, a clock, entropy, a keyring and a lock.
//!
//! The browser's bodies are in `crate/wasm`, those of the command line in `crate/native`; [`crate::memory`] holds the
//! ones that tests run on. [`crate::conformance`] is the suite that all three pass. Everything is
//! single-threaded: futures need not be `Send`.
#![allow(async_fn_in_trait)] // callers are generic over the host and never spawn across threads

use zeroize::Zeroizing;

use crate::error::{Code, Failure};

/// The tables of the store. Rows are opaque: their values are sealed by [`crate::vault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Single rows: the state of the app, the roots, what a locked profile may read.
    Meta,
    /// Records not yet packed: line, salt and body, by number, under the live key.
    Record,
    /// The leaf hash of each record not yet packed, by number.
    Leaf,
    /// Packed records, each row under a key of its own, by the number of its first.
    Segment,
    /// The leaf hashes of the records of a segment, by the number of its first. They stay when records go.
    Leaves,
    /// What the person decided about a record, where that is not the default; by number.
    Review,
    /// Share logs, by their id.
    Share,
    /// The export that is being prepared: at most one row, under a key of its own.
    Draft,
    /// Exports made, by their id.
    Export,
    /// The lines of an export, by its id, under a key of its own; gone once a record in it was deleted.
    Shared,
    /// What is known of each collector, by a random id.
    Collector,
    /// What was captured while the profile was locked, by nonce, for the inbox key.
    Inbox,
    /// Schema 1: the signed lines. Emptied by the migration.
    Line,
    /// Schema 1: salt and body of each line. Emptied by the migration.
    Content,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 14] = [
        Self::Meta,
        Self::Record,
        Self::Leaf,
        Self::Segment,
        Self::Leaves,
        Self::Review,
        Self::Share,
        Self::Draft,
        Self::Export,
        Self::Shared,
        Self::Collector,
        Self::Inbox,
        Self::Line,
        Self::Content,
    ];

    /// Its name in the store and in the associated data of its rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Record => "record",
            Self::Leaf => "leaf",
            Self::Segment => "segment",
            Self::Leaves => "leaves",
            Self::Review => "review",
            Self::Share => "share",
            Self::Draft => "draft",
            Self::Export => "export",
            Self::Shared => "shared",
            Self::Collector => "collector",
            Self::Inbox => "inbox",
            Self::Line => "line",
            Self::Content => "content",
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

/// Small files whose old bytes are gone once they are overwritten: the keys that deletion destroys lie here, since
/// a database keeps what was deleted from it.
pub trait Files {
    /// The bytes of a file; `None` if there is none. `name` is of lower-case letters, digits and hyphens.
    async fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Puts these bytes in place of those of the file, or makes it. When it returns, the file has them and no
    /// handle is open; where the host can, they were also forced to the disk. A kill in between may leave the
    /// file damaged: [`crate::copies`] keeps two of each.
    async fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError>;
    /// Removes a file; nothing happens if there is none.
    async fn remove_file(&self, name: &str) -> Result<(), StoreError>;
}

/// What the host can do for the data key: wrap it by a key of this device, and remember it until the browser
/// closes.
pub trait Keyring {
    /// Wraps a key by one that this device keeps and never hands out, made at the first call.
    async fn wrap(&self, key: &[u8; 32]) -> Result<Vec<u8>, Failure>;
    /// Unwraps what [`Keyring::wrap`] gave. [`Code::KeysUnavailable`] if the device's key is gone or another.
    async fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Failure>;
    /// What was remembered for this session; `None` after the browser was closed.
    async fn session(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure>;
    /// Remembers these bytes in memory only, until the browser closes; `None` forgets them.
    async fn set_session(&self, secret: Option<&[u8]>) -> Result<(), Failure>;
    /// The data key of a profile of schema 1, which kept it in the database; `None` where there is none.
    async fn schema_1_key(&self) -> Result<Option<Zeroizing<[u8; 32]>>, Failure>;
}

/// One writer at a time, over every window and worker of the profile.
pub trait Exclusive {
    /// Held until it is dropped.
    type Guard;
    /// Waits for its turn.
    async fn exclusive(&self) -> Result<Self::Guard, Failure>;
}

/// A request to a collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HttpRequest<'a> {
    /// `GET`, `PUT` or `POST`.
    pub method: &'a str,
    /// The whole address: `https`, or on this machine.
    pub url: &'a str,
    /// Media type of the body; empty where there is none.
    pub media_type: &'a str,
    /// The token; empty for none.
    pub bearer: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HttpResponse {
    /// Its status.
    pub status: u16,
    /// At most [`HTTP_BYTES`].
    pub body: Vec<u8>,
}

/// Most bytes of an answer that are read.
pub const HTTP_BYTES: usize = 8 * 1024 * 1024;
/// Seconds within which an answer must be there, whole.
pub const HTTP_SECONDS: u32 = 50;

/// Requests to collectors: without cookies or other credentials, a referrer, a cache, or an origin of this
/// installation, and never redirected.
pub trait Http {
    /// Sends a request. [`Code::CollectorUnreachable`] where no answer came in time or it was redirected;
    /// [`Code::CollectorAnswer`] where the answer is too long.
    async fn http(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Failure>;
    /// Whether the browser lets data of all these sorts leave; the names are those of Firefox's
    /// `data_collection_permissions`. A host that asks nobody for such a consent lets them.
    async fn permits(&self, data: &[&str]) -> Result<bool, Failure>;
}

/// What language a text seems to be in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guess {
    /// Its BCP 47 tag; empty where none could be told.
    pub tag: String,
    /// Whether that is sure enough by itself.
    pub reliable: bool,
    /// The languages that the person reads: BCP 47 tags.
    pub read: Vec<String>,
}

/// What the host knows of languages, without asking anybody.
pub trait Languages {
    /// The language that most of a text seems to be in.
    async fn language(&self, text: &str) -> Result<Guess, Failure>;
}

/// Everything together.
pub trait Host: Store + Files + Clock + Entropy + Keyring + Exclusive + Http + Languages {}
impl<T: Store + Files + Clock + Entropy + Keyring + Exclusive + Http + Languages> Host for T {}

/// Random bytes of a fixed length.
pub fn random<const N: usize>(entropy: &impl Entropy) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
