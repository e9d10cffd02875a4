//! `counterfoil restore`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use counterfoil_app::archive::message::{ArchiveReply, ArchiveRequest};
use counterfoil_app::error::Code;
use counterfoil_app::view::RestoreView;
use counterfoil_core::age::{AgeError, Decryptor, Identity, MAX_HEADER};
use counterfoil_core::encoding::to_base64;

use crate::Outcome;
use crate::failure;
use crate::log::{Log, LogArguments};
use crate::secret::WordsArguments;
use crate::terminal::escape;

/// Bytes of the file in one message.
const PIECE: u64 = 1024 * 1024;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    #[command(flatten)]
    words: WordsArguments,
    /// The backup, a counterfoil-backup-….age
    file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let mut file = open(&arguments.file)?;
    let (words, root) = arguments.words.read()?;
    // Nothing is made for a file or for words that are the wrong ones.
    let identity = root
        .backup_identity()
        .map_err(|error| format!("{error}. Please report it"))?;
    probe(&mut file, &identity).map_err(|error| match error {
        Probe::Unreadable(error) => unreadable(&arguments.file, &error),
        Probe::Refused(code) => failure::describe(&code.into(), &arguments.file),
    })?;
    let log = Log::open_or_create(&arguments.log)?;
    let ArchiveReply::Restoring { restore, .. } = log.look(ArchiveRequest::Restore { words })? else {
        return Err(log.misunderstood());
    };
    let mut index = 0;
    loop {
        let mut piece = Vec::new();
        if let Err(error) = (&mut file).take(PIECE).read_to_end(&mut piece) {
            log.look(ArchiveRequest::RestoreCancel { restore })?;
            return Err(unreadable(&arguments.file, &error));
        }
        if piece.is_empty() {
            break;
        }
        log.look(ArchiveRequest::RestorePiece {
            restore: restore.clone(),
            index,
            data: to_base64(&piece),
        })?;
        index += 1;
    }
    let ArchiveReply::Restored { view } = log.look(ArchiveRequest::RestoreFinish { restore })? else {
        return Err(log.misunderstood());
    };
    let into = log.directory().display().to_string();
    Ok(Outcome::done(&describe(&view, &into)))
}

fn open(path: &Path) -> Result<File, String> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if !metadata.is_file() {
        return Err(unreadable(path, &"it is not a regular file"));
    }
    Ok(file)
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!(
        "cannot read {}: {error}. Give the path of a backup, a counterfoil-backup-….age",
        path.display()
    )
}

enum Probe {
    Unreadable(io::Error),
    Refused(Code),
}

/// Whether the file is an age file for this identity. Leaves it at its beginning.
fn probe(file: &mut File, identity: &Identity) -> Result<(), Probe> {
    let mut head = Vec::new();
    file.take(MAX_HEADER as u64)
        .read_to_end(&mut head)
        .and_then(|_| file.rewind())
        .map_err(Probe::Unreadable)?;
    let mut plain = zeroize::Zeroizing::default();
    match Decryptor::new(identity).push(&head, &mut plain) {
        Ok(()) => Ok(()),
        Err(AgeError::NoMatch) => Err(Probe::Refused(Code::BackupWords)),
        Err(AgeError::NotAge | AgeError::Armored | AgeError::Passphrase | AgeError::Version) => {
            Err(Probe::Refused(Code::BackupInvalid))
        }
        Err(_) => Err(Probe::Refused(Code::BackupDamaged)),
    }
}

fn describe(view: &RestoreView, into: &str) -> String {
    let mut text = format!("Restored into {}\n", escape(into));
    for (label, count) in [
        ("logs", view.logs),
        ("added", view.added),
        ("already here", view.known),
        ("mended", view.mended),
        ("deleted", view.deleted),
        ("exports", view.exports),
    ] {
        let written = writeln!(text, "  {label:<13} {count}");
        debug_assert!(written.is_ok());
    }
    text
}
