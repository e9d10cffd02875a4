//! Withdrawals: signed and kept first, then sent; tracked until the collector says that it is done.

use counterfoil_core::collector::account::Status;
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::collector::revocation::{Action, Revocation, Scope, Span};
use counterfoil_core::{id, jws};
use serde::{Deserialize, Serialize};

use super::account::{claimed, number};
use super::message::{CollectorReply, Withdrawn};
use super::refusal::internal;
use super::view::{RecordShareView, ShareState, WithdrawalScope, WithdrawalState, WithdrawalView};
use super::{CollectorRow, Done, Offered};
use crate::app::App;
use crate::error::{Code, Result};
use crate::export::ExportRow;
use crate::ports::{Host, random};

/// Days after which a withdrawal that nobody acknowledged is overdue, in milliseconds.
const PATIENCE: u64 = 30 * 86_400_000;

/// A withdrawal that was signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) statement: String,
    /// When, in milliseconds since the Unix epoch.
    pub(crate) time: u64,
    pub(crate) scope: WithdrawalScope,
    pub(crate) delete: bool,
    /// The share log whose key signed it.
    pub(crate) log: String,
    /// The code with which the collector refused it for good; empty otherwise.
    pub(crate) problem: String,
}

impl<H: Host> App<H> {
    /// Signs and keeps a withdrawal for each share log that it concerns, and sends it where the collector can be
    /// reached; where it cannot, it stays to be sent.
    pub(crate) async fn withdraw(&self, id: &str, scope: Withdrawn, delete: bool) -> Result<Done> {
        let reachable = {
            let (_turn, mut session) = self.change().await?;
            let mut row = self.collector_row(&session, id).await?;
            let scopes = self.concerned(&session, id, &row, &scope).await?;
            if scopes.is_empty() {
                return Err(Code::NothingShared.into());
            }
            let now = self.host.now();
            let reach = match scope {
                Withdrawn::All => WithdrawalScope::All,
                Withdrawn::Bundle(_) => WithdrawalScope::Bundle,
                Withdrawn::Record(_) => WithdrawalScope::Records,
            };
            for (log, scope) in scopes {
                let (share_log, share) = self.share_of(&session, &log).await?;
                let key = self.share_key(&session, &share_log, &share).await?;
                let revocation = Revocation {
                    action: if delete { Action::Delete } else { Action::Stop },
                    aud: row.did.clone(),
                    iat: now / 1000,
                    iss: key.did().clone(),
                    jti: id::uuid_v4(random(&self.host)?),
                    scope,
                    v: 1,
                };
                row.withdrawals.push(Row {
                    statement: revocation.sign(&key).map_err(internal)?,
                    time: now,
                    scope: reach,
                    delete,
                    log,
                    problem: String::new(),
                });
            }
            let op = self.put_collector(&session, id, &row)?;
            self.commit(&mut session, vec![op]).await?;
            !row.address.is_empty()
        };
        if reachable {
            // It is signed and kept whatever comes of it.
            let _ = self.send_withdrawals(id).await;
        }
        self.changed().await
    }

    /// The share logs that are concerned, and how far.
    async fn concerned(
        &self,
        session: &crate::app::Session,
        collector: &str,
        row: &CollectorRow,
        scope: &Withdrawn,
    ) -> Result<Vec<(String, Scope)>> {
        let shares = self.shares_with(session, collector).await?;
        let mut found: Vec<(String, Scope)> = Vec::new();
        match scope {
            Withdrawn::All => {
                for account in &row.accounts {
                    found.push((account.log.clone(), Scope::All));
                }
            }
            Withdrawn::Bundle(export) => {
                let one = shares.into_iter().find(|(key, ..)| key == export);
                if let Some((_, _, offered)) = one {
                    let bundle_sha256 = offered.bundle_sha256;
                    found.push((offered.log, Scope::Bundle { bundle_sha256 }));
                }
            }
            Withdrawn::Record(seq) => {
                for (_, export, offered) in shares {
                    for (at, from) in export.seqs.iter().zip(export.frontier.size()..) {
                        if at == seq {
                            let span = Span { from, to: from + 1 };
                            found.push((offered.log.clone(), Scope::Records { ranges: vec![span] }));
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// Where a record went, newest first.
    pub(crate) async fn shared_with(&self, seq: u64) -> Result<Done> {
        let session = self.load().await?;
        let mut views: Vec<RecordShareView> = Vec::new();
        for (collector, row) in self.collector_rows(&session).await?.whole {
            let name = row.metadata()?.name;
            for (_, export, offered) in self.shares_with(&session, &collector).await? {
                let position = export
                    .seqs
                    .iter()
                    .zip(export.frontier.size()..)
                    .find(|(of, _)| **of == seq);
                let Some((_, at)) = position else {
                    continue;
                };
                let receipt = row.receipt(&offered.bundle_sha256);
                let rejected = receipt.as_ref().and_then(|it| claimed(&it.rejected, at));
                let state = match &receipt {
                    Some(_) => ShareState::Receipted,
                    None if offered.refused => ShareState::Refused,
                    None => ShareState::Unanswered,
                };
                let view = RecordShareView {
                    collector: collector.clone(),
                    name: name.clone(),
                    title: Offer::open(&offered.offer)
                        .map(|offer| offer.title)
                        .unwrap_or_default(),
                    time: export.time,
                    state,
                    rejected: rejected.map(|code| code.as_str().to_owned()).unwrap_or_default(),
                    withdrawn: reaches(&row, &export, &offered, Some(at)),
                };
                let place = views.partition_point(|other| other.time > view.time);
                views.insert(place, view);
            }
        }
        Ok(CollectorReply::SharedWith { seq, shares: views }.into())
    }

    /// The collector refused a withdrawal for good.
    #[cfg(feature = "channel")]
    pub(super) async fn note_unheard(&self, id: &str, digest: &str, code: &str) -> Result<()> {
        let (_turn, mut session) = self.change().await?;
        let mut row = self.collector_row(&session, id).await?;
        for withdrawal in &mut row.withdrawals {
            if jws::sha256_hex(&withdrawal.statement) == digest {
                code.clone_into(&mut withdrawal.problem);
            }
        }
        let op = self.put_collector(&session, id, &row)?;
        self.commit(&mut session, vec![op]).await
    }
}

/// Whether a withdrawal that was not refused reaches a bundle whole, or one of its records: the one at this position of
/// the share log.
pub(super) fn reaches(row: &CollectorRow, export: &ExportRow, offered: &Offered, at: Option<u64>) -> bool {
    row.withdrawals.iter().any(|withdrawal| {
        let own = withdrawal.log == offered.log && withdrawal.problem.is_empty();
        let Some(revocation) = Revocation::open(&withdrawal.statement, &row.did)
            .ok()
            .filter(|_| own)
        else {
            return false;
        };
        match revocation.scope {
            // What was approved after it is not withdrawn by it.
            Scope::All => export.time <= withdrawal.time,
            Scope::Offer { offer_sha256 } => {
                export.time <= withdrawal.time && offer_sha256 == jws::sha256_hex(&offered.offer)
            }
            Scope::Bundle { bundle_sha256 } => bundle_sha256 == offered.bundle_sha256,
            Scope::Records { ranges } => {
                at.is_some_and(|at| ranges.iter().any(|span| (span.from..span.to).contains(&at)))
            }
        }
    })
}

/// What was withdrawn, newest first.
pub(super) fn views(row: &CollectorRow, now: u64) -> Vec<WithdrawalView> {
    let mut views = Vec::new();
    for withdrawal in row.withdrawals.iter().rev() {
        let ack = row.acknowledged(&withdrawal.statement);
        let due = ack.as_ref().map_or(0, |ack| ack.due * 1000);
        let late = if due > 0 {
            due < now
        } else {
            withdrawal.time + PATIENCE < now
        };
        let state = match ack.as_ref().map(|ack| ack.status) {
            _ if !withdrawal.problem.is_empty() => WithdrawalState::Refused,
            Some(Status::Done) => WithdrawalState::Done,
            Some(Status::Refused) => WithdrawalState::Refused,
            _ if late => WithdrawalState::Overdue,
            Some(Status::Received) => WithdrawalState::Received,
            None => WithdrawalState::Sent,
        };
        views.push(WithdrawalView {
            id: jws::sha256_hex(&withdrawal.statement),
            time: withdrawal.time,
            scope: withdrawal.scope,
            delete: withdrawal.delete,
            state,
            due,
            records: ack.map_or(0, |ack| number(ack.records)),
            problem: withdrawal.problem.clone(),
        });
    }
    views
}
