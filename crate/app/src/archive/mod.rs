//! The archive: finding records, deciding about many of them, backing them up and restoring them.
//!
//! Every answer does a bounded work and tells where to go on. It holds at most [`cache::LIMIT`] bytes of the log's texts
//! in memory, the segments that were read ahead, and what it answers with; see [`cache`] for how long what is held may
//! be believed.

pub(crate) mod backup;
mod block;
mod cache;
mod conversation;
mod decide;
mod excerpt;
mod find;
mod fitting;
mod fold;
#[cfg(feature = "histories")]
pub mod keystrokes;
pub mod message;
pub mod query;
pub(crate) mod restore;
pub mod view;
mod walk;

use serde::Serialize;

pub(crate) use self::cache::Cache;
use self::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use crate::app::{App, Sender, Session, apart};
use crate::error::{Code, Result};
use crate::message::{Effect, Privilege};
use crate::ports::Host;

/// An answer, and what is to be done in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveOutcome {
    /// For the sender.
    pub answer: ArchiveAnswer,
    /// For the background, in order, before the answer is given.
    pub effects: Vec<Effect>,
}

/// A reply with its effects.
pub(crate) struct Done {
    pub(crate) reply: ArchiveReply,
    pub(crate) effects: Vec<Effect>,
}

impl From<ArchiveReply> for Done {
    fn from(reply: ArchiveReply) -> Self {
        Self {
            reply,
            effects: Vec::new(),
        }
    }
}

/// A change of a profile that has nothing yet would make its keys.
fn logged(session: &Session) -> Result<()> {
    if session.state.logs.is_empty() {
        return Err(Code::LogMissing.into());
    }
    Ok(())
}

impl<H: Host> App<H> {
    /// Carries out a request to the archive. Always answers.
    pub async fn handle_archive(&self, sender: &Sender, request: ArchiveRequest) -> ArchiveOutcome {
        let done = if sender.privilege() == Privilege::Page {
            apart(self.dispatch_archive(request)).await
        } else {
            Err(Code::NotAllowed.into())
        };
        match done {
            Ok(Done { reply, effects }) => ArchiveOutcome {
                answer: ArchiveAnswer::Ok { reply },
                effects,
            },
            Err(failure) => ArchiveOutcome {
                answer: ArchiveAnswer::Failed { failure },
                effects: Vec::new(),
            },
        }
    }

    async fn dispatch_archive(&self, request: ArchiveRequest) -> Result<Done> {
        let session = apart(self.archive_session()).await?;
        let _ = self.touch().await;
        match request {
            ArchiveRequest::Find { query, before } => apart(self.find(&session, query, before)).await,
            ArchiveRequest::Count { query, before } => apart(self.count(&session, query, before)).await,
            ArchiveRequest::Fitting { collector, before } => {
                apart(self.fitting(&session, &collector, before)).await
            }
            ArchiveRequest::Conversation { seq } => apart(self.conversation(&session, seq)).await,
            ArchiveRequest::DecideAll {
                query,
                except,
                decision,
                before,
            } => {
                logged(&session)?;
                apart(self.decide_all(&query, except, decision, before)).await
            }
            ArchiveRequest::HideIn { seqs, phrase } => {
                logged(&session)?;
                apart(self.hide_in(&seqs, &phrase)).await
            }
            ArchiveRequest::Backup => apart(self.backup()).await,
            ArchiveRequest::BackupPiece { backup, index } => apart(self.backup_piece(&backup, index)).await,
            ArchiveRequest::BackupSaved { backup } => apart(self.backup_saved(&backup)).await,
            ArchiveRequest::Restore { words } => apart(self.restore(&words)).await,
            ArchiveRequest::RestorePiece { restore, index, data } => {
                apart(self.restore_piece(&restore, index, &data)).await
            }
            ArchiveRequest::RestoreFinish { restore } => apart(self.restore_finish(&restore)).await,
            ArchiveRequest::RestoreCancel { restore } => apart(self.restore_cancel(&restore)).await,
        }
    }

    /// Follows what another process did: what is held of a profile that was locked or erased, or of records that are
    /// gone, is dropped.
    pub async fn follow_archive(&self) {
        if self.vault.borrow().is_some() && self.archive_session().await.is_err() {
            self.close();
        }
    }

    /// Bytes of what the search holds in memory, about.
    pub fn archive_bytes(&self) -> usize {
        self.cache.borrow().bytes()
    }
}
