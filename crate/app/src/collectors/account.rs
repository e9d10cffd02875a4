//! Accounts: entries that continue them, receipts beside the person's own computation, sums and their history.

use std::collections::BTreeSet;

use counterfoil_core::collector::accept::{Code as Reason, Judge, Rejected, TextKey};
use counterfoil_core::collector::account::{Ack, Chain, Entry, Event, Receipt, cheat_between};
use counterfoil_core::collector::amount::Amount;
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::jws;
use counterfoil_core::note::Cosigner;
use counterfoil_core::record::SharedLine;

use super::offer::{Offered, Own};
use super::view::{CountView, LedgerKind, LedgerView, ShareState, ShareView, SumView};
use super::{CollectorRow, answer};
use crate::app::{App, Session};
use crate::error::{Code, Failure, Result};
use crate::export::ExportRow;
use crate::ports::{Host, Op, Table};

/// The detail of a failure where entries before the first one are missing.
pub(super) const GAP: &str = "gap";
/// Proofs that one collector cheated; one is enough.
const PROOFS: usize = 4;

impl CollectorRow {
    /// The last answer to a withdrawal.
    pub(super) fn acknowledged(&self, statement: &str) -> Option<Ack> {
        let digest = jws::sha256_hex(statement);
        let acks = self.entries().filter_map(|(_, _, entry)| match entry.event {
            Event::Ack(ack) if ack.revocation_sha256 == digest => Some(ack),
            _ => None,
        });
        acks.last()
    }

    /// The receipt of a bundle.
    pub(super) fn receipt(&self, bundle_sha256: &str) -> Option<Receipt> {
        self.entries().find_map(|(_, _, entry)| match entry.event {
            Event::Receipt(receipt) if receipt.bundle_sha256 == bundle_sha256 => Some(receipt),
            _ => None,
        })
    }

    /// What it owes and has not paid, over all accounts in one asset, in minor units.
    pub(super) fn outstanding(&self, asset: &str, now: u64) -> u64 {
        sums(self, now)
            .iter()
            .filter(|sum| sum.asset == asset)
            .find_map(|sum| sum.outstanding.parse().ok())
            .unwrap_or(0)
    }
}

impl<H: Host> App<H> {
    /// Puts entries behind those that are known. Fails at the first that does not belong there; those before it stay.
    pub(super) async fn take_entries(
        &self,
        session: &Session,
        id: &str,
        row: &mut CollectorRow,
        entries: &[String],
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        for compact in entries {
            let entry = Entry::open(compact).map_err(|error| answer(&error.to_string()))?;
            if entry.iss != row.did {
                return Err(Code::CollectorChanged.into());
            }
            let at = row
                .accounts
                .iter()
                .position(|account| account.person == entry.sub);
            let at = at.ok_or_else(|| answer("person"))?;
            let Some(account) = row.accounts.get_mut(at) else {
                continue;
            };
            let seq = usize::try_from(entry.seq).unwrap_or(usize::MAX);
            if let Some(known) = account.entries.get(seq) {
                if known != compact {
                    let known = known.clone();
                    prove(row, &known, compact);
                    return Err(answer("fork"));
                }
                continue;
            }
            if seq > account.entries.len() {
                return Err(answer(GAP));
            }
            let mut chain = match account.entries.last() {
                Some(last) => {
                    Chain::after(last).map_err(|_| Failure::with(Code::StoreCorrupt, "collector"))?
                }
                None => Chain::new(),
            };
            if let Err(error) = chain.push(compact) {
                let last = account.entries.last().cloned();
                if let Some(last) = last {
                    prove(row, &last, compact);
                }
                return Err(answer(&error.to_string()));
            }
            if let Event::Receipt(receipt) = &entry.event {
                ops.extend(self.held_against(session, id, row, &entry, receipt).await?);
            }
            if let Some(account) = row.accounts.get_mut(at) {
                account.entries.push(compact.clone());
            }
        }
        Ok(())
    }

    /// Holds a receipt against the bundle that it is of, and keeps what the offer makes of it by the person's own
    /// computation. Refuses one that is of no bundle, of another offer, state of the log, or without the cosignature.
    /// Of a share log that was restored, bundles made after the backup are not known here: their receipts are kept.
    async fn held_against(
        &self,
        session: &Session,
        id: &str,
        row: &CollectorRow,
        entry: &Entry,
        receipt: &Receipt,
    ) -> Result<Option<Op>> {
        let shares = self.shares_with(session, id).await?;
        let found = shares
            .iter()
            .position(|(_, _, offered)| offered.bundle_sha256 == receipt.bundle_sha256);
        let Some(found) = found else {
            let account = row.accounts.iter().find(|account| account.person == entry.sub);
            let log = account.map(|account| account.log.as_str()).unwrap_or_default();
            let (_, share) = self.share_of(session, log).await?;
            return if share.read_only {
                Ok(None)
            } else {
                Err(answer("bundle"))
            };
        };
        let (Some((key, export, offered)), earlier) = (shares.get(found), shares.get(found + 1..)) else {
            return Err(answer("bundle"));
        };
        let fits = receipt.offer_sha256 == jws::sha256_hex(&offered.offer)
            && receipt.checkpoint_sha256 == sha256_hex(export.checkpoint.as_bytes())
            && receipt.start == export.frontier.size();
        if !fits {
            return Err(answer("receipt"));
        }
        if receipt.note_key != row.metadata()?.note_key && !row.note_keys.contains(&receipt.note_key) {
            return Err(answer("note_key"));
        }
        Cosigner::parse(&receipt.note_key)
            .and_then(|cosigner| cosigner.verify(&export.checkpoint, &entry.sub, &receipt.cosignature))
            .map_err(|error| answer(&error.to_string()))?;

        let own = match self.lines_of(session, key).await? {
            Some(lines) => {
                let offer = Offer::open(&offered.offer).map_err(|error| answer(&error.to_string()))?;
                let mut before = 0;
                let mut texts = BTreeSet::new();
                for (key, _, earlier) in earlier.unwrap_or_default() {
                    let Some(told) = row
                        .receipt(&earlier.bundle_sha256)
                        .filter(|_| earlier.log == offered.log)
                    else {
                        continue;
                    };
                    if told.offer_sha256 == receipt.offer_sha256 {
                        before += told.accepted;
                    }
                    texts.extend(self.accepted(session, key, &told).await?);
                }
                judged(&offer, export.time / 1000, before, &texts, &lines, receipt)
            }
            None => None,
        };
        let mut export = export.clone();
        export.offered = Some(Offered {
            own,
            problem: String::new(),
            ..offered.clone()
        });
        let op = session.vault.put(&self.host, Table::Export, key, &export)?;
        Ok(Some(op))
    }

    /// The texts of a bundle that were accepted, where its lines are still there.
    pub(super) async fn accepted(
        &self,
        session: &Session,
        export: &str,
        receipt: &Receipt,
    ) -> Result<BTreeSet<TextKey>> {
        let mut texts = BTreeSet::new();
        for line in self.lines_of(session, export).await?.iter().flatten() {
            if let Ok(line) = SharedLine::parse(line.as_bytes())
                && claimed(&receipt.rejected, line.seq).is_none()
            {
                texts.insert(TextKey::of(&line.text));
            }
        }
        Ok(texts)
    }

    async fn lines_of(&self, session: &Session, export: &str) -> Result<Option<Vec<String>>> {
        match self.host.get(Table::Shared, export).await? {
            Some(row) => Ok(Some(session.vault.read(Table::Shared, export, &row)?)),
            None => Ok(None),
        }
    }
}

/// Keeps two entries, if they prove that the collector cheated.
fn prove(row: &mut CollectorRow, known: &str, other: &str) {
    if row.cheats.len() < PROOFS && matches!(cheat_between(known, other), Ok(Some(_))) {
        row.cheats.push([known.to_owned(), other.to_owned()]);
    }
}

/// What a receipt says of a record.
pub(super) fn claimed(rejected: &[Rejected], seq: u64) -> Option<Reason> {
    let range = rejected.iter().find(|range| range.from <= seq && seq < range.to);
    range.map(|range| range.code)
}

impl SumView {
    /// Adds another collector's sums in the same asset.
    pub(super) fn join(&mut self, other: &Self) {
        let add = |own: &mut String, theirs: &str| {
            let units = |text: &str| text.parse::<u64>().unwrap_or_default();
            *own = units(own).saturating_add(units(theirs)).to_string();
        };
        add(&mut self.owed, &other.owed);
        add(&mut self.paid, &other.paid);
        add(&mut self.outstanding, &other.outstanding);
        add(&mut self.overdue, &other.overdue);
    }
}

/// What the offer makes of the lines, given the collector's judgements; `None` where it cannot be computed.
fn judged(
    offer: &Offer,
    approved: u64,
    before: u64,
    texts: &BTreeSet<TextKey>,
    lines: &[String],
    receipt: &Receipt,
) -> Option<Own> {
    let mut judge = Judge::new(offer, approved, before);
    for line in lines {
        let line = SharedLine::parse(line.as_bytes()).ok()?;
        let key = TextKey::of(&line.text);
        let known = texts.contains(&key);
        judge
            .take(&line, key, known, claimed(&receipt.rejected, line.seq))
            .ok()?;
    }
    let outcome = judge.finish().ok()?;
    Some(Own {
        differs: !receipt.agrees_with(&outcome),
        amount: outcome.amount.to_string(),
    })
}

/// The bundles approved for a collector.
pub(super) fn shares(shares: Vec<(String, ExportRow, Offered)>, row: &CollectorRow) -> Vec<ShareView> {
    let view = |(id, export, offered): (String, ExportRow, Offered)| {
        let receipt = row.receipt(&offered.bundle_sha256);
        let offer = Offer::open(&offered.offer).ok();
        let data = offer.as_ref().map(super::offer::data).unwrap_or_default();
        let (title, asset) = offer.map_or_else(Default::default, |offer| (offer.title, offer.asset));
        let withdrawn = super::withdrawal::reaches(row, &export, &offered, None);
        let mut rejected: Vec<CountView> = Vec::new();
        for range in receipt.iter().flat_map(|receipt| &receipt.rejected) {
            let (code, count) = (range.code.as_str(), number(range.to.saturating_sub(range.from)));
            match rejected.iter_mut().find(|it| it.code == code) {
                Some(known) => known.count += count,
                None => rejected.push(CountView {
                    code: code.to_owned(),
                    count,
                }),
            }
        }
        ShareView {
            id,
            title,
            time: export.time,
            records: number(export.seqs.len() as u64),
            state: match &receipt {
                Some(_) => ShareState::Receipted,
                None if offered.refused => ShareState::Refused,
                None => ShareState::Unanswered,
            },
            problem: offered.problem,
            available: export.available,
            asset,
            differs: offered.own.as_ref().is_some_and(|own| own.differs),
            own: offered.own.map(|own| own.amount),
            accepted: receipt.as_ref().map_or(0, |receipt| number(receipt.accepted)),
            amount: receipt.map(|receipt| receipt.amount.to_string()),
            rejected,
            withdrawn,
            data,
        }
    };
    shares.into_iter().map(view).collect()
}

/// What is owed by asset, over all accounts. What is overdue is what was to be paid by now and is not: payouts go to
/// the oldest receipts first.
pub(super) fn sums(row: &CollectorRow, now: u64) -> Vec<SumView> {
    let mut sums: Vec<(String, [u64; 3])> = Vec::new();
    for (_, _, entry) in row.entries() {
        let at = sums.iter().position(|(asset, _)| *asset == entry.asset);
        let at = at.unwrap_or_else(|| {
            sums.push((entry.asset.clone(), [0; 3]));
            sums.len() - 1
        });
        let Some((_, [owed, paid, due])) = sums.get_mut(at) else {
            continue;
        };
        match &entry.event {
            Event::Receipt(receipt) => {
                *owed += receipt.amount.units();
                if receipt.due.saturating_mul(1000) < now {
                    *due += receipt.amount.units();
                }
            }
            Event::Payout(payout) => *paid += payout.amount.units(),
            Event::Ack(_) => {}
        }
    }
    let view = |(asset, [owed, paid, due]): (String, [u64; 3])| SumView {
        asset,
        owed: owed.to_string(),
        paid: paid.to_string(),
        outstanding: owed.saturating_sub(paid).to_string(),
        overdue: due.saturating_sub(paid).to_string(),
    };
    sums.into_iter().map(view).collect()
}

/// The entries of all accounts, newest first.
pub(super) fn ledger(row: &CollectorRow) -> Vec<LedgerView> {
    let mut views: Vec<LedgerView> = Vec::new();
    for (_, compact, entry) in row.entries() {
        let text = |amount: Amount| amount.to_string();
        let (kind, amount, due, detail, records) = match entry.event {
            Event::Receipt(receipt) => {
                let Receipt {
                    amount,
                    due,
                    accepted,
                    ..
                } = receipt;
                (LedgerKind::Receipt, text(amount), due, String::new(), accepted)
            }
            Event::Payout(payout) => {
                let detail = format!("{} {}", payout.rail, payout.reference);
                (LedgerKind::Payout, text(payout.amount), 0, detail, 0)
            }
            Event::Ack(ack) => {
                let detail = ack.status.as_str().to_owned();
                (LedgerKind::Ack, String::new(), ack.due, detail, ack.records)
            }
        };
        let view = LedgerView {
            kind,
            time: entry.iat * 1000,
            amount,
            asset: entry.asset,
            due: due * 1000,
            detail,
            records: number(records),
            statement: compact.to_owned(),
        };
        let at = views.partition_point(|other| other.time > view.time);
        views.insert(at, view);
    }
    views
}

pub(super) fn number(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
