//! The closed set of messages between the pages, the content script and the background.
//!
//! TypeScript compiles against these types (`extension/platform/generated/`); the door parses every message
//! into [`Request`] and refuses what does not parse. Every request is answered with an [`Answer`].

use std::fmt;

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Failure;
use crate::tagged::closed;
use crate::view::{
    Damage, DraftView, ExportsView, Filter, ListView, PopupView, RecordView, SettingsView, SitesView,
    StatusView, TimeDetail, WelcomeView,
};

/// Words or a passphrase on their way through a message: wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(TS), ts(type = "string"))]
pub struct Secret(String);

impl Secret {
    /// What is kept secret.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

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

/// What the field looked like: marks, and the words that the page put on it, from which the kind is decided, in
/// Rust. Each text is cut short by the content script; none of them is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "typescript", derive(TS))]
#[allow(clippy::struct_excessive_bools)]
pub struct Field {
    /// Marked as a search box: `type=search`, `enterkeyhint=search`, or `role=search` on it or above it.
    pub search: bool,
    /// Takes more than one line: a textarea or an editable element.
    pub multiline: bool,
    /// Held text before the person touched it.
    pub prefilled: bool,
    /// A log of what was said stands by it: a log role, or a live region with several entries.
    pub conversation: bool,
    /// Lies in a native form with an action or a method.
    pub form: bool,
    /// One line of a form that puts it into an address.
    pub gets: bool,
    /// Its `name`.
    pub name: String,
    /// Its `id`.
    pub id: String,
    /// What it says to the person: placeholder, labels, hint.
    pub says: String,
    /// Action and names of its form.
    pub action: String,
    /// Element name and names of itself and of the boxes around it, nearest first, at most 8.
    pub around: Vec<String>,
}

/// What the adapter of the page says of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Hints {
    /// Its id. Believed only where it is the adapter of the sender's host, or a family.
    pub id: String,
    /// All of it was in the page, not the marks alone.
    pub whole: bool,
    /// The field is its composer.
    pub composer: bool,
    /// Which of its field selectors for kinds matched.
    pub kinds: Vec<u32>,
    /// The model's name, where the page shows it: at most 80 code points.
    pub model: Option<String>,
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
    /// `location.href` at the gesture. Believed only where it has the sender's origin.
    #[serde(default)]
    pub url: String,
    /// The text that the person found in the field, if any.
    #[serde(default)]
    pub before: Option<String>,
    /// What the page's adapter says; `None` where it has none.
    #[serde(default)]
    pub hints: Option<Hints>,
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

/// Gestures that no proof followed, and events that the page made up: `health`. Numbers, no words. Without any it tells
/// that the page has just come into view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Unproven {
    /// Version of this message: 1.
    pub v: u8,
    /// As in [`Observed`].
    pub nonce: String,
    /// How many, since the last such message.
    pub unconfirmed: u32,
    /// How many key presses, clicks and inputs the page itself made up, where they came in floods.
    #[serde(default)]
    pub forged: u32,
}

/// The page has the marks of software that people host themselves, or asks for those of all: `family`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct FamilySeen {
    /// Version of this message: 1.
    pub v: u8,
    /// As in [`Observed`].
    pub nonce: String,
    /// Id of its adapter; empty to ask.
    pub id: String,
}

/// A model's answer, whole: `answered`. Taken only where the person switched answers on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Answered {
    /// Version of this message: 1.
    pub v: u8,
    /// As in [`Observed`].
    pub nonce: String,
    /// Nonce of the submission that it answers.
    pub to: String,
    /// Milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: u64,
    /// The whole text.
    pub text: String,
    /// The model's name, where the page shows it.
    pub model: Option<String>,
}

/// How a person rated an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Verdict {
    /// Good.
    Up,
    /// Bad.
    Down,
    /// Another one, please.
    Regenerate,
}

/// A rating of an answer: `rated`. Taken only where the person switched ratings on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Rated {
    /// Version of this message: 1.
    pub v: u8,
    /// As in [`Observed`].
    pub nonce: String,
    /// Nonce of the answer, or of the submission, that is rated; `None` where neither was seen.
    pub to: Option<String>,
    /// Milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: u64,
    /// How.
    pub verdict: Verdict,
}

/// How long recording rests, on all sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum PauseLength {
    /// An hour.
    Hour,
    /// Until the next local midnight.
    Tomorrow,
    /// Until it is resumed.
    Open,
}

/// What becomes of something that was found in a text, where the record is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Hide {
    /// It stays.
    Keep,
    /// Its letters and digits become blocks.
    Mask,
    /// A name of its kind stands there, with a number.
    Placeholder,
    /// What is left says less: the year of a date, the range of an address.
    Generalise,
    /// Nothing stands there.
    Drop,
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

closed! {
/// Every request there is. Its form is `{"type": …, …}`: see [`crate::tagged`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(TS), ts(tag = "type", rename_all = "snake_case"))]
#[allow(clippy::large_enum_variant)] // one at a time, and most of them are what a page saw
pub enum Request {
    /// A submission was seen. The only requests that a site may send are this one and those down to `rated`.
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
    /// Gestures without a proof were seen.
    Health {
        /// How many.
        health: Unproven,
    },
    /// A page has the marks of a family.
    Family {
        /// Which.
        family: FamilySeen,
    },
    /// A model answered.
    Answered {
        /// What.
        answered: Answered,
    },
    /// An answer was rated.
    Rated {
        /// How.
        rated: Rated,
    },
    /// The popup, for the tab in view.
    Popup {
        /// Address of the tab in view, where the browser tells it.
        url: Option<String>,
    },
    /// The welcome page.
    Welcome,
    /// A text that the person tries the log out with, on a page of the extension. It becomes a record of no site and an
    /// unknown kind: it can never be shared.
    Practice {
        /// The exact text.
        text: String,
    },
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
    /// The person switches answers and ratings of a site on or off.
    SiteKinds {
        /// Its origin.
        origin: String,
        /// Keep answers.
        responses: bool,
        /// Keep ratings.
        ratings: bool,
    },
    /// Record nothing for a while, on all sites.
    Pause {
        /// How long.
        length: PauseLength,
        /// Minutes from local time to UTC: `Date.getTimezoneOffset()`.
        offset: i32,
    },
    /// Go on recording.
    Resume,
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
    /// Decide what becomes of a range of a record's text where it is shared: of a finding, or of what the person
    /// selected. The text in the private log stays as it is.
    Hide {
        /// The record.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
        /// Where it begins, in UTF-16 units.
        start: u32,
        /// Where it ends, in UTF-16 units.
        end: u32,
        /// What becomes of it. `keep` where nothing was found changes nothing.
        action: Hide,
    },
    /// Hide words wherever they stand in this record, whatever their case and accents.
    HidePhrase {
        /// The record.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
        /// One word or several.
        phrase: String,
    },
    /// Take the last decision about what a record hides back.
    UndoHide {
        /// The record.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
    },
    /// Hide words in every record from now on.
    AlwaysHide {
        /// One word or several: at most 12 words and 200 characters.
        phrase: String,
    },
    /// Take words out of the list of what is always hidden.
    NoLongerHide {
        /// The words, as the list has them.
        phrase: String,
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
    /// Check every log against its signature, and every record against its log.
    Check,
    /// Give up what is damaged beyond reading, after it was shown: the rest of the log goes on without it. A
    /// backup can still bring it back.
    Repair,
    /// Whether the profile is locked. Answered even then.
    Status,
    /// Open the profile.
    Unlock {
        /// The passphrase.
        passphrase: Secret,
    },
    /// Close the profile now.
    Lock,
    /// Keys, lock, retention, backups and logs.
    Settings,
    /// The 24 words. Shown until they are confirmed, never after.
    Words,
    /// The person wrote the words down and enters them again.
    ConfirmWords {
        /// All 24, separated by spaces.
        words: Secret,
    },
    /// Set, change or remove the passphrase.
    Passphrase {
        /// The one that holds now, if there is one.
        current: Option<Secret>,
        /// The new one; `None` removes it.
        new: Option<Secret>,
    },
    /// Lock after so many minutes without use; 0 for never.
    IdleLock {
        /// Minutes, at most 1,440.
        minutes: u32,
    },
    /// How long records are kept; `None` for ever. Older ones are deleted from now on, without undo.
    Retention {
        /// 1 to 3,650 days.
        days: Option<u32>,
    },
    /// Delete all records made since a time, with time to undo it.
    Forget {
        /// Milliseconds since the Unix epoch.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        since: u64,
    },
    /// Delete everything, keys and settings too, with time to undo it. Until then nothing is recorded.
    ForgetAll,
    /// Do not delete everything after all.
    UndoForgetAll,
    /// From the next export on, be somebody else for an audience: a new share log under a new key.
    ResetAudience {
        /// Its name.
        name: String,
    },
}
}

impl Request {
    /// Who may send it.
    pub fn privilege(&self) -> Privilege {
        match self {
            Self::Observed { .. }
            | Self::Navigated { .. }
            | Self::Held { .. }
            | Self::Health { .. }
            | Self::Family { .. }
            | Self::Answered { .. }
            | Self::Rated { .. } => Privilege::Site,
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
    /// To everything that a site may send, and to `practice`.
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
    /// To `sites`, `site_on`, `site_off`, `site_kinds`, `pause` and `resume`.
    Sites {
        /// What to paint.
        view: SitesView,
    },
    /// To `list`.
    List {
        /// What to paint.
        view: ListView,
    },
    /// To `record`, `hide`, `hide_phrase` and `undo_hide`.
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
    /// To `check` and `repair`.
    Checked {
        /// Lines of all logs.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        lines: u64,
        /// What does not hold; empty if everything does.
        damaged: Vec<Damage>,
    },
    /// To `status`, `lock` and `unlock`.
    Status {
        /// What to paint.
        view: StatusView,
    },
    /// To `settings` and to every change of them.
    Settings {
        /// What to paint.
        view: SettingsView,
    },
    /// To `words`.
    Words {
        /// The 24 words, separated by spaces.
        words: Secret,
    },
    /// To `forget`: what is being deleted, for `undo`.
    Forgotten {
        /// The records.
        #[cfg_attr(feature = "typescript", ts(type = "Array<number>"))]
        seqs: Vec<u64>,
    },
}

/// The answer to every request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
#[allow(clippy::large_enum_variant)] // one at a time
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

/// A content script: files that run in order on the pages of some sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Script {
    /// Its name among the registered ones.
    pub id: String,
    /// Match patterns.
    pub matches: Vec<String>,
    /// Paths within the package.
    pub files: Vec<String>,
}

/// What the icon in the toolbar tells of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Icon {
    /// Nothing is recorded there.
    Off,
    /// It is.
    On,
    /// Recording is paused.
    Paused,
    /// Something is to be mended, or looked at.
    Attention,
}

/// The icon over the tabs of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SiteIcon {
    /// The site.
    pub origin: String,
    /// The icon.
    pub icon: Icon,
}

/// What the background is to do in the browser after a message or an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Effect {
    /// Register exactly these content scripts; none: unregister all.
    Register {
        /// The scripts.
        scripts: Vec<Script>,
    },
    /// Run these files in the tabs already open on a match pattern.
    Inject {
        /// A match pattern.
        matches: String,
        /// Paths within the package, in order.
        files: Vec<String>,
    },
    /// Run these files in the frame that the message came from.
    Bring {
        /// Paths within the package, in order.
        files: Vec<String>,
    },
    /// Give the permission for this match pattern back to the browser.
    Release {
        /// A match pattern.
        matches: String,
    },
    /// Show this text on the toolbar's icon; empty for none.
    Badge {
        /// At most four characters.
        text: String,
        /// The icon of a tab of which nothing else is said.
        icon: Icon,
    },
    /// Show these icons over the tabs that are open.
    Icons {
        /// Over those of these sites.
        sites: Vec<SiteIcon>,
        /// Over all others; `None` where these stay as they are.
        others: Option<Icon>,
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

closed! {
/// What the browser tells the background. Its form is that of a [`Request`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(TS), ts(tag = "type", rename_all = "snake_case"))]
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
}
