//! From what a content script saw to a signed, durable record.

use counterfoil_adapter::Adapter;
use counterfoil_core::encoding::to_hex;
use counterfoil_core::id;
use counterfoil_core::record::{Body, Kind};
use counterfoil_core::sealed::{self, InboxPublic, InboxSecret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::address::Address;
use crate::app::{App, Done, NewLine, Sender, Session, captured};
use crate::error::{Code, Failure, Result};
use crate::message::{
    Answered, Capture, Confirm, Effect, Held, Hints, Intent, Navigated, Observed, Rated, Reply, Request,
    Verdict,
};
use crate::ports::{Host, Op, Table, random};
use crate::recent::{Channel, Recent, Sighting};
use crate::rules;
use crate::state::{Inbox, State};
use crate::toolbar;

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
    /// The text that the person found in the field, to find the record that this one replaces.
    #[serde(default)]
    before: Option<String>,
    /// Nonce of what this one answers.
    #[serde(default)]
    to: Option<String>,
    /// Whether the adapter of the place saw it; `None` where there is nothing to tell by it.
    #[serde(default)]
    by_adapter: Option<bool>,
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
                    observed.before = None;
                }
                None => return Ok(captured(Capture::Ignored)),
            }
        }
        match self.observed(sender, &address, observed)? {
            Some(submission) => self.capture(&address, submission).await,
            None => Ok(captured(Capture::Ignored)),
        }
    }

    /// What a content script saw as a submission; `None` for what is never taken.
    fn observed(&self, sender: &Sender, address: &Address, observed: Observed) -> Result<Option<Submission>> {
        if observed.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        // Some browsers tell the address with which a document was opened, not the one that it shows: so the page
        // tells its own, of the sender's origin, and what either of them rules out is not taken.
        let own = |text: &str| Address::parse(text).filter(|it| it.origin() == address.origin());
        let shown = own(&observed.url).unwrap_or_else(|| address.clone());
        let seen = seen(address, observed.hints.as_ref())?;
        let rules = rules::adapter_of(address.host()).or(seen.map(|(adapter, _)| adapter));
        if rules::private_place(&shown) {
            return Err(Code::SiteUnavailable.into());
        }
        if rules.is_some_and(|rules| rules::skipped(rules, address) || rules::skipped(rules, &shown))
            // Only its selectors know the private places of a page, and they were not there yet.
            || seen.is_some_and(|(adapter, hints)| adapter.guarded && !hints.whole)
            || rules::secret(&observed.field, &observed.text)
        {
            return Ok(None);
        }
        let (kind, by_adapter) = rules::classify(&observed.field, &shown, seen);
        // A conversation may get its address only once something was said in it.
        let thread = rules.and_then(|rules| {
            let places = [Some(shown.clone()), own(&sender.tab), Some(address.clone())];
            let found = places
                .into_iter()
                .flatten()
                .find_map(|place| rules.thread(place.path()).map(str::to_owned));
            found.filter(|thread| !thread.is_empty() && thread.len() <= LABEL)
        });
        let could_be = kind != Kind::Search && observed.field.multiline;
        let tells =
            seen.filter(|(adapter, hints)| adapter.composer && hints.whole && (by_adapter || could_be));
        let body = Body {
            adapter: Some(match seen {
                Some((adapter, _)) if by_adapter => rules::version(adapter),
                _ => rules::GENERIC.to_owned(),
            }),
            altered: observed.altered.then_some(true),
            confirmed: Some(format!(
                "{}/{}",
                intent(observed.intent),
                confirm(observed.confirm)
            )),
            model: seen.and_then(|(_, hints)| label(hints.model.as_deref())),
            pasted: Some(observed.pasted),
            site: Some(address.site()),
            text: Some(observed.text),
            thread,
            typed: Some(observed.typed),
            url: Some(shown.place()),
            ..Body::default()
        };
        Ok(Some(Submission {
            nonce: observed.nonce,
            origin: address.origin(),
            at: observed.at,
            now: self.host.now(),
            kind,
            channel: Channel::Gesture,
            body,
            before: observed.before.filter(|_| observed.field.prefilled),
            to: None,
            by_adapter: tells.map(|_| by_adapter),
        }))
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
        let session = self.load().await?;
        let families = sender
            .address()
            .and_then(|address| session.state.sites.get(&address.origin()))
            .map_or(&[][..], |site| &site.families);
        match self.navigated(sender, navigated, families)? {
            Some((shown, submission)) => self.capture(&shown, submission).await,
            None => Ok(captured(Capture::Ignored)),
        }
    }

    fn navigated(
        &self,
        sender: &Sender,
        navigated: Navigated,
        families: &[String],
    ) -> Result<Option<(Address, Submission)>> {
        if navigated.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        // The page may have moved on since the message was sent, but never to another origin.
        let shown = Address::parse(&navigated.url)
            .filter(|shown| shown.origin() == address.origin())
            .ok_or(Code::SiteInvalid)?;
        let Some(search) = rules::search(&shown, families) else {
            return Ok(None);
        };
        let body = Body {
            adapter: Some(search.adapter),
            confirmed: Some("address".to_owned()),
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
            before: None,
            to: None,
            by_adapter: None,
        };
        Ok(Some((shown, submission)))
    }

    /// Keeps a model's answer, where the person asked for it.
    pub(crate) async fn answered(&self, sender: &Sender, answered: Answered) -> Result<Done> {
        if answered.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        let body = Body {
            model: label(answered.model.as_deref()),
            text: Some(answered.text),
            ..Body::default()
        };
        let what = (Kind::Response, body, Some(answered.to));
        self.answer(&address, answered.nonce, answered.at, what).await
    }

    /// Keeps the rating of an answer, where the person asked for it.
    pub(crate) async fn rated(&self, sender: &Sender, rated: Rated) -> Result<Done> {
        if rated.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        let verdict = match rated.verdict {
            Verdict::Up => "up",
            Verdict::Down => "down",
            Verdict::Regenerate => "regenerate",
        };
        let body = Body {
            text: Some(verdict.to_owned()),
            ..Body::default()
        };
        let what = (Kind::Rating, body, rated.to);
        self.answer(&address, rated.nonce, rated.at, what).await
    }

    async fn answer(
        &self,
        address: &Address,
        nonce: String,
        at: u64,
        (kind, body, to): (Kind, Body, Option<String>),
    ) -> Result<Done> {
        let session = self.load().await?;
        let site = session.state.sites.get(&address.origin());
        let wanted = site.is_some_and(|site| match kind {
            Kind::Response => site.responses,
            _ => site.ratings,
        });
        if !wanted {
            return Err(Code::SiteOff.into());
        }
        // An answer to something that was not recorded, be it in a place that is skipped, is not kept either.
        let recent = self.recent(&session).await?;
        if kind == Kind::Response && to.as_deref().and_then(|to| recent.recorded(to)).is_none() {
            return Ok(captured(Capture::Ignored));
        }
        let families = site.map_or(&[][..], |site| &site.families);
        let adapter = rules::adapter_of(address.host())
            .or_else(|| families.iter().find_map(|id| rules::family(id)))
            .filter(|adapter| !rules::skipped(adapter, address));
        let Some(adapter) = adapter else {
            return Ok(captured(Capture::Ignored));
        };
        let body = Body {
            adapter: Some(rules::version(adapter)),
            site: Some(address.site()),
            thread: adapter.thread(address.path()).map(str::to_owned),
            url: Some(address.place()),
            ..body
        };
        let submission = Submission {
            nonce,
            origin: address.origin(),
            at,
            now: self.host.now(),
            kind,
            channel: Channel::Gesture,
            body,
            before: None,
            to,
            by_adapter: None,
        };
        self.capture(address, submission).await
    }

    /// Records what the person tried out on a page of the extension.
    pub(crate) async fn practise(&self, text: String) -> Result<Done> {
        if text.len() > TEXT_LIMIT {
            return Err(Code::TextTooLong.into());
        }
        if text.trim().is_empty() {
            return Ok(captured(Capture::Ignored));
        }
        let (_turn, mut session) = self.change().await?;
        if session.state.consented.is_none() {
            return Err(Code::NoConsent.into());
        }
        if session.state.forget_all_at.is_some() {
            return Err(Code::Forgetting.into());
        }
        let now = self.host.now();
        let submission = Submission {
            nonce: to_hex(&random::<16>(&self.host)?),
            origin: String::new(),
            at: now,
            now,
            kind: Kind::Unknown,
            channel: Channel::Gesture,
            body: Body {
                text: Some(text),
                ..Body::default()
            },
            before: None,
            to: None,
            by_adapter: None,
        };
        let mut recent = self.recent(&session).await?;
        let made = self.record_new(&mut session, &mut recent, &submission, false);
        match made.await? {
            None => Ok(captured(Capture::Merged)),
            Some(ops) => self.keep(&mut session, ops).await,
        }
    }

    /// Writes a record that was made.
    async fn keep(&self, session: &mut Session, ops: Vec<Op>) -> Result<Done> {
        self.commit(session, ops).await?;
        // The record is durable: packing can wait for the next one if it fails.
        let badge = toolbar::badge(&session.state);
        let _ = self.pack_if_due(session).await;
        Ok(Done {
            reply: Reply::Captured {
                capture: Capture::Recorded,
            },
            effects: vec![badge, Effect::Refresh],
        })
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
        if session.state.pausing(submission.now) {
            return Err(Code::Paused.into());
        }
        // What a page did not say of itself this time, it said before.
        let place = submission.body.url.as_deref().and_then(Address::parse);
        let families = session.state.sites.get(&submission.origin);
        let skips = |family: &Adapter| {
            rules::skipped(family, address) || place.as_ref().is_some_and(|it| rules::skipped(family, it))
        };
        if families.is_some_and(|site| site.families.iter().filter_map(|id| rules::family(id)).any(skips)) {
            return Ok(captured(Capture::Ignored));
        }
        let mut recent = self.recent(&session).await?;
        let icon = |state: &State| toolbar::icon(state, address, submission.now);
        let shown = icon(&session.state);
        let capped = session.state.capped(&submission.origin, submission.now);
        let made = self
            .record_new(&mut session, &mut recent, &submission, capped)
            .await;
        if let Err(failure) = &made
            && failure.code == Code::SiteCapped
            && let Some(site) = session.state.sites.get_mut(&submission.origin)
            && site.health.flooded(submission.now)
        {
            self.commit(&mut session, Vec::new()).await?;
        }
        match made? {
            None => Ok(captured(Capture::Merged)),
            Some(ops) => {
                let mut done = self.keep(&mut session, ops).await?;
                // A limit may be reached by it, or the site be heard of again.
                done.effects
                    .extend(Some(icon(&session.state)).filter(|icon| *icon != shown));
                Ok(done)
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
            before,
            to,
            by_adapter,
        } = submission;
        let text = submission.text();
        if recent.sighting(nonce, origin, text, *channel, *now) == Sighting::Known {
            return Ok(None);
        }
        if capped {
            return Err(Code::SiteCapped.into());
        }
        let time = if at <= now && now - at <= DELAY { *at } else { *now };
        let replaced = before
            .as_deref()
            .and_then(|before| recent.of_text(origin, before));
        let kind = match replaced {
            Some(_) => Kind::Edit,
            None => *kind,
        };
        let body = Body {
            replaces: replaced.map(str::to_owned),
            reply_to: to
                .as_deref()
                .and_then(|to| recent.recorded(to))
                .map(str::to_owned),
            ..body.clone()
        };
        let id = id::uuid_v7(time, random(&self.host)?);
        let line = NewLine {
            id: Some(id.clone()),
            kind,
            time,
            body: &body,
        };
        let mut ops = self.sign(session, &[line]).await?;
        recent.remember(nonce, origin, text, *channel, *now, &id);
        let sent = !matches!(kind, Kind::Response | Kind::Rating);
        session.state.count(origin, *now, sent);
        if let Some(by_adapter) = by_adapter
            && let Some(site) = session.state.sites.get_mut(origin)
        {
            site.health.seen(*by_adapter);
        }
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
                match self.observed(sender, &address, observed)? {
                    Some(submission) => (address, submission),
                    None => return Ok(captured(Capture::Ignored)),
                }
            }
            Request::Navigated { navigated } => match self.navigated(sender, navigated, &[])? {
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
        if open.paused.is_some_and(|pause| !pause.over(submission.now)) {
            return Err(Code::Paused.into());
        }
        if self.host.get(Table::Inbox, &submission.nonce).await?.is_some() {
            return Ok(captured(Capture::Merged));
        }
        let (mut locked, raw) = self.locked_row().await?;
        if !locked.count(&submission.origin, submission.now) {
            return Err(Code::SiteCapped.into());
        }
        let now = submission.now;
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
            effects: vec![toolbar::waiting(locked.waiting, &open, now)],
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
                .and_then(|plain| crate::plain::from_slice::<Submission>(&plain).ok());
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

/// Longest label of a conversation, in bytes, and of a model, in code points.
const LABEL: usize = 200;
const MODEL: usize = 80;

/// The adapter that a page says it has, if it may: that of the sender's host, or a family where the host has none.
fn seen<'h>(address: &Address, hints: Option<&'h Hints>) -> Result<Option<(&'static Adapter, &'h Hints)>> {
    let Some(hints) = hints else {
        return Ok(None);
    };
    let adapter = match rules::adapter_of(address.host()) {
        Some(own) => Some(own).filter(|own| own.id == hints.id),
        None => rules::family(&hints.id),
    };
    match adapter {
        Some(adapter) => Ok(Some((adapter, hints))),
        None => Err(Failure::with(Code::MessageInvalid, "adapter")),
    }
}

/// The name of a model as a page shows it, on one line and not too long.
fn label(text: Option<&str>) -> Option<String> {
    let words: Vec<&str> = text?.split_whitespace().collect();
    let label: String = words.join(" ").chars().take(MODEL).collect();
    (!label.is_empty()).then_some(label)
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
