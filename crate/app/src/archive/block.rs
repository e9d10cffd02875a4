//! A stretch of the log as the search holds it in memory: what of each record a query asks for, in two texts for all of
//! them, which are wiped when they are dropped.

use std::cell::Cell;
use std::hash::{DefaultHasher, Hash, Hasher};

use counterfoil_core::record::Kind;
use counterfoil_core::time::parse_rfc3339_ms;
use memchr::memmem::{self, Finder};
use zeroize::Zeroizing;

use super::fold::fold;
use super::query::Query;
use crate::number::Number;
use crate::records::parse;
use crate::segment::{Record, Slot};
use crate::view::Damage;

/// A record that has its content.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    /// Milliseconds since the Unix epoch.
    pub(crate) time: u64,
    pub(crate) kind: Kind,
    pub(crate) altered: bool,
    /// Digest of site and thread; 0 where there is no thread.
    pub(crate) thread: u64,
    /// Digests of its UUID, and of that of the record that it answers; 0 for none.
    pub(crate) id: u64,
    pub(crate) reply_to: u64,
    /// Its place among the sites of the block.
    site: usize,
    /// Where its texts begin in those of the block; each ends where that of the next entry begins.
    folded: usize,
    text: usize,
}

/// Records of positions that follow one another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    /// The first position.
    pub(crate) first: u64,
    /// Below this position, and from the first one on, there is nothing but what this block holds.
    pub(crate) until: Cell<u64>,
    /// The position behind the last one.
    pub(crate) end: u64,
    /// The key of the ring that its row was sealed with.
    pub(crate) by: u64,
    /// What could not be read.
    pub(crate) damaged: Vec<Damage>,
    /// In the order of their numbers.
    pub(crate) entries: Vec<Entry>,
    sites: Vec<String>,
    folded: Zeroizing<Vec<u8>>,
    texts: Zeroizing<String>,
}

impl Block {
    /// An empty one that begins at a position.
    pub(crate) fn at(first: Number, by: u64) -> Self {
        Self {
            first: first.0,
            until: Cell::new(first.0),
            end: first.0,
            by,
            ..Self::default()
        }
    }

    /// The records of a segment; how many of them cannot be read.
    pub(crate) fn of(first: Number, by: u64, slots: &[Slot]) -> (Self, u32) {
        let (mut folded, mut texts) = (0, 0);
        for slot in slots {
            if let Slot::Whole(record) = slot {
                folded += record.body.len();
                texts += record.body.len();
            }
        }
        let mut block = Self::at(first, by);
        block.entries.reserve_exact(slots.len());
        // Texts that are moved while they grow would leave copies behind.
        block.folded.reserve_exact(folded);
        block.texts.reserve_exact(texts);
        let mut lost = 0;
        for (slot, number) in slots.iter().zip(first.0..) {
            let read = match slot {
                Slot::Whole(record) => block.push(number, record),
                Slot::Gone => true,
                Slot::Lost => false,
            };
            lost += u32::from(!read);
        }
        block.reach(first.0 + slots.len() as u64);
        // As large as need be; what was larger is wiped.
        block.folded = Zeroizing::new(block.folded.to_vec());
        block.texts = Zeroizing::new(block.texts.as_str().to_owned());
        block.entries.shrink_to_fit();
        (block, lost)
    }

    /// Tells it how far it reaches.
    pub(crate) fn reach(&mut self, end: u64) {
        self.end = end;
        self.until.set(end);
    }

    /// Adds the record of a position above those it holds; whether it could be read. Tombstones are no records.
    pub(crate) fn push(&mut self, number: u64, record: &Record) -> bool {
        let Some((line, body)) = parse(record) else {
            return false;
        };
        if line.kind == Kind::Tombstone {
            return true;
        }
        let host = body.site.as_deref().unwrap_or_default();
        let site = match self.sites.iter().rposition(|known| known == host) {
            Some(at) => at,
            None => {
                self.sites.push(host.to_owned());
                self.sites.len() - 1
            }
        };
        let text = body.text.as_deref().unwrap_or_default();
        self.entries.push(Entry {
            number,
            // A line that was parsed has a time that can be read.
            time: parse_rfc3339_ms(&line.time).unwrap_or_default(),
            kind: line.kind,
            altered: body.altered.unwrap_or(false),
            thread: body.thread.as_deref().map_or(0, |thread| digest(&(host, thread))),
            id: digest(&line.id),
            reply_to: body.reply_to.as_ref().map_or(0, digest),
            site,
            folded: self.folded.len(),
            text: self.texts.len(),
        });
        fold(text, &mut self.folded);
        self.texts.push_str(text);
        true
    }

    /// Bytes that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let sites: usize = self
            .sites
            .iter()
            .map(|site| site.len() + size_of::<String>())
            .sum();
        self.folded.capacity()
            + self.texts.capacity()
            + self.entries.capacity() * size_of::<Entry>()
            + sites
            + size_of::<Self>()
    }

    /// The exact text of an entry.
    pub(crate) fn text(&self, at: usize) -> &str {
        let start = self.entries.get(at).map_or(0, |entry| entry.text);
        let end = self
            .entries
            .get(at + 1)
            .map_or(self.texts.len(), |next| next.text);
        self.texts.get(start..end).unwrap_or_default()
    }

    /// The host of an entry; empty for none.
    pub(crate) fn site(&self, entry: &Entry) -> &str {
        self.sites.get(entry.site).map_or("", String::as_str)
    }

    /// The place of the entry of a number.
    pub(crate) fn find(&self, number: u64) -> Option<usize> {
        let at = self.entries.partition_point(|entry| entry.number < number);
        self.entries
            .get(at)
            .filter(|entry| entry.number == number)
            .map(|_| at)
    }

    /// The places of the entries below a position that a query finds, newest first, whatever was decided about them.
    pub(crate) fn matching(&self, asked: &Asked<'_>, below: u64) -> Vec<usize> {
        let limit = self.entries.partition_point(|entry| entry.number < below);
        let fits: Vec<bool> = self
            .sites
            .iter()
            .map(|site| asked.query.fits_site(site))
            .collect();
        if !fits.contains(&true) {
            return Vec::new();
        }
        let suits = |entry: &Entry| {
            fits.get(entry.site) == Some(&true) && asked.query.fits(entry.kind, entry.time, entry.altered)
        };
        let mut found = Vec::new();
        let Some(lead) = asked.lead() else {
            for (at, entry) in self.entries.iter().enumerate().take(limit).rev() {
                if suits(entry) && asked.holds(self.folded_text(at)) {
                    found.push(at);
                }
            }
            return found;
        };
        let stop = self
            .entries
            .get(limit)
            .map_or(self.folded.len(), |entry| entry.folded);
        let mut from = 0;
        while let Some(hit) = self.folded.get(from..stop).and_then(|rest| lead.find(rest)) {
            let place = from + hit;
            let at = self
                .entries
                .partition_point(|entry| entry.folded <= place)
                .saturating_sub(1);
            if self.entries.get(at).is_some_and(suits) && asked.holds(self.folded_text(at)) {
                found.push(at);
            }
            from = self.entries.get(at + 1).map_or(stop, |next| next.folded);
        }
        found.reverse();
        found
    }

    fn folded_text(&self, at: usize) -> &[u8] {
        let start = self.entries.get(at).map_or(0, |entry| entry.folded);
        let end = self
            .entries
            .get(at + 1)
            .map_or(self.folded.len(), |next| next.folded);
        self.folded.get(start..end).unwrap_or_default()
    }
}

/// Tells apart what is told apart by the whole value, but for a chance of 2^-64; never stored.
pub(crate) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish().max(1)
}

/// A query, ready to look through many texts.
pub(crate) struct Asked<'a> {
    pub(crate) query: &'a Query,
    /// The longest first: it is the rarest, as a rule.
    with: Vec<Finder<'a>>,
    without: Vec<Finder<'a>>,
}

impl<'a> Asked<'a> {
    /// Of a query.
    pub(crate) fn of(query: &'a Query) -> Self {
        let mut with: Vec<&Vec<u8>> = query.with.iter().collect();
        with.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        Self {
            query,
            with: with.into_iter().map(Finder::new).collect(),
            without: query.without.iter().map(Finder::new).collect(),
        }
    }

    fn lead(&self) -> Option<&memmem::Finder<'a>> {
        self.with.first()
    }

    /// Whether a text holds what it must beside the first, and nothing that it must not. Words between spaces never
    /// reach into the text of the next record: two spaces stand there.
    fn holds(&self, folded: &[u8]) -> bool {
        self.with
            .iter()
            .skip(1)
            .all(|finder| finder.find(folded).is_some())
            && self.without.iter().all(|finder| finder.find(folded).is_none())
    }
}
