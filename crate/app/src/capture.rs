//! From what a content script saw to a signed, durable record.

use counterfoil_core::record::{Body, Kind};
use counterfoil_core::sealed::{self, InboxPublic, InboxSecret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::address::Address;
use crate::app::{App, Done, NewLine, Sender, Session, badge, captured, waiting};
use crate::error::{Code, Failure, Result};
use crate::message::{Capture, Confirm, Effect, Held, Intent, Navigated, Observed, Reply, Request};
use crate::ports::{Host, Op, Table, random};
use crate::recent::{Channel, Recent, Sighting};
use crate::rules;
use crate::state::Inbox;

/// Longest text of a record, in bytes of UTF-8.
pub const TEXT_LIMIT: usize = 1024 * 1024;
/// How far back the time of a gesture is believed: longer than any retry.
const DELAY: u64 = 5 * 60_000;

/// A submission, before it is known to be new.
#[derive(Serialize, Deserialize)]
pub(crate) struct Submission {
    nonce: String,
    origin: String,
    /// When the person sent it, as the page tells.
    at: u64,
    /// When it arrived.
    now: u64,
    kind: Kind,
    channel: Channel,
    body: Body,
}

impl Submission {
    fn text(&self) -> &str {
        self.body.text.as_deref().unwrap_or_default()
    }

    /// Refuses what no content script of ours sends; `false` for what is no submission.
    fn check(&self, address: &Address) -> Result<bool> {
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if self.nonce.len() != 32 || !self.nonce.chars().all(hex) {
            return Err(Failure::with(Code::MessageInvalid, "nonce"));
        }
        if self.text().len() > TEXT_LIMIT {
            return Err(Code::TextTooLong.into());
        }
        if self.text().trim().is_empty() {
            return Ok(false);
        }
        if rules::private_place(address) {
            return Err(Code::SiteUnavailable.into());
        }
        Ok(true)
    }
}

impl<H: Host> App<H> {
    pub(crate) async fn observe(&self, sender: &Sender, mut observed: Observed) -> Result<Done> {
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        if observed.typed == 0 && observed.pasted == 0 {
            let session = self.load().await?;
            let recent = self.recent(&session).await?;
            match recent.held(&address.origin(), &observed.text, self.host.now()) {
                Some(counts) => {
                    (observed.typed, observed.pasted) = counts;
                    // The page put back what the person wrote: nothing older is edited.
                    observed.field.prefilled = false;
                }
                None => return Ok(captured(Capture::Ignored)),
            }
        }
        let submission = self.observed(&address, observed)?;
        self.capture(&address, submission).await
    }

    fn observed(&self, address: &Address, observed: Observed) -> Result<Submission> {
        if observed.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let body = Body {
            adapter: Some(format!(
                "generic/{}/{}",
                intent(observed.intent),
                confirm(observed.confirm)
            )),
            altered: observed.altered.then_some(true),
            pasted: Some(observed.pasted),
            site: Some(address.site()),
            text: Some(observed.text),
            typed: Some(observed.typed),
            url: Some(address.place()),
            ..Body::default()
        };
        Ok(Submission {
            nonce: observed.nonce,
            origin: address.origin(),
            at: observed.at,
            now: self.host.now(),
            kind: rules::classify(observed.field, address),
            channel: Channel::Gesture,
            body,
        })
    }

    /// Remembers that the person typed a text which the page only previewed.
    pub(crate) async fn hold(&self, sender: &Sender, held: Held) -> Result<Done> {
        if held.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        if held.text.len() > TEXT_LIMIT {
            return Err(Code::TextTooLong.into());
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        if rules::private_place(&address) {
            return Err(Code::SiteUnavailable.into());
        }
        let (_turn, mut session) = self.change().await?;
        if !session.state.records(&address) {
            return Err(Code::SiteOff.into());
        }
        let mut recent = self.recent(&session).await?;
        recent.hold(&address.origin(), &held, self.host.now());
        let op = self.put_recent(&session, &recent)?;
        self.commit(&mut session, vec![op]).await?;
        Ok(captured(Capture::Ignored))
    }

    pub(crate) async fn navigate(&self, sender: &Sender, navigated: Navigated) -> Result<Done> {
        match self.navigated(sender, navigated)? {
            Some((shown, submission)) => self.capture(&shown, submission).await,
            None => Ok(captured(Capture::Ignored)),
        }
    }

    fn navigated(&self, sender: &Sender, navigated: Navigated) -> Result<Option<(Address, Submission)>> {
        if navigated.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        // The page may have moved on since the message was sent, but never to another origin.
        let shown = Address::parse(&navigated.url)
            .filter(|shown| shown.origin() == address.origin())
            .ok_or(Code::SiteInvalid)?;
        let Some(search) = rules::search(&shown) else {
            return Ok(None);
        };
        let body = Body {
            adapter: Some(format!("address/{}", search.engine)),
            site: Some(shown.site()),
            text: Some(search.text),
            url: Some(shown.place()),
            ..Body::default()
        };
        let submission = Submission {
            nonce: navigated.nonce,
            origin: shown.origin(),
            at: navigated.at,
            now: self.host.now(),
            kind: Kind::Search,
            channel: Channel::Address,
            body,
        };
        Ok(Some((shown, submission)))
    }

    async fn capture(&self, address: &Address, submission: Submission) -> Result<Done> {
        if !submission.check(address)? {
            return Ok(captured(Capture::Ignored));
        }
        let (_turn, mut session) = self.change().await?;
        if session.state.consented.is_none() {
            return Err(Code::NoConsent.into());
        }
        if session.state.forget_all_at.is_some() {
            return Err(Code::Forgetting.into());
        }
        if !session.state.records(address) {
            return Err(Code::SiteOff.into());
        }
        let mut recent = self.recent(&session).await?;
        let capped = session.state.capped(&submission.origin, submission.now);
        match self
            .record_new(&mut session, &mut recent, &submission, capped)
            .await?
        {
            None => Ok(captured(Capture::Merged)),
            Some(ops) => {
                self.commit(&mut session, ops).await?;
                // The record is durable: packing can wait for the next one if it fails.
                let badge = badge(&session.state);
                let _ = self.pack_if_due(&mut session).await;
                Ok(Done {
                    reply: Reply::Captured {
                        capture: Capture::Recorded,
                    },
                    effects: vec![badge, Effect::Refresh],
                })
            }
        }
    }

    /// The changes that record a submission; `None` if it was recorded before.
    async fn record_new(
        &self,
        session: &mut Session,
        recent: &mut Recent,
        submission: &Submission,
        capped: bool,
    ) -> Result<Option<Vec<Op>>> {
        let Submission {
            nonce,
            origin,
            at,
            now,
            kind,
            channel,
            body,
        } = submission;
        let text = submission.text();
        if recent.sighting(nonce, origin, text, *channel, *now) == Sighting::Known {
            return Ok(None);
        }
        if capped {
            return Err(Code::SiteCapped.into());
        }
        let time = if at <= now && now - at <= DELAY { *at } else { *now };
        let line = NewLine {
            kind: *kind,
            time,
            body,
        };
        let mut ops = self.sign(session, &[line]).await?;
        recent.remember(nonce, origin, text, *channel, *now);
        session.state.count(origin, *now);
        ops.push(self.put_recent(session, recent)?);
        Ok(Some(ops))
    }

    /// What a content script sends to a locked profile goes to the inbox, which only the passphrase opens. There
    /// it is counted as captured.
    pub(crate) async fn capture_locked(&self, sender: &Sender, request: Request) -> Result<Done> {
        let (address, submission) = match request {
            Request::Observed { observed } => {
                // Whether an untyped text was previewed cannot be read now.
                if observed.typed == 0 && observed.pasted == 0 {
                    return Ok(captured(Capture::Ignored));
                }
                let address = sender.address().ok_or(Code::SiteInvalid)?;
                let submission = self.observed(&address, observed)?;
                (address, submission)
            }
            Request::Navigated { navigated } => match self.navigated(sender, navigated)? {
                Some(found) => found,
                None => return Ok(captured(Capture::Ignored)),
            },
            _ => return Err(Code::Locked.into()),
        };
        if !submission.check(&address)? {
            return Ok(captured(Capture::Ignored));
        }
        let _turn = self.host.exclusive().await?;
        let open = self.open_row().await?;
        let Some(public) = open.inbox.filter(|_| open.records(&address)) else {
            return Err(Code::SiteOff.into());
        };
        if self.host.get(Table::Inbox, &submission.nonce).await?.is_some() {
            return Ok(captured(Capture::Merged));
        }
        let (mut locked, raw) = self.locked_row().await?;
        if !locked.count(&submission.origin, submission.now) {
            return Err(Code::SiteCapped.into());
        }
        let plain = serde_json::to_vec(&submission).map_err(|_| Failure::with(Code::Internal, "encode"))?;
        let plain = Zeroizing::new(plain);
        let sealed = sealed::seal(
            &InboxPublic(public),
            random(&self.host)?,
            submission.nonce.as_bytes(),
            &plain,
        )
        .map_err(|_| Failure::with(Code::Internal, "seal"))?;
        let op = Op::Put(Table::Inbox, submission.nonce, sealed);
        self.write_locked(&locked, raw, vec![op]).await?;
        Ok(Done {
            reply: Reply::Captured {
                capture: Capture::Recorded,
            },
            effects: vec![waiting(locked.waiting)],
        })
    }

    /// Records what waited in the inbox, one transaction each, and gives the inbox a new key so that the old
    /// one opens nothing any more. What cannot be opened stays, and is named by the check. Under the lock.
    pub(crate) async fn empty_inbox(&self, session: &mut Session) -> Result<u32> {
        let Some(inbox) = session.state.inbox else {
            return Ok(0);
        };
        let rows = self.all(Table::Inbox, "", NONCES).await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let secret = session.vault.ring.borrow().get(inbox.secret).cloned();
        let mut taken = 0;
        let mut kept = 0;
        let mut waiting = Vec::new();
        for (key, row) in rows {
            let submission = secret
                .as_ref()
                .and_then(|secret| {
                    sealed::open(&InboxSecret::from_bytes(**secret), key.as_bytes(), &row).ok()
                })
                .and_then(|plain| serde_json::from_slice::<Submission>(&plain).ok());
            match submission {
                Some(submission) => waiting.push((key, submission)),
                None => kept += 1,
            }
        }
        waiting.sort_by_key(|(_, submission)| submission.now);
        for (key, submission) in waiting {
            let mut recent = self.recent(session).await?;
            let mut ops = vec![Op::Remove(Table::Inbox, key)];
            // Its limits were counted when it was captured.
            if let Some(record) = self.record_new(session, &mut recent, &submission, false).await? {
                ops.extend(record);
                taken += 1;
            }
            self.commit(session, ops).await?;
        }
        if kept == 0 {
            session.state.retired.push(inbox.secret);
            self.make_inbox(session).await?;
            self.commit(session, Vec::new()).await?;
            self.sweep(session).await?;
        }
        Ok(taken)
    }

    /// A new key pair for the inbox.
    pub(crate) async fn make_inbox(&self, session: &mut Session) -> Result<()> {
        let id = self.take_key(session).await?;
        let secret = session.vault.ring.borrow().get(id).cloned();
        let secret = secret.ok_or_else(|| Failure::with(Code::Internal, "inbox"))?;
        session.state.inbox = Some(Inbox {
            public: InboxSecret::from_bytes(*secret).public().0,
            secret: id,
        });
        Ok(())
    }
}

/// Above every nonce.
const NONCES: &str = "g";

fn intent(intent: Intent) -> &'static str {
    match intent {
        Intent::Enter => "enter",
        Intent::Click => "click",
        Intent::Submit => "submit",
    }
}

fn confirm(confirm: Confirm) -> &'static str {
    match confirm {
        Confirm::Cleared => "cleared",
        Confirm::Detached => "detached",
        Confirm::Submitted => "submitted",
        Confirm::Moved => "moved",
    }
}
