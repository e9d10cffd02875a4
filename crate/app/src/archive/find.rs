//! Finding and counting.

use std::collections::BTreeMap;
use std::rc::Rc;

use counterfoil_core::record::Kind;
use counterfoil_core::time;

use super::Done;
use super::block::{Asked, Block};
use super::excerpt::excerpt;
use super::message::ArchiveReply;
use super::query::Query;
use super::view::{CountedView, FoundItem, MonthTally, SearchView, Tally};
use super::walk::{Walk, all_positions};
use crate::app::{App, Session};
use crate::error::Result;
use crate::hiding::Hidden;
use crate::number::{Number, row_key};
use crate::pages::LOOKED;
use crate::ports::{Host, Table};
use crate::records::{DELETING, HIDING, PREVIEW, review_key};
use crate::view::{Item, Review};

/// Records of one answer.
const PAGE: usize = 50;

/// A record that was found: where it is held, its place there, and how it stands.
pub(crate) type Match = (Rc<Block>, usize, Review);

impl<H: Host> App<H> {
    pub(crate) async fn find(&self, session: &Session, text: String, before: Option<u64>) -> Result<Done> {
        let query = Query::parse(&text);
        let asked = Asked::of(&query);
        let mut walk = Walk::from(session, before, self.host.now())?;
        let mut found: Vec<Match> = Vec::new();
        while walk.next().is_some() && found.len() < PAGE {
            let some = self.step_matching(session, &mut walk, &asked, query.asks_review());
            for one in some.await? {
                if found.len() == PAGE {
                    break;
                }
                found.push(one);
            }
            if walk.over(self.host.now()) {
                break;
            }
        }
        // Of the last block, what stands below the last record is still to be looked through.
        if found.len() == PAGE
            && let Some((block, at, _)) = found.last()
            && let Some(entry) = block.entries.get(*at)
        {
            walk.at = entry.number;
        }
        if !query.asks_review() {
            let reviews = self.reviews(session, &numbers(&found)).await?;
            for ((_, _, stands), review) in found.iter_mut().zip(reviews) {
                *stands = review;
            }
        }
        let items = self.found_items(session, &query, found).await?;
        let view = SearchView {
            faults: query.faults,
            items,
            next: walk.next(),
            looked: walk.looked(session),
            of: all_positions(session),
            damaged: walk.damaged,
            counts: self.counts(session),
            notices: self.notices(session),
            query: text,
        };
        Ok(ArchiveReply::Searched { view }.into())
    }

    /// The records that a query finds in the next block, newest first. Without `judge` they are told as if nothing was
    /// decided about them: one way to ask about many blocks is to ask once.
    pub(crate) async fn step_matching(
        &self,
        session: &Session,
        walk: &mut Walk,
        asked: &Asked<'_>,
        judge: bool,
    ) -> Result<Vec<Match>> {
        if asked.query.marked_only() {
            // What carries no mark need not be read.
            match self.marked_below(walk.at).await? {
                Some(marked) => walk.at = walk.at.min(marked + 1),
                None => {
                    walk.at = 0;
                    return Ok(Vec::new());
                }
            }
        }
        let below = walk.at;
        let Some(block) = self.step(session, walk).await? else {
            return Ok(Vec::new());
        };
        let places = block.matching(asked, below).into_iter();
        let mut found: Vec<Match> = places
            .map(|at| (Rc::clone(&block), at, Review::Private))
            .collect();
        if judge {
            let reviews = self.reviews(session, &numbers(&found)).await?;
            for ((_, _, stands), review) in found.iter_mut().zip(reviews) {
                *stands = review;
            }
            found.retain(|(_, _, review)| asked.query.fits_review(*review));
        }
        Ok(found)
    }

    /// Records as a search shows them.
    async fn found_items(
        &self,
        session: &Session,
        query: &Query,
        found: Vec<Match>,
    ) -> Result<Vec<FoundItem>> {
        let numbers = numbers(&found);
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let list = self.list_of_hidden(session).await?;
        let hidings = self.decided_about(HIDING, &numbers).await?;
        let mut items = Vec::with_capacity(found.len());
        for (block, at, review) in found {
            let text = block.text(at);
            let Some(mut item) = item(&block, at, review) else {
                continue;
            };
            if item.shareable && text.len() <= LOOKED {
                let row = hidings.get(&item.seq).and_then(|row| {
                    let key = review_key(HIDING, Number(item.seq));
                    session.vault.read(Table::Review, &key, row).ok()
                });
                item.hidden = Some(Hidden::of(text, &list, &row.unwrap_or_default()).counts().0);
            }
            items.push(excerpt(item, text, query));
        }
        Ok(items)
    }

    pub(crate) async fn count(&self, session: &Session, text: String, before: Option<u64>) -> Result<Done> {
        let query = Query::parse(&text);
        let asked = Asked::of(&query);
        let mut walk = Walk::from(session, before, self.host.now())?;
        // Without a deletion that can be undone, how a record stands matters only where it is asked for.
        let deleting = {
            let end = format!("{DELETING}{}", row_key(Number(walk.at)));
            let from = DELETING.to_string();
            let span = crate::ports::Span {
                from: Some(&from),
                below: Some(&end),
                newest_first: true,
                limit: 1,
            };
            !self.host.range(Table::Review, span).await?.is_empty()
        };
        let mut tallies = Tallies::default();
        while walk.next().is_some() {
            if deleting || query.asks_review() {
                let some = self.step_matching(session, &mut walk, &asked, true).await?;
                for (block, at, review) in some {
                    if !matches!(review, Review::Deleting { .. }) {
                        tallies.add(&block, at);
                    }
                }
            } else {
                let below = walk.at;
                if let Some(block) = self.step(session, &mut walk).await? {
                    for at in block.matching(&asked, below) {
                        tallies.add(&block, at);
                    }
                }
            }
            if walk.over(self.host.now()) {
                break;
            }
        }
        let view = CountedView {
            faults: query.faults,
            total: tallies.total,
            kinds: most_first(
                tallies
                    .kinds
                    .into_iter()
                    .map(|(kind, n)| (kind.as_str().to_owned(), n)),
            ),
            sites: most_first(tallies.sites.into_iter()),
            months: months(tallies.days),
            next: walk.next(),
            looked: walk.looked(session),
            of: all_positions(session),
            query: text,
        };
        Ok(ArchiveReply::Counted { view }.into())
    }
}

fn numbers(found: &[Match]) -> Vec<u64> {
    let entries = found.iter().filter_map(|(block, at, _)| block.entries.get(*at));
    entries.map(|entry| entry.number).collect()
}

/// A record as a list shows it; how much it would hide is the caller's to say.
fn item(block: &Block, at: usize, review: Review) -> Option<Item> {
    let entry = block.entries.get(at)?;
    let text = block.text(at);
    Some(Item {
        seq: entry.number,
        place: Number(entry.number).place(),
        kind: entry.kind.as_str().to_owned(),
        site: block.site(entry).to_owned(),
        time: entry.time,
        preview: text.chars().take(PREVIEW).collect(),
        length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
        altered: entry.altered,
        shareable: shareable(entry.kind),
        review,
        hidden: None,
    })
}

/// Whether a record of this kind may ever be marked: answers and ratings are not the person's own words.
pub(crate) fn shareable(kind: Kind) -> bool {
    !matches!(kind, Kind::Response | Kind::Rating)
}

#[derive(Default)]
struct Tallies {
    total: u64,
    kinds: BTreeMap<Kind, u32>,
    sites: BTreeMap<String, u32>,
    /// By day since the Unix epoch.
    days: BTreeMap<(u64, Kind), u32>,
}

impl Tallies {
    fn add(&mut self, block: &Block, at: usize) {
        let Some(entry) = block.entries.get(at) else {
            return;
        };
        self.total += 1;
        *self.kinds.entry(entry.kind).or_default() += 1;
        *self.days.entry((entry.time / DAY, entry.kind)).or_default() += 1;
        let site = block.site(entry);
        match self.sites.get_mut(site) {
            Some(count) => *count += 1,
            None => {
                self.sites.insert(site.to_owned(), 1);
            }
        }
    }
}

const DAY: u64 = 86_400_000;

fn most_first(tallies: impl Iterator<Item = (String, u32)>) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = tallies.map(|(name, count)| Tally { name, count }).collect();
    tallies.sort_by(|one, other| {
        other
            .count
            .cmp(&one.count)
            .then_with(|| one.name.cmp(&other.name))
    });
    tallies
}

/// Days put together to months, oldest first.
fn months(days: BTreeMap<(u64, Kind), u32>) -> Vec<MonthTally> {
    let mut months: BTreeMap<(String, &str), u32> = BTreeMap::new();
    for ((day, kind), count) in days {
        // A line that was parsed has a time that can be written.
        let month = time::month(day * DAY).unwrap_or_default();
        *months.entry((month, kind.as_str())).or_default() += count;
    }
    let tally = |((month, kind), count): ((String, &str), u32)| MonthTally {
        month,
        kind: kind.to_owned(),
        count,
    };
    months.into_iter().map(tally).collect()
}
