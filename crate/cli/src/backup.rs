//! `counterfoil backup`.

use std::path::PathBuf;

use counterfoil_app::archive::message::{ArchiveReply, ArchiveRequest};
use counterfoil_core::encoding::from_base64;

use crate::Outcome;
use crate::log::{Log, LogArguments};
use crate::pending::Pending;
use crate::terminal::{counted, escape};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let log = Log::open(&arguments.log)?;
    let mut file = Pending::begin(&arguments.out, arguments.force)?;
    let ArchiveReply::Backup { backup, records, .. } = log.look(ArchiveRequest::Backup)? else {
        return Err(log.misunderstood());
    };
    let mut index = 0;
    loop {
        let backup = backup.clone();
        let ArchiveReply::Piece { data, last, .. } =
            log.look(ArchiveRequest::BackupPiece { backup, index })?
        else {
            return Err(log.misunderstood());
        };
        file.write(&from_base64(&data).map_err(|_| log.misunderstood())?)?;
        if last {
            break;
        }
        index += 1;
    }
    file.finish()?;
    log.look(ArchiveRequest::BackupSaved { backup })?;
    let path = arguments.out.display().to_string();
    Ok(Outcome::done(&format!(
        "Wrote {}: {}, opened by the 24 words of the log\n",
        escape(&path),
        counted(records.into(), "record")
    )))
}
