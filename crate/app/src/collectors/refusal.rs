//! What a collector refused, and what becomes of it here.

use crate::app::App;
use crate::error::{Code, Failure, Result};
use crate::ports::{Host, Table};

/// What a collector refused, and whether it may be tried again.
pub(super) struct Refused {
    /// The code of its reason.
    pub(super) code: String,
    /// Whether the same may be sent again.
    pub(super) passing: bool,
}

impl<H: Host> App<H> {
    /// What an unanswered bundle was refused for. For good: its share log is left behind, since the collector may have
    /// seen what was signed; the next bundle begins another one, and its records can be shared anew.
    pub(super) async fn note_refusal(&self, export: &str, refused: &Refused) -> Result<()> {
        let (_turn, mut session) = self.change().await?;
        let (mut row, mut offered) = self.offered(&session, export).await?;
        offered.problem.clone_from(&refused.code);
        offered.refused = !refused.passing;
        let mut ops = Vec::new();
        if offered.refused {
            let (log, mut share) = self.share_of(&session, &offered.log).await?;
            share.read_only = true;
            for seq in &row.seqs {
                share.seqs.remove(seq);
            }
            let log = log.to_hex();
            ops.push(session.vault.put(&self.host, Table::Share, &log, &share)?);
        }
        row.offered = Some(offered);
        ops.push(session.vault.put(&self.host, Table::Export, export, &row)?);
        self.commit(&mut session, ops).await
    }
}

pub(super) fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::with(Code::Internal, error.to_string())
}
