//! What a locked profile may read: two small rows that are not sealed. They hold where recording is on, which the
//! browser itself keeps in the open as the registration of the content script, and never a word of a record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::message::Script;
use crate::rules;
use crate::state::{PER_DAY, PER_MINUTE, Pause, State};

const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;
/// Wrong passphrases before the next one has to wait.
const FREE: u32 = 3;
/// The longest wait after a wrong passphrase, in milliseconds.
const LONGEST: u64 = 15 * MINUTE;

/// The part that an open profile writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Open {
    /// Version of this row: 3.
    pub v: u32,
    /// Origins that are recorded.
    pub origins: Vec<String>,
    /// The content scripts.
    #[serde(default)]
    pub scripts: Vec<Script>,
    /// The person paused recording.
    #[serde(default)]
    pub paused: Option<Pause>,
    /// Public half of the inbox's key pair.
    pub inbox: Option<[u8; 32]>,
    /// When the background must be woken.
    pub wake: Option<u64>,
}

impl Open {
    /// Version written.
    pub const VERSION: u32 = 3;

    /// Of a state.
    pub fn of(state: &State) -> Self {
        let origins = state
            .sites
            .keys()
            .filter(|origin| Address::parse(origin).is_some_and(|address| state.records(&address)))
            .cloned()
            .collect();
        Self {
            v: Self::VERSION,
            origins,
            scripts: state.scripts(),
            paused: state.paused,
            inbox: state.inbox.map(|inbox| inbox.public),
            wake: state
                .forget_all_at
                .or(state.due)
                .into_iter()
                .chain(state.paused.and_then(|pause| pause.until))
                .min(),
        }
    }

    /// Whether a locked profile records here.
    pub fn records(&self, address: &Address) -> bool {
        self.origins.contains(&address.origin()) && !rules::private_host(address)
    }
}

/// The part that a locked profile writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Locked {
    /// Wrong passphrases in a row, and when the last one was tried.
    pub wrong: u32,
    /// See `wrong`.
    pub last: u64,
    /// Records that wait in the inbox.
    pub waiting: u32,
    /// Records by origin: the minute they fell in and how many, the day and how many.
    counts: BTreeMap<String, (u64, u32, u64, u32)>,
    /// Match patterns that the browser granted meanwhile.
    pub granted: Option<Vec<String>>,
}

impl Locked {
    /// When the next passphrase counts: after the third wrong one a second later, then twice as long each time.
    /// A clock that went back makes nobody wait longer than once.
    pub fn wait_until(&self, now: u64) -> Option<u64> {
        let doublings = self.wrong.checked_sub(FREE)?;
        let wait = 1_000_u64
            .checked_shl(doublings.min(20))
            .map_or(LONGEST, |wait| wait.min(LONGEST));
        let since = self.last.min(now);
        Some(since + wait).filter(|&until| until > now)
    }

    /// Counts a wrong passphrase.
    pub fn wrong(&mut self, now: u64) {
        self.wrong = self.wrong.saturating_add(1);
        self.last = now;
    }

    /// The passphrase was right.
    pub fn right(&mut self) {
        (self.wrong, self.last) = (0, 0);
    }

    /// Whether an open profile has nothing to take in.
    pub fn settled(&self) -> bool {
        self.waiting == 0 && self.counts.is_empty() && self.granted.is_none()
    }

    /// What stays once everything was taken in: the wrong passphrases.
    #[must_use]
    pub fn taken_in(&self) -> Self {
        Self {
            wrong: self.wrong,
            last: self.last,
            ..Self::default()
        }
    }

    /// Counts a record of this origin, unless its limits are reached.
    pub fn count(&mut self, origin: &str, now: u64) -> bool {
        let (minute, by_minute, day, by_day) = self.counts.entry(origin.to_owned()).or_default();
        if *minute != now / MINUTE {
            (*minute, *by_minute) = (now / MINUTE, 0);
        }
        if *day != now / DAY {
            (*day, *by_day) = (now / DAY, 0);
        }
        if *by_minute >= PER_MINUTE || *by_day >= PER_DAY {
            return false;
        }
        *by_minute += 1;
        *by_day += 1;
        self.waiting += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_passphrases_wait_longer_each_time() {
        let mut locked = Locked::default();
        let mut waits = Vec::new();
        for _ in 0..20 {
            locked.wrong(1_000_000);
            waits.push(locked.wait_until(1_000_000).map(|until| until - 1_000_000));
        }
        assert_eq!(&waits[..4], [None, None, Some(1_000), Some(2_000)]);
        assert_eq!(waits.last().copied().flatten(), Some(LONGEST));
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        let until = locked.wait_until(1_000_000).unwrap();
        assert_eq!(locked.wait_until(until), None);
        // The clock went back by a day.
        assert_eq!(locked.wait_until(0), Some(LONGEST));
    }

    #[test]
    fn a_site_has_the_same_limits_while_locked() {
        let mut locked = Locked::default();
        let origin = "https://example.org";
        for _ in 0..PER_MINUTE {
            assert!(locked.count(origin, 0));
        }
        assert!(!locked.count(origin, 0));
        assert!(locked.count("https://other.example", 0));
        assert!(locked.count(origin, MINUTE));
        assert_eq!(locked.waiting, PER_MINUTE + 2);
    }
}
