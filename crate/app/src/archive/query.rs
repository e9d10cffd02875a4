//! The language of queries.
//!
//! Words, separated by white space, must all occur. Case and accents do not count, and a word is found where one of the
//! text begins with it; in scripts without spaces, anywhere. `word*` says the same. `"a phrase"` asks for whole words in
//! their order; where its second quotation mark is missing, the last word may still be growing. `-` before a word, a
//! phrase, `site:`, `kind:` or `is:` says that it must not be so.
//!
//! - `site:example.org`: this host or one below it; several, also parted by commas, are alternatives.
//! - `kind:prompt`: the kind of the record; several, also parted by commas, are alternatives.
//! - `before:`, `after:` and `on:` with `2026`, `2026-11` or `2026-11-22`, in UTC: earlier than its first moment, from its
//!   first moment on, within it.
//! - `is:marked`, `is:private`, `is:altered`.
//!
//! Names before a colon count in any case; one that is not known makes a word of the whole. What begins to be written, as
//! a name without a value, asks nothing. What is not understood is a fault, and asks nothing either.

use counterfoil_core::record::Kind;
use counterfoil_core::time::parse_rfc3339_ms;

use super::fold::needle;
use super::view::QueryFault;
use crate::view::Review;

/// Longest query, in code points.
const LENGTH: usize = 400;
/// Most parts of a query.
const PARTS: usize = 16;

/// A query, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// What must occur in a folded text; see [`super::fold`].
    pub(crate) with: Vec<Vec<u8>>,
    /// What must not.
    pub(crate) without: Vec<Vec<u8>>,
    /// Hosts of which one must be that of the record, or above it; none: any.
    sites: Vec<String>,
    /// Hosts of which none may be.
    not_sites: Vec<String>,
    /// The kinds that may be, by [`Query::bit`].
    kinds: u16,
    /// The first time that may be, in milliseconds since the Unix epoch.
    pub(crate) from: u64,
    /// The first that may not be any more.
    pub(crate) below: u64,
    /// Whether the page must have changed the text.
    altered: Option<bool>,
    /// How a record may stand.
    pub(crate) marked: bool,
    private: bool,
    deleting: bool,
    /// What was not understood.
    pub(crate) faults: Vec<QueryFault>,
}

impl Query {
    /// Reads a query.
    pub(crate) fn parse(text: &str) -> Self {
        let mut query = Self {
            with: Vec::new(),
            without: Vec::new(),
            sites: Vec::new(),
            not_sites: Vec::new(),
            kinds: 0,
            from: 0,
            below: u64::MAX,
            altered: None,
            marked: true,
            private: true,
            deleting: true,
            faults: Vec::new(),
        };
        let mut not_kinds = 0;
        let text = text.trim();
        let (text, over) = match text.char_indices().nth(LENGTH) {
            Some((at, _)) => text.split_at(at),
            None => (text, ""),
        };
        let mut parts = Parts(text);
        let (mut count, mut left) = (0, over.trim());
        while let Some(part) = parts.next() {
            // What was cut short may have been meant otherwise.
            let cut = parts.0.is_empty() && over.starts_with(|c: char| !c.is_whitespace());
            if cut || count == PARTS {
                query.fault(part.whole, "query_long");
                left = "";
                break;
            }
            count += 1;
            query.take(&part, &mut not_kinds);
        }
        if !left.is_empty() {
            query.fault(left, "query_long");
        }
        if query.kinds == 0 {
            query.kinds = u16::MAX;
        }
        query.kinds &= !not_kinds;
        query
    }

    /// Whether a record of this kind, time and form may be meant.
    pub(crate) fn fits(&self, kind: Kind, time: u64, altered: bool) -> bool {
        self.kinds & Self::bit(kind) != 0
            && (self.from..self.below).contains(&time)
            && self.altered.is_none_or(|wanted| wanted == altered)
    }

    /// Whether a record of this host may be meant.
    pub(crate) fn fits_site(&self, site: &str) -> bool {
        (self.sites.is_empty() || self.sites.iter().any(|of| is_of(site, of)))
            && !self.not_sites.iter().any(|of| is_of(site, of))
    }

    /// Whether a record that stands so may be meant.
    pub(crate) fn fits_review(&self, review: Review) -> bool {
        match review {
            Review::Private => self.private,
            Review::Marked => self.marked,
            Review::Deleting { .. } => self.deleting,
        }
    }

    /// Whether only records that carry a mark may be meant.
    pub(crate) fn marked_only(&self) -> bool {
        !self.private && !self.deleting
    }

    /// Whether it matters how a record stands.
    pub(crate) fn asks_review(&self) -> bool {
        !(self.marked && self.private && self.deleting)
    }

    fn bit(kind: Kind) -> u16 {
        let at = Kind::ALL.iter().position(|one| *one == kind);
        at.map_or(0, |at| 1 << at)
    }

    fn fault(&mut self, part: &str, code: &str) {
        self.faults.push(QueryFault {
            part: part.to_owned(),
            code: code.to_owned(),
        });
    }

    fn take(&mut self, part: &Part<'_>, not_kinds: &mut u16) {
        if let Written::Phrase { words, open } = part.written {
            match needle(words, open) {
                Some(needle) => self.ask(needle, part.not),
                None if open && words.trim().is_empty() => {}
                None => self.fault(part.whole, "query_word"),
            }
            return;
        }
        let Written::Word(word) = part.written else {
            return;
        };
        let named = word.split_once(':');
        let name = named.map_or_else(String::new, |(name, _)| name.to_ascii_lowercase());
        let value = named.map_or("", |(_, value)| value.trim_matches(is_quote));
        match name.as_str() {
            "site" | "kind" | "before" | "after" | "on" | "is" if value.is_empty() => {}
            "site" => {
                for host in value.split(',').filter(|host| !host.is_empty()) {
                    let host = host_of(host);
                    if part.not {
                        self.not_sites.push(host);
                    } else {
                        self.sites.push(host);
                    }
                }
            }
            "kind" => {
                let mut bits = 0;
                for name in value.split(',').filter(|name| !name.is_empty()) {
                    let name = name.to_ascii_lowercase();
                    let kind = Kind::ALL
                        .into_iter()
                        .find(|kind| kind.as_str() == name && *kind != Kind::Tombstone);
                    match kind {
                        Some(kind) => bits |= Self::bit(kind),
                        None => return self.fault(part.whole, "query_kind"),
                    }
                }
                if part.not {
                    *not_kinds |= bits;
                } else {
                    self.kinds |= bits;
                }
            }
            "before" | "after" | "on" if part.not => self.fault(part.whole, "query_filter"),
            "before" | "after" | "on" => match stretch(value) {
                Some((start, end)) => {
                    if name != "before" {
                        self.from = self.from.max(start);
                    }
                    match name.as_str() {
                        "before" => self.below = self.below.min(start),
                        "on" => self.below = self.below.min(end),
                        _ => {}
                    }
                }
                None => self.fault(part.whole, "query_date"),
            },
            "is" => match (value.to_ascii_lowercase().as_str(), part.not) {
                ("marked", false) => (self.private, self.deleting) = (false, false),
                ("marked", true) => self.marked = false,
                ("private", false) => (self.marked, self.deleting) = (false, false),
                ("private", true) => self.private = false,
                ("altered", not) => self.altered = Some(!not),
                _ => self.fault(part.whole, "query_filter"),
            },
            _ => match needle(word.trim_end_matches('*'), true) {
                Some(needle) => self.ask(needle, part.not),
                None => self.fault(part.whole, "query_word"),
            },
        }
    }

    fn ask(&mut self, needle: Vec<u8>, not: bool) {
        let list = if not { &mut self.without } else { &mut self.with };
        if !list.contains(&needle) {
            list.push(needle);
        }
    }
}

/// A part of a query.
struct Part<'a> {
    /// As it was written.
    whole: &'a str,
    /// It must not be so.
    not: bool,
    written: Written<'a>,
}

#[derive(Clone, Copy)]
enum Written<'a> {
    /// Up to the next white space.
    Word(&'a str),
    /// Between quotation marks.
    Phrase {
        words: &'a str,
        /// The second mark is missing.
        open: bool,
    },
    /// A minus, to which nothing was written yet.
    Nothing,
}

/// The parts of what is left of a query.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let text = self.0.trim_start();
        if text.is_empty() {
            return None;
        }
        let (not, body) = text.strip_prefix('-').map_or((false, text), |body| (true, body));
        let (written, rest) = if let Some(inner) = body.strip_prefix(is_quote) {
            match inner.find(is_quote) {
                Some(end) => {
                    let (words, rest) = inner.split_at(end);
                    let rest = rest.strip_prefix(is_quote).unwrap_or(rest);
                    (Written::Phrase { words, open: false }, rest)
                }
                None => (
                    Written::Phrase {
                        words: inner,
                        open: true,
                    },
                    "",
                ),
            }
        } else {
            let (word, rest) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
            let written = if word.is_empty() {
                Written::Nothing
            } else {
                Written::Word(word)
            };
            (written, rest)
        };
        self.0 = rest;
        let whole = text.get(..text.len() - rest.len()).unwrap_or(text);
        Some(Part { whole, not, written })
    }
}

/// Quotation marks that keyboards and text fields write.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// The host in what was written for one.
fn host_of(written: &str) -> String {
    let host = written.split_once("://").map_or(written, |(_, host)| host);
    let host = host.split(['/', '?', '#']).next().unwrap_or(host);
    let host = host.trim_start_matches("*.").trim_matches('.');
    host.to_ascii_lowercase()
}

/// Whether a host is another, or below it. A port counts where it is asked for.
fn is_of(site: &str, host: &str) -> bool {
    let site = if host.contains(':') {
        site
    } else {
        site.split_once(':').map_or(site, |(site, _)| site)
    };
    site.strip_suffix(host)
        .is_some_and(|sub| !host.is_empty() && (sub.is_empty() || sub.ends_with('.')))
}

/// The stretch of a year, a month or a day, in milliseconds since the Unix epoch.
fn stretch(date: &str) -> Option<(u64, u64)> {
    let number = |text: &str, digits: usize| {
        let right = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| right)
    };
    let mut fields = date.split('-');
    let year = number(fields.next()?, 4)?;
    let month = fields.next().map(|field| number(field, 2));
    let day = fields.next().map(|field| number(field, 2));
    if fields.next().is_some() || month == Some(None) || day == Some(None) {
        return None;
    }
    let (month, day) = (month.flatten(), day.flatten());
    let start = moment(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let end = match (month, day) {
        (_, Some(_)) => Some(start + 86_400_000),
        (Some(month @ 1..12), None) => moment(year, month + 1, 1),
        // The last year that can be written has no end.
        _ => moment(year + 1, 1, 1),
    };
    Some((start, end.unwrap_or(u64::MAX)))
}

fn moment(year: u32, month: u32, day: u32) -> Option<u64> {
    parse_rfc3339_ms(&format!("{year:04}-{month:02}-{day:02}T00:00:00.000Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::fold::fold;

    const DAY: u64 = 86_400_000;

    fn finds(query: &str, text: &str) -> bool {
        let query = Query::parse(query);
        let mut folded = Vec::new();
        fold(text, &mut folded);
        let has = |needle: &Vec<u8>| memchr::memmem::find(&folded, needle).is_some();
        query.with.iter().all(has) && !query.without.iter().any(has)
    }

    #[test]
    fn words_phrases_and_their_absence() {
        for (query, text) in [
            ("", "anything"),
            ("light", "A lighthouse"),
            ("LIGHT house", "House, Light"),
            ("light*", "A lighthouse"),
            ("cafe", "Le Café"),
            ("café", "le cafe"),
            ("strasse", "Große Straße"),
            ("tieng viet", "Tiếng Việt"),
            ("京", "東京都に行く"),
            ("東京tow", "東京Tower"),
            ("สวัส", "ขอสวัสดีครับ"),
            ("мир", "Миру"),
            ("🏃", "I 🏃 now"),
            ("foo-ba", "foo bar"),
            ("e.g", "things, e. g. this"),
            ("\"the light house\"", "The light, house!"),
            ("\"the light hou", "the light house"),
            ("„the light“", "the light"),
            ("“the light”", "the light"),
            ("\"", "anything"),
            ("-", "anything"),
            ("-\"", "anything"),
            ("light -dark", "light and darling"),
            ("-\"dark light\"", "light dark"),
            ("note:this", "a note: this one"),
            ("http://example.org/a", "see http://example.org/ab"),
            ("site:", "anything"),
            ("before:", "anything"),
        ] {
            assert!(finds(query, text), "{query} in {text}");
            assert_eq!(Query::parse(query).faults, [], "{query}");
        }
        for (query, text) in [
            ("house", "A lighthouse"),
            ("light dark", "light"),
            ("\"light hou\"", "the light house"),
            ("\"light the\"", "the light"),
            ("-light", "lights"),
            ("-\"the light", "the lights"),
            ("-京", "東京都に行く"),
            ("東京", "京東"),
            ("мир", "замир"),
        ] {
            assert!(!finds(query, text), "{query} in {text}");
        }
    }

    #[test]
    fn dates_are_stretches() {
        let start = parse_rfc3339_ms("2026-11-01T00:00:00.000Z").unwrap();
        let bounds = |query: &str| {
            let query = Query::parse(query);
            assert_eq!(query.faults, []);
            (query.from, query.below)
        };
        assert_eq!(bounds("before:2026-11-01"), (0, start));
        assert_eq!(bounds("After:2026-11"), (start, u64::MAX));
        assert_eq!(bounds("on:2026-11"), (start, start + 30 * DAY));
        assert_eq!(bounds("on:2026-11-02"), (start + DAY, start + 2 * DAY));
        assert_eq!(bounds("on:2026-12").1, moment(2027, 1, 1).unwrap());
        assert_eq!(
            bounds("on:2024"),
            (moment(2024, 1, 1).unwrap(), moment(2025, 1, 1).unwrap())
        );
        assert_eq!(
            bounds("after:2026 before:2026-11"),
            (moment(2026, 1, 1).unwrap(), start)
        );
        for query in [
            "on:2026-13",
            "on:2026-02-29",
            "on:26",
            "on:2026-1",
            "on:2026-11-01-01",
            "on:tomorrow",
            "on:-2026",
            "before:+026",
            "after:2026-",
        ] {
            let faults = Query::parse(query).faults;
            assert_eq!(faults.len(), 1, "{query}");
            assert_eq!(
                (faults[0].part.as_str(), faults[0].code.as_str()),
                (query, "query_date")
            );
        }
    }

    #[test]
    fn filters() {
        let query =
            Query::parse("kind:prompt,SEARCH kind:post -kind:post site:Example.org -site:a.example.org");
        assert_eq!(query.faults, []);
        for kind in Kind::ALL {
            let due = matches!(kind, Kind::Prompt | Kind::Search);
            assert_eq!(query.fits(kind, 5, false), due, "{kind:?}");
        }
        for (site, due) in [
            ("example.org", true),
            ("example.org:8443", true),
            ("b.example.org", true),
            ("a.example.org", false),
            ("x.a.example.org", false),
            ("badexample.org", false),
            ("example.com", false),
            ("", false),
        ] {
            assert_eq!(query.fits_site(site), due, "{site}");
        }
        let query = Query::parse("site:https://example.org:8443/path,other.test");
        assert!(query.fits_site("example.org:8443") && !query.fits_site("example.org"));
        assert!(query.fits_site("www.other.test"));
        assert!(Query::parse("-kind:rating").fits(Kind::Prompt, 0, false));
        assert!(Query::parse("").fits_site(""));
        let altered = Query::parse("is:altered");
        assert!(altered.fits(Kind::Post, 0, true) && !altered.fits(Kind::Post, 0, false));
        let stands = |query: &str| {
            let query = Query::parse(query);
            let all = [Review::Private, Review::Marked, Review::Deleting { until: 1 }];
            all.map(|review| query.fits_review(review))
        };
        assert_eq!(stands(""), [true, true, true]);
        assert_eq!(stands("is:marked"), [false, true, false]);
        assert_eq!(stands("Is:Private"), [true, false, false]);
        assert_eq!(stands("-is:marked"), [true, false, true]);
        assert_eq!(stands("is:marked is:private"), [false, false, false]);
    }

    #[test]
    fn what_is_not_understood_is_named_and_left_out() {
        for (query, code) in [
            ("kind:poem", "query_kind"),
            ("kind:tombstone", "query_kind"),
            ("-kind:prompt,x", "query_kind"),
            ("is:blue", "query_filter"),
            ("-before:2026", "query_filter"),
            ("+", "query_word"),
            ("\"?\"", "query_word"),
            ("before:soon", "query_date"),
        ] {
            let parsed = Query::parse(&format!("light {query} house"));
            assert_eq!(parsed.faults.len(), 1, "{query}");
            assert_eq!(parsed.faults[0].part, query);
            assert_eq!(parsed.faults[0].code, code, "{query}");
            assert_eq!(
                parsed,
                Query {
                    faults: parsed.faults.clone(),
                    ..Query::parse("light house")
                }
            );
        }
    }

    #[test]
    fn queries_are_bounded() {
        let many: Vec<String> = (0..40).map(|n| format!("w{n}")).collect();
        let query = Query::parse(&many.join(" "));
        assert_eq!(query.with.len(), PARTS);
        assert_eq!(query.faults.len(), 1);
        assert_eq!(query.faults[0].code, "query_long");
        let query = Query::parse(&format!("first {}", "é".repeat(LENGTH)));
        assert_eq!(query.with, [b" first".to_vec()]);
        assert_eq!(query.faults.len(), 1);
        assert_eq!(query.faults[0].code, "query_long");
        let query = Query::parse(&format!("first{}", " ".repeat(2 * LENGTH)));
        assert_eq!(
            (query.with.len(), query.faults.len()),
            (1, 0),
            "nothing is left out"
        );
    }
}
