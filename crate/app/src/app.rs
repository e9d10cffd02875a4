//! The app: one per process, over a host. Everything it knows lies in the store; between two messages it holds
//! only the opened vault and the last archive built, so it may be killed at any moment.

use std::cell::RefCell;
use std::rc::Rc;

use counterfoil_core::id;
use counterfoil_core::keys::{KeyError, Root};
use counterfoil_core::log::{Entry, append};
use counterfoil_core::record::{Body, Evidence, Kind};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::address::Address;
use crate::error::{Code, Failure, Result};
use crate::message::{Answer, Capture, Effect, Event, Privilege, Reply, Request};
use crate::ports::{Batch, Host, Op, Span, Table, random};
use crate::state::State;
use crate::vault::Vault;

/// The row of [`State`].
pub(crate) const STATE: &str = "state";
/// The row of the root secret.
const ROOT: &str = "root";
/// Prefix of the rows of [`Table::Content`] that tombstones commit to.
const TOMBSTONE: char = 't';
/// What follows the last digit: above every row key of a sequence number.
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
    vault: RefCell<Option<Rc<Vault>>>,
    /// The archive that was built last, by export id: the pieces of a file are asked for one by one.
    pub(crate) archive: RefCell<Option<(String, Rc<Vec<u8>>)>>,
}

/// The state as one change sees it, with what the guard compares.
pub(crate) struct Session {
    pub(crate) vault: Rc<Vault>,
    pub(crate) state: State,
    sealed: Option<Vec<u8>>,
}

#[derive(Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
struct RootRow {
    entropy: [u8; 32],
    seed: Vec<u8>,
}

impl<H: Host> App<H> {
    /// An app over a host. Nothing is read before the first message.
    pub fn new(host: H) -> Self {
        Self {
            host,
            vault: RefCell::default(),
            archive: RefCell::default(),
        }
    }

    /// The host.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Carries out a request. Always answers; an answer of success comes after what it reports is durable.
    pub async fn handle(&self, sender: &Sender, request: Request) -> Outcome {
        let done = if request.privilege() == sender.privilege() {
            self.dispatch(sender, request).await
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
            Request::Observed { observed } => self.observe(sender, observed).await,
            Request::Navigated { navigated } => self.navigate(sender, navigated).await,
            Request::Held { held } => self.hold(sender, held).await,
            Request::Popup { url } => self.popup(url.as_deref()).await,
            Request::Welcome => self.welcome().await,
            Request::Consent { given } => self.consent(given).await,
            Request::Sites => self.sites().await,
            Request::SiteOn { url } => self.site_on(&url).await,
            Request::SiteOff { origin } => self.site_off(&origin).await,
            Request::List { filter, before } => self.list(filter, before).await,
            Request::Record { seq } => self.record(seq).await,
            Request::Keep { seqs } => self.mark(&seqs, false).await,
            Request::Mark { seqs } => self.mark(&seqs, true).await,
            Request::Delete { seqs } => self.delete(&seqs).await,
            Request::Undo { seqs } => self.undo(&seqs).await,
            Request::Draft { choice } => self.draft(choice).await,
            Request::Approve {
                draft,
                records_sha256,
            } => self.approve(&draft, &records_sha256).await,
            Request::Discard { draft } => self.discard(&draft).await,
            Request::Exports => self.exports().await,
            Request::Chunk { export, index } => self.chunk(&export, index).await,
            Request::Check => self.checked().await,
        }
    }

    /// Takes note of what the browser tells. A failure leaves everything as it was; the next event repairs it.
    pub async fn event(&self, event: Event) -> Result<Vec<Effect>> {
        match event {
            Event::Installed => Ok(vec![Effect::Open {
                page: "welcome/welcome.html".into(),
            }]),
            Event::Started | Event::Woken => {
                let purged = self.purge().await?;
                let session = self.load().await?;
                let mut effects = Self::standing(&session.state);
                if purged > 0 {
                    effects.push(Effect::Refresh);
                }
                Ok(effects)
            }
            Event::Permissions { origins } => self.permissions(origins).await,
        }
    }

    /// What must hold in the browser for this state: registration, badge, the next waking.
    pub(crate) fn standing(state: &State) -> Vec<Effect> {
        let mut effects = vec![
            Effect::Register {
                matches: state.registered(),
            },
            badge(state),
        ];
        effects.extend(state.due.map(|at| Effect::Wake { at }));
        effects
    }

    /// Reads the state. Without a state row this is a new profile, and the only one in which a missing data key
    /// may be made.
    pub(crate) async fn load(&self) -> Result<Session> {
        let sealed = self.host.get(Table::Meta, STATE).await?;
        let known = self.vault.borrow().clone();
        let vault = match known {
            Some(vault) => vault,
            None => {
                let key = self.host.data_key(sealed.is_none()).await?;
                let vault = Rc::new(Vault::new(&key));
                self.vault.replace(Some(Rc::clone(&vault)));
                vault
            }
        };
        let state = match &sealed {
            Some(row) => vault.read(Table::Meta, STATE, row)?,
            None => State::default(),
        };
        Ok(Session { vault, state, sealed })
    }

    /// Writes the state together with other changes, if nobody else wrote it since this session read it.
    pub(crate) async fn commit(&self, session: &Session, mut ops: Vec<Op>) -> Result<()> {
        ops.push(
            session
                .vault
                .put(&self.host, Table::Meta, STATE, &session.state)?,
        );
        let guard = (Table::Meta, STATE.to_owned(), session.sealed.clone());
        Ok(self.host.commit(Batch { guard, ops }).await?)
    }

    /// A new root secret, as the change that stores it.
    pub(crate) fn make_root(&self, session: &Session) -> Result<Op> {
        let root = Root::from_entropy(random(&self.host)?).map_err(key_failure)?;
        let row = RootRow {
            entropy: *root.entropy(),
            seed: root.seed().to_vec(),
        };
        session.vault.put(&self.host, Table::Meta, ROOT, &row)
    }

    /// The root secret.
    pub(crate) async fn root(&self, session: &Session) -> Result<Root> {
        let damaged = || Failure::with(Code::StoreCorrupt, "meta/root");
        let row = self.host.get(Table::Meta, ROOT).await?.ok_or_else(damaged)?;
        let row: RootRow = session.vault.read(Table::Meta, ROOT, &row)?;
        let seed: [u8; 64] = row.seed.as_slice().try_into().map_err(|_| damaged())?;
        Ok(Root::from_parts(row.entropy, seed))
    }

    /// Signs a line onto the private log: moves the head in the session and returns the changes that belong to
    /// it. Nothing is durable before they are committed with that session.
    pub(crate) fn sign(&self, session: &mut Session, root: &Root, line: &NewLine<'_>) -> Result<Vec<Op>> {
        let head = session.state.head.as_ref().ok_or(Code::NoConsent)?;
        let entry = Entry {
            kind: line.kind,
            evidence: Evidence::Observed,
            id: id::uuid_v7(line.time, random(&self.host)?),
            time_ms: line.time,
            salt: random(&self.host)?,
            body: line.body,
        };
        let salt = entry.salt;
        let key = root.log_key(&head.id).map_err(key_failure)?;
        let appended = append(head, &key, entry)
            .map_err(|error| Failure::with(Code::Internal, format!("append: {error}")))?;
        let row = row_key(appended.seq);
        let mut content = salt.to_vec();
        content.extend_from_slice(&appended.body);
        // What a tombstone commits to is no record: it lies apart, where no list looks.
        let content_row = if line.kind == Kind::Tombstone {
            format!("{TOMBSTONE}{row}")
        } else {
            row.clone()
        };
        let sealed_line = session
            .vault
            .seal(&self.host, Table::Line, &row, &appended.line)?;
        let sealed_content = session
            .vault
            .seal(&self.host, Table::Content, &content_row, &content)?;
        let ops = vec![
            Op::Put(Table::Line, row, sealed_line),
            Op::Put(Table::Content, content_row, sealed_content),
        ];
        session.state.head = Some(appended.head);
        session.state.note = appended.note;
        Ok(ops)
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

/// A line to sign.
pub(crate) struct NewLine<'a> {
    pub(crate) kind: Kind,
    pub(crate) time: u64,
    pub(crate) body: &'a Body,
}

/// Row key of a sequence number: decimal, so that the order of the strings is that of the numbers.
pub(crate) fn row_key(seq: u64) -> String {
    format!("{seq:016}")
}

/// What the toolbar shows: records since the popup was last looked at.
pub(crate) fn badge(state: &State) -> Effect {
    let text = match state.unseen {
        0 => String::new(),
        n @ 1..=999 => n.to_string(),
        _ => "999+".to_owned(),
    };
    Effect::Badge {
        text,
        attention: false,
    }
}

/// A key that could not be made of a root that was stored whole.
pub(crate) fn key_failure(error: KeyError) -> Failure {
    Failure::with(Code::KeysUnavailable, error.to_string())
}

/// A reply to a capture.
pub(crate) fn captured(capture: Capture) -> Done {
    Reply::Captured { capture }.into()
}
