//! The closed set of messages between the pages, the content script and the background.
//!
//! TypeScript compiles against these types (`extension/platform/generated/`); the door parses every message
//! into [`Request`] and refuses what does not parse. Every request is answered with an [`Answer`].

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::error::Failure;
use crate::view::{
    DraftView, ExportsView, Filter, ListView, PopupView, RecordView, SitesView, TimeDetail, WelcomeView,
};

/// Who may send a request. The sender decides it, never the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    /// A content script of a site that is on.
    Site,
    /// A page of the extension itself.
    Page,
}

/// What the person did when the text was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Intent {
    /// Enter without Shift, or Ctrl/Cmd+Enter.
    Enter,
    /// A click on a button of the same form or composer.
    Click,
    /// A native `submit` event that followed a trusted gesture.
    Submit,
}

/// What showed that the text really left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Confirm {
    /// The field became empty.
    Cleared,
    /// The field was taken out of the page.
    Detached,
    /// A native form submission that left the page.
    Submitted,
    /// The address changed to one that carries on from the text.
    Moved,
}

/// What the field looked like: facts from which the kind is decided, in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
#[allow(clippy::struct_excessive_bools)]
pub struct Field {
    /// `type=search`, `role=search` on it or above it, or a name that search boxes use.
    pub search: bool,
    /// Takes more than one line: a textarea or an editable element.
    pub multiline: bool,
    /// Held text before the person touched it.
    pub prefilled: bool,
    /// The page shows a conversation: a live region or log role near the field.
    pub conversation: bool,
    /// Lies in a native form that posts to the site.
    pub form: bool,
}

/// A submission that a content script saw: `observed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Observed {
    /// Version of this message: 1.
    pub v: u8,
    /// 32 lower-case hex digits, random, the same at every retry of one submission.
    pub nonce: String,
    /// The exact text.
    pub text: String,
    /// When the gesture happened, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: u64,
    /// The gesture.
    pub intent: Intent,
    /// The confirmation.
    pub confirm: Confirm,
    /// Code points typed by trusted input. If nothing was typed or pasted on this page, the text counts only if
    /// it was [`Held`] by an earlier one.
    pub typed: u32,
    /// Code points pasted or dropped.
    pub pasted: u32,
    /// The text read at the gesture differs from the text at the last trusted input.
    pub altered: bool,
    /// Facts about the field.
    pub field: Field,
}

/// The top frame shows an address that may carry a search: `navigated`. The address itself is the sender's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Navigated {
    /// Version of this message: 1.
    pub v: u8,
    /// As in [`Observed`].
    pub nonce: String,
    /// Milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: u64,
    /// `location.href` at that moment; must have the sender's origin.
    pub url: String,
}

/// A text that the person typed and only previewed: `held`. Pages that show the preview by loading anew let it
/// be sent from the next page without another keystroke; this is how the next page's gesture is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Held {
    /// Version of this message: 1.
    pub v: u8,
    /// The exact text. It is not kept, only a digest of it.
    pub text: String,
    /// As in [`Observed`].
    pub typed: u32,
    /// As in [`Observed`].
    pub pasted: u32,
}

/// What an export takes along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ExportChoice {
    /// Name of the audience: the share log that is continued, or begun.
    pub name: String,
    /// Detail of the time.
    pub time: TimeDetail,
    /// Whether the site is named.
    pub site: bool,
}

/// Every request there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Request {
    /// A submission was seen. The only requests that a site may send are this one and the next two.
    Observed {
        /// What was seen.
        observed: Observed,
    },
    /// The address may carry a search.
    Navigated {
        /// Where the top frame is.
        navigated: Navigated,
    },
    /// A text was previewed.
    Held {
        /// The text.
        held: Held,
    },
    /// The popup, for the tab in view.
    Popup {
        /// Address of the tab in view, where the browser tells it.
        url: Option<String>,
    },
    /// The welcome page.
    Welcome,
    /// Consent to local recording is given (`true`) or withdrawn.
    Consent {
        /// Given or withdrawn.
        given: bool,
    },
    /// The sites and what they are.
    Sites,
    /// The person asks to record on this site; sent in the same gesture that asks the browser for the permission.
    SiteOn {
        /// An origin, or any address from which it is taken.
        url: String,
    },
    /// The person switches a site off.
    SiteOff {
        /// Its origin.
        origin: String,
    },
    /// A page of the list, newest first.
    List {
        /// Which records.
        filter: Filter,
        /// Only records below this sequence number: the last one of the page before.
        #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
        before: Option<u64>,
    },
    /// One record, whole.
    Record {
        /// Its sequence number.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
    },
    /// Keep a record private: takes the mark away.
    Keep {
        /// The records.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        seqs: Vec<u64>,
    },
    /// Mark records for sharing.
    Mark {
        /// The records.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        seqs: Vec<u64>,
    },
    /// Delete records; undone by `undo` until the time that the item shows.
    Delete {
        /// The records.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        seqs: Vec<u64>,
    },
    /// Bring deleted records back, as they were.
    Undo {
        /// The records.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        seqs: Vec<u64>,
    },
    /// Prepare an export of what is marked: exactly the lines that would be signed.
    Draft {
        /// What is taken along.
        choice: ExportChoice,
    },
    /// Approve a draft: sign exactly the lines with this digest.
    Approve {
        /// The draft.
        draft: String,
        /// SHA-256 of the lines as shown, in lower-case hex: `records.jsonl`, each line with its newline.
        records_sha256: String,
    },
    /// Throw a draft away.
    Discard {
        /// The draft.
        draft: String,
    },
    /// The exports made so far.
    Exports,
    /// A piece of an exported file.
    Chunk {
        /// The export.
        export: String,
        /// Which piece, from 0.
        index: u32,
    },
    /// Check the whole log against its signature.
    Check,
}

impl Request {
    /// Who may send it.
    pub fn privilege(&self) -> Privilege {
        match self {
            Self::Observed { .. } | Self::Navigated { .. } | Self::Held { .. } => Privilege::Site,
            _ => Privilege::Page,
        }
    }
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Capture {
    /// A new record, durable.
    Recorded,
    /// Already recorded: a retry, or another sighting of the same submission.
    Merged,
    /// Not a submission by the rules of the site: nothing was recorded.
    Ignored,
}

/// What a request is answered with when it succeeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Reply {
    /// To `observed`, `navigated` and `held`.
    Captured {
        /// What became of it.
        capture: Capture,
    },
    /// To `popup`, and to every change asked for by the popup.
    Popup {
        /// What to paint.
        view: PopupView,
    },
    /// To `welcome` and `consent`.
    Welcome {
        /// What to paint.
        view: WelcomeView,
    },
    /// To `sites`, `site_on` and `site_off`.
    Sites {
        /// What to paint.
        view: SitesView,
    },
    /// To `list`.
    List {
        /// What to paint.
        view: ListView,
    },
    /// To `record`.
    Record {
        /// What to paint.
        view: RecordView,
    },
    /// To `keep`, `mark`, `delete`, `undo`: how many records changed.
    Changed {
        /// Records changed.
        count: u32,
    },
    /// To `draft`.
    Draft {
        /// What to paint.
        view: DraftView,
    },
    /// To `approve`, `discard` and `exports`.
    Exports {
        /// What to paint.
        view: ExportsView,
    },
    /// To `chunk`.
    Chunk {
        /// Base64 of up to 1 MiB of the file.
        data: String,
        /// Pieces in all.
        count: u32,
    },
    /// To `check`: everything holds.
    Checked {
        /// Lines of the log.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        lines: u64,
    },
}

/// The answer to every request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Answer {
    /// Done; what it changed is durable.
    Ok {
        /// The reply.
        reply: Reply,
    },
    /// Not done; nothing changed.
    Failed {
        /// Why, and what to do.
        failure: Failure,
    },
}

/// What the background is to do in the browser after a message or an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Effect {
    /// Register the content script for exactly these match patterns; none: unregister it.
    Register {
        /// Match patterns.
        matches: Vec<String>,
    },
    /// Run the content script in the tabs already open on this match pattern.
    Inject {
        /// A match pattern.
        matches: String,
    },
    /// Give the permission for this match pattern back to the browser.
    Release {
        /// A match pattern.
        matches: String,
    },
    /// Show this text on the toolbar icon; empty for none.
    Badge {
        /// At most four characters.
        text: String,
        /// Whether it reports something to mend.
        attention: bool,
    },
    /// Wake the background at this time, in milliseconds since the Unix epoch.
    Wake {
        /// When.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        at: u64,
    },
    /// Tell open pages that what they show may have changed.
    Refresh,
    /// Open a page of the extension in a tab.
    Open {
        /// Path within the package.
        page: String,
    },
}

/// What the browser tells the background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Event {
    /// Installed for the first time.
    Installed,
    /// Updated, or the browser started.
    Started,
    /// The permissions changed; these match patterns are granted now.
    Permissions {
        /// Match patterns.
        origins: Vec<String>,
    },
    /// The time of a [`Effect::Wake`] came.
    Woken,
}
