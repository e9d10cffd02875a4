//! What the page of the collectors paints. Sums are decimal texts in an asset's minor units, times milliseconds since
//! the Unix epoch.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// A collector that was looked at and is not kept yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct FoundView {
    /// Where it was found; empty where its description came as a file.
    pub address: String,
    /// Its identity: its first key, for ever.
    pub did: String,
    /// The same, short enough to compare aloud: eight groups of four hexadecimal digits.
    pub fingerprint: String,
    /// What it calls itself.
    pub name: String,
    /// Where to write to.
    pub contact: String,
    /// Whether it is kept already.
    pub known: bool,
}

/// The collectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CollectorsView {
    /// Whether there is a log to share from.
    pub ready: bool,
    /// Whether this build speaks to collectors; else statements come and go as files only.
    pub channel: bool,
    /// Whether the person declared to be of age.
    pub adult: bool,
    /// Records that are marked.
    pub marked: u32,
    /// Name of a row that cannot be read, as the check of everything names it; empty where there is none.
    pub damaged: String,
    /// In the order in which they were added.
    pub collectors: Vec<CollectorView>,
}

/// All collectors together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct StandingView {
    /// What they owe, by asset.
    pub sums: Vec<SumView>,
    /// Approved bundles without an answer.
    pub unanswered: u32,
    /// Withdrawals that should have been carried out by now.
    pub overdue: u32,
    /// Collectors that were proven to have signed two stories.
    pub cheated: u32,
}

/// A collector, and everything that went to and fro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CollectorView {
    /// By which requests name it.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Its identity.
    pub did: String,
    /// As [`FoundView::fingerprint`].
    pub fingerprint: String,
    /// Where it is; empty where statements come and go as files only.
    pub address: String,
    /// The match pattern of its permission; empty where there is no address.
    pub matches: String,
    /// Whether the browser lets the extension speak to it.
    pub permitted: bool,
    /// Where to write to.
    pub contact: String,
    /// When it was asked last.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub refreshed: u64,
    /// Removed: what is owed and what was withdrawn goes on, nothing new is shared.
    pub removed: bool,
    /// It was proven to have signed two stories.
    pub cheated: bool,
    /// Most that it may owe before more is sent, in minor units.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub limit: Option<u64>,
    /// The person's name there: the key of the present share log; empty before the first share.
    pub person: String,
    /// Its offers.
    pub offers: Vec<OfferView>,
    /// What was approved for it, newest first.
    pub shares: Vec<ShareView>,
    /// What it owes, by asset.
    pub sums: Vec<SumView>,
    /// The entries of its accounts, newest first.
    pub ledger: Vec<LedgerView>,
    /// What was withdrawn, newest first.
    pub withdrawals: Vec<WithdrawalView>,
}

/// An offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OfferView {
    /// SHA-256 of the signed offer, by which requests name it.
    pub sha256: String,
    /// Its title.
    pub title: String,
    /// What the records are for.
    pub purposes: Vec<String>,
    /// Kinds of records that are asked for.
    pub kinds: Vec<String>,
    /// Hosts that are asked for; none means any.
    pub sites: Vec<String>,
    /// Languages that are asked for; none means any.
    pub languages: Vec<String>,
    /// Least records of a bundle.
    pub min_items: u32,
    /// Most accepted records of one bundle.
    pub per_bundle: u32,
    /// Code points of a text, at least and at most.
    pub codepoints: (u32, u32),
    /// Detail of the time.
    pub time: crate::view::TimeDetail,
    /// Until when.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub valid_until: u64,
    /// Whether bundles may be approved now.
    pub open: bool,
    /// What is paid in.
    pub asset: String,
    /// The prices.
    pub rules: Vec<RuleView>,
    /// Days after which records are deleted.
    pub retention_days: u32,
    /// Days within which is paid.
    pub pay_within_days: u32,
    /// Where records are kept.
    pub regions: Vec<String>,
    /// Whether people may read the records.
    pub human_review: bool,
    /// SHA-256 of the terms.
    pub terms_sha256: String,
    /// What a bundle for it may hold.
    pub data: Vec<DataSort>,
}

/// A sort of data, as Firefox's `data_collection_permissions` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum DataSort {
    /// What was searched for.
    SearchTerms,
    /// What was written into pages.
    WebsiteContent,
    /// What was written to somebody, or to a model.
    PersonalCommunications,
    /// Which sites were used.
    BrowsingActivity,
}

impl DataSort {
    /// The browser's name for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SearchTerms => "searchTerms",
            Self::WebsiteContent => "websiteContent",
            Self::PersonalCommunications => "personalCommunications",
            Self::BrowsingActivity => "browsingActivity",
        }
    }
}

/// A record's way to a collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct RecordShareView {
    /// The collector.
    pub collector: String,
    /// What it calls itself.
    pub name: String,
    /// Title of the offer.
    pub title: String,
    /// When it was approved.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time: u64,
    /// How far the bundle is.
    pub state: ShareState,
    /// Why the collector refused this record; empty where it did not.
    pub rejected: String,
    /// It was withdrawn from there: alone, with its bundle or with everything.
    pub withdrawn: bool,
}

/// A price: `amount` for every `n` full units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct RuleView {
    /// Records of this kind.
    pub kind: String,
    /// Whether the unit is a code point, and not a record.
    pub codepoints: bool,
    /// How many units the amount is for.
    pub n: u32,
    /// The amount.
    pub amount: String,
}

/// How far a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ShareState {
    /// Approved, and not sent or not answered.
    Unanswered,
    /// A receipt came.
    Receipted,
    /// Refused for good: its records can be shared again.
    Refused,
}

/// A bundle that was approved for a collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct ShareView {
    /// The export.
    pub id: String,
    /// Title of the offer.
    pub title: String,
    /// When it was approved.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time: u64,
    /// Records in it.
    pub records: u32,
    /// How far it is.
    pub state: ShareState,
    /// The code of the last refusal, as the collector names it; empty where there was none.
    pub problem: String,
    /// Whether the file is there: not after a record in it was deleted.
    pub available: bool,
    /// What is paid in.
    pub asset: String,
    /// What the offer makes it, by the person's own computation; `None` where it could not be computed.
    pub own: Option<String>,
    /// What the collector says that it owes.
    pub amount: Option<String>,
    /// Accepted records.
    pub accepted: u32,
    /// What was refused, by reason.
    pub rejected: Vec<CountView>,
    /// The collector's sum or its reasons differ from the person's own computation.
    pub differs: bool,
    /// All of it was withdrawn.
    pub withdrawn: bool,
    /// What it may hold.
    pub data: Vec<DataSort>,
}

/// How many records for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct CountView {
    /// The reason: a code of FORMATS, as `kind` or `duplicate`.
    pub code: String,
    /// Records.
    pub count: u32,
}

/// What is owed in one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct SumView {
    /// The asset.
    pub asset: String,
    /// The sum of all receipts.
    pub owed: String,
    /// The sum of all payouts.
    pub paid: String,
    /// What is owed and not paid.
    pub outstanding: String,
    /// Of that, what should have been paid by now.
    pub overdue: String,
}

/// What an entry of an account is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum LedgerKind {
    /// An answer to a bundle.
    Receipt,
    /// A payment.
    Payout,
    /// An answer to a withdrawal.
    Ack,
}

/// An entry of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct LedgerView {
    /// What it is about.
    pub kind: LedgerKind,
    /// When.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time: u64,
    /// What is owed by it or was paid; empty for a withdrawal.
    pub amount: String,
    /// The asset.
    pub asset: String,
    /// Until when it is to be paid or carried out; 0 for a payment.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub due: u64,
    /// How it was paid, or how far the withdrawal is.
    pub detail: String,
    /// Accepted records, or records withdrawn.
    pub records: u32,
    /// The signed entry.
    pub statement: String,
}

/// How far a withdrawal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum WithdrawalState {
    /// Signed, and not acknowledged.
    Sent,
    /// Understood: nothing of it is used any more.
    Received,
    /// Carried out.
    Done,
    /// Not carried out, though the time for it is over.
    Overdue,
    /// Refused.
    Refused,
}

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct WithdrawalView {
    /// Its id.
    pub id: String,
    /// When it was signed.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub time: u64,
    /// What is withdrawn.
    pub scope: WithdrawalScope,
    /// Whether it is to be deleted, and not only used no longer.
    pub delete: bool,
    /// How far it is.
    pub state: WithdrawalState,
    /// Until when it is to be carried out; 0 where nobody said.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub due: u64,
    /// Records concerned; 0 where nobody said.
    pub records: u32,
    /// The code of the last refusal; empty where there was none.
    pub problem: String,
}

/// How much a withdrawal reaches, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum WithdrawalScope {
    /// Everything.
    All,
    /// One bundle.
    Bundle,
    /// Single records.
    Records,
}

/// What a draft for an offer is worth, before anything is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct WorthView {
    /// The collector.
    pub collector: String,
    /// What it calls itself.
    pub name: String,
    /// The offer.
    pub offer: OfferView,
    /// What its rules make of the records of the draft, if the collector finds nothing against any of them.
    pub amount: String,
    /// The exact notice that the person sees and the consent names.
    pub notice: String,
    /// Special categories are agreed to.
    pub special: bool,
}
