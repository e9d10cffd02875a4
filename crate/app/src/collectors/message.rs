//! The messages about collectors. They have a set and a WebAssembly module of their own, which is opened when a page asks
//! for them: what captures and searches stays small.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::view::{CollectorsView, FoundView, RecordShareView, StandingView, WorthView};
use crate::error::Failure;
use crate::tagged::closed;
use crate::view::DraftView;

/// What is shared under an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct OfferChoice {
    /// The collector.
    pub collector: String,
    /// SHA-256 of the offer.
    pub offer: String,
    /// The notice, exactly as it is shown.
    pub notice: String,
    /// The person agrees that records may hold special categories of personal data.
    pub special: bool,
    /// The person declares to be of age.
    pub adult: bool,
}

/// What is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Withdrawn {
    /// Everything that this collector has.
    All,
    /// A bundle, by its export.
    Bundle(String),
    /// A record, wherever this collector has it.
    Record(#[cfg_attr(feature = "typescript", ts(type = "number"))] u64),
}

/// Which statements are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Statements {
    /// The account, as the command line verifies it.
    Account,
    /// The withdrawals, as a collector takes them.
    Withdrawals,
    /// The proof that the collector signed two stories.
    Proof,
}

closed! {
/// Every request about collectors. Only pages of the extension may send them; the form is that of a
/// [`crate::message::Request`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(TS), ts(tag = "type", rename_all = "snake_case"))]
pub enum CollectorRequest {
    /// The collectors, what they offer, what was shared with them and what came of it.
    Collectors,
    /// What there is to say of all collectors together, in few words.
    Standing,
    /// Look who a collector is, at its address or in a file. Nothing is kept.
    LookCollector {
        /// Its address; empty with a file.
        address: String,
        /// Its description.
        file: Option<String>,
    },
    /// Do not keep a collector that was looked at: gives its permission back, unless something else needs it.
    DropCollector {
        /// Its address.
        address: String,
    },
    /// Keep a collector that was looked at.
    AddCollector {
        /// Its address; empty with a file.
        address: String,
        /// The identity that was shown.
        did: String,
        /// Its description.
        file: Option<String>,
    },
    /// Take in what a collector sent as a file: its description, offers or answers.
    TakeStatements {
        /// The file.
        file: String,
    },
    /// Ask a collector for its description, its offers and its answers.
    RefreshCollector {
        /// The collector.
        collector: String,
    },
    /// Share nothing more with a collector, and give its permission back.
    RemoveCollector {
        /// The collector.
        collector: String,
    },
    /// How much a collector may owe before more is sent.
    CreditLimit {
        /// The collector.
        collector: String,
        /// In minor units; `None` for no limit.
        #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
        units: Option<u64>,
    },
    /// Prepare a bundle of what is marked and fits an offer: exactly the lines that would be signed.
    DraftOffer {
        /// What for.
        choice: OfferChoice,
    },
    /// Approve a draft for an offer: sign the consent, and exactly the lines with this digest.
    ApproveOffer {
        /// The draft.
        draft: String,
        /// As in `approve`.
        records_sha256: String,
    },
    /// Send an approved bundle to its collector, or once more.
    Send {
        /// The export.
        export: String,
    },
    /// Where a record went.
    SharedWith {
        /// The record.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
    },
    /// Withdraw what was shared: signed, kept, and sent where the collector can be reached.
    Withdraw {
        /// The collector.
        collector: String,
        /// What.
        scope: Withdrawn,
        /// To be deleted, and not only used no longer.
        delete: bool,
    },
    /// Statements as a file.
    Statements {
        /// The collector.
        collector: String,
        /// Which.
        part: Statements,
    },
}
}

/// What a request about collectors is answered with when it succeeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum CollectorReply {
    /// To `look_collector`.
    Found {
        /// What to paint.
        view: FoundView,
    },
    /// To `collectors` and every change of them.
    Collectors {
        /// What to paint.
        view: CollectorsView,
    },
    /// To `standing`.
    Standing {
        /// What to paint.
        view: StandingView,
    },
    /// To `approve_offer`.
    Approved {
        /// What to paint.
        view: CollectorsView,
        /// Seconds after which it is to be sent, drawn at random.
        wait: u32,
    },
    /// To `shared_with`.
    SharedWith {
        /// The record.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        seq: u64,
        /// Its ways, newest first.
        shares: Vec<RecordShareView>,
    },
    /// To `draft_offer`.
    OfferDraft {
        /// What would be signed.
        view: DraftView,
        /// What it is worth.
        worth: WorthView,
    },
    /// To `statements`.
    File {
        /// Its name.
        name: String,
        /// What it holds.
        text: String,
    },
}

/// The answer to every request about collectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum CollectorAnswer {
    /// Done; what it changed is durable.
    Ok {
        /// The reply.
        reply: CollectorReply,
    },
    /// Not done; nothing changed, unless the code says otherwise.
    Failed {
        /// Why, and what to do.
        failure: Failure,
    },
}
