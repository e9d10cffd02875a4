//! The archive: finding records, and deciding about many of them.

mod fold;
pub mod message;
pub mod query;
pub mod view;

use serde::Serialize;

use self::fold::fold_with_places;
use self::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use self::query::Query;
use self::view::{FoundItem, SearchView};
use crate::app::{App, Sender, Session, apart};
use crate::error::{Code, Failure, Result};
use crate::message::{Effect, Privilege};
use crate::number::Number;
use crate::ports::Host;
use crate::records::Stored;
use crate::view::{Item, Span};

/// Records of one answer.
const PAGE: usize = 50;
/// Positions read at a time.
const ROWS: u32 = 256;
/// Work of one answer, in milliseconds of the host's clock.
const WORK: u64 = 80;
/// Longest excerpt, in code points.
const EXCERPT: usize = 280;
/// Code points of an excerpt before the first match.
const AHEAD: usize = 60;

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
    reply: ArchiveReply,
    effects: Vec<Effect>,
}

impl From<ArchiveReply> for Done {
    fn from(reply: ArchiveReply) -> Self {
        Self {
            reply,
            effects: Vec::new(),
        }
    }
}

impl<H: Host> App<H> {
    /// Carries out a request to the archive. Always answers.
    pub async fn handle_archive(&self, sender: &Sender, request: ArchiveRequest) -> ArchiveOutcome {
        let done = if sender.privilege() == Privilege::Page {
            match self.prepare().await {
                Ok(()) => {
                    let _ = self.touch().await;
                    self.dispatch_archive(request).await
                }
                Err(failure) => Err(failure),
            }
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

    /// Follows what another process did: what is held of a profile that was locked is dropped.
    pub async fn follow_archive(&self) {
        if self.vault.borrow().is_some() && self.prepare().await.is_err() {
            self.close();
        }
    }

    async fn dispatch_archive(&self, request: ArchiveRequest) -> Result<Done> {
        match request {
            ArchiveRequest::Find { query, before } => apart(self.find(query, before)).await,
            // The next commits answer them.
            ArchiveRequest::Count { .. }
            | ArchiveRequest::Conversation { .. }
            | ArchiveRequest::DecideAll { .. }
            | ArchiveRequest::HideIn { .. } => Err(Failure::with(Code::NotAllowed, "request")),
        }
    }

    async fn find(&self, text: String, before: Option<u64>) -> Result<Done> {
        self.purge().await?;
        let session = self.load().await?;
        let query = Query::parse(&text);
        let start = self.host.now();
        let mut view = SearchView {
            query: text,
            faults: query.faults.clone(),
            items: Vec::new(),
            next: before,
            looked: 0,
            of: positions(&session, None),
            damaged: Vec::new(),
            counts: self.counts(&session),
            notices: self.notices(&session),
        };
        let mut found = Vec::new();
        loop {
            let (records, damaged, next) = self.read(&session, view.next.map(Number), ROWS).await?;
            for damage in damaged {
                if !view.damaged.contains(&damage) {
                    view.damaged.push(damage);
                }
            }
            view.next = next.map(|number| number.0);
            for stored in records {
                if matches(&query, &stored) {
                    let number = stored.number.0;
                    found.push(stored);
                    if found.len() == PAGE {
                        view.next = Some(number).filter(|number| *number > 0);
                        break;
                    }
                }
            }
            if view.next.is_none() || found.len() == PAGE || self.host.now().abs_diff(start) >= WORK {
                break;
            }
        }
        view.looked = positions(&session, before)
            .saturating_sub(view.next.map_or(0, |next| positions(&session, Some(next))));
        let items = self.shown(&session, &found).await?;
        for (item, stored) in items.into_iter().zip(&found) {
            view.items.push(found_item(item, stored.text(), &query));
        }
        Ok(ArchiveReply::Searched { view }.into())
    }
}

/// Positions of all logs below one; of all, without.
fn positions(session: &Session, below: Option<u64>) -> u64 {
    let below = below.map(Number);
    let logs = session.state.logs.iter().enumerate();
    logs.map(|(at, log)| {
        let size = log.head.size();
        match below {
            Some(below) if at > below.log() => 0,
            Some(below) if at == below.log() => size.min(below.seq()),
            _ => size,
        }
    })
    .sum()
}

fn matches(query: &Query, stored: &Stored) -> bool {
    if !query.fits(
        stored.line.kind,
        stored.time(),
        stored.body.altered.unwrap_or(false),
    ) || !query.fits_site(stored.body.site.as_deref().unwrap_or_default())
        || !query.fits_review(stored.review)
    {
        return false;
    }
    if !query.asks_words() {
        return true;
    }
    let mut folded = Vec::new();
    fold::fold(stored.text(), &mut folded);
    let has = |needle: &Vec<u8>| memchr::memmem::find(&folded, needle).is_some();
    query.with.iter().all(has) && !query.without.iter().any(has)
}

/// An item with the part of its text around the first match.
fn found_item(item: Item, text: &str, query: &Query) -> FoundItem {
    let (folded, places) = fold_with_places(text);
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for needle in &query.with {
        for at in memchr::memmem::find_iter(&folded, needle) {
            spans.extend(places.span(&folded, at, at + needle.len()));
        }
    }
    spans.sort_unstable();
    let first = spans.first().map_or(0, |(start, _)| *start);
    let start = text
        .get(..first)
        .and_then(|ahead| ahead.char_indices().rev().nth(AHEAD))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let rest = text.get(start..).unwrap_or_default();
    let end = rest
        .char_indices()
        .nth(EXCERPT)
        .map_or(text.len(), |(at, _)| start + at);
    let excerpt = text.get(start..end).unwrap_or_default();
    let mut matches = Vec::new();
    let (mut byte, mut unit) = (start, 0);
    for (from, to) in spans {
        let (from, to) = (from.max(byte), to.min(end));
        if from >= to {
            continue;
        }
        let length = |from: usize, to: usize| {
            let part = text.get(from..to).unwrap_or_default();
            u32::try_from(part.encode_utf16().count()).unwrap_or(u32::MAX)
        };
        let begin = unit + length(byte, from);
        unit = begin + length(from, to);
        byte = to;
        matches.push(Span {
            start: begin,
            end: unit,
        });
    }
    FoundItem {
        item,
        excerpt: excerpt.to_owned(),
        begins: start == 0,
        ends: end == text.len(),
        matches,
    }
}
