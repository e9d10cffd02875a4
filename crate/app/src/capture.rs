//! From what a content script saw to a signed, durable record.

use counterfoil_core::record::{Body, Kind};

use crate::address::Address;
use crate::app::{App, Done, NewLine, Sender, badge, captured};
use crate::error::{Code, Failure, Result};
use crate::message::{Capture, Confirm, Effect, Held, Intent, Navigated, Observed, Reply};
use crate::ports::Host;
use crate::rules;
use crate::state::{Channel, Sighting};

/// Longest text of a record, in bytes of UTF-8.
pub const TEXT_LIMIT: usize = 1024 * 1024;
/// How far back the time of a gesture is believed: longer than any retry.
const DELAY: u64 = 5 * 60_000;

struct Submission<'a> {
    nonce: &'a str,
    text: &'a str,
    at: u64,
    kind: Kind,
    channel: Channel,
    body: Body,
}

impl<H: Host> App<H> {
    pub(crate) async fn observe(&self, sender: &Sender, observed: Observed) -> Result<Done> {
        if observed.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        let (mut typed, mut pasted, mut field) = (observed.typed, observed.pasted, observed.field);
        if typed == 0 && pasted == 0 {
            let session = self.load().await?;
            match session
                .state
                .held(&address.origin(), &observed.text, self.host.now())
            {
                Some(counts) => {
                    (typed, pasted) = counts;
                    // The page put back what the person wrote: nothing older is edited.
                    field.prefilled = false;
                }
                None => return Ok(captured(Capture::Ignored)),
            }
        }
        let body = Body {
            adapter: Some(format!(
                "generic/{}/{}",
                intent(observed.intent),
                confirm(observed.confirm)
            )),
            altered: observed.altered.then_some(true),
            pasted: Some(pasted),
            site: Some(address.site()),
            text: Some(observed.text.clone()),
            typed: Some(typed),
            url: Some(address.place()),
            ..Body::default()
        };
        let submission = Submission {
            nonce: &observed.nonce,
            text: &observed.text,
            at: observed.at,
            kind: rules::classify(field, &address),
            channel: Channel::Gesture,
            body,
        };
        self.capture(&address, submission).await
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
        let _turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        if !session.state.records(&address) {
            return Err(Code::SiteOff.into());
        }
        session.state.hold(&address.origin(), &held, self.host.now());
        self.commit(&session, Vec::new()).await?;
        Ok(captured(Capture::Ignored))
    }

    pub(crate) async fn navigate(&self, sender: &Sender, navigated: Navigated) -> Result<Done> {
        if navigated.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        // The page may have moved on since the message was sent, but never to another origin.
        let shown = Address::parse(&navigated.url)
            .filter(|shown| shown.origin() == address.origin())
            .ok_or(Code::SiteInvalid)?;
        let Some(search) = rules::search(&shown) else {
            return Ok(captured(Capture::Ignored));
        };
        let body = Body {
            adapter: Some(format!("address/{}", search.engine)),
            site: Some(shown.site()),
            text: Some(search.text.clone()),
            url: Some(shown.place()),
            ..Body::default()
        };
        let submission = Submission {
            nonce: &navigated.nonce,
            text: &search.text,
            at: navigated.at,
            kind: Kind::Search,
            channel: Channel::Address,
            body,
        };
        self.capture(&shown, submission).await
    }

    async fn capture(&self, address: &Address, submission: Submission<'_>) -> Result<Done> {
        let Submission {
            nonce,
            text,
            at,
            kind,
            channel,
            body,
        } = submission;
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if nonce.len() != 32 || !nonce.chars().all(hex) {
            return Err(Failure::with(Code::MessageInvalid, "nonce"));
        }
        if text.len() > TEXT_LIMIT {
            return Err(Code::TextTooLong.into());
        }
        if text.trim().is_empty() {
            return Ok(captured(Capture::Ignored));
        }
        if rules::private_place(address) {
            return Err(Code::SiteUnavailable.into());
        }

        let _turn = self.host.exclusive().await?;
        let mut session = self.load().await?;
        let now = self.host.now();
        let origin = address.origin();
        if session.state.consented.is_none() {
            return Err(Code::NoConsent.into());
        }
        if !session.state.records(address) {
            return Err(Code::SiteOff.into());
        }
        if session.state.sighting(nonce, &origin, text, channel, now) == Sighting::Known {
            return Ok(captured(Capture::Merged));
        }
        if session.state.capped(&origin, now) {
            return Err(Code::SiteCapped.into());
        }
        let time = if at <= now && now - at <= DELAY { at } else { now };
        let root = self.root(&session).await?;
        let ops = self.sign(
            &mut session,
            &root,
            &NewLine {
                kind,
                time,
                body: &body,
            },
        )?;
        session.state.count(nonce, &origin, text, channel, now);
        self.commit(&session, ops).await?;
        Ok(Done {
            reply: Reply::Captured {
                capture: Capture::Recorded,
            },
            effects: vec![badge(&session.state), Effect::Refresh],
        })
    }
}

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
