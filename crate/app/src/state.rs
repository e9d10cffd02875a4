//! The one row that every change rewrites: where the logs stand, the sites, the counts, the settings.
//!
//! It is the guard of every transaction, so two writers can never both believe in the same head.

use std::collections::{BTreeMap, VecDeque};

use counterfoil_core::log::Head;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::health::SiteHealth;
use crate::message::Script;
use crate::rules;
use crate::view::{Site, SiteState, WordsState};

const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;

/// Records that one site may add in a minute and in a day: a page that floods reaches these, a person does not.
pub const PER_MINUTE: u32 = 30;
/// See [`PER_MINUTE`].
pub const PER_DAY: u32 = 2_000;

/// Families that one site may be found to be of.
pub const FAMILIES: usize = 4;

/// Recording rests, on all sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Until then, in milliseconds since the Unix epoch; `None` until it is resumed.
    pub until: Option<u64>,
}

impl Pause {
    /// Whether it is over.
    pub fn over(self, now: u64) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// A site that the person switched on at some time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteRow {
    /// Whether the person wants it recorded.
    pub on: bool,
    /// Whether the person wants the answers of its model kept.
    pub responses: bool,
    /// Whether the person wants their ratings of answers kept.
    pub ratings: bool,
    /// Families that its pages were found to be of, by id: at most [`FAMILIES`].
    pub families: Vec<String>,
    /// How recording there goes.
    pub health: SiteHealth,
    /// When the records of the last minute were made: at most [`PER_MINUTE`] of them.
    minute: VecDeque<u64>,
    day: (u64, u32),
}

/// Everything that a change reads and rewrites.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// When consent to local recording was given; `None` while it is not.
    pub consented: Option<u64>,
    /// The private logs, oldest first; none before the first consent. Only the last one is written to.
    pub logs: Vec<Log>,
    /// The next unused key of the ring.
    pub next_key: u64,
    /// The key of the ring for records not yet packed, and for what was seen lately.
    pub live: u64,
    /// Lines that are not packed yet.
    pub unpacked: u32,
    /// Keys that nothing needs any more, to be destroyed.
    pub retired: Vec<u64>,
    /// Keys that were destroyed lately.
    pub gone: Vec<u64>,
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
    /// How the 24 words stand.
    pub words: WordsState,
    /// Whether a passphrase wraps the data key.
    pub passphrase: bool,
    /// Minutes without use after which the profile locks; 0 for never.
    pub idle_minutes: u32,
    /// Days that records are kept.
    pub retention_days: Option<u32>,
    /// When retention was last carried out.
    pub retained: u64,
    /// When the last backup was saved.
    pub backup: Option<u64>,
    /// Records made since then.
    pub since_backup: u32,
    /// The person paused recording.
    pub paused: Option<Pause>,
    /// When everything is to be forgotten.
    pub forget_all_at: Option<u64>,
    /// The person declared to be of age.
    pub adult: bool,
    /// The key pair of the inbox: public half, and the key of the ring that is its private half.
    pub inbox: Option<Inbox>,
    /// SHA-256 of the row that a locked profile may read, as it was last written.
    pub open_row: Option<[u8; 32]>,
    day: (u64, u32),
}

/// A private log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Where it stands.
    pub head: Head,
    /// The signed checkpoint over all its lines; empty before the first.
    pub note: String,
    /// Which root signs it.
    pub root: u32,
    /// Nothing is added any more.
    pub read_only: bool,
}

/// The key pair of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The public half.
    pub public: [u8; 32],
    /// The key of the ring that is the private half.
    pub secret: u64,
}

impl State {
    /// Counts a record that is being made; `sent` says whether it is the person's submission.
    pub fn count(&mut self, origin: &str, now: u64, sent: bool) {
        self.total += 1;
        self.since_backup += 1;
        self.unseen += 1;
        raise(&mut self.day, now / DAY);
        if let Some(site) = self.sites.get_mut(origin) {
            site.minute.retain(|&at| within_minute(at, now));
            site.minute.push_back(now);
            raise(&mut site.day, now / DAY);
            if sent {
                site.health.recorded(now);
            }
        }
    }

    /// Whether the person paused recording.
    pub fn pausing(&self, now: u64) -> bool {
        self.paused.is_some_and(|pause| !pause.over(now))
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

    /// Whether records may be made: consent stands, and nothing is being forgotten.
    pub fn recording(&self) -> bool {
        self.consented.is_some() && self.forget_all_at.is_none()
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
        self.recording()
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

    /// The content scripts that belong into pages: one for each list of files, by its name.
    pub fn scripts(&self) -> Vec<Script> {
        let mut patterns: Vec<Wanted> = Vec::new();
        for (origin, site) in &self.sites {
            let Some(address) = Address::parse(origin).filter(|address| self.records(address)) else {
                continue;
            };
            // A pattern knows no ports: it has what any of them needs, and the origin decides what is taken.
            let matches = address.matches();
            let at = patterns
                .iter()
                .position(|wanted| wanted.matches == matches)
                .unwrap_or_else(|| {
                    patterns.push(Wanted {
                        matches,
                        host: address.host().to_owned(),
                        ..Wanted::default()
                    });
                    patterns.len() - 1
                });
            let Some(wanted) = patterns.get_mut(at) else {
                continue;
            };
            wanted.answers |= site.responses || site.ratings;
            for family in &site.families {
                if !wanted.families.contains(family) {
                    wanted.families.push(family.clone());
                }
            }
        }
        let mut scripts: Vec<Script> = Vec::new();
        for wanted in patterns {
            let (id, files) = wanted.files();
            let matches = wanted.matches;
            match scripts.iter_mut().find(|script| script.id == id) {
                Some(script) => script.matches.push(matches),
                None => scripts.push(Script {
                    id,
                    matches: vec![matches],
                    files,
                }),
            }
        }
        scripts
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
        let adapter = rules::adapter_of(address.host()).or_else(|| {
            let families = row.map_or(&[][..], |row| &row.families);
            families.iter().find_map(|id| rules::family(id))
        });
        Site {
            origin,
            host: address.site(),
            matches: address.matches(),
            state,
            today: row.map_or(0, |row| counted(row.day, now / DAY)),
            health: row
                .map_or_else(SiteHealth::default, |row| row.health)
                .view(adapter, now),
            responses: adapter
                .filter(|adapter| adapter.answers)
                .map(|_| row.is_some_and(|row| row.responses)),
            ratings: adapter
                .filter(|adapter| adapter.ratings)
                .map(|_| row.is_some_and(|row| row.ratings)),
        }
    }
}

/// What the pages of a match pattern need.
#[derive(Default)]
struct Wanted {
    matches: String,
    host: String,
    answers: bool,
    families: Vec<String>,
}

impl Wanted {
    /// The name of the script, and its files in order.
    fn files(&self) -> (String, Vec<String>) {
        let own = rules::adapter_of(&self.host);
        let adapters: Vec<_> = match own {
            Some(adapter) => vec![adapter],
            None => self.families.iter().filter_map(|id| rules::family(id)).collect(),
        };
        let mut names: Vec<&str> = adapters.iter().map(|adapter| adapter.id).collect();
        let mut files: Vec<String> = names.iter().map(|id| format!("adapters/{id}.js")).collect();
        if own.is_none() {
            names.insert(0, "generic");
        }
        files.push("content/content.js".into());
        let told: Vec<_> = adapters
            .iter()
            .filter(|adapter| self.answers && (adapter.answers || adapter.ratings))
            .collect();
        if !told.is_empty() {
            files.extend(
                told.iter()
                    .map(|adapter| format!("adapters/{}.answers.js", adapter.id)),
            );
            files.push("content/answers.js".into());
            names.push("answers");
        }
        (names.join("+"), files)
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
    fn limits_hold_by_minute_and_day() {
        let mut state = on();
        for _ in 0..PER_MINUTE {
            assert!(!state.capped(ORIGIN, 0));
            state.count(ORIGIN, 0, true);
        }
        assert!(state.capped(ORIGIN, MINUTE - 1));
        assert!(!state.capped(ORIGIN, MINUTE));
        for n in PER_MINUTE..PER_DAY {
            state.count(ORIGIN, u64::from(n) * 10_000, true);
        }
        assert!(state.capped(ORIGIN, DAY - 1));
        assert!(!state.capped(ORIGIN, DAY));
        assert_eq!(state.today(DAY - 1), PER_DAY);
        assert_eq!(state.today(DAY), 0);
    }

    #[test]
    fn a_site_records_only_with_consent_switch_and_permission() {
        let address = Address::parse("https://example.org/x").unwrap();
        assert!(on().records(&address));
        let scripts = on().scripts();
        assert_eq!(scripts.len(), 1);
        assert_eq!(scripts[0].matches, ["https://example.org/*"]);
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
        assert!(off.scripts().is_empty());
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
    #[test]
    fn a_page_gets_what_its_site_needs() {
        let mut state = on();
        let mut add = |origin: &str, row: SiteRow| {
            state.granted.push(Address::parse(origin).unwrap().matches());
            state.sites.insert(origin.into(), SiteRow { on: true, ..row });
        };
        add("https://chatgpt.com", SiteRow::default());
        add("https://other.example", SiteRow::default());
        let toot = SiteRow {
            families: vec!["mastodon".into(), "unheard-of".into()],
            ..SiteRow::default()
        };
        add("https://social.test", toot);
        let scripts = state.scripts();
        let of = |id: &str| {
            let script = scripts.iter().find(|script| script.id == id).unwrap();
            (script.matches.join(" "), script.files.join(" "))
        };
        assert_eq!(scripts.len(), 3);
        assert_eq!(
            of("chatgpt"),
            (
                "https://chatgpt.com/*".into(),
                "adapters/chatgpt.js content/content.js".into()
            )
        );
        assert_eq!(
            of("generic"),
            (
                "https://example.org/* https://other.example/*".into(),
                "content/content.js".into()
            )
        );
        assert_eq!(
            of("generic+mastodon").1,
            "adapters/mastodon.js content/content.js"
        );
        state.sites.get_mut("https://chatgpt.com").unwrap().responses = true;
        let scripts = state.scripts();
        let answers = scripts
            .iter()
            .find(|script| script.id == "chatgpt+answers")
            .unwrap();
        assert_eq!(
            answers.files.join(" "),
            "adapters/chatgpt.js content/content.js adapters/chatgpt.answers.js content/answers.js"
        );
    }
}
