//! What the pages paint of the archive. The form is that of [`crate::view`].

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::view::{Counts, Damage, Item, Notice, RecordView, Span};

/// What a query found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SearchView {
    /// The query that this answers.
    pub query: String,
    /// What of it was not understood: such a part is left out of the search.
    pub faults: Vec<QueryFault>,
    /// At most 50, newest first.
    pub items: Vec<FoundItem>,
    /// Where the search goes on; `None` at the end.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
    /// Positions that this answer looked through.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub looked: u64,
    /// Positions that there are, in all logs.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub of: u64,
    /// What could not be read among them.
    pub damaged: Vec<Damage>,
    /// Counts over the whole log.
    pub counts: Counts,
    /// What needs saying.
    pub notices: Vec<Notice>,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct FoundItem {
    /// As in the list.
    pub item: Item,
    /// The part of the text around the first match, at most 280 code points: shown in place of the item's preview.
    pub excerpt: String,
    /// Whether the excerpt begins where the text begins.
    pub begins: bool,
    /// Whether it ends where the text ends.
    pub ends: bool,
    /// What matches in it, in its order, without overlap.
    pub matches: Vec<Span>,
}

/// A part of a query that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct QueryFault {
    /// The part, as it was written.
    pub part: String,
    /// Text key: `query_date`, `query_kind`, `query_filter`, `query_word` or `query_long`.
    pub code: String,
}

/// How many records a query finds, among those that this answer looked through. What is being deleted is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CountedView {
    /// The query that this answers.
    pub query: String,
    /// What of it was not understood.
    pub faults: Vec<QueryFault>,
    /// How many.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub total: u64,
    /// By kind, most first.
    pub kinds: Vec<Tally>,
    /// By host of the site, most first; an empty name where there is none.
    pub sites: Vec<Tally>,
    /// By month and kind, oldest first.
    pub months: Vec<MonthTally>,
    /// Where counting goes on; `None` at the end.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
    /// Positions that this answer looked through.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub looked: u64,
    /// Positions that there are, in all logs.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub of: u64,
}

/// How many records fit the open offers of a collector, among those that this answer looked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct FittedView {
    /// In the order of the collector's offers.
    pub offers: Vec<FittingTally>,
    /// Where counting goes on; `None` at the end.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// How many records fit an offer, whatever their language. What is being deleted is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct FittingTally {
    /// SHA-256 of the signed offer.
    pub sha256: String,
    /// Records.
    pub records: u32,
    /// Those among them that are marked.
    pub marked: u32,
}

/// How many records of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Tally {
    /// The name.
    pub name: String,
    /// Records.
    pub count: u32,
}

/// How many records of a kind in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct MonthTally {
    /// The month in UTC, as `2026-11`.
    pub month: String,
    /// The kind.
    pub kind: String,
    /// Records.
    pub count: u32,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ConversationView {
    /// At most 200, oldest first; the record that was asked for is among them.
    pub items: Vec<RecordView>,
    /// Whether some were left out: older ones, or those that were not found in time.
    pub more: bool,
}

/// What a step decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DecidedView {
    /// Records changed.
    pub changed: u32,
    /// Which, for undoing it: at most 1,000.
    #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
    pub seqs: Vec<u64>,
    /// Records that were found and cannot be changed so: what can never be shared, and texts in which as much is hidden
    /// as can be.
    pub left: u32,
    /// Where the next step begins; `None` at the end.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
    /// Positions that this step looked through.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub looked: u64,
    /// Positions that there are, in all logs.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub of: u64,
}
