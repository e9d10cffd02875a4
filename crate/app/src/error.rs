//! What can go wrong, as one closed set. Each code is also the key of the text that says what happened and
//! what to do: `error_<code>` in the catalogue.

use std::fmt;

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

/// Why a request was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Code {
    /// The message is not one of the closed set, or breaks its limits.
    MessageInvalid,
    /// The sender may not send it.
    NotAllowed,
    /// Consent to local recording is not given.
    NoConsent,
    /// The site is off.
    SiteOff,
    /// No site can be read from this address.
    SiteInvalid,
    /// A place that is never recorded.
    SiteUnavailable,
    /// The site sent more than the limits allow.
    SiteCapped,
    /// Recording is paused by the person.
    Paused,
    /// The text is longer than a record may be.
    TextTooLong,
    /// No such record, or deleted.
    RecordGone,
    /// Nothing is marked, or nothing that can be exported.
    NothingToExport,
    /// No such draft: discarded, or replaced by a newer one.
    DraftGone,
    /// The digest is not that of the draft: what was shown is not what would be signed.
    DigestMismatch,
    /// More than one bundle can hold.
    ExportTooLarge,
    /// No such export.
    ExportGone,
    /// The audience needs a name of 1 to 64 characters.
    NameInvalid,
    /// The store could not be opened or read.
    StoreUnreadable,
    /// The store could not be written; nothing changed.
    StoreUnwritable,
    /// No room left; nothing changed.
    StoreFull,
    /// A row is damaged.
    StoreCorrupt,
    /// Written by a newer version; nothing was touched.
    StoreNewer,
    /// The keys could not be opened.
    KeysUnavailable,
    /// A file of keys is damaged in both of its copies.
    KeysDamaged,
    /// The profile is locked: the passphrase opens it.
    Locked,
    /// The passphrase is wrong.
    PassphraseWrong,
    /// Too many wrong passphrases: the next one counts only later.
    PassphraseWait,
    /// A passphrase needs at least 8 characters.
    PassphraseShort,
    /// There is no passphrase, so there is nothing to lock with.
    NoPassphrase,
    /// The words were shown and confirmed: they are shown once only.
    WordsShown,
    /// These are not the words that were shown.
    WordsWrong,
    /// There must be 24 words.
    WordsCount,
    /// A word is not in the list; the detail is its number.
    WordUnknown,
    /// The words do not fit together: one is wrong, or their order is.
    WordsChecksum,
    /// Not a backup of this program.
    BackupInvalid,
    /// The backup was made with other words.
    BackupWords,
    /// The backup ends too early, or was changed.
    BackupDamaged,
    /// The backup is of a newer version.
    BackupNewer,
    /// The backup and this profile hold different histories of one log.
    BackupForked,
    /// The backup or the restore was interrupted: it begins anew.
    BackupGone,
    /// The words do not stand in this text.
    PhraseMissing,
    /// A phrase to hide needs a letter or a digit, at most 12 words and at most 200 characters.
    PhraseInvalid,
    /// More is to be hidden than can be kept: take something out first.
    PhrasesFull,
    /// There is no log yet.
    LogMissing,
    /// Everything is being forgotten; undo it first.
    Forgetting,
    /// No such collector.
    CollectorGone,
    /// Not an address of a collector: `https://` and a host, or one on this machine.
    CollectorAddress,
    /// The collector could not be reached, or did not answer in time.
    CollectorUnreachable,
    /// What the collector answered is not what it may answer; the detail says what.
    CollectorAnswer,
    /// Somebody else answers there: another identity than the one that was shown or kept.
    CollectorChanged,
    /// The collector refused; the detail is the code of its reason.
    CollectorRefused,
    /// No such offer, or it is over.
    OfferGone,
    /// The person has to declare to be of age first.
    AdultNeeded,
    /// The notice is missing or too long.
    NoticeInvalid,
    /// An earlier bundle for this collector was not answered yet.
    ShareUnanswered,
    /// The collector owes as much as the person lets it.
    CreditReached,
    /// The person did not let the browser send data of these sorts, or took that back.
    DataConsent,
    /// Fewer records fit the offer than it asks for; the detail is how many do.
    OfferTooFew,
    /// This collector has nothing of it.
    NothingShared,
    /// The browser refused what was to be done after it.
    BrowserRefused,
    /// A fault of ours.
    Internal,
}

/// A code, and where it helps, one word about which thing it concerns. Never content, never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Failure {
    /// The code.
    pub code: Code,
    /// A detail for the person who reports it; may be empty.
    pub detail: String,
}

impl Failure {
    /// A failure with a detail.
    pub fn with(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self {
            code,
            detail: String::new(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.code)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// Shorthand.
pub type Result<T> = std::result::Result<T, Failure>;
