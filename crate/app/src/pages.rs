//! The views of the pages.

use crate::address::Address;
use crate::app::{App, Done, Session};
use crate::error::Result;
use crate::hiding::Hidden;
use crate::message::Reply;
use crate::number::{Number, row_key};
use crate::ports::{Host, Table};
use crate::records::{HIDING, Stored, review_key};
use crate::toolbar;
use crate::view::{
    Counts, Damage, Filter, Health, HidingView, Item, ListView, Notice, PopupView, RecordView, Site,
    SiteState,
};

/// Records in the popup.
const RECENT: usize = 20;
/// Records in a page of the list.
const PAGE: usize = 50;
/// Longest text, in bytes, in which a list looks for what would be hidden.
pub(crate) const LOOKED: usize = 16 * 1024;
/// Lines read at a time.
const ROWS: u32 = 64;

impl<H: Host> App<H> {
    pub(crate) async fn popup(&self, url: Option<&str>) -> Result<Done> {
        self.purge().await?;
        self.resume_if_over().await?;
        let session = self.load().await?;
        let now = self.host.now();
        let site = url.map(|url| match Address::parse(url) {
            Some(address) => session.state.site(&address, now),
            None => Site {
                origin: String::new(),
                host: String::new(),
                matches: String::new(),
                state: SiteState::Unavailable,
                today: 0,
                health: Health::default(),
                responses: None,
                ratings: None,
            },
        });
        let recent = self
            .items(&session, &Filter::default(), None, RECENT)
            .await?
            .items;
        let view = PopupView {
            consented: session.state.consented.is_some(),
            site,
            counts: self.counts(&session),
            recent,
            notices: self.notices(&session),
            paused: crate::sites::paused(&session.state, now),
            collectors: !self.all(Table::Collector, "", "g").await?.is_empty(),
        };
        let mut done = Done::from(Reply::Popup { view });
        if session.state.unseen > 0 {
            // Under the lock and on a fresh state: a capture may have come between.
            let (_turn, mut session) = self.change().await?;
            session.state.unseen = 0;
            self.commit(&mut session, Vec::new()).await?;
            done.effects.push(toolbar::badge(&session.state));
        }
        Ok(done)
    }

    pub(crate) async fn list(&self, filter: Filter, before: Option<u64>) -> Result<Done> {
        self.purge().await?;
        let session = self.load().await?;
        let page = self.items(&session, &filter, before.map(Number), PAGE).await?;
        let view = ListView {
            filter,
            items: page.items,
            damaged: page.damaged,
            next: page.next.map(|number| number.0),
            counts: self.counts(&session),
            notices: self.notices(&session),
        };
        Ok(Reply::List { view }.into())
    }

    pub(crate) async fn record(&self, seq: u64) -> Result<Done> {
        let session = self.load().await?;
        let stored = self.one(&session, Number(seq)).await?;
        let view = self.record_view(&session, &stored).await?;
        Ok(Reply::Record { view }.into())
    }

    /// One record, whole, with what it would hide.
    pub(crate) async fn record_view(&self, session: &Session, stored: &Stored) -> Result<RecordView> {
        let hiding = self.hiding_view(session, stored).await?;
        let mut item = stored.item();
        item.hidden = hiding.as_ref().map(HidingView::hidden);
        Ok(RecordView {
            item,
            text: stored.text().to_owned(),
            url: stored.body.url.clone().unwrap_or_default(),
            id: stored.line.id.clone(),
            typed: stored.body.typed.unwrap_or(0),
            pasted: stored.body.pasted.unwrap_or(0),
            adapter: stored.body.adapter.clone().unwrap_or_default(),
            confirmed: stored.body.confirmed.clone().unwrap_or_default(),
            model: stored.body.model.clone().unwrap_or_default(),
            replaces: stored.body.replaces.clone().unwrap_or_default(),
            reply_to: stored.body.reply_to.clone().unwrap_or_default(),
            commitment: stored.line.c.clone(),
            hiding,
        })
    }

    /// Records as a list shows them.
    async fn shown(&self, session: &Session, records: &[Stored]) -> Result<Vec<Item>> {
        let mut items = Vec::with_capacity(records.len());
        let (Some(newest), Some(oldest)) = (records.first(), records.last()) else {
            return Ok(items);
        };
        let list = self.list_of_hidden(session).await?;
        let below = row_key(Number(newest.number.0.saturating_add(1)));
        let rows = self.decisions(HIDING, &row_key(oldest.number), &below).await?;
        for stored in records {
            let mut item = stored.item();
            if stored.shareable() && stored.text().len() <= LOOKED {
                let key = review_key(HIDING, stored.number);
                let row = rows
                    .get(&key)
                    .and_then(|row| session.vault.read(Table::Review, &key, row).ok())
                    .unwrap_or_default();
                item.hidden = Some(Hidden::of(stored.text(), &list, &row).counts().0);
            }
            items.push(item);
        }
        Ok(items)
    }

    /// The records that pass the filter, newest first, what could not be read on the way, and where the next
    /// page begins.
    async fn items(
        &self,
        session: &Session,
        filter: &Filter,
        before: Option<Number>,
        limit: usize,
    ) -> Result<Page> {
        let words: Vec<String> = filter.text.split_whitespace().map(str::to_lowercase).collect();
        let mut page = Page::default();
        let mut found = Vec::new();
        let mut from = before;
        loop {
            let (records, damaged, next) = self.read(session, from, ROWS).await?;
            for damage in damaged {
                if !page.damaged.contains(&damage) {
                    page.damaged.push(damage);
                }
            }
            for stored in records {
                if filter.marked && stored.review != crate::view::Review::Marked {
                    continue;
                }
                if !words.is_empty() {
                    let text = stored.text().to_lowercase();
                    if !words.iter().all(|word| text.contains(word.as_str())) {
                        continue;
                    }
                }
                let number = stored.number;
                found.push(stored);
                if found.len() == limit {
                    page.next = Some(number).filter(|number| number.0 > 0);
                    page.items = self.shown(session, &found).await?;
                    return Ok(page);
                }
            }
            if next.is_none() {
                page.items = self.shown(session, &found).await?;
                return Ok(page);
            }
            from = next;
        }
    }

    pub(crate) fn counts(&self, session: &Session) -> Counts {
        Counts {
            total: session.state.total,
            today: session.state.today(self.host.now()),
            marked: session.state.marked,
        }
    }

    pub(crate) fn notices(&self, session: &Session) -> Vec<Notice> {
        let now = self.host.now();
        let state = &session.state;
        state
            .sites
            .iter()
            .filter(|(_, site)| site.on)
            .filter_map(|(origin, _)| Address::parse(origin))
            .filter_map(|address| {
                let site = state.site(&address, now);
                let code = toolbar::notice(&site)?;
                Some(Notice {
                    code: code.into(),
                    site: address.site(),
                })
            })
            .collect()
    }
}

/// A page of a list.
#[derive(Default)]
struct Page {
    items: Vec<Item>,
    damaged: Vec<Damage>,
    next: Option<Number>,
}
