//! The messages of the archive: finding records, deciding about many of them, backing them up and restoring them. They
//! have a set and a WebAssembly module of their own, which the background opens when a page asks and keeps open: what it
//! read makes the next answer fast.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::view::{ConversationView, CountedView, DecidedView, FittedView, SearchView};
use crate::error::Failure;
use crate::message::Secret;
use crate::tagged::closed;
use crate::view::{RestoreView, SettingsView};

/// What becomes of every record that a query finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum BulkDecision {
    /// It stays private: takes the mark away.
    Keep,
    /// It is marked for sharing, unless it can never be shared.
    Mark,
    /// It is deleted; undone by `undo` until the time that the item shows.
    Delete,
    /// Words in it are hidden, wherever they stand.
    Hide {
        /// One word or several: at most 12 words and 200 characters.
        phrase: String,
    },
}

closed! {
/// Every request to the archive. Only pages of the extension may send them; the form is that of a
/// [`crate::message::Request`].
///
/// A query is words that must all occur, in any case and with any accents; see [`super::query`].
///
/// An answer comes within a bounded time, with what was looked through by then: the search goes on from its `next`,
/// which is given as `before`. Nothing is told twice, and nothing left out, on the way from `null` to `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(TS), ts(tag = "type", rename_all = "snake_case"))]
pub enum ArchiveRequest {
    /// Records that a query finds, newest first.
    Find {
        /// The query; an empty one finds everything.
        query: String,
        /// Only records below this sequence number.
        #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
        before: Option<u64>,
    },
    /// How many records a query finds, by kind, site and month: the answers on the way are to be summed.
    Count {
        /// The query.
        query: String,
        /// Only records below this sequence number.
        #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
        before: Option<u64>,
    },
    /// How many records fit each open offer of a collector, by kind, site and length: the answers on the way are to be
    /// summed.
    Fitting {
        /// The collector.
        collector: String,
        /// Only records below this sequence number.
        #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
        before: Option<u64>,
    },
    /// The records of the conversation that a record belongs to: of the same site and thread, and the answers and
    /// ratings tied to them.
    Conversation {
        /// The record.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
    },
    /// Decides about every record that a query finds; refused where a part of it is not understood, since more would be
    /// found than is meant. Each answer is a step that is durable.
    DecideAll {
        /// The query.
        query: String,
        /// Records that stay as they are: at most 10,000.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        except: Vec<u64>,
        /// What becomes of the others.
        decision: BulkDecision,
        /// Only records below this sequence number.
        #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
        before: Option<u64>,
    },
    /// Hides words in these records, wherever they stand, as `hide_phrase` does in one.
    HideIn {
        /// The records: at most 1,000.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        seqs: Vec<u64>,
        /// One word or several: at most 12 words and 200 characters.
        phrase: String,
    },
    /// Begin a backup.
    Backup,
    /// The next piece of a backup; pieces are asked for in order.
    BackupPiece {
        /// The backup.
        backup: String,
        /// Which piece, from 0.
        index: u32,
    },
    /// The backup was saved by the person.
    BackupSaved {
        /// The backup.
        backup: String,
    },
    /// Begin to restore a backup into this profile.
    Restore {
        /// The 24 words that it was made with.
        words: Secret,
    },
    /// The next piece of the backup's file, in order.
    RestorePiece {
        /// The restore.
        restore: String,
        /// Which piece, from 0.
        index: u32,
        /// Base64 of up to 1 MiB.
        data: String,
    },
    /// The file is complete: take it in, whole or not at all.
    RestoreFinish {
        /// The restore.
        restore: String,
    },
    /// Give a restore up: nothing of it stays.
    RestoreCancel {
        /// The restore.
        restore: String,
    },
}
}

/// What a request to the archive is answered with when it succeeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ArchiveReply {
    /// To `find`.
    Searched {
        /// What to paint.
        view: SearchView,
    },
    /// To `count`.
    Counted {
        /// What to paint.
        view: CountedView,
    },
    /// To `fitting`.
    Fitted {
        /// What to paint.
        view: FittedView,
    },
    /// To `conversation`.
    Conversation {
        /// What to paint.
        view: ConversationView,
    },
    /// To `decide_all` and `hide_in`.
    Decided {
        /// What became of it.
        view: DecidedView,
    },
    /// To `backup`.
    Backup {
        /// The backup, for its pieces.
        backup: String,
        /// Name of the file.
        file: String,
        /// Records that will be in it.
        records: u32,
    },
    /// To `backup_piece`.
    Piece {
        /// Base64 of the piece; may be empty.
        data: String,
        /// Records written so far.
        records: u32,
        /// Whether it was the last.
        last: bool,
    },
    /// To `restore`, `restore_piece` and `restore_cancel`.
    Restoring {
        /// The restore, for its pieces.
        restore: String,
        /// Records read so far.
        records: u32,
    },
    /// To `restore_finish`.
    Restored {
        /// What was taken in.
        view: RestoreView,
    },
    /// To `backup_saved`.
    Settings {
        /// What to paint.
        view: SettingsView,
    },
}

/// The answer to every request to the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum ArchiveAnswer {
    /// Done; what it changed is durable.
    Ok {
        /// The reply.
        reply: ArchiveReply,
    },
    /// Not done; nothing changed.
    Failed {
        /// Why, and what to do.
        failure: Failure,
    },
}
