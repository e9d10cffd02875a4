//! What the app's failures are on the command line: one line that says what happened, then what to do.

use std::path::Path;

use counterfoil_app::error::{Code, Failure};

/// The line for a failure of the log in this directory.
pub(crate) fn describe(failure: &Failure, directory: &Path) -> String {
    let log = format!("the log in {}", directory.display());
    let detail = match failure.detail.as_str() {
        "" => String::new(),
        detail => format!(" ({detail})"),
    };
    match failure.code {
        Code::LogMissing | Code::NoConsent => format!(
            "there is no log in {} yet: make one there with `counterfoil init`, or fill it with `counterfoil restore`",
            directory.display()
        ),
        Code::NothingShared => {
            format!("nothing in {log} was shared with such a collector: there is nothing to withdraw")
        }
        Code::StoreUnreadable => format!(
            "{log} could not be read{detail}, nothing was changed: look after the disk, then repeat"
        ),
        Code::StoreUnwritable => format!(
            "{log} could not be written{detail}, nothing was changed: let other programs that use it end, and see \
             that its files may be written, then repeat"
        ),
        Code::StoreFull => {
            format!("no room is left for {log}{detail}, nothing was changed: make room, then repeat")
        }
        Code::StoreCorrupt => format!(
            "{log} is damaged{detail}: `counterfoil check` names what, and `counterfoil restore` brings it back from a \
             backup"
        ),
        Code::StoreNewer => format!(
            "{log} was written by a newer version of counterfoil, and was not touched: update counterfoil"
        ),
        Code::KeysUnavailable | Code::KeysDamaged => format!(
            "the keys of {log} cannot be opened{detail}: put the file back that is missing or damaged, or restore a \
             backup into a new directory"
        ),
        Code::Locked => format!(
            "{log} is locked by a passphrase: give --passphrase-file FILE, or run this in a terminal"
        ),
        Code::PassphraseWrong => {
            format!("that is not the passphrase of {log}, which stays locked: try again; capitals count")
        }
        Code::PassphraseWait => format!(
            "too many wrong passphrases for {log}, so this one did not count: wait a while, then try again"
        ),
        Code::WordsCount => "there must be 24 words: count them, and give them all".to_owned(),
        Code::WordUnknown => format!(
            "word {} is not one that the list has: compare it with your paper",
            failure.detail
        ),
        Code::WordsChecksum => {
            "the words do not fit together, one is wrong or their order is: compare them with your paper"
                .to_owned()
        }
        Code::BackupInvalid => {
            "this is not a backup: give a file that `counterfoil backup` or the extension wrote".to_owned()
        }
        Code::BackupWords => {
            "the backup was made with other words: give the 24 words of the log that it was made of".to_owned()
        }
        Code::BackupDamaged => "the backup ends too early or was changed, nothing of it was taken in: copy it \
                                again from where you keep it, or use another one"
            .to_owned(),
        Code::BackupNewer => {
            "the backup was made by a newer version of counterfoil, nothing of it was taken in: update counterfoil"
                .to_owned()
        }
        Code::BackupForked => format!(
            "the backup and {log} hold different histories of one log, and cannot be merged: restore it into another \
             directory"
        ),
        Code::BackupGone | Code::DraftGone | Code::RecordGone | Code::DigestMismatch => {
            format!("{log} was changed by another program meanwhile: let it end, then repeat")
        }
        Code::ExportTooLarge => "a record is larger than a bundle can be: leave it out".to_owned(),
        Code::ExportGone => {
            "this bundle cannot be written again, since a record in it was deleted: use the file that was saved"
                .to_owned()
        }
        Code::NameInvalid => {
            "an audience needs a name of 1 to 64 characters: give another one with --audience".to_owned()
        }
        Code::Forgetting => {
            format!("{log} is about to be forgotten, nothing else can be done with it")
        }
        _ => format!("{log}: {failure}. This is a fault of counterfoil: please report it"),
    }
}
