//! The app: one per process, over a host. Everything it knows lies in the store; between two messages it holds
//! only the opened vault and what was built or read last, so it may be killed at any moment.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use counterfoil_core::encoding::sha256;
use counterfoil_core::id;
use counterfoil_core::keys::KeyError;
use counterfoil_core::log::{Entry, append_batch};
use counterfoil_core::record::{Body, Evidence, Kind};
use serde::{Deserialize, Serialize};

use crate::address::Address;
#[cfg(feature = "search")]
use crate::archive::backup::Backups;
#[cfg(feature = "search")]
use crate::archive::restore::Restores;
use crate::error::{Code, Failure, Result};
use crate::lock::Idle;
use crate::message::{Answer, Capture, Effect, Event, Privilege, Reply, Request};
use crate::number::{Number, row_key};
use crate::open::Open;
use crate::passphrase::Work;
use crate::ports::{Batch, Host, Op, Span, Table, random};
use crate::recent::Recent;
use crate::segment::{self, Packed, Record};
use crate::state::State;
use crate::toolbar;
use crate::vault::Vault;

/// The row of [`State`], and its copy, which is read where the first is damaged.
pub(crate) const STATE: &str = "state";
pub(crate) const STATE_COPY: &str = "state-copy";
/// The row of [`Open`].
pub(crate) const OPEN: &str = "open";
/// The row of [`Recent`].
const RECENT: &str = "recent";
/// What follows the last digit: above every row key of a number.
pub(crate) const END: &str = ":";

/// Who sent a message, as the browser says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Sender {
    /// Address of the extension itself, with the slash at its end.
    pub own: String,
    /// Address of the frame that sent it.
    pub url: String,
    /// Origin of that frame, where the browser tells it.
    pub origin: String,
    /// Address of the tab's top frame, where the browser tells it.
    pub tab: String,
}

impl Sender {
    /// What the sender may ask for.
    pub fn privilege(&self) -> Privilege {
        if !self.own.is_empty() && self.url.starts_with(&self.own) {
            Privilege::Page
        } else {
            Privilege::Site
        }
    }

    /// Where a content script runs. Frames without an address of their own (`about:blank`, `srcdoc`) inherit
    /// an origin: then it is the top frame's address if that has the same origin, else the bare origin.
    pub fn address(&self) -> Option<Address> {
        let own = Address::parse(&self.url);
        let Some(origin) = Address::parse(&self.origin) else {
            return own.filter(|_| self.origin.is_empty());
        };
        let same = |address: &Address| address.origin() == origin.origin();
        own.filter(same)
            .or_else(|| Address::parse(&self.tab).filter(same))
            .or(Some(origin))
    }
}

/// An answer, and what is to be done in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// For the sender.
    pub answer: Answer,
    /// For the background, in order, before the answer is given.
    pub effects: Vec<Effect>,
}

/// A reply with its effects, inside the app.
pub(crate) struct Done {
    pub(crate) reply: Reply,
    pub(crate) effects: Vec<Effect>,
}

impl From<Reply> for Done {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            effects: Vec::new(),
        }
    }
}

/// The app over its host.
pub struct App<H> {
    pub(crate) host: H,
    pub(crate) vault: RefCell<Option<Rc<Vault>>>,
    /// When an open profile with a passphrase was used last.
    pub(crate) idle: Cell<Option<Idle>>,
    /// Whether what a kill may have left behind was cleared away.
    prepared: Cell<bool>,
    /// What the browser grants, while there is no state to write it to.
    pub(crate) granted: RefCell<Vec<String>>,
    /// Cost of the passphrase's derivation.
    pub(crate) work: Work,
    /// The segment that was opened last, by its row key and the key that opened it.
    pub(crate) segment: RefCell<Option<(String, u64, Rc<Packed>)>>,
    /// The archive that was built last, by export id: the pieces of a file are asked for one by one.
    pub(crate) archive: RefCell<Option<(String, Rc<Vec<u8>>)>>,
    /// The backup that is being written.
    #[cfg(feature = "search")]
    pub(crate) backups: RefCell<Backups>,
    /// The restore that is being read.
    #[cfg(feature = "search")]
    pub(crate) restores: RefCell<Restores>,
    /// What the search holds.
    #[cfg(feature = "search")]
    pub(crate) cache: RefCell<crate::archive::Cache>,
}

/// The state as one change sees it, with what the guard compares.
pub(crate) struct Session {
    pub(crate) vault: Rc<Vault>,
    pub(crate) state: State,
    pub(crate) sealed: Option<Vec<u8>>,
}

impl<H: Host> App<H> {
    /// An app over a host. Nothing is read before the first message.
    pub fn new(host: H) -> Self {
        Self::with_work(host, Work::default())
    }

    /// An app whose passphrases cost this much work, where they are set or changed.
    pub fn with_work(host: H, work: Work) -> Self {
        Self {
            host,
            vault: RefCell::default(),
            idle: Cell::default(),
            prepared: Cell::default(),
            granted: RefCell::default(),
            work,
            segment: RefCell::default(),
            archive: RefCell::default(),
            #[cfg(feature = "search")]
            backups: RefCell::default(),
            #[cfg(feature = "search")]
            restores: RefCell::default(),
            #[cfg(feature = "search")]
            cache: RefCell::default(),
        }
    }

    /// The host.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Carries out a request. Always answers; an answer of success comes after what it reports is durable.
    pub async fn handle(&self, sender: &Sender, request: Request) -> Outcome {
        let done = if request.privilege() == sender.privilege() {
            match self.prepare().await {
                Ok(()) => {
                    // Asking how it stands is no use of it, and what a site sends neither: a page could keep the
                    // profile open for ever. A use that is not remembered locks early: no harm.
                    if request.privilege() == Privilege::Page && request != Request::Status {
                        let _ = self.touch().await;
                    }
                    self.dispatch(sender, request).await
                }
                // What cannot be opened can still be told of, and erased.
                Err(failure) => self.unopened(sender, request, failure).await,
            }
        } else {
            Err(Code::NotAllowed.into())
        };
        match done {
            Ok(done) => Outcome {
                answer: Answer::Ok { reply: done.reply },
                effects: done.effects,
            },
            Err(failure) => Outcome {
                answer: Answer::Failed { failure },
                effects: Vec::new(),
            },
        }
    }

    async fn dispatch(&self, sender: &Sender, request: Request) -> Result<Done> {
        match request {
            Request::Observed { observed } => apart(self.observe(sender, observed)).await,
            Request::Navigated { navigated } => apart(self.navigate(sender, navigated)).await,
            Request::Held { held } => apart(self.hold(sender, held)).await,
            Request::Health { health } => apart(self.health(sender, &health)).await,
            Request::Family { family } => apart(self.family(sender, &family)).await,
            Request::Answered { answered } => apart(self.answered(sender, answered)).await,
            Request::Rated { rated } => apart(self.rated(sender, rated)).await,
            Request::Popup { url } => apart(self.popup(url.as_deref())).await,
            Request::Welcome => apart(self.welcome()).await,
            Request::Practice { text } => apart(self.practise(text)).await,
            Request::Consent { given } => apart(self.consent(given)).await,
            Request::Sites => apart(self.sites()).await,
            Request::SiteOn { url } => apart(self.site_on(&url)).await,
            Request::SiteOff { origin } => apart(self.site_off(&origin)).await,
            Request::SiteKinds {
                origin,
                responses,
                ratings,
            } => apart(self.site_kinds(&origin, responses, ratings)).await,
            Request::Pause { length, offset } => apart(self.pause(length, offset)).await,
            Request::Resume => apart(self.resume()).await,
            Request::List { filter, before } => apart(self.list(filter, before)).await,
            Request::Record { seq } => apart(self.record(seq)).await,
            Request::Hide {
                seq,
                start,
                end,
                action,
            } => apart(self.hide(seq, start, end, action)).await,
            Request::HidePhrase { seq, phrase } => apart(self.hide_phrase(seq, &phrase)).await,
            Request::UndoHide { seq } => apart(self.undo_hide(seq)).await,
            Request::AlwaysHide { phrase } => apart(self.always_hide(&phrase, true)).await,
            Request::NoLongerHide { phrase } => apart(self.always_hide(&phrase, false)).await,
            Request::Keep { seqs } => apart(self.mark(&seqs, false)).await,
            Request::Mark { seqs } => apart(self.mark(&seqs, true)).await,
            Request::Delete { seqs } => apart(self.delete(&seqs)).await,
            Request::Undo { seqs } => apart(self.undo(&seqs)).await,
            Request::Draft { choice } => apart(self.draft(choice)).await,
            Request::Approve {
                draft,
                records_sha256,
            } => apart(self.approve(&draft, &records_sha256)).await,
            Request::Discard { draft } => apart(self.discard(&draft)).await,
            Request::Exports => apart(self.exports()).await,
            Request::Chunk { export, index } => apart(self.chunk(&export, index)).await,
            Request::Check => apart(self.checked()).await,
            Request::Repair => apart(self.repair()).await,
            Request::Status => apart(self.status()).await,
            Request::Unlock { passphrase } => apart(self.unlock(&passphrase)).await,
            Request::Lock => apart(self.lock_now()).await,
            Request::Settings => apart(self.settings()).await,
            Request::Words => apart(self.words()).await,
            Request::ConfirmWords { words } => apart(self.confirm_words(&words)).await,
            Request::Passphrase { current, new } => {
                apart(self.set_passphrase(current.as_ref(), new.as_ref())).await
            }
            Request::IdleLock { minutes } => apart(self.idle_lock(minutes)).await,
            Request::Retention { days } => apart(self.retention(days)).await,
            Request::Forget { since } => apart(self.forget(since)).await,
            Request::ForgetAll => apart(self.forget_all()).await,
            Request::UndoForgetAll => apart(self.undo_forget_all()).await,
            Request::ResetAudience { name } => apart(self.reset_audience(&name)).await,
        }
    }

    /// Takes note of what the browser tells. A failure leaves everything as it was; the next event repairs it.
    pub async fn event(&self, event: Event) -> Result<Vec<Effect>> {
        let opened = match self.prepare().await {
            Ok(()) => self.take(event.clone()).await,
            Err(failure) => Err(failure),
        };
        match opened {
            Err(failure) if failure.code == Code::Locked => self.take_locked(event).await,
            taken => taken,
        }
    }

    async fn take(&self, event: Event) -> Result<Vec<Effect>> {
        match event {
            Event::Installed => Ok(vec![Effect::Open {
                page: "welcome/welcome.html".into(),
            }]),
            Event::Started | Event::Woken => {
                if let Some(effects) = self.forget_everything_if_due().await? {
                    return Ok(effects);
                }
                let purged = self.purge().await?;
                let resumed = self.resume_if_over().await?;
                let session = self.load().await?;
                let mut effects = self.standing(&session.state);
                if purged > 0 || resumed {
                    effects.push(Effect::Refresh);
                }
                Ok(effects)
            }
            Event::Permissions { origins } => self.permissions(origins).await,
        }
    }

    /// What must hold in the browser for this state: registration, toolbar, the next waking.
    pub(crate) fn standing(&self, state: &State) -> Vec<Effect> {
        let mut effects = vec![
            Effect::Register {
                scripts: state.scripts(),
            },
            toolbar::badge(state),
            toolbar::icons(state, self.host.now()),
        ];
        effects.extend(self.wake(state));
        effects
    }

    /// When the background has something to do again.
    pub(crate) fn wake(&self, state: &State) -> Option<Effect> {
        let lock = self.idle.get().and_then(Idle::at);
        let retention = state.retention_days.map(|_| state.retained + RETENTION);
        let paused = state.paused.and_then(|pause| pause.until);
        [state.due, state.forget_all_at, lock, retention, paused]
            .into_iter()
            .flatten()
            .min()
            .map(|at| Effect::Wake { at })
    }

    /// Once in a process's life, and again until it succeeded: clears away what a kill left behind. Takes the
    /// lock. Later it only sees whether the profile is open. Fails with [`Code::Locked`] while the profile is.
    pub(crate) async fn prepare(&self) -> Result<()> {
        if self.prepared.get() {
            self.still_open().await?;
            // Locked, it is opened by nothing but the passphrase.
            let closed = self.vault.borrow().is_none();
            return if closed {
                self.load().await.map(drop)
            } else {
                Ok(())
            };
        }
        let _turn = self.host.exclusive().await?;
        if self.host.get(Table::Meta, STATE).await?.is_none() {
            self.destroy_keys().await?;
        } else {
            self.migrate().await?;
            let session = self.load().await?;
            self.settle(session).await?;
        }
        self.prepared.set(true);
        Ok(())
    }

    /// A change: waits for its turn, and reads the state. The first one makes the data key.
    pub(crate) async fn change(&self) -> Result<(H::Guard, Session)> {
        let turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        if session.sealed.is_none() {
            session.state.granted.clone_from(&self.granted.borrow());
            // Keys that were made for a change that wrote nothing may be gone: without a state, another process takes
            // them for what a kill left behind.
            session.vault = self.make_data_key().await?;
        }
        Ok((turn, session))
    }

    /// Reads the state. A profile without one has a vault that opens nothing.
    pub(crate) async fn load(&self) -> Result<Session> {
        let sealed = self.host.get(Table::Meta, STATE).await?;
        let Some(row) = &sealed else {
            let vault = self.vault.borrow().clone();
            return Ok(Session {
                vault: vault.unwrap_or_else(|| Rc::new(Vault::closed())),
                state: State::default(),
                sealed,
            });
        };
        let vault = self.open_vault().await?;
        let state = match vault.read(Table::Meta, STATE, row) {
            Ok(state) => state,
            Err(failure) if failure.code == Code::StoreCorrupt => {
                let copy = self.host.get(Table::Meta, STATE_COPY).await?;
                copy.and_then(|copy| vault.read(Table::Meta, STATE_COPY, &copy).ok())
                    .ok_or(failure)?
            }
            Err(failure) => return Err(failure),
        };
        let mut session = Session { vault, state, sealed };
        self.follow(&mut session).await?;
        Ok(session)
    }

    /// Writes the state together with other changes, if nobody else wrote it since this session read it.
    pub(crate) async fn commit(&self, session: &mut Session, mut ops: Vec<Op>) -> Result<()> {
        let open = serde_json::to_vec(&Open::of(&session.state))
            .map_err(|_| Failure::with(Code::Internal, "encode"))?;
        let digest = Some(sha256(&open));
        if session.state.open_row != digest {
            ops.push(Op::Put(Table::Meta, OPEN.into(), open));
            session.state.open_row = digest;
        }
        for row in [STATE_COPY, STATE] {
            ops.push(session.vault.put(&self.host, Table::Meta, row, &session.state)?);
        }
        let sealed = match ops.last() {
            Some(Op::Put(_, _, sealed)) => sealed.clone(),
            _ => return Err(Failure::with(Code::Internal, "state")),
        };
        let guard = (Table::Meta, STATE.to_owned(), session.sealed.clone());
        self.host.commit(Batch { guard, ops }).await?;
        session.sealed = Some(sealed);
        Ok(())
    }

    /// What was seen lately. What cannot be read is as good as nothing seen.
    pub(crate) async fn recent(&self, session: &Session) -> Result<Recent> {
        let row = self.host.get(Table::Meta, RECENT).await?;
        Ok(row
            .and_then(|row| session.vault.read(Table::Meta, RECENT, &row).ok())
            .unwrap_or_default())
    }

    /// A change that writes what was seen lately, under the live key.
    pub(crate) fn put_recent(&self, session: &Session, recent: &Recent) -> Result<Op> {
        let live = session.state.live;
        session
            .vault
            .put_by(&self.host, live, Table::Meta, RECENT, recent)
    }

    /// Signs lines onto the current log, with one signature: moves the head in the session and returns the
    /// changes that belong to it. Nothing is durable before they are committed with that session.
    pub(crate) async fn sign(&self, session: &mut Session, lines: &[NewLine<'_>]) -> Result<Vec<Op>> {
        let mut ops = Vec::with_capacity(2 * lines.len());
        for (number, record) in self.sign_records(session, Evidence::Observed, lines).await? {
            ops.extend(self.put_live(session, number, &record)?);
        }
        session.state.unpacked += u32::try_from(lines.len()).unwrap_or(u32::MAX);
        Ok(ops)
    }

    /// Signs lines onto the current log, with one signature, and moves the head in the session: the records, with
    /// their numbers, are the caller's to store in the same commit.
    pub(crate) async fn sign_records(
        &self,
        session: &mut Session,
        evidence: Evidence,
        lines: &[NewLine<'_>],
    ) -> Result<Vec<(Number, Record)>> {
        let index = session.state.logs.len().checked_sub(1).ok_or(Code::NoConsent)?;
        let log = session.state.logs.get(index).ok_or(Code::NoConsent)?;
        if log.read_only {
            return Err(Failure::with(Code::Internal, "the log is closed"));
        }
        let root = self.root(session, log.root).await?;
        let key = root.log_key(&log.head.id).map_err(key_failure)?;
        let mut salts = Vec::with_capacity(lines.len());
        let mut entries = Vec::with_capacity(lines.len());
        for line in lines {
            let salt = random(&self.host)?;
            salts.push(salt);
            entries.push(Entry {
                kind: line.kind,
                evidence,
                id: match &line.id {
                    Some(id) => id.clone(),
                    None => id::uuid_v7(line.time, random(&self.host)?),
                },
                time_ms: line.time,
                salt,
                body: line.body,
            });
        }
        let batch = append_batch(&log.head, &key, entries)
            .map_err(|error| Failure::with(Code::Internal, format!("append: {error}")))?;
        let mut records = Vec::with_capacity(lines.len());
        for ((line, salt), seq) in batch.lines.into_iter().zip(salts).zip(batch.first_seq..) {
            let record = Record {
                line: line.line,
                salt,
                body: line.body,
            };
            records.push((Number::new(index, seq)?, record));
        }
        if let Some(log) = session.state.logs.get_mut(index) {
            log.head = batch.head;
            log.note = batch.note;
        }
        Ok(records)
    }

    /// The changes that store a record not yet packed.
    pub(crate) fn put_live(&self, session: &Session, number: Number, record: &Record) -> Result<Vec<Op>> {
        let row = row_key(number);
        let vault = &session.vault;
        let leaf = vault.seal(&self.host, Table::Leaf, &row, &record.leaf())?;
        let live = session.state.live;
        let sealed = vault.seal_by(
            &self.host,
            live,
            Table::Record,
            &row,
            &segment::encode_record(record),
        )?;
        Ok(vec![
            Op::Put(Table::Record, row.clone(), sealed),
            Op::Put(Table::Leaf, row, leaf),
        ])
    }

    /// All rows of a span of a table, however many, in pages.
    pub(crate) async fn all(&self, table: Table, from: &str, below: &str) -> Result<Vec<(String, Vec<u8>)>> {
        const PAGE: u32 = 1_000;
        let mut rows: Vec<(String, Vec<u8>)> = Vec::new();
        loop {
            // The smallest key above the last one read.
            let start = rows
                .last()
                .map_or_else(|| from.to_owned(), |(key, _)| format!("{key}\0"));
            let span = Span {
                from: Some(&start),
                below: Some(below),
                newest_first: false,
                limit: PAGE,
            };
            let page = self.host.range(table, span).await?;
            let last = page.len() < PAGE as usize;
            rows.extend(page);
            if last {
                return Ok(rows);
            }
        }
    }
}

/// A future behind a pointer. All that a future awaits is compiled into one function; what answers each request would
/// make one that takes a compiler minutes.
pub(crate) fn apart<'a, T>(future: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}

/// How often retention is carried out, in milliseconds.
pub(crate) const RETENTION: u64 = 3_600_000;

/// A line to sign.
pub(crate) struct NewLine<'a> {
    /// Its UUID; `None` for a new one.
    pub(crate) id: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) time: u64,
    pub(crate) body: &'a Body,
}

/// A key that could not be made of a root that was stored whole.
pub(crate) fn key_failure(error: KeyError) -> Failure {
    Failure::with(Code::KeysUnavailable, error.to_string())
}

/// A reply to a capture.
pub(crate) fn captured(capture: Capture) -> Done {
    Reply::Captured { capture }.into()
}
