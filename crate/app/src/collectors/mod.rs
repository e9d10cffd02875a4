//! Collectors: who they are, what they offer, what was shared with them, what they owe, what was withdrawn.
//!
//! Everything that is known of a collector lies in one row. What it says is believed only as far as its signature and
//! the person's own computation go.

mod account;
#[cfg_attr(not(feature = "channel"), path = "by_file.rs")]
mod channel;
pub mod message;
pub(crate) mod offer;
mod refusal;
pub mod view;
mod withdrawal;

use counterfoil_core::collector::account::Entry;
use counterfoil_core::collector::metadata::Metadata;
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::did::Did;
use counterfoil_core::encoding::{sha256, to_hex};
use counterfoil_core::jws;
use counterfoil_core::keys::LogId;
use serde::{Deserialize, Serialize};

use self::message::{CollectorAnswer, CollectorReply, CollectorRequest, Statements};
pub(crate) use self::offer::Offered;
use self::view::{CollectorView, CollectorsView, FoundView, ShareState, StandingView, WithdrawalState};
use crate::address::Address;
use crate::app::{App, Sender, Session, apart};
use crate::error::{Code, Failure, Result};
use crate::export::{ExportRow, ShareRow};
use crate::message::{Effect, Privilege};
use crate::ports::{Host, Op, Table, random};

/// An answer, and what is to be done in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectorOutcome {
    /// For the sender.
    pub answer: CollectorAnswer,
    /// For the background, in order, before the answer is given.
    pub effects: Vec<Effect>,
}

/// A reply with its effects.
pub(crate) struct Done {
    reply: CollectorReply,
    effects: Vec<Effect>,
}

impl From<CollectorReply> for Done {
    fn from(reply: CollectorReply) -> Self {
        Self {
            reply,
            effects: Vec::new(),
        }
    }
}

/// What a collector sends, as an answer or as a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    /// Its description.
    pub(crate) collector: Option<String>,
    /// Its offers.
    pub(crate) offers: Option<Vec<String>>,
    /// Entries of the account, in order.
    pub(crate) entries: Vec<String>,
    /// Whether there are more after the last one.
    pub(crate) more: bool,
}

#[cfg(feature = "channel")]
impl Sent {
    /// Entries alone.
    fn of(entries: Vec<String>) -> Self {
        Self {
            entries,
            ..Self::default()
        }
    }
}

/// What is known of a collector. The key of its row is a random id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CollectorRow {
    /// Its identity, pinned.
    pub(crate) did: Did,
    /// The origin of its address; empty where statements come and go as files.
    pub(crate) address: String,
    /// Its description, as it signed it last.
    pub(crate) metadata: String,
    /// The keys of cosignatures that earlier descriptions named: receipts of their time stay good.
    #[serde(default)]
    pub(crate) note_keys: Vec<String>,
    /// Its offers, as it signed them.
    pub(crate) offers: Vec<String>,
    pub(crate) added: u64,
    pub(crate) refreshed: u64,
    /// Most that it may owe before more is sent, in minor units.
    pub(crate) limit: Option<u64>,
    pub(crate) removed: bool,
    /// The accounts: one for each share log, the present one last.
    pub(crate) accounts: Vec<Account>,
    pub(crate) withdrawals: Vec<withdrawal::Row>,
    /// Two entries each that cannot both be honest.
    pub(crate) cheats: Vec<[String; 2]>,
}

/// The rows of the collectors.
#[derive(Debug, Default)]
pub(crate) struct CollectorRows {
    /// By their ids, in the order in which they were added.
    pub(crate) whole: Vec<(String, CollectorRow)>,
    /// The first that cannot be read.
    pub(crate) damaged: Option<Failure>,
}

impl CollectorRows {
    #[cfg(feature = "search")] // a backup without a part of the profile would be none
    pub(crate) fn all(self) -> Result<Vec<(String, CollectorRow)>> {
        self.damaged.map_or(Ok(self.whole), Err)
    }
}

/// What was agreed on with a collector under one share log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Id of the share log.
    pub(crate) log: String,
    /// The person there.
    pub(crate) person: Did,
    /// The chain, from its first entry on.
    pub(crate) entries: Vec<String>,
}

impl CollectorRow {
    pub(crate) fn metadata(&self) -> Result<Metadata> {
        Metadata::open(&self.metadata, None).map_err(|_| Failure::with(Code::StoreCorrupt, "collector"))
    }

    fn keep_note_key(&mut self, key: String) {
        if !self.note_keys.contains(&key) {
            self.note_keys.push(key);
        }
    }

    /// The offer of a digest.
    pub(crate) fn offer(&self, sha256: &str) -> Option<(&str, Offer)> {
        let compact = self
            .offers
            .iter()
            .find(|offer| jws::sha256_hex(offer) == sha256)?;
        Some((compact, Offer::open(compact).ok()?))
    }

    /// The entries of all accounts.
    fn entries(&self) -> impl Iterator<Item = (&Account, &str, Entry)> {
        self.accounts.iter().flat_map(|account| {
            let entries = account.entries.iter();
            entries.filter_map(move |compact| Some((account, compact.as_str(), Entry::open(compact).ok()?)))
        })
    }

    #[cfg(feature = "search")] // what a restore alone needs
    /// Takes over what another row of the same collector knows: keys, longer accounts, withdrawals, proofs.
    pub(crate) fn join(&mut self, other: Self) {
        let named = other.metadata().map(|metadata| metadata.note_key);
        for key in other.note_keys.into_iter().chain(named) {
            self.keep_note_key(key);
        }
        for theirs in other.accounts {
            match self.accounts.iter_mut().find(|own| own.log == theirs.log) {
                Some(own) if own.entries.len() < theirs.entries.len() => *own = theirs,
                Some(_) => {}
                // The present one stays the last.
                None => self.accounts.insert(0, theirs),
            }
        }
        for theirs in other.withdrawals {
            if self
                .withdrawals
                .iter()
                .all(|own| own.statement != theirs.statement)
            {
                self.withdrawals.push(theirs);
            }
        }
        for theirs in other.cheats {
            if !self.cheats.contains(&theirs) {
                self.cheats.push(theirs);
            }
        }
    }
}

/// The identity, short enough to compare: the first half of its SHA-256 in groups of four digits.
fn fingerprint(did: &Did) -> String {
    let mut text = String::new();
    for (at, digit) in to_hex(&sha256(did.as_str().as_bytes()))
        .chars()
        .take(32)
        .enumerate()
    {
        if at > 0 && at % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// What an answer or a file says, if it is of that form.
pub(crate) fn sent(bytes: &[u8]) -> Result<Sent> {
    crate::plain::from_slice(bytes).map_err(|_| answer("form"))
}

/// What the collector said is not what it may say.
pub(crate) fn answer(what: &str) -> Failure {
    Failure::with(Code::CollectorAnswer, what)
}

impl<H: Host> App<H> {
    /// Carries out a request about collectors. Always answers.
    pub async fn handle_collectors(&self, sender: &Sender, request: CollectorRequest) -> CollectorOutcome {
        let done = if sender.privilege() == Privilege::Page {
            match self.prepare().await {
                Ok(()) => {
                    let _ = self.touch().await;
                    self.dispatch_collectors(request).await
                }
                Err(failure) => Err(failure),
            }
        } else {
            Err(Code::NotAllowed.into())
        };
        match done {
            Ok(Done { reply, effects }) => CollectorOutcome {
                answer: CollectorAnswer::Ok { reply },
                effects,
            },
            Err(failure) => CollectorOutcome {
                answer: CollectorAnswer::Failed { failure },
                effects: Vec::new(),
            },
        }
    }

    async fn dispatch_collectors(&self, request: CollectorRequest) -> Result<Done> {
        match request {
            CollectorRequest::Collectors => apart(self.collectors()).await,
            CollectorRequest::Standing => apart(self.collectors_standing()).await,
            CollectorRequest::LookCollector { address, file } => {
                apart(self.look_collector(&address, file.as_deref())).await
            }
            CollectorRequest::AddCollector { address, did, file } => {
                apart(self.add_collector(&address, &did, file.as_deref())).await
            }
            CollectorRequest::DropCollector { address } => apart(self.drop_collector(&address)).await,
            CollectorRequest::SharedWith { seq } => apart(self.shared_with(seq)).await,
            CollectorRequest::TakeStatements { file } => apart(self.take_statements(&file)).await,
            CollectorRequest::RefreshCollector { collector } => {
                apart(self.refresh_collector(&collector)).await
            }
            CollectorRequest::RemoveCollector { collector } => apart(self.remove_collector(&collector)).await,
            CollectorRequest::CreditLimit { collector, units } => {
                apart(self.credit_limit(&collector, units)).await
            }
            CollectorRequest::DraftOffer { choice } => apart(self.draft_offer(choice)).await,
            CollectorRequest::ApproveOffer {
                draft,
                records_sha256,
            } => apart(self.approve_offer(&draft, &records_sha256)).await,
            CollectorRequest::Send { export } => apart(self.send(&export)).await,
            CollectorRequest::Withdraw {
                collector,
                scope,
                delete,
            } => apart(self.withdraw(&collector, scope, delete)).await,
            CollectorRequest::Statements { collector, part } => {
                apart(self.statements(&collector, part)).await
            }
        }
    }

    /// All collectors whose rows can be read, in the order in which they were added. What is damaged keeps nobody from
    /// the others: the check of everything names it.
    pub(crate) async fn collector_rows(&self, session: &Session) -> Result<CollectorRows> {
        let mut rows = CollectorRows::default();
        for (id, row) in self.all(Table::Collector, "", "g").await? {
            let row: CollectorRow = match session.vault.read(Table::Collector, &id, &row) {
                Ok(row) => row,
                Err(failure) if failure.code == Code::StoreCorrupt => {
                    rows.damaged.get_or_insert(failure);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let at = rows.whole.partition_point(|(_, other)| other.added <= row.added);
            rows.whole.insert(at, (id, row));
        }
        Ok(rows)
    }

    pub(crate) async fn collector_row(&self, session: &Session, id: &str) -> Result<CollectorRow> {
        let row = self
            .host
            .get(Table::Collector, id)
            .await?
            .ok_or(Code::CollectorGone)?;
        session.vault.read(Table::Collector, id, &row)
    }

    pub(crate) fn put_collector(&self, session: &Session, id: &str, row: &CollectorRow) -> Result<Op> {
        session.vault.put(&self.host, Table::Collector, id, row)
    }

    /// The exports made for a collector that can be read, newest first.
    async fn shares_with(&self, session: &Session, id: &str) -> Result<Vec<(String, ExportRow, Offered)>> {
        let mut found: Vec<(String, ExportRow, Offered)> = Vec::new();
        for (key, row) in self.all(Table::Export, "", "g").await? {
            let mut export: ExportRow = match session.vault.read(Table::Export, &key, &row) {
                Ok(export) => export,
                Err(failure) if failure.code == Code::StoreCorrupt => continue,
                Err(failure) => return Err(failure),
            };
            export.available = self.host.get(Table::Shared, &key).await?.is_some();
            if let Some(offered) = export.offered.take_if(|offered| offered.collector == id) {
                let at = found.partition_point(|(_, other, _)| other.time >= export.time);
                found.insert(at, (key, export, offered));
            }
        }
        Ok(found)
    }

    /// The share log of an account, with its key's owner.
    pub(crate) async fn share_of(&self, session: &Session, log: &str) -> Result<(LogId, ShareRow)> {
        let id = LogId::from_hex(log).map_err(|_| Failure::with(Code::StoreCorrupt, "collector"))?;
        let row = self
            .host
            .get(Table::Share, log)
            .await?
            .ok_or(Code::NothingShared)?;
        Ok((id, session.vault.read(Table::Share, log, &row)?))
    }

    pub(crate) async fn collectors(&self) -> Result<Done> {
        self.purge().await?;
        let session = self.load().await?;
        let mut collectors = Vec::new();
        let rows = self.collector_rows(&session).await?;
        for (id, row) in rows.whole {
            collectors.push(self.collector_view(&session, id, &row).await?);
        }
        let view = CollectorsView {
            ready: !session.state.logs.is_empty(),
            channel: cfg!(feature = "channel"),
            adult: session.state.adult,
            marked: session.state.marked,
            damaged: rows.damaged.map(|failure| failure.detail).unwrap_or_default(),
            collectors,
        };
        Ok(CollectorReply::Collectors { view }.into())
    }

    /// What there is to say of all collectors together.
    pub(crate) async fn collectors_standing(&self) -> Result<Done> {
        let session = self.load().await?;
        let now = self.host.now();
        let mut view = StandingView::default();
        for (id, row) in self.collector_rows(&session).await?.whole {
            for sum in account::sums(&row, now) {
                match view.sums.iter_mut().find(|it| it.asset == sum.asset) {
                    Some(known) => known.join(&sum),
                    None => view.sums.push(sum),
                }
            }
            let shares = account::shares(self.shares_with(&session, &id).await?, &row);
            let open = shares
                .iter()
                .filter(|share| share.state == ShareState::Unanswered);
            view.unanswered += account::number(open.count() as u64);
            let withdrawals = withdrawal::views(&row, now);
            let late = withdrawals
                .iter()
                .filter(|it| it.state == WithdrawalState::Overdue);
            view.overdue += account::number(late.count() as u64);
            view.cheated += u32::from(!row.cheats.is_empty());
        }
        Ok(CollectorReply::Standing { view }.into())
    }

    async fn collector_view(
        &self,
        session: &Session,
        id: String,
        row: &CollectorRow,
    ) -> Result<CollectorView> {
        let metadata = row.metadata()?;
        let now = self.host.now();
        let shares = self.shares_with(session, &id).await?;
        let matches = Address::parse(&row.address).map_or_else(String::new, |address| address.matches());
        let person = row
            .accounts
            .last()
            .map_or_else(String::new, |it| it.person.to_string());
        let offers = row.offers.iter().filter_map(|compact| {
            let offer = Offer::open(compact).ok()?;
            Some(offer::view(compact, &offer, now))
        });
        Ok(CollectorView {
            name: metadata.name,
            did: row.did.to_string(),
            fingerprint: fingerprint(&row.did),
            permitted: session.state.grants(&matches),
            matches,
            // Without a channel, an address of another build leads nowhere.
            address: if cfg!(feature = "channel") {
                row.address.clone()
            } else {
                String::new()
            },
            contact: metadata.contact,
            refreshed: row.refreshed,
            removed: row.removed,
            cheated: !row.cheats.is_empty(),
            limit: row.limit,
            person,
            offers: offers.collect(),
            shares: account::shares(shares, row),
            sums: account::sums(row, now),
            ledger: account::ledger(row),
            withdrawals: withdrawal::views(row, now),
            id,
        })
    }

    /// Looks who is there; nothing is kept.
    pub(crate) async fn look_collector(&self, address: &str, file: Option<&str>) -> Result<Done> {
        let (address, _, metadata) = self.described(address, file).await?;
        let session = self.load().await?;
        let known = self.collector_rows(&session).await?.whole;
        let view = FoundView {
            address,
            fingerprint: fingerprint(&metadata.did),
            known: known
                .iter()
                .any(|(_, row)| row.did == metadata.did && !row.removed),
            did: metadata.did.to_string(),
            name: metadata.name,
            contact: metadata.contact,
        };
        Ok(CollectorReply::Found { view }.into())
    }

    /// The origin, the description and what it says, from an address or a file.
    async fn described(&self, address: &str, file: Option<&str>) -> Result<(String, String, Metadata)> {
        let (origin, said) = match file {
            Some(file) => (String::new(), sent(file.as_bytes())?),
            None => {
                let origin = channel::origin(address)?;
                let said = self.get(&origin, channel::DESCRIPTION).await?;
                (origin, said)
            }
        };
        let compact = said.collector.ok_or_else(|| answer("collector"))?;
        let metadata = Metadata::open(&compact, None).map_err(|error| answer(&error.to_string()))?;
        Ok((origin, compact, metadata))
    }

    /// Keeps a collector, if it still is who was shown. One that is there already takes its new address.
    pub(crate) async fn add_collector(&self, address: &str, did: &str, file: Option<&str>) -> Result<Done> {
        let (address, compact, metadata) = self.described(address, file).await?;
        if metadata.did.as_str() != did {
            return Err(Code::CollectorChanged.into());
        }
        let id = {
            let (_turn, mut session) = self.change().await?;
            let rows = self.collector_rows(&session).await?.whole;
            let known = rows.into_iter().find(|(_, row)| row.did == metadata.did);
            let (id, mut row) = match known {
                Some((id, mut row)) => {
                    follow(&mut row, &compact)?;
                    (id, row)
                }
                None => {
                    let row = CollectorRow {
                        did: metadata.did,
                        address: String::new(),
                        metadata: compact,
                        note_keys: Vec::new(),
                        offers: Vec::new(),
                        added: self.host.now(),
                        refreshed: self.host.now(),
                        limit: None,
                        removed: false,
                        accounts: Vec::new(),
                        withdrawals: Vec::new(),
                        cheats: Vec::new(),
                    };
                    (to_hex(&random::<16>(&self.host)?), row)
                }
            };
            row.removed = false;
            if !address.is_empty() {
                row.address = address;
            }
            let op = self.put_collector(&session, &id, &row)?;
            self.commit(&mut session, vec![op]).await?;
            id
        };
        match file {
            Some(file) => self.take_statements(file).await,
            None => self.refresh_collector(&id).await,
        }
    }

    /// Takes in what came as a file.
    pub(crate) async fn take_statements(&self, file: &str) -> Result<Done> {
        let said = sent(file.as_bytes())?;
        let session = self.load().await?;
        let rows = self.collector_rows(&session).await?.whole;
        let entry = said
            .entries
            .first()
            .map(|entry| Entry::open(entry).map(|entry| entry.iss));
        let offer = said.offers.iter().flatten().next();
        let offer = offer.map(|offer| Offer::open(offer).map(|offer| offer.iss));
        let described = said
            .collector
            .as_deref()
            .map(|it| Metadata::open(it, None).map(|it| it.did));
        let Some(signer) = described.or(entry).or(offer) else {
            return Err(answer("form"));
        };
        let signer = signer.map_err(|error| answer(&error.to_string()))?;
        let known = rows.into_iter().find(|(_, row)| row.did == signer);
        let (id, _) = known.ok_or(Code::CollectorGone)?;
        self.take_in(&id, said).await?;
        self.changed().await
    }

    /// Believes of what a collector sent what it may say, and keeps it.
    pub(crate) async fn take_in(&self, id: &str, said: Sent) -> Result<()> {
        let (_turn, mut session) = self.change().await?;
        let mut row = self.collector_row(&session, id).await?;
        if let Some(compact) = &said.collector {
            follow(&mut row, compact)?;
        }
        if let Some(offers) = said.offers {
            for compact in &offers {
                let offer = Offer::open(compact).map_err(|error| answer(&error.to_string()))?;
                if offer.iss != row.did {
                    return Err(Code::CollectorChanged.into());
                }
            }
            row.offers = offers;
            row.refreshed = self.host.now();
        }
        let mut ops = Vec::new();
        let taken = self
            .take_entries(&session, id, &mut row, &said.entries, &mut ops)
            .await;
        // What proves that it cheated is kept in any case.
        ops.push(self.put_collector(&session, id, &row)?);
        self.commit(&mut session, ops).await?;
        taken
    }

    pub(crate) async fn remove_collector(&self, id: &str) -> Result<Done> {
        let mut effects = Vec::new();
        {
            let (_turn, mut session) = self.change().await?;
            let mut row = self.collector_row(&session, id).await?;
            row.removed = true;
            row.offers.clear();
            let op = self.put_collector(&session, id, &row)?;
            self.commit(&mut session, vec![op]).await?;
            if let Some(address) = Address::parse(&row.address) {
                let matches = address.matches();
                if !self.needed(&session, &matches).await? {
                    effects.push(Effect::Release { matches });
                }
            }
        }
        let mut done = self.changed().await?;
        done.effects.extend(effects);
        Ok(done)
    }

    /// Gives back the permission that looking at a collector was asked for with.
    pub(crate) async fn drop_collector(&self, address: &str) -> Result<Done> {
        let session = self.load().await?;
        let mut done = self.changed().await?;
        if let Some(address) = Address::parse(address) {
            let matches = address.matches();
            if !self.needed(&session, &matches).await? {
                done.effects.push(Effect::Release { matches });
            }
        }
        Ok(done)
    }

    /// Whether a site that is on or a collector needs the permission of a match pattern.
    async fn needed(&self, session: &Session, matches: &str) -> Result<bool> {
        let is = |address: &str| Address::parse(address).is_some_and(|it| it.matches() == matches);
        if session
            .state
            .sites
            .iter()
            .any(|(origin, site)| site.on && is(origin))
        {
            return Ok(true);
        }
        let rows = self.collector_rows(session).await?.whole;
        Ok(rows.iter().any(|(_, row)| !row.removed && is(&row.address)))
    }

    pub(crate) async fn credit_limit(&self, id: &str, units: Option<u64>) -> Result<Done> {
        {
            let (_turn, mut session) = self.change().await?;
            let mut row = self.collector_row(&session, id).await?;
            row.limit = units;
            let op = self.put_collector(&session, id, &row)?;
            self.commit(&mut session, vec![op]).await?;
        }
        self.changed().await
    }

    /// The collectors after a change, for other pages too.
    async fn changed(&self) -> Result<Done> {
        let mut done = self.collectors().await?;
        done.effects.push(Effect::Refresh);
        Ok(done)
    }

    /// Statements as a file.
    pub(crate) async fn statements(&self, id: &str, part: Statements) -> Result<Done> {
        let session = self.load().await?;
        let row = self.collector_row(&session, id).await?;
        let tail = row
            .did
            .as_str()
            .get(row.did.as_str().len().saturating_sub(8)..)
            .unwrap_or_default();
        let (name, key, list): (_, _, Vec<&String>) = match part {
            Statements::Account => {
                let account = row.accounts.iter().rev().find(|it| !it.entries.is_empty());
                (
                    "account",
                    "entries",
                    account.into_iter().flat_map(|it| &it.entries).collect(),
                )
            }
            Statements::Withdrawals => {
                let list = row.withdrawals.iter().map(|it| &it.statement);
                ("withdrawals", "revocations", list.collect())
            }
            Statements::Proof => ("proof", "cheat", row.cheats.iter().take(1).flatten().collect()),
        };
        if list.is_empty() {
            return Err(Code::NothingShared.into());
        }
        // Compact statements need no escapes.
        let list: Vec<String> = list.into_iter().map(|it| format!("\"{it}\"")).collect();
        Ok(CollectorReply::File {
            name: format!("counterfoil-{name}-{tail}.json"),
            text: format!("{{\"{key}\":[{}]}}\n", list.join(",")),
        }
        .into())
    }
}

/// Takes a newer description over, if one of the keys that were trusted signed it.
fn follow(row: &mut CollectorRow, compact: &str) -> Result<()> {
    let before = row.metadata()?;
    let found = Metadata::open(compact, Some(&before)).map_err(|_| Failure::from(Code::CollectorChanged))?;
    // An older one that was kept back would bring an old key back.
    if found.iat >= before.iat {
        if found.note_key != before.note_key {
            row.keep_note_key(before.note_key);
        }
        compact.clone_into(&mut row.metadata);
    }
    Ok(())
}
