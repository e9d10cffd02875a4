// Generated from crate/app by `cargo xtask generate`. Do not edit.

export type Code = "message_invalid" | "not_allowed" | "no_consent" | "site_off" | "site_invalid" | "site_unavailable" | "site_capped" | "paused" | "text_too_long" | "record_gone" | "nothing_to_export" | "draft_gone" | "digest_mismatch" | "export_too_large" | "export_gone" | "name_invalid" | "store_unreadable" | "store_unwritable" | "store_full" | "store_corrupt" | "store_newer" | "keys_unavailable" | "keys_damaged" | "locked" | "passphrase_wrong" | "passphrase_wait" | "passphrase_short" | "no_passphrase" | "words_shown" | "words_wrong" | "words_count" | "word_unknown" | "words_checksum" | "backup_invalid" | "backup_words" | "backup_damaged" | "backup_newer" | "backup_forked" | "backup_gone" | "phrase_missing" | "phrase_invalid" | "phrases_full" | "log_missing" | "forgetting" | "collector_gone" | "collector_address" | "collector_unreachable" | "collector_answer" | "collector_changed" | "collector_refused" | "offer_gone" | "adult_needed" | "notice_invalid" | "share_unanswered" | "credit_reached" | "data_consent" | "offer_too_few" | "nothing_shared" | "browser_refused" | "internal";

export type Failure = { 
/**
 * The code.
 */
code: Code, 
/**
 * A detail for the person who reports it; may be empty.
 */
detail: string, };

export type Intent = "enter" | "click" | "submit";

export type Confirm = "cleared" | "detached" | "submitted" | "moved";

export type Field = { 
/**
 * Marked as a search box: `type=search`, `enterkeyhint=search`, or `role=search` on it or above it.
 */
search: boolean, 
/**
 * Takes more than one line: a textarea or an editable element.
 */
multiline: boolean, 
/**
 * Held text before the person touched it.
 */
prefilled: boolean, 
/**
 * A log of what was said stands by it: a log role, or a live region with several entries.
 */
conversation: boolean, 
/**
 * Lies in a native form with an action or a method.
 */
form: boolean, 
/**
 * One line of a form that puts it into an address.
 */
gets: boolean, 
/**
 * Its `name`.
 */
name: string, 
/**
 * Its `id`.
 */
id: string, 
/**
 * What it says to the person: placeholder, labels, hint.
 */
says: string, 
/**
 * Action and names of its form.
 */
action: string, 
/**
 * Element name and names of itself and of the boxes around it, nearest first, at most 8.
 */
around: Array<string>, };

export type Hints = { 
/**
 * Its id. Believed only where it is the adapter of the sender's host, or a family.
 */
id: string, 
/**
 * All of it was in the page, not the marks alone.
 */
whole: boolean, 
/**
 * The field is its composer.
 */
composer: boolean, 
/**
 * Which of its field selectors for kinds matched.
 */
kinds: Array<number>, 
/**
 * The model's name, where the page shows it: at most 80 code points.
 */
model: string | null, };

export type Observed = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * 32 lower-case hex digits, random, the same at every retry of one submission.
 */
nonce: string, 
/**
 * The exact text.
 */
text: string, 
/**
 * When the gesture happened, in milliseconds since the Unix epoch.
 */
at: number, 
/**
 * The gesture.
 */
intent: Intent, 
/**
 * The confirmation.
 */
confirm: Confirm, 
/**
 * Code points typed by trusted input. If nothing was typed or pasted on this page, the text counts only if
 * it was [`Held`] by an earlier one.
 */
typed: number, 
/**
 * Code points pasted or dropped.
 */
pasted: number, 
/**
 * The text read at the gesture differs from the text at the last trusted input.
 */
altered: boolean, 
/**
 * Facts about the field.
 */
field: Field, 
/**
 * `location.href` at the gesture. Believed only where it has the sender's origin.
 */
url: string, 
/**
 * The text that the person found in the field, if any.
 */
before: string | null, 
/**
 * What the page's adapter says; `None` where it has none.
 */
hints: Hints | null, };

export type Navigated = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * As in [`Observed`].
 */
nonce: string, 
/**
 * Milliseconds since the Unix epoch.
 */
at: number, 
/**
 * `location.href` at that moment; must have the sender's origin.
 */
url: string, };

export type Held = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * The exact text. It is not kept, only a digest of it.
 */
text: string, 
/**
 * As in [`Observed`].
 */
typed: number, 
/**
 * As in [`Observed`].
 */
pasted: number, };

export type Unproven = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * As in [`Observed`].
 */
nonce: string, 
/**
 * How many, since the last such message.
 */
unconfirmed: number, 
/**
 * How many key presses, clicks and inputs the page itself made up, where they came in floods.
 */
forged: number, };

export type FamilySeen = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * As in [`Observed`].
 */
nonce: string, 
/**
 * Id of its adapter; empty to ask.
 */
id: string, };

export type Answered = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * As in [`Observed`].
 */
nonce: string, 
/**
 * Nonce of the submission that it answers.
 */
to: string, 
/**
 * Milliseconds since the Unix epoch.
 */
at: number, 
/**
 * The whole text.
 */
text: string, 
/**
 * The model's name, where the page shows it.
 */
model: string | null, };

export type Verdict = "up" | "down" | "regenerate";

export type Rated = { 
/**
 * Version of this message: 1.
 */
v: number, 
/**
 * As in [`Observed`].
 */
nonce: string, 
/**
 * Nonce of the answer, or of the submission, that is rated; `None` where neither was seen.
 */
to: string | null, 
/**
 * Milliseconds since the Unix epoch.
 */
at: number, 
/**
 * How.
 */
verdict: Verdict, };

export type PauseLength = "hour" | "tomorrow" | "open";

export type Filter = { 
/**
 * Words that must all occur in the text, in any case; empty for all.
 */
text: string, 
/**
 * Only records marked for sharing.
 */
marked: boolean, };

export type TimeDetail = "day" | "month" | "none";

export type Hide = "keep" | "mask" | "placeholder" | "generalise" | "drop";

export type ExportChoice = { 
/**
 * Name of the audience: the share log that is continued, or begun.
 */
name: string, 
/**
 * Detail of the time.
 */
time: TimeDetail, 
/**
 * Whether the site is named.
 */
site: boolean, };

export type Secret = string;

export type Request = { "type": "observed", 
/**
 * What was seen.
 */
observed: Observed, } | { "type": "navigated", 
/**
 * Where the top frame is.
 */
navigated: Navigated, } | { "type": "held", 
/**
 * The text.
 */
held: Held, } | { "type": "health", 
/**
 * How many.
 */
health: Unproven, } | { "type": "family", 
/**
 * Which.
 */
family: FamilySeen, } | { "type": "answered", 
/**
 * What.
 */
answered: Answered, } | { "type": "rated", 
/**
 * How.
 */
rated: Rated, } | { "type": "popup", 
/**
 * Address of the tab in view, where the browser tells it.
 */
url: string | null, } | { "type": "welcome" } | { "type": "practice", 
/**
 * The exact text.
 */
text: string, } | { "type": "consent", 
/**
 * Given or withdrawn.
 */
given: boolean, } | { "type": "sites" } | { "type": "site_on", 
/**
 * An origin, or any address from which it is taken.
 */
url: string, } | { "type": "site_off", 
/**
 * Its origin.
 */
origin: string, } | { "type": "site_kinds", 
/**
 * Its origin.
 */
origin: string, 
/**
 * Keep answers.
 */
responses: boolean, 
/**
 * Keep ratings.
 */
ratings: boolean, } | { "type": "pause", 
/**
 * How long.
 */
length: PauseLength, 
/**
 * Minutes from local time to UTC: `Date.getTimezoneOffset()`.
 */
offset: number, } | { "type": "resume" } | { "type": "list", 
/**
 * Which records.
 */
filter: Filter, 
/**
 * Only records below this sequence number: the last one of the page before.
 */
before: number | null, } | { "type": "record", 
/**
 * Its sequence number.
 */
seq: number, } | { "type": "hide", 
/**
 * The record.
 */
seq: number, 
/**
 * Where it begins, in UTF-16 units.
 */
start: number, 
/**
 * Where it ends, in UTF-16 units.
 */
end: number, 
/**
 * What becomes of it. `keep` where nothing was found changes nothing.
 */
action: Hide, } | { "type": "hide_phrase", 
/**
 * The record.
 */
seq: number, 
/**
 * One word or several.
 */
phrase: string, } | { "type": "undo_hide", 
/**
 * The record.
 */
seq: number, } | { "type": "always_hide", 
/**
 * One word or several: at most 12 words and 200 characters.
 */
phrase: string, } | { "type": "no_longer_hide", 
/**
 * The words, as the list has them.
 */
phrase: string, } | { "type": "keep", 
/**
 * The records.
 */
seqs: Array<number>, } | { "type": "mark", 
/**
 * The records.
 */
seqs: Array<number>, } | { "type": "delete", 
/**
 * The records.
 */
seqs: Array<number>, } | { "type": "undo", 
/**
 * The records.
 */
seqs: Array<number>, } | { "type": "draft", 
/**
 * What is taken along.
 */
choice: ExportChoice, } | { "type": "approve", 
/**
 * The draft.
 */
draft: string, 
/**
 * SHA-256 of the lines as shown, in lower-case hex: `records.jsonl`, each line with its newline.
 */
records_sha256: string, } | { "type": "discard", 
/**
 * The draft.
 */
draft: string, } | { "type": "exports" } | { "type": "chunk", 
/**
 * The export.
 */
export: string, 
/**
 * Which piece, from 0.
 */
index: number, } | { "type": "check" } | { "type": "repair" } | { "type": "status" } | { "type": "unlock", 
/**
 * The passphrase.
 */
passphrase: Secret, } | { "type": "lock" } | { "type": "settings" } | { "type": "words" } | { "type": "confirm_words", 
/**
 * All 24, separated by spaces.
 */
words: Secret, } | { "type": "passphrase", 
/**
 * The one that holds now, if there is one.
 */
current: Secret | null, 
/**
 * The new one; `None` removes it.
 */
new: Secret | null, } | { "type": "idle_lock", 
/**
 * Minutes, at most 1,440.
 */
minutes: number, } | { "type": "retention", 
/**
 * 1 to 3,650 days.
 */
days: number | null, } | { "type": "forget", 
/**
 * Milliseconds since the Unix epoch.
 */
since: number, } | { "type": "forget_all" } | { "type": "undo_forget_all" } | { "type": "reset_audience", 
/**
 * Its name.
 */
name: string, };

export type Capture = "recorded" | "merged" | "ignored";

export type Reply = { "type": "captured", 
/**
 * What became of it.
 */
capture: Capture, } | { "type": "popup", 
/**
 * What to paint.
 */
view: PopupView, } | { "type": "welcome", 
/**
 * What to paint.
 */
view: WelcomeView, } | { "type": "sites", 
/**
 * What to paint.
 */
view: SitesView, } | { "type": "list", 
/**
 * What to paint.
 */
view: ListView, } | { "type": "record", 
/**
 * What to paint.
 */
view: RecordView, } | { "type": "changed", 
/**
 * Records changed.
 */
count: number, } | { "type": "draft", 
/**
 * What to paint.
 */
view: DraftView, } | { "type": "exports", 
/**
 * What to paint.
 */
view: ExportsView, } | { "type": "chunk", 
/**
 * Base64 of up to 1 MiB of the file.
 */
data: string, 
/**
 * Pieces in all.
 */
count: number, } | { "type": "checked", 
/**
 * Lines of all logs.
 */
lines: number, 
/**
 * What does not hold; empty if everything does.
 */
damaged: Array<Damage>, } | { "type": "status", 
/**
 * What to paint.
 */
view: StatusView, } | { "type": "settings", 
/**
 * What to paint.
 */
view: SettingsView, } | { "type": "words", 
/**
 * The 24 words, separated by spaces.
 */
words: Secret, } | { "type": "forgotten", 
/**
 * The records.
 */
seqs: Array<number>, };

export type Answer = { "outcome": "ok", 
/**
 * The reply.
 */
reply: Reply, } | { "outcome": "failed", 
/**
 * Why, and what to do.
 */
failure: Failure, };

export type Script = { 
/**
 * Its name among the registered ones.
 */
id: string, 
/**
 * Match patterns.
 */
matches: Array<string>, 
/**
 * Paths within the package.
 */
files: Array<string>, };

export type Icon = "off" | "on" | "paused" | "attention";

export type SiteIcon = { 
/**
 * The site.
 */
origin: string, 
/**
 * The icon.
 */
icon: Icon, };

export type Effect = { "type": "register", 
/**
 * The scripts.
 */
scripts: Array<Script>, } | { "type": "inject", 
/**
 * A match pattern.
 */
matches: string, 
/**
 * Paths within the package, in order.
 */
files: Array<string>, } | { "type": "bring", 
/**
 * Paths within the package, in order.
 */
files: Array<string>, } | { "type": "release", 
/**
 * A match pattern.
 */
matches: string, } | { "type": "badge", 
/**
 * At most four characters.
 */
text: string, 
/**
 * The icon of a tab of which nothing else is said.
 */
icon: Icon, } | { "type": "icons", 
/**
 * Over those of these sites.
 */
sites: Array<SiteIcon>, 
/**
 * Over all others; `None` where these stay as they are.
 */
others: Icon | null, } | { "type": "wake", 
/**
 * When.
 */
at: number, } | { "type": "refresh" } | { "type": "open", 
/**
 * Path within the package.
 */
page: string, };

export type Event = { "type": "installed" } | { "type": "started" } | { "type": "permissions", 
/**
 * Match patterns.
 */
origins: Array<string>, } | { "type": "woken" };

export type OfferChoice = { 
/**
 * The collector.
 */
collector: string, 
/**
 * SHA-256 of the offer.
 */
offer: string, 
/**
 * The notice, exactly as it is shown.
 */
notice: string, 
/**
 * The person agrees that records may hold special categories of personal data.
 */
special: boolean, 
/**
 * The person declares to be of age.
 */
adult: boolean, };

export type Withdrawn = "all" | { "bundle": string } | { "record": number };

export type Statements = "account" | "withdrawals" | "proof";

export type CollectorRequest = { "type": "collectors" } | { "type": "standing" } | { "type": "look_collector", 
/**
 * Its address; empty with a file.
 */
address: string, 
/**
 * Its description.
 */
file: string | null, } | { "type": "drop_collector", 
/**
 * Its address.
 */
address: string, } | { "type": "add_collector", 
/**
 * Its address; empty with a file.
 */
address: string, 
/**
 * The identity that was shown.
 */
did: string, 
/**
 * Its description.
 */
file: string | null, } | { "type": "take_statements", 
/**
 * The file.
 */
file: string, } | { "type": "refresh_collector", 
/**
 * The collector.
 */
collector: string, } | { "type": "remove_collector", 
/**
 * The collector.
 */
collector: string, } | { "type": "credit_limit", 
/**
 * The collector.
 */
collector: string, 
/**
 * In minor units; `None` for no limit.
 */
units: number | null, } | { "type": "draft_offer", 
/**
 * What for.
 */
choice: OfferChoice, } | { "type": "approve_offer", 
/**
 * The draft.
 */
draft: string, 
/**
 * As in `approve`.
 */
records_sha256: string, } | { "type": "send", 
/**
 * The export.
 */
export: string, } | { "type": "shared_with", 
/**
 * The record.
 */
seq: number, } | { "type": "withdraw", 
/**
 * The collector.
 */
collector: string, 
/**
 * What.
 */
scope: Withdrawn, 
/**
 * To be deleted, and not only used no longer.
 */
delete: boolean, } | { "type": "statements", 
/**
 * The collector.
 */
collector: string, 
/**
 * Which.
 */
part: Statements, };

export type CollectorReply = { "type": "found", 
/**
 * What to paint.
 */
view: FoundView, } | { "type": "collectors", 
/**
 * What to paint.
 */
view: CollectorsView, } | { "type": "standing", 
/**
 * What to paint.
 */
view: StandingView, } | { "type": "approved", 
/**
 * What to paint.
 */
view: CollectorsView, 
/**
 * Seconds after which it is to be sent, drawn at random.
 */
wait: number, } | { "type": "shared_with", 
/**
 * The record.
 */
seq: number, 
/**
 * Its ways, newest first.
 */
shares: Array<RecordShareView>, } | { "type": "offer_draft", 
/**
 * What would be signed.
 */
view: DraftView, 
/**
 * What it is worth.
 */
worth: WorthView, } | { "type": "file", 
/**
 * Its name.
 */
name: string, 
/**
 * What it holds.
 */
text: string, };

export type CollectorAnswer = { "outcome": "ok", 
/**
 * The reply.
 */
reply: CollectorReply, } | { "outcome": "failed", 
/**
 * Why, and what to do.
 */
failure: Failure, };

export type BulkDecision = "keep" | "mark" | "delete" | { "hide": { 
/**
 * One word or several: at most 12 words and 200 characters.
 */
phrase: string, } };

export type ArchiveRequest = { "type": "find", 
/**
 * The query; an empty one finds everything.
 */
query: string, 
/**
 * Only records below this sequence number.
 */
before: number | null, } | { "type": "count", 
/**
 * The query.
 */
query: string, 
/**
 * Only records below this sequence number.
 */
before: number | null, } | { "type": "fitting", 
/**
 * The collector.
 */
collector: string, 
/**
 * Only records below this sequence number.
 */
before: number | null, } | { "type": "conversation", 
/**
 * The record.
 */
seq: number, } | { "type": "decide_all", 
/**
 * The query.
 */
query: string, 
/**
 * Records that stay as they are: at most 10,000.
 */
except: Array<number>, 
/**
 * What becomes of the others.
 */
decision: BulkDecision, 
/**
 * Only records below this sequence number.
 */
before: number | null, } | { "type": "hide_in", 
/**
 * The records: at most 1,000.
 */
seqs: Array<number>, 
/**
 * One word or several: at most 12 words and 200 characters.
 */
phrase: string, } | { "type": "backup" } | { "type": "backup_piece", 
/**
 * The backup.
 */
backup: string, 
/**
 * Which piece, from 0.
 */
index: number, } | { "type": "backup_saved", 
/**
 * The backup.
 */
backup: string, } | { "type": "restore", 
/**
 * The 24 words that it was made with.
 */
words: Secret, } | { "type": "restore_piece", 
/**
 * The restore.
 */
restore: string, 
/**
 * Which piece, from 0.
 */
index: number, 
/**
 * Base64 of up to 1 MiB.
 */
data: string, } | { "type": "restore_finish", 
/**
 * The restore.
 */
restore: string, } | { "type": "restore_cancel", 
/**
 * The restore.
 */
restore: string, };

export type ArchiveReply = { "type": "searched", 
/**
 * What to paint.
 */
view: SearchView, } | { "type": "counted", 
/**
 * What to paint.
 */
view: CountedView, } | { "type": "fitted", 
/**
 * What to paint.
 */
view: FittedView, } | { "type": "conversation", 
/**
 * What to paint.
 */
view: ConversationView, } | { "type": "decided", 
/**
 * What became of it.
 */
view: DecidedView, } | { "type": "backup", 
/**
 * The backup, for its pieces.
 */
backup: string, 
/**
 * Name of the file.
 */
file: string, 
/**
 * Records that will be in it.
 */
records: number, } | { "type": "piece", 
/**
 * Base64 of the piece; may be empty.
 */
data: string, 
/**
 * Records written so far.
 */
records: number, 
/**
 * Whether it was the last.
 */
last: boolean, } | { "type": "restoring", 
/**
 * The restore, for its pieces.
 */
restore: string, 
/**
 * Records read so far.
 */
records: number, } | { "type": "restored", 
/**
 * What was taken in.
 */
view: RestoreView, } | { "type": "settings", 
/**
 * What to paint.
 */
view: SettingsView, };

export type ArchiveAnswer = { "outcome": "ok", 
/**
 * The reply.
 */
reply: ArchiveReply, } | { "outcome": "failed", 
/**
 * Why, and what to do.
 */
failure: Failure, };

export type SearchView = { 
/**
 * The query that this answers.
 */
query: string, 
/**
 * What of it was not understood: such a part is left out of the search.
 */
faults: Array<QueryFault>, 
/**
 * At most 50, newest first.
 */
items: Array<FoundItem>, 
/**
 * Where the search goes on; `None` at the end.
 */
next: number | null, 
/**
 * Positions that this answer looked through.
 */
looked: number, 
/**
 * Positions that there are, in all logs.
 */
of: number, 
/**
 * What could not be read among them.
 */
damaged: Array<Damage>, 
/**
 * Counts over the whole log.
 */
counts: Counts, 
/**
 * What needs saying.
 */
notices: Array<Notice>, };

export type FoundItem = { 
/**
 * As in the list.
 */
item: Item, 
/**
 * The part of the text around the first match, at most 280 code points: shown in place of the item's preview.
 */
excerpt: string, 
/**
 * Whether the excerpt begins where the text begins.
 */
begins: boolean, 
/**
 * Whether it ends where the text ends.
 */
ends: boolean, 
/**
 * What matches in it, in its order, without overlap.
 */
matches: Array<Span>, };

export type QueryFault = { 
/**
 * The part, as it was written.
 */
part: string, 
/**
 * Text key: `query_date`, `query_kind`, `query_filter`, `query_word` or `query_long`.
 */
code: string, };

export type CountedView = { 
/**
 * The query that this answers.
 */
query: string, 
/**
 * What of it was not understood.
 */
faults: Array<QueryFault>, 
/**
 * How many.
 */
total: number, 
/**
 * By kind, most first.
 */
kinds: Array<Tally>, 
/**
 * By host of the site, most first; an empty name where there is none.
 */
sites: Array<Tally>, 
/**
 * By month and kind, oldest first.
 */
months: Array<MonthTally>, 
/**
 * Where counting goes on; `None` at the end.
 */
next: number | null, 
/**
 * Positions that this answer looked through.
 */
looked: number, 
/**
 * Positions that there are, in all logs.
 */
of: number, };

export type FittedView = { 
/**
 * In the order of the collector's offers.
 */
offers: Array<FittingTally>, 
/**
 * Where counting goes on; `None` at the end.
 */
next: number | null, };

export type FittingTally = { 
/**
 * SHA-256 of the signed offer.
 */
sha256: string, 
/**
 * Records.
 */
records: number, 
/**
 * Those among them that are marked.
 */
marked: number, };

export type Tally = { 
/**
 * The name.
 */
name: string, 
/**
 * Records.
 */
count: number, };

export type MonthTally = { 
/**
 * The month in UTC, as `2026-11`.
 */
month: string, 
/**
 * The kind.
 */
kind: string, 
/**
 * Records.
 */
count: number, };

export type ConversationView = { 
/**
 * At most 200, oldest first; the record that was asked for is among them.
 */
items: Array<RecordView>, 
/**
 * Whether some were left out: older ones, or those that were not found in time.
 */
more: boolean, };

export type DecidedView = { 
/**
 * Records changed.
 */
changed: number, 
/**
 * Which, for undoing it: at most 1,000.
 */
seqs: Array<number>, 
/**
 * Records that were found and cannot be changed so: what can never be shared, and texts in which as much is hidden
 * as can be.
 */
left: number, 
/**
 * Where the next step begins; `None` at the end.
 */
next: number | null, 
/**
 * Positions that this step looked through.
 */
looked: number, 
/**
 * Positions that there are, in all logs.
 */
of: number, };

export type FoundView = { 
/**
 * Where it was found; empty where its description came as a file.
 */
address: string, 
/**
 * Its identity: its first key, for ever.
 */
did: string, 
/**
 * The same, short enough to compare aloud: eight groups of four hexadecimal digits.
 */
fingerprint: string, 
/**
 * What it calls itself.
 */
name: string, 
/**
 * Where to write to.
 */
contact: string, 
/**
 * Whether it is kept already.
 */
known: boolean, };

export type CollectorsView = { 
/**
 * Whether there is a log to share from.
 */
ready: boolean, 
/**
 * Whether this build speaks to collectors; else statements come and go as files only.
 */
channel: boolean, 
/**
 * Whether the person declared to be of age.
 */
adult: boolean, 
/**
 * Records that are marked.
 */
marked: number, 
/**
 * Name of a row that cannot be read, as the check of everything names it; empty where there is none.
 */
damaged: string, 
/**
 * In the order in which they were added.
 */
collectors: Array<CollectorView>, };

export type CollectorView = { 
/**
 * By which requests name it.
 */
id: string, 
/**
 * What it calls itself.
 */
name: string, 
/**
 * Its identity.
 */
did: string, 
/**
 * As [`FoundView::fingerprint`].
 */
fingerprint: string, 
/**
 * Where it is; empty where statements come and go as files only.
 */
address: string, 
/**
 * The match pattern of its permission; empty where there is no address.
 */
matches: string, 
/**
 * Whether the browser lets the extension speak to it.
 */
permitted: boolean, 
/**
 * Where to write to.
 */
contact: string, 
/**
 * When it was asked last.
 */
refreshed: number, 
/**
 * Removed: what is owed and what was withdrawn goes on, nothing new is shared.
 */
removed: boolean, 
/**
 * It was proven to have signed two stories.
 */
cheated: boolean, 
/**
 * Most that it may owe before more is sent, in minor units.
 */
limit: number | null, 
/**
 * The person's name there: the key of the present share log; empty before the first share.
 */
person: string, 
/**
 * Its offers.
 */
offers: Array<OfferView>, 
/**
 * What was approved for it, newest first.
 */
shares: Array<ShareView>, 
/**
 * What it owes, by asset.
 */
sums: Array<SumView>, 
/**
 * The entries of its accounts, newest first.
 */
ledger: Array<LedgerView>, 
/**
 * What was withdrawn, newest first.
 */
withdrawals: Array<WithdrawalView>, };

export type OfferView = { 
/**
 * SHA-256 of the signed offer, by which requests name it.
 */
sha256: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What the records are for.
 */
purposes: Array<string>, 
/**
 * Kinds of records that are asked for.
 */
kinds: Array<string>, 
/**
 * Hosts that are asked for; none means any.
 */
sites: Array<string>, 
/**
 * Languages that are asked for; none means any.
 */
languages: Array<string>, 
/**
 * Least records of a bundle.
 */
min_items: number, 
/**
 * Most accepted records of one bundle.
 */
per_bundle: number, 
/**
 * Code points of a text, at least and at most.
 */
codepoints: [number, number], 
/**
 * Detail of the time.
 */
time: TimeDetail, 
/**
 * Until when.
 */
valid_until: number, 
/**
 * Whether bundles may be approved now.
 */
open: boolean, 
/**
 * What is paid in.
 */
asset: string, 
/**
 * The prices.
 */
rules: Array<RuleView>, 
/**
 * Days after which records are deleted.
 */
retention_days: number, 
/**
 * Days within which is paid.
 */
pay_within_days: number, 
/**
 * Where records are kept.
 */
regions: Array<string>, 
/**
 * Whether people may read the records.
 */
human_review: boolean, 
/**
 * SHA-256 of the terms.
 */
terms_sha256: string, 
/**
 * What a bundle for it may hold.
 */
data: Array<DataSort>, };

export type RuleView = { 
/**
 * Records of this kind.
 */
kind: string, 
/**
 * Whether the unit is a code point, and not a record.
 */
codepoints: boolean, 
/**
 * How many units the amount is for.
 */
n: number, 
/**
 * The amount.
 */
amount: string, };

export type ShareState = "unanswered" | "receipted" | "refused";

export type ShareView = { 
/**
 * The export.
 */
id: string, 
/**
 * Title of the offer.
 */
title: string, 
/**
 * When it was approved.
 */
time: number, 
/**
 * Records in it.
 */
records: number, 
/**
 * How far it is.
 */
state: ShareState, 
/**
 * The code of the last refusal, as the collector names it; empty where there was none.
 */
problem: string, 
/**
 * Whether the file is there: not after a record in it was deleted.
 */
available: boolean, 
/**
 * What is paid in.
 */
asset: string, 
/**
 * What the offer makes it, by the person's own computation; `None` where it could not be computed.
 */
own: string | null, 
/**
 * What the collector says that it owes.
 */
amount: string | null, 
/**
 * Accepted records.
 */
accepted: number, 
/**
 * What was refused, by reason.
 */
rejected: Array<CountView>, 
/**
 * The collector's sum or its reasons differ from the person's own computation.
 */
differs: boolean, 
/**
 * All of it was withdrawn.
 */
withdrawn: boolean, 
/**
 * What it may hold.
 */
data: Array<DataSort>, };

export type CountView = { 
/**
 * The reason: a code of FORMATS, as `kind` or `duplicate`.
 */
code: string, 
/**
 * Records.
 */
count: number, };

export type SumView = { 
/**
 * The asset.
 */
asset: string, 
/**
 * The sum of all receipts.
 */
owed: string, 
/**
 * The sum of all payouts.
 */
paid: string, 
/**
 * What is owed and not paid.
 */
outstanding: string, 
/**
 * Of that, what should have been paid by now.
 */
overdue: string, };

export type LedgerKind = "receipt" | "payout" | "ack";

export type LedgerView = { 
/**
 * What it is about.
 */
kind: LedgerKind, 
/**
 * When.
 */
time: number, 
/**
 * What is owed by it or was paid; empty for a withdrawal.
 */
amount: string, 
/**
 * The asset.
 */
asset: string, 
/**
 * Until when it is to be paid or carried out; 0 for a payment.
 */
due: number, 
/**
 * How it was paid, or how far the withdrawal is.
 */
detail: string, 
/**
 * Accepted records, or records withdrawn.
 */
records: number, 
/**
 * The signed entry.
 */
statement: string, };

export type WithdrawalState = "sent" | "received" | "done" | "overdue" | "refused";

export type WithdrawalView = { 
/**
 * Its id.
 */
id: string, 
/**
 * When it was signed.
 */
time: number, 
/**
 * What is withdrawn.
 */
scope: WithdrawalScope, 
/**
 * Whether it is to be deleted, and not only used no longer.
 */
delete: boolean, 
/**
 * How far it is.
 */
state: WithdrawalState, 
/**
 * Until when it is to be carried out; 0 where nobody said.
 */
due: number, 
/**
 * Records concerned; 0 where nobody said.
 */
records: number, 
/**
 * The code of the last refusal; empty where there was none.
 */
problem: string, };

export type WithdrawalScope = "all" | "bundle" | "records";

export type WorthView = { 
/**
 * The collector.
 */
collector: string, 
/**
 * What it calls itself.
 */
name: string, 
/**
 * The offer.
 */
offer: OfferView, 
/**
 * What its rules make of the records of the draft, if the collector finds nothing against any of them.
 */
amount: string, 
/**
 * The exact notice that the person sees and the consent names.
 */
notice: string, 
/**
 * Special categories are agreed to.
 */
special: boolean, };

export type DataSort = "searchTerms" | "websiteContent" | "personalCommunications" | "browsingActivity";

export type RecordShareView = { 
/**
 * The collector.
 */
collector: string, 
/**
 * What it calls itself.
 */
name: string, 
/**
 * Title of the offer.
 */
title: string, 
/**
 * When it was approved.
 */
time: number, 
/**
 * How far the bundle is.
 */
state: ShareState, 
/**
 * Why the collector refused this record; empty where it did not.
 */
rejected: string, 
/**
 * It was withdrawn from there: alone, with its bundle or with everything.
 */
withdrawn: boolean, };

export type StandingView = { 
/**
 * What they owe, by asset.
 */
sums: Array<SumView>, 
/**
 * Approved bundles without an answer.
 */
unanswered: number, 
/**
 * Withdrawals that should have been carried out by now.
 */
overdue: number, 
/**
 * Collectors that were proven to have signed two stories.
 */
cheated: number, };

export type Review = { "state": "private" } | { "state": "marked" } | { "state": "deleting", 
/**
 * Milliseconds since the Unix epoch.
 */
until: number, };

export type Damage = { 
/**
 * What: the table and key of a row, the name of a key file, or a log's id.
 */
name: string, 
/**
 * Records that cannot be read because of it.
 */
records: number, };

export type Audience = { 
/**
 * Its name.
 */
name: string, 
/**
 * The did:key under which the next export to it continues; empty if the next one begins anew.
 */
did: string, 
/**
 * Records that were exported to it, under any key.
 */
records: number, };

export type StatusView = { 
/**
 * Locked: only `status` and `unlock` are answered, and what is captured waits in the inbox.
 */
locked: boolean, 
/**
 * Whether there is a passphrase to lock with.
 */
passphrase: boolean, 
/**
 * Records that wait in the inbox.
 */
waiting: number, 
/**
 * When the next passphrase counts, in milliseconds since the Unix epoch, after wrong ones.
 */
wait_until: number | null, };

export type WordsState = "unseen" | "shown" | "confirmed";

export type LogView = { 
/**
 * Its id, lower-case hex.
 */
id: string, 
/**
 * The did:key that signs it.
 */
did: string, 
/**
 * Lines in it, tombstones included.
 */
lines: number, 
/**
 * Restored, or closed by a restore: nothing is added to it any more.
 */
read_only: boolean, };

export type SettingsView = { 
/**
 * Whether there is a log; without one there is nothing to set.
 */
ready: boolean, 
/**
 * The 24 words.
 */
words: WordsState, 
/**
 * Whether a passphrase protects the profile.
 */
passphrase: boolean, 
/**
 * Minutes without use after which it locks; 0 for never.
 */
idle_minutes: number, 
/**
 * Days that records are kept; `None` for ever.
 */
retention_days: number | null, 
/**
 * When the last backup was saved, in milliseconds since the Unix epoch.
 */
backup: number | null, 
/**
 * Records made since then.
 */
backup_behind: number, 
/**
 * Whether a backup is due.
 */
backup_due: boolean, 
/**
 * Records of the last hour, for the button that forgets it.
 */
last_hour: number, 
/**
 * Everything is forgotten at this time, unless that is undone.
 */
forget_all_at: number | null, 
/**
 * Words that are hidden in every record that is shared, in alphabetical order.
 */
always_hidden: Array<string>, 
/**
 * The logs, oldest first; the last one is written to.
 */
logs: Array<LogView>, };

export type RestoreView = { 
/**
 * Logs that were new to this profile.
 */
logs: number, 
/**
 * Records taken in.
 */
added: number, 
/**
 * Records that were here already.
 */
known: number, 
/**
 * Damaged records that were made whole.
 */
mended: number, 
/**
 * Records left out or removed, because they were deleted here or there.
 */
deleted: number, 
/**
 * Exports taken in.
 */
exports: number, };

export type Place = { 
/**
 * Which log, from 0.
 */
log: number, 
/**
 * Position in it, from 0.
 */
position: number, };

export type Item = { 
/**
 * Number in this profile: which log, and the position in it.
 */
seq: number, 
/**
 * Where it stands.
 */
place: Place, 
/**
 * `search`, `prompt`, `post`, `comment`, `edit`, `response`, `rating` or `unknown`: part of a text key.
 */
kind: string, 
/**
 * Host of the site.
 */
site: string, 
/**
 * When, in milliseconds since the Unix epoch.
 */
time: number, 
/**
 * The beginning of the text, at most 280 code points.
 */
preview: string, 
/**
 * Code points of the whole text.
 */
length: number, 
/**
 * The page changed the text after the last keystroke.
 */
altered: boolean, 
/**
 * Whether it may ever be marked: answers and ratings are not the person's own words.
 */
shareable: boolean, 
/**
 * How it stands.
 */
review: Review, 
/**
 * Findings that would be hidden if it were shared; `None` where that was not looked for: in long texts, and in
 * what is never shared.
 */
hidden: number | null, };

export type FindingGroup = "secret" | "contact" | "finance" | "identity" | "place" | "person" | "network" | "special" | "personal" | "plain";

export type FindingReason = "form" | "check" | "word" | "check_word" | "alone" | "prefix" | "assigned" | "introduced" | "said" | "listed" | "marked";

export type Span = { 
/**
 * Where it begins, in UTF-16 units.
 */
start: number, 
/**
 * Where it ends, in UTF-16 units.
 */
end: number, };

export type FindingView = { 
/**
 * Where it stands in the text.
 */
span: Span, 
/**
 * What it most likely is: a name of docs/detection.md, as in its placeholder.
 */
kind: string, 
/**
 * What else it can be.
 */
also: Array<string>, 
/**
 * What sort of thing that is.
 */
group: FindingGroup, 
/**
 * How sure that is, in hundredths.
 */
confidence: number, 
/**
 * Why.
 */
reason: FindingReason, 
/**
 * What becomes of it where the record is shared.
 */
action: Hide, 
/**
 * What can become of it.
 */
actions: Array<Hide>, 
/**
 * Whether the person decided that.
 */
chosen: boolean, 
/**
 * Whether it is there because the person marked it: keeping it takes it out.
 */
added: boolean, };

export type RedactionView = { 
/**
 * The kind.
 */
kind: string, 
/**
 * How many.
 */
count: number, };

export type HidingView = { 
/**
 * What was found, in the order of the text. What is hidden does not overlap; what stays may lie over it.
 */
findings: Array<FindingView>, 
/**
 * The text that would leave; `None` where it leaves as it is.
 */
shared: string | null, 
/**
 * Where something stands in it in place of what is hidden.
 */
places: Array<Span>, 
/**
 * What the shared record says was taken out.
 */
redactions: Array<RedactionView>, 
/**
 * Whether a decision can be taken back.
 */
undo: boolean, };

export type RecordView = { 
/**
 * As in the list.
 */
item: Item, 
/**
 * The exact text.
 */
text: string, 
/**
 * Where it was sent, without query or fragment.
 */
url: string, 
/**
 * UUID of the record in the private log.
 */
id: string, 
/**
 * Code points typed.
 */
typed: number, 
/**
 * Code points pasted.
 */
pasted: number, 
/**
 * Name and version of the adapter that saw it; empty where that is not known.
 */
adapter: string, 
/**
 * What showed that it left; empty where that is not known.
 */
confirmed: string, 
/**
 * The model, where the page named one; else empty.
 */
model: string, 
/**
 * UUID of the record that it replaces; empty for none.
 */
replaces: string, 
/**
 * UUID of the record that it answers; empty for none.
 */
reply_to: string, 
/**
 * The commitment in the signed line, base64url.
 */
commitment: string, 
/**
 * What it hides where it is shared; `None` for what is never shared.
 */
hiding: HidingView | null, };

export type SiteState = "on" | "off" | "unpermitted" | "unavailable" | "capped";

export type HealthState = "quiet" | "well" | "unconfirmed" | "stale" | "old" | "flooding" | "forging";

export type Health = { 
/**
 * What is to be said.
 */
state: HealthState, 
/**
 * Gestures that may send, seen so far.
 */
gestures: number, 
/**
 * Of these, recorded.
 */
recorded: number, 
/**
 * Of these, without a proof that the text left.
 */
unconfirmed: number, 
/**
 * Minutes in which a limit was reached.
 */
floods: number, 
/**
 * Events that pages made up in floods: none of them was taken for a person's.
 */
forged: number, 
/**
 * Submissions in a row that the adapter did not see.
 */
silent: number, 
/**
 * The last record, in milliseconds since the Unix epoch.
 */
last: number | null, 
/**
 * Name of the adapter; empty where there is none.
 */
adapter: string, 
/**
 * Name and version of what sees submissions there.
 */
version: string, };

export type Site = { 
/**
 * Its origin, e.g. `https://example.org`; empty where unavailable.
 */
origin: string, 
/**
 * Its host as shown, with a port where there is one.
 */
host: string, 
/**
 * The match pattern to ask the browser for.
 */
matches: string, 
/**
 * How it stands.
 */
state: SiteState, 
/**
 * Records of today.
 */
today: number, 
/**
 * How recording goes there.
 */
health: Health, 
/**
 * Whether the answers of its model are kept; `None` where no adapter knows them.
 */
responses: boolean | null, 
/**
 * Whether ratings of answers are kept; `None` where no adapter knows them.
 */
ratings: boolean | null, };

export type PauseView = { 
/**
 * Until then, in milliseconds since the Unix epoch; `None` until it is resumed.
 */
until: number | null, };

export type Notice = { 
/**
 * Text key.
 */
code: string, 
/**
 * Host it is about; may be empty.
 */
site: string, };

export type Counts = { 
/**
 * Records in the log that are not deleted.
 */
total: number, 
/**
 * Records since local midnight (UTC).
 */
today: number, 
/**
 * Records marked for sharing.
 */
marked: number, };

export type PopupView = { 
/**
 * Whether consent to local recording stands. If not, the popup shows the door to the welcome page only.
 */
consented: boolean, 
/**
 * The site in view; `None` where the browser does not tell the address.
 */
site: Site | null, 
/**
 * Counts.
 */
counts: Counts, 
/**
 * The newest records, at most 20.
 */
recent: Array<Item>, 
/**
 * What needs saying.
 */
notices: Array<Notice>, 
/**
 * Recording rests; `None` where it does not.
 */
paused: PauseView | null, 
/**
 * Whether there are collectors, of which something may have to be said.
 */
collectors: boolean, };

export type WelcomeView = { 
/**
 * Whether consent to local recording stands.
 */
consented: boolean, 
/**
 * Sites that are on.
 */
sites: number, };

export type SitesView = { 
/**
 * Whether consent to local recording stands.
 */
consented: boolean, 
/**
 * All that the person ever switched on, by host.
 */
sites: Array<Site>, 
/**
 * Recording rests; `None` where it does not.
 */
paused: PauseView | null, 
/**
 * The health of all sites as a text without content, for the person to copy.
 */
report: string, };

export type ListView = { 
/**
 * The filter that this answers.
 */
filter: Filter, 
/**
 * At most 50, newest first.
 */
items: Array<Item>, 
/**
 * What could not be read among them.
 */
damaged: Array<Damage>, 
/**
 * Where the next page begins; `None` at the end.
 */
next: number | null, 
/**
 * Counts over the whole log.
 */
counts: Counts, 
/**
 * What needs saying.
 */
notices: Array<Notice>, };

export type Excluded = { 
/**
 * The record.
 */
seq: number, 
/**
 * Where it stands.
 */
place: Place, 
/**
 * Text key of the reason.
 */
code: string, };

export type DraftRecord = { 
/**
 * The record.
 */
seq: number, 
/**
 * Where it stands.
 */
place: Place, 
/**
 * Findings that the line hides.
 */
hidden: number, 
/**
 * Findings that it shows.
 */
shown: number, };

export type DraftView = { 
/**
 * The draft.
 */
draft: string, 
/**
 * Name of the audience.
 */
name: string, 
/**
 * Detail of the time.
 */
time: TimeDetail, 
/**
 * The lines, one JSON object each, without their newlines. The page shows these and sends their digest.
 */
lines: Array<string>, 
/**
 * The record of each line.
 */
records: Array<DraftRecord>, 
/**
 * Marked records that are left out, and why.
 */
excluded: Array<Excluded>, 
/**
 * Records already in this share log before this export.
 */
start: number, 
/**
 * The did:key that signs.
 */
did: string, };

export type Export = { 
/**
 * The collector that it is for; empty where it is for none.
 */
collector: string, 
/**
 * Its id.
 */
id: string, 
/**
 * Name of the audience.
 */
name: string, 
/**
 * When it was approved, in milliseconds since the Unix epoch.
 */
time: number, 
/**
 * Records in it.
 */
records: number, 
/**
 * Name of the file.
 */
file: string, 
/**
 * SHA-256 of `records.jsonl`, lower-case hex.
 */
records_sha256: string, 
/**
 * The did:key that signed.
 */
did: string, 
/**
 * Whether the file can be saved again: not once a record in it was deleted.
 */
available: boolean, };

export type ExportsView = { 
/**
 * Newest first.
 */
exports: Array<Export>, 
/**
 * The audiences, by name.
 */
audiences: Array<Audience>, 
/**
 * The draft that can be approved; a page that shows another one shows what no longer holds.
 */
draft: string | null, };

export const ARCHIVE_REQUESTS = [
  "find",
  "count",
  "fitting",
  "conversation",
  "decide_all",
  "hide_in",
  "backup",
  "backup_piece",
  "backup_saved",
  "restore",
  "restore_piece",
  "restore_finish",
  "restore_cancel",
] as const;

export const COLLECTOR_REQUESTS = [
  "collectors",
  "standing",
  "look_collector",
  "drop_collector",
  "add_collector",
  "take_statements",
  "refresh_collector",
  "remove_collector",
  "credit_limit",
  "draft_offer",
  "approve_offer",
  "send",
  "shared_with",
  "withdraw",
  "statements",
] as const;
