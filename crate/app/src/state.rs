//! The one row that every change rewrites: where the log stands, the sites, the counts, what was seen lately.
//!
//! It is the guard of every transaction, so two writers can never both believe in the same head.

use std::collections::{BTreeMap, VecDeque};

use counterfoil_core::log::Head;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::address::Address;
use crate::message::Held;
use crate::rules;
use crate::view::{Site, SiteState};

const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;

/// Records that one site may add in a minute and in a day: a page that floods reaches these, a person does not.
pub const PER_MINUTE: u32 = 30;
/// See [`PER_MINUTE`].
pub const PER_DAY: u32 = 2_000;

/// Submissions remembered to tell a retry from a new one.
const REMEMBERED: usize = 256;

/// Previewed texts remembered, and for how long.
const PREVIEWS: usize = 32;
const PREVIEWED: u64 = 30 * MINUTE;

/// How far back the address of a search is the same search: its further tabs, reloads and returns.
const SAME_SEARCH: u64 = 30 * MINUTE;
/// How far back the address of a search is the sight of a submission that the gesture already told.
const SAME_SUBMISSION: u64 = 10_000;

/// A site that the person switched on at some time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SiteRow {
    /// Whether the person wants it recorded.
    pub on: bool,
    /// When the records of the last minute were made: at most [`PER_MINUTE`] of them.
    minute: VecDeque<u64>,
    day: (u64, u32),
}

/// A submission seen lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    nonce: String,
    digest: [u8; 16],
    at: u64,
    by_address: bool,
}

/// Everything that a change reads and rewrites.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// When consent to local recording was given; `None` while it is not.
    pub consented: Option<u64>,
    /// Where the private log stands; `None` before the first consent.
    pub head: Option<Head>,
    /// The signed checkpoint over all lines so far.
    pub note: String,
    /// Sites by origin.
    pub sites: BTreeMap<String, SiteRow>,
    /// Match patterns that the browser grants.
    pub granted: Vec<String>,
    /// Records that hold text and are not being deleted.
    pub total: u32,
    /// Of these, marked.
    pub marked: u32,
    /// Records since the popup was last looked at.
    pub unseen: u32,
    /// The earliest time at which a deletion becomes final.
    pub due: Option<u64>,
    day: (u64, u32),
    seen: VecDeque<Seen>,
    previewed: VecDeque<Previewed>,
}

/// A text that was typed and previewed: known again by its digest, never by its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Previewed {
    digest: [u8; 16],
    at: u64,
    typed: u32,
    pasted: u32,
}

/// What a submission turns out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// Not seen before.
    New,
    /// A retry of one that was recorded, or another sight of it.
    Known,
}

/// Which channel told of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A gesture in the page.
    Gesture,
    /// The address that the page moved to.
    Address,
}

impl State {
    /// Whether a submission was recorded already.
    pub fn sighting(&self, nonce: &str, origin: &str, text: &str, channel: Channel, now: u64) -> Sighting {
        let digest = digest(origin, text);
        let known = self.seen.iter().any(|seen| {
            seen.nonce == nonce
                || seen.digest == digest
                    && match (channel, seen.by_address) {
                        // Saying the same thing twice is two submissions.
                        (Channel::Gesture, false) => false,
                        (Channel::Gesture, true) => now.saturating_sub(seen.at) <= SAME_SUBMISSION,
                        (Channel::Address, _) => now.saturating_sub(seen.at) <= SAME_SEARCH,
                    }
        });
        if known { Sighting::Known } else { Sighting::New }
    }

    /// Remembers a submission that is being recorded, and counts it.
    pub fn count(&mut self, nonce: &str, origin: &str, text: &str, channel: Channel, now: u64) {
        if self.seen.len() >= REMEMBERED {
            self.seen.pop_front();
        }
        self.seen.push_back(Seen {
            nonce: nonce.to_owned(),
            digest: digest(origin, text),
            at: now,
            by_address: channel == Channel::Address,
        });
        self.total += 1;
        self.unseen += 1;
        raise(&mut self.day, now / DAY);
        if let Some(site) = self.sites.get_mut(origin) {
            site.minute.retain(|&at| within_minute(at, now));
            site.minute.push_back(now);
            raise(&mut site.day, now / DAY);
        }
    }

    /// Takes a record of this time out of the counts that are shown. The limits of its site still count it.
    pub fn uncount(&mut self, time: u64) {
        self.total = self.total.saturating_sub(1);
        if self.day.0 == time / DAY {
            self.day.1 = self.day.1.saturating_sub(1);
        }
    }

    /// Puts a record of this time back.
    pub fn recount(&mut self, time: u64) {
        self.total += 1;
        if self.day.0 == time / DAY {
            self.day.1 += 1;
        }
    }

    /// Remembers that a text was typed and previewed.
    pub fn hold(&mut self, origin: &str, held: &Held, now: u64) {
        let digest = digest(origin, &held.text);
        self.previewed
            .retain(|other| other.digest != digest && now.saturating_sub(other.at) <= PREVIEWED);
        if self.previewed.len() >= PREVIEWS {
            self.previewed.pop_front();
        }
        self.previewed.push_back(Previewed {
            digest,
            at: now,
            typed: held.typed,
            pasted: held.pasted,
        });
    }

    /// Code points typed and pasted of a text that was previewed lately.
    pub fn held(&self, origin: &str, text: &str, now: u64) -> Option<(u32, u32)> {
        let digest = digest(origin, text);
        self.previewed
            .iter()
            .find(|held| held.digest == digest && now.saturating_sub(held.at) <= PREVIEWED)
            .map(|held| (held.typed, held.pasted))
    }

    /// Whether a site reached its limits.
    pub fn capped(&self, origin: &str, now: u64) -> bool {
        self.sites.get(origin).is_some_and(|site| {
            let minute = site.minute.iter().filter(|&&at| within_minute(at, now)).count();
            minute >= PER_MINUTE as usize || counted(site.day, now / DAY) >= PER_DAY
        })
    }

    /// Records of the current day (UTC).
    pub fn today(&self, now: u64) -> u32 {
        counted(self.day, now / DAY)
    }

    /// Whether this origin is recorded: consent stands, the person switched it on, the browser permits it.
    pub fn records(&self, address: &Address) -> bool {
        self.consented.is_some()
            && self.sites.get(&address.origin()).is_some_and(|site| site.on)
            && self.grants(&address.matches())
            && !rules::private_host(address)
    }

    /// Whether the browser grants a match pattern.
    pub fn grants(&self, matches: &str) -> bool {
        self.granted
            .iter()
            .any(|granted| granted == matches || covers(granted, matches))
    }

    /// The match patterns on which the content script belongs.
    pub fn registered(&self) -> Vec<String> {
        let mut patterns: Vec<String> = self
            .sites
            .keys()
            .filter_map(|origin| Address::parse(origin))
            .filter(|address| self.records(address))
            .map(|address| address.matches())
            .collect();
        patterns.sort();
        patterns.dedup();
        patterns
    }

    /// A site as the pages show it.
    pub fn site(&self, address: &Address, now: u64) -> Site {
        let origin = address.origin();
        let row = self.sites.get(&origin);
        let state = if rules::private_place(address) {
            SiteState::Unavailable
        } else if !row.is_some_and(|row| row.on) || self.consented.is_none() {
            SiteState::Off
        } else if !self.grants(&address.matches()) {
            SiteState::Unpermitted
        } else if self.capped(&origin, now) {
            SiteState::Capped
        } else {
            SiteState::On
        };
        Site {
            origin,
            host: address.site(),
            matches: address.matches(),
            state,
            today: row.map_or(0, |row| counted(row.day, now / DAY)),
        }
    }
}

/// A granted pattern may be wider than one host: the person can grant all sites in the browser's own settings.
fn covers(granted: &str, wanted: &str) -> bool {
    if granted == "<all_urls>" {
        return true;
    }
    let (Some((granted_scheme, granted_rest)), Some((scheme, rest))) =
        (granted.split_once("://"), wanted.split_once("://"))
    else {
        return false;
    };
    let granted_host = granted_rest.split('/').next().unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let host_covered = granted_host == "*"
        || granted_host == host
        || granted_host.strip_prefix("*.").is_some_and(|parent| {
            host == parent
                || host
                    .strip_suffix(parent)
                    .is_some_and(|start| start.ends_with('.'))
        });
    (granted_scheme == "*" || granted_scheme == scheme) && host_covered && granted_rest.ends_with("/*")
}

/// A clock that went back leaves times in the future: they count for nothing.
fn within_minute(at: u64, now: u64) -> bool {
    at <= now && now - at < MINUTE
}

fn raise(counter: &mut (u64, u32), period: u64) {
    *counter = (period, counted(*counter, period) + 1);
}

fn counted(counter: (u64, u32), period: u64) -> u32 {
    if counter.0 == period { counter.1 } else { 0 }
}

/// First 16 bytes of SHA-256 over the origin and the words of the text, each after a NUL: white space is folded,
/// since forms and editors change it on the way.
fn digest(origin: &str, text: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(origin.as_bytes());
    for word in text.split_whitespace() {
        hash.update([0]);
        hash.update(word.as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://example.org";

    fn on() -> State {
        let mut state = State {
            consented: Some(1),
            ..State::default()
        };
        state.sites.insert(
            ORIGIN.into(),
            SiteRow {
                on: true,
                ..SiteRow::default()
            },
        );
        state.granted.push("https://example.org/*".into());
        state
    }

    #[test]
    fn a_retry_is_known_and_a_repeated_sentence_is_new() {
        let mut state = on();
        state.count("a", ORIGIN, "yes", Channel::Gesture, 1_000);
        assert_eq!(
            state.sighting("a", ORIGIN, "yes", Channel::Gesture, 90_000),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "yes", Channel::Gesture, 1_001),
            Sighting::New
        );
        assert_eq!(
            state.sighting("c", ORIGIN, " yes\n", Channel::Address, 1_001),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("c", "https://other.example", "yes", Channel::Address, 1_001),
            Sighting::New
        );
    }

    #[test]
    fn an_address_is_the_same_search_for_half_an_hour() {
        let mut state = on();
        state.count("a", ORIGIN, "cats", Channel::Address, 0);
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Address, SAME_SEARCH),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Address, SAME_SEARCH + 1),
            Sighting::New
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Gesture, SAME_SUBMISSION),
            Sighting::Known
        );
        assert_eq!(
            state.sighting("b", ORIGIN, "cats", Channel::Gesture, SAME_SUBMISSION + 1),
            Sighting::New
        );
    }

    #[test]
    fn limits_hold_by_minute_and_day_and_memory_is_bounded() {
        let mut state = on();
        for n in 0..PER_MINUTE {
            assert!(!state.capped(ORIGIN, 0));
            state.count(&n.to_string(), ORIGIN, "x", Channel::Gesture, 0);
        }
        assert!(state.capped(ORIGIN, MINUTE - 1));
        assert!(!state.capped(ORIGIN, MINUTE));
        for n in PER_MINUTE..PER_DAY {
            state.count(
                &n.to_string(),
                ORIGIN,
                "x",
                Channel::Gesture,
                u64::from(n) * 10_000,
            );
        }
        assert!(state.capped(ORIGIN, DAY - 1));
        assert!(!state.capped(ORIGIN, DAY));
        assert_eq!(state.seen.len(), REMEMBERED);
        assert_eq!(state.today(DAY - 1), PER_DAY);
        assert_eq!(state.today(DAY), 0);
    }

    #[test]
    fn a_site_records_only_with_consent_switch_and_permission() {
        let address = Address::parse("https://example.org/x").unwrap();
        assert!(on().records(&address));
        assert_eq!(on().registered(), ["https://example.org/*"]);
        assert!(
            !State {
                consented: None,
                ..on()
            }
            .records(&address)
        );
        assert!(
            !State {
                granted: vec![],
                ..on()
            }
            .records(&address)
        );
        assert!(!on().records(&Address::parse("https://example.org:8443/x").unwrap()));
        assert!(!on().records(&Address::parse("http://example.org/x").unwrap()));
        let mut off = on();
        off.sites.entry(ORIGIN.into()).or_default().on = false;
        assert!(!off.records(&address));
        assert!(off.registered().is_empty());
    }

    #[test]
    fn wide_grants_cover_single_hosts() {
        for (granted, wanted, expected) in [
            ("<all_urls>", "https://a.example/*", true),
            ("*://*/*", "http://a.example/*", true),
            ("https://*/*", "https://a.example/*", true),
            ("https://*/*", "http://a.example/*", false),
            ("https://*.example.org/*", "https://www.example.org/*", true),
            ("https://*.example.org/*", "https://example.org/*", true),
            ("https://*.example.org/*", "https://badexample.org/*", false),
            ("https://a.example/*", "https://b.example/*", false),
        ] {
            let state = State {
                granted: vec![granted.into()],
                ..State::default()
            };
            assert_eq!(state.grants(wanted), expected, "{granted} {wanted}");
        }
    }
}
