//! What the pages paint. A view is data: numbers, codes and the person's own text; the words around them are
//! the pages' catalogue.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use crate::message::Hide;

/// Which records a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Filter {
    /// Words that must all occur in the text, in any case; empty for all.
    #[serde(default)]
    pub text: String,
    /// Only records marked for sharing.
    #[serde(default)]
    pub marked: bool,
}

/// How much of the time an exported record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum TimeDetail {
    /// Year, month and day.
    #[default]
    Day,
    /// Year and month.
    Month,
    /// Nothing.
    None,
}

/// How a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Review {
    /// Stays here: the default.
    Private,
    /// Marked for sharing.
    Marked,
    /// Deleted; can be brought back until `until`.
    Deleting {
        /// Milliseconds since the Unix epoch.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        until: u64,
    },
}

/// Where a record stands, for the person to read: the number alone repeats from log to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Place {
    /// Which log, from 0.
    pub log: u32,
    /// Position in it, from 0.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub position: u64,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Item {
    /// Number in this profile: which log, and the position in it.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seq: u64,
    /// Where it stands.
    pub place: Place,
    /// `search`, `prompt`, `post`, `comment`, `edit`, `response`, `rating` or `unknown`: part of a text key.
    pub kind: String,
    /// Host of the site.
    pub site: String,
    /// When, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time: u64,
    /// The beginning of the text, at most 280 code points.
    pub preview: String,
    /// Code points of the whole text.
    pub length: u32,
    /// The page changed the text after the last keystroke.
    pub altered: bool,
    /// Whether it may ever be marked: answers and ratings are not the person's own words.
    pub shareable: bool,
    /// How it stands.
    pub review: Review,
    /// Findings that would be hidden if it were shared; `None` where that was not looked for: in long texts, and in
    /// what is never shared.
    pub hidden: Option<u32>,
}

/// What sort of thing was found: part of a text key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum FindingGroup {
    /// Opens something.
    Secret,
    /// Reaches a person.
    Contact,
    /// Moves money.
    Finance,
    /// A number that a state, an insurer or a register gave.
    Identity,
    /// Says where somebody is or lives.
    Place,
    /// A name or a date of birth.
    Person,
    /// A machine or its address.
    Network,
    /// A special category of personal data: a warning, which hides nothing by itself.
    Special,
    /// Words that the person wants hidden.
    Personal,
    /// A plain fact.
    Plain,
}

/// Why it was taken for what it is: part of a text key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum FindingReason {
    /// Its form is that of nothing else.
    Form,
    /// Its form fits, and its check digit.
    Check,
    /// Its form fits, and a word nearby names it.
    Word,
    /// Both.
    CheckWord,
    /// Nothing else stands in the text.
    Alone,
    /// It begins as the keys of a provider begin.
    Prefix,
    /// A name that calls it secret is given this value.
    Assigned,
    /// It stands where a name is given.
    Introduced,
    /// The person says it about themselves.
    Said,
    /// It stands in the list of what is always hidden.
    Listed,
    /// The person marked it.
    Marked,
}

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Span {
    /// Where it begins, in UTF-16 units.
    pub start: u32,
    /// Where it ends, in UTF-16 units.
    pub end: u32,
}

/// Something found in a record's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct FindingView {
    /// Where it stands in the text.
    pub span: Span,
    /// What it most likely is: a name of docs/detection.md, as in its placeholder.
    pub kind: String,
    /// What else it can be.
    pub also: Vec<String>,
    /// What sort of thing that is.
    pub group: FindingGroup,
    /// How sure that is, in hundredths.
    pub confidence: u8,
    /// Why.
    pub reason: FindingReason,
    /// What becomes of it where the record is shared.
    pub action: Hide,
    /// What can become of it.
    pub actions: Vec<Hide>,
    /// Whether the person decided that.
    pub chosen: bool,
    /// Whether it is there because the person marked it: keeping it takes it out.
    pub added: bool,
}

/// How many of a kind are taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct RedactionView {
    /// The kind.
    pub kind: String,
    /// How many.
    pub count: u32,
}

/// What a record hides where it is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct HidingView {
    /// What was found, in the order of the text. What is hidden does not overlap; what stays may lie over it.
    pub findings: Vec<FindingView>,
    /// The text that would leave; `None` where it leaves as it is.
    pub shared: Option<String>,
    /// Where something stands in it in place of what is hidden.
    pub places: Vec<Span>,
    /// What the shared record says was taken out.
    pub redactions: Vec<RedactionView>,
    /// Whether a decision can be taken back.
    pub undo: bool,
}

impl HidingView {
    /// How many findings are hidden.
    pub fn hidden(&self) -> u32 {
        let hidden = self
            .findings
            .iter()
            .filter(|finding| finding.action != Hide::Keep);
        u32::try_from(hidden.count()).unwrap_or(u32::MAX)
    }
}

/// A record whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct RecordView {
    /// As in the list.
    pub item: Item,
    /// The exact text.
    pub text: String,
    /// Where it was sent, without query or fragment.
    pub url: String,
    /// UUID of the record in the private log.
    pub id: String,
    /// Code points typed.
    pub typed: u32,
    /// Code points pasted.
    pub pasted: u32,
    /// Name and version of the adapter that saw it; empty where that is not known.
    pub adapter: String,
    /// What showed that it left; empty where that is not known.
    pub confirmed: String,
    /// The model, where the page named one; else empty.
    pub model: String,
    /// UUID of the record that it replaces; empty for none.
    pub replaces: String,
    /// UUID of the record that it answers; empty for none.
    pub reply_to: String,
    /// The commitment in the signed line, base64url.
    pub commitment: String,
    /// What it hides where it is shared; `None` for what is never shared.
    pub hiding: Option<HidingView>,
}

/// What is to be said about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum SiteState {
    /// Recording.
    On,
    /// Not recording.
    Off,
    /// Switched on, but the browser's permission is missing.
    Unpermitted,
    /// Cannot be recorded: a page of the browser, a file, a place for private messages.
    Unavailable,
    /// Recording paused by a limit; see the notices.
    Capped,
}

/// What is to be said about recording on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum HealthState {
    /// Nothing was seen yet.
    #[default]
    Quiet,
    /// It records.
    Well,
    /// Many gestures in a row sent nothing that could be proven.
    Unconfirmed,
    /// The adapter does not see what the heuristic sees: the site changed.
    Stale,
    /// The adapter was looked at long ago.
    Old,
    /// The site reached its limits within a day.
    Flooding,
    /// Within a day a page made up events in floods, as if they were a person's.
    Forging,
}

/// How recording goes on a site.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Health {
    /// What is to be said.
    pub state: HealthState,
    /// Gestures that may send, seen so far.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub gestures: u64,
    /// Of these, recorded.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub recorded: u64,
    /// Of these, without a proof that the text left.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub unconfirmed: u64,
    /// Minutes in which a limit was reached.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub floods: u64,
    /// Events that pages made up in floods: none of them was taken for a person's.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub forged: u64,
    /// Submissions in a row that the adapter did not see.
    pub silent: u32,
    /// The last record, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub last: Option<u64>,
    /// Name of the adapter; empty where there is none.
    pub adapter: String,
    /// Name and version of what sees submissions there.
    pub version: String,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Site {
    /// Its origin, e.g. `https://example.org`; empty where unavailable.
    pub origin: String,
    /// Its host as shown, with a port where there is one.
    pub host: String,
    /// The match pattern to ask the browser for.
    pub matches: String,
    /// How it stands.
    pub state: SiteState,
    /// Records of today.
    pub today: u32,
    /// How recording goes there.
    pub health: Health,
    /// Whether the answers of its model are kept; `None` where no adapter knows them.
    pub responses: Option<bool>,
    /// Whether ratings of answers are kept; `None` where no adapter knows them.
    pub ratings: Option<bool>,
}

/// A pause of recording, on all sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct PauseView {
    /// Until then, in milliseconds since the Unix epoch; `None` until it is resumed.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub until: Option<u64>,
}

/// Something to tell the person, as a text key and its numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Notice {
    /// Text key.
    pub code: String,
    /// Host it is about; may be empty.
    pub site: String,
}

/// Counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Counts {
    /// Records in the log that are not deleted.
    pub total: u32,
    /// Records since local midnight (UTC).
    pub today: u32,
    /// Records marked for sharing.
    pub marked: u32,
}

/// The popup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct PopupView {
    /// Whether consent to local recording stands. If not, the popup shows the door to the welcome page only.
    pub consented: bool,
    /// The site in view; `None` where the browser does not tell the address.
    pub site: Option<Site>,
    /// Counts.
    pub counts: Counts,
    /// The newest records, at most 20.
    pub recent: Vec<Item>,
    /// What needs saying.
    pub notices: Vec<Notice>,
    /// Recording rests; `None` where it does not.
    pub paused: Option<PauseView>,
    /// Whether there are collectors, of which something may have to be said.
    pub collectors: bool,
}

/// The welcome page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct WelcomeView {
    /// Whether consent to local recording stands.
    pub consented: bool,
    /// Sites that are on.
    pub sites: u32,
}

/// The sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SitesView {
    /// Whether consent to local recording stands.
    pub consented: bool,
    /// All that the person ever switched on, by host.
    pub sites: Vec<Site>,
    /// Recording rests; `None` where it does not.
    pub paused: Option<PauseView>,
    /// The health of all sites as a text without content, for the person to copy.
    pub report: String,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ListView {
    /// The filter that this answers.
    pub filter: Filter,
    /// At most 50, newest first.
    pub items: Vec<Item>,
    /// What could not be read among them.
    pub damaged: Vec<Damage>,
    /// Where the next page begins; `None` at the end.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub next: Option<u64>,
    /// Counts over the whole log.
    pub counts: Counts,
    /// What needs saying.
    pub notices: Vec<Notice>,
}

/// A marked record that a draft leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Excluded {
    /// The record.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seq: u64,
    /// Where it stands.
    pub place: Place,
    /// Text key of the reason.
    pub code: String,
}

/// The record that a line of a draft was derived from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DraftRecord {
    /// The record.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seq: u64,
    /// Where it stands.
    pub place: Place,
    /// Findings that the line hides.
    pub hidden: u32,
    /// Findings that it shows.
    pub shown: u32,
}

/// An export before it is approved: exactly what would be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct DraftView {
    /// The draft.
    pub draft: String,
    /// Name of the audience.
    pub name: String,
    /// Detail of the time.
    pub time: TimeDetail,
    /// The lines, one JSON object each, without their newlines. The page shows these and sends their digest.
    pub lines: Vec<String>,
    /// The record of each line.
    pub records: Vec<DraftRecord>,
    /// Marked records that are left out, and why.
    pub excluded: Vec<Excluded>,
    /// Records already in this share log before this export.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub start: u64,
    /// The did:key that signs.
    pub did: String,
}

/// An export that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Export {
    /// The collector that it is for; empty where it is for none.
    pub collector: String,
    /// Its id.
    pub id: String,
    /// Name of the audience.
    pub name: String,
    /// When it was approved, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time: u64,
    /// Records in it.
    pub records: u32,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of `records.jsonl`, lower-case hex.
    pub records_sha256: String,
    /// The did:key that signed.
    pub did: String,
    /// Whether the file can be saved again: not once a record in it was deleted.
    pub available: bool,
}

/// The exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ExportsView {
    /// Newest first.
    pub exports: Vec<Export>,
    /// The audiences, by name.
    pub audiences: Vec<Audience>,
    /// The draft that can be approved; a page that shows another one shows what no longer holds.
    pub draft: Option<String>,
}

/// An audience that was exported to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Audience {
    /// Its name.
    pub name: String,
    /// The did:key under which the next export to it continues; empty if the next one begins anew.
    pub did: String,
    /// Records that were exported to it, under any key.
    pub records: u32,
}

/// Something stored that cannot be read, or is not what was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Damage {
    /// What: the table and key of a row, the name of a key file, or a log's id.
    pub name: String,
    /// Records that cannot be read because of it.
    pub records: u32,
}

/// Whether the profile is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct StatusView {
    /// Locked: only `status` and `unlock` are answered, and what is captured waits in the inbox.
    pub locked: bool,
    /// Whether there is a passphrase to lock with.
    pub passphrase: bool,
    /// Records that wait in the inbox.
    pub waiting: u32,
    /// When the next passphrase counts, in milliseconds since the Unix epoch, after wrong ones.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub wait_until: Option<u64>,
}

/// How the 24 words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum WordsState {
    /// Never shown.
    #[default]
    Unseen,
    /// Shown, not yet confirmed.
    Shown,
    /// Confirmed: never shown again.
    Confirmed,
}

/// A private log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct LogView {
    /// Its id, lower-case hex.
    pub id: String,
    /// The did:key that signs it.
    pub did: String,
    /// Lines in it, tombstones included.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub lines: u64,
    /// Restored, or closed by a restore: nothing is added to it any more.
    pub read_only: bool,
}

/// Keys, lock, retention, backups and logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SettingsView {
    /// Whether there is a log; without one there is nothing to set.
    pub ready: bool,
    /// The 24 words.
    pub words: WordsState,
    /// Whether a passphrase protects the profile.
    pub passphrase: bool,
    /// Minutes without use after which it locks; 0 for never.
    pub idle_minutes: u32,
    /// Days that records are kept; `None` for ever.
    pub retention_days: Option<u32>,
    /// When the last backup was saved, in milliseconds since the Unix epoch.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub backup: Option<u64>,
    /// Records made since then.
    pub backup_behind: u32,
    /// Whether a backup is due.
    pub backup_due: bool,
    /// Records of the last hour, for the button that forgets it.
    pub last_hour: u32,
    /// Everything is forgotten at this time, unless that is undone.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub forget_all_at: Option<u64>,
    /// Words that are hidden in every record that is shared, in alphabetical order.
    pub always_hidden: Vec<String>,
    /// The logs, oldest first; the last one is written to.
    pub logs: Vec<LogView>,
}

/// What a restore took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct RestoreView {
    /// Logs that were new to this profile.
    pub logs: u32,
    /// Records taken in.
    pub added: u32,
    /// Records that were here already.
    pub known: u32,
    /// Damaged records that were made whole.
    pub mended: u32,
    /// Records left out or removed, because they were deleted here or there.
    pub deleted: u32,
    /// Exports taken in.
    pub exports: u32,
}
