//! How recording goes on a site: numbers and times, never words.

use counterfoil_adapter::Adapter;
use serde::{Deserialize, Serialize};

use crate::view::{Health, HealthState};

const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;
/// Submissions in a row that an adapter did not see, after which it is stale.
const SILENT: u32 = 5;
/// Gestures in a row without a proof, after which something is wrong.
const UNPROVEN: u32 = 24;
/// Days after which what an adapter says may be stale.
const OLD: u64 = 180;
/// Least time between two counts of gestures that are believed, in milliseconds.
const OFTEN: u64 = 1_000;
/// Most gestures of one count: more come from no hand.
const MOST: u32 = 1_000;

/// How recording goes on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteHealth {
    /// Submissions recorded.
    recorded: u64,
    /// When the last one was.
    last: Option<u64>,
    /// Gestures that no proof followed.
    unconfirmed: u64,
    /// Of these, since the last record.
    unproven: u32,
    /// When the page told of gestures last.
    told: u64,
    /// Events that pretended to be a person's, as far as they came in floods.
    forged: u64,
    /// When the last of them were told.
    forging: Option<u64>,
    /// Minutes in which a limit was reached.
    floods: u64,
    /// When the last of them was.
    flooded: Option<u64>,
    /// Submissions in a row that the heuristic saw and the adapter did not.
    silent: u32,
}

impl SiteHealth {
    /// A submission is being recorded.
    pub fn recorded(&mut self, now: u64) {
        self.recorded += 1;
        self.last = Some(now);
        self.unproven = 0;
    }

    /// Whether the adapter saw a submission from a field that could be its composer.
    pub fn seen(&mut self, by_adapter: bool) {
        self.silent = if by_adapter {
            0
        } else {
            self.silent.saturating_add(1)
        };
    }

    /// A page's script tells of gestures without a proof, and of events that the page made up; `false` where that is
    /// not believed.
    pub fn told(&mut self, unconfirmed: u32, forged: u32, now: u64) -> bool {
        if unconfirmed > MOST || self.told <= now && now - self.told < OFTEN {
            return false;
        }
        self.told = now;
        self.unconfirmed += u64::from(unconfirmed);
        self.unproven = self.unproven.saturating_add(unconfirmed);
        if forged > 0 {
            self.forged = self.forged.saturating_add(u64::from(forged));
            self.forging = Some(now);
        }
        true
    }

    /// A limit is reached; `true` where that is news, at most once a minute: a flood writes nothing.
    pub fn flooded(&mut self, now: u64) -> bool {
        if self.flooded.is_some_and(|at| at <= now && now - at < MINUTE) {
            return false;
        }
        self.flooded = Some(now);
        self.floods += 1;
        true
    }

    /// As the pages show it.
    pub fn view(self, adapter: Option<&Adapter>, now: u64) -> Health {
        let day = now / DAY;
        let lately = |at: Option<u64>| at.is_some_and(|at| now.saturating_sub(at) < DAY);
        let state = if lately(self.forging) {
            HealthState::Forging
        } else if lately(self.flooded) {
            HealthState::Flooding
        } else if adapter.is_some_and(|adapter| adapter.composer) && self.silent >= SILENT {
            HealthState::Stale
        } else if self.unproven >= UNPROVEN {
            HealthState::Unconfirmed
        } else if adapter.is_some_and(|adapter| u64::from(adapter.day) + OLD < day) {
            HealthState::Old
        } else if self.recorded > 0 {
            HealthState::Well
        } else {
            HealthState::Quiet
        };
        Health {
            state,
            gestures: self.recorded + self.unconfirmed,
            recorded: self.recorded,
            unconfirmed: self.unconfirmed,
            floods: self.floods,
            forged: self.forged,
            silent: self.silent,
            last: self.last,
            adapter: adapter.map_or("", |adapter| adapter.name).to_owned(),
            version: adapter.map_or_else(|| crate::rules::GENERIC.to_owned(), crate::rules::version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    const NOW: u64 = 20_800 * DAY;

    fn state(health: SiteHealth, host: &str, now: u64) -> HealthState {
        health.view(rules::adapter_of(host), now).state
    }

    #[test]
    fn an_adapter_that_is_silent_while_the_heuristic_fires_is_stale() {
        let mut health = SiteHealth::default();
        assert_eq!(state(health, "chatgpt.com", NOW), HealthState::Quiet);
        health.recorded(NOW);
        for _ in 0..SILENT {
            assert_eq!(state(health, "chatgpt.com", NOW), HealthState::Well);
            health.seen(false);
        }
        assert_eq!(state(health, "chatgpt.com", NOW), HealthState::Stale);
        assert_eq!(
            state(health, "example.org", NOW),
            HealthState::Well,
            "there is no adapter"
        );
        health.seen(true);
        assert_eq!(state(health, "chatgpt.com", NOW), HealthState::Well);
    }

    #[test]
    fn an_old_adapter_may_be_stale() {
        let health = SiteHealth::default();
        let day = u64::from(rules::adapter_of("chatgpt.com").unwrap().day);
        assert_eq!(
            state(health, "chatgpt.com", (day + OLD) * DAY),
            HealthState::Quiet
        );
        assert_eq!(
            state(health, "chatgpt.com", (day + OLD + 1) * DAY),
            HealthState::Old
        );
    }

    #[test]
    fn gestures_without_proof_are_counted_within_reason() {
        let mut health = SiteHealth::default();
        assert!(!health.told(MOST + 1, 0, NOW));
        assert!(health.told(UNPROVEN, 0, NOW));
        assert!(!health.told(1, 0, NOW + OFTEN - 1), "too soon");
        assert_eq!(state(health, "example.org", NOW), HealthState::Unconfirmed);
        let view = health.view(None, NOW);
        assert_eq!(
            (view.gestures, view.recorded, view.unconfirmed),
            (u64::from(UNPROVEN), 0, u64::from(UNPROVEN))
        );
        health.recorded(NOW);
        assert_eq!(state(health, "example.org", NOW), HealthState::Well);
        assert_eq!(health.view(None, NOW).gestures, u64::from(UNPROVEN) + 1);
    }

    #[test]
    fn a_flood_is_news_once_a_minute_and_named_for_a_day() {
        let mut health = SiteHealth::default();
        assert!(health.flooded(NOW));
        assert!(!health.flooded(NOW + MINUTE - 1));
        assert!(health.flooded(NOW + MINUTE));
        assert_eq!(health.view(None, NOW + MINUTE).floods, 2);
        assert_eq!(state(health, "example.org", NOW + DAY), HealthState::Flooding);
        assert_eq!(
            state(health, "example.org", NOW + MINUTE + DAY),
            HealthState::Quiet
        );
    }

    #[test]
    fn a_page_that_pretends_to_be_a_person_is_named_for_a_day() {
        let mut health = SiteHealth::default();
        health.recorded(NOW);
        assert!(health.told(0, 2_500, NOW));
        assert!(!health.told(0, 9, NOW + OFTEN - 1), "too soon");
        assert!(health.told(0, 500, NOW + OFTEN));
        assert_eq!(state(health, "example.org", NOW + OFTEN), HealthState::Forging);
        let view = health.view(None, NOW + OFTEN);
        assert_eq!((view.forged, view.unconfirmed, view.gestures), (3_000, 0, 1));
        assert_eq!(state(health, "example.org", NOW + OFTEN + DAY), HealthState::Well);
    }
}
