//! Consent, and the sites that are on.

use std::fmt::Write as _;

use counterfoil_core::keys::LogId;
use counterfoil_core::log::Head;

use crate::address::Address;
use crate::app::{App, Done, Sender, captured};
use crate::error::{Code, Failure, Result};
use crate::message::{Capture, Effect, FamilySeen, PauseLength, Reply, Script, Unproven};
use crate::ports::{Host, random};
use crate::rules;
use crate::state::{FAMILIES, Log, Pause, State};
use crate::toolbar;
use crate::view::{HealthState, PauseView, Site, SitesView, WelcomeView};

/// Sites that one profile may list.
const SITES: usize = 2_000;

impl<H: Host> App<H> {
    pub(crate) async fn welcome(&self) -> Result<Done> {
        let session = self.load().await?;
        Ok(Reply::Welcome {
            view: welcome(&session.state),
        }
        .into())
    }

    /// Gives or withdraws consent to local recording. The first consent makes the root secret and the log.
    pub(crate) async fn consent(&self, given: bool) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        let mut ops = Vec::new();
        if given && session.state.logs.is_empty() {
            let root = self.make_root()?;
            ops.push(self.put_root(&session, 0, &root)?);
            session.state.live = self.take_key(&mut session).await?;
            session.state.logs.push(self.new_log(0)?);
        }
        session.state.consented = match (given, session.state.consented) {
            (true, Some(since)) => Some(since),
            (true, None) => Some(self.host.now()),
            (false, _) => None,
        };
        self.commit(&mut session, ops).await?;
        let mut effects = self.standing(&session.state);
        effects.push(Effect::Refresh);
        Ok(Done {
            reply: Reply::Welcome {
                view: welcome(&session.state),
            },
            effects,
        })
    }

    /// A new log of a root, under an id that no other log has.
    pub(crate) fn new_log(&self, root: u32) -> Result<Log> {
        Ok(Log {
            head: Head::new(LogId(random(&self.host)?)),
            note: String::new(),
            root,
            read_only: false,
        })
    }

    pub(crate) async fn sites(&self) -> Result<Done> {
        let session = self.load().await?;
        Ok(Reply::Sites {
            view: self.sites_view(&session.state),
        }
        .into())
    }

    /// The person wants this site recorded. It begins once the browser's permission is there too, which may be
    /// now, or when the prompt that the page opened in the same gesture is answered.
    pub(crate) async fn site_on(&self, url: &str) -> Result<Done> {
        let address = Address::parse(url).ok_or(Code::SiteInvalid)?;
        if rules::private_host(&address) {
            return Err(Code::SiteUnavailable.into());
        }
        let (_turn, mut session) = self.change().await?;
        if session.state.consented.is_none() {
            return Err(Code::NoConsent.into());
        }
        let before = session.state.scripts();
        let origin = address.origin();
        if !session.state.sites.contains_key(&origin) && session.state.sites.len() >= SITES {
            return Err(Failure::with(Code::NotAllowed, "sites"));
        }
        session.state.sites.entry(origin).or_default().on = true;
        self.commit(&mut session, Vec::new()).await?;
        let reply = Reply::Sites {
            view: self.sites_view(&session.state),
        };
        Ok(Done {
            reply,
            effects: moved(&before, &session.state, self.host.now()),
        })
    }

    pub(crate) async fn site_off(&self, origin: &str) -> Result<Done> {
        let address = Address::parse(origin).ok_or(Code::SiteInvalid)?;
        let (_turn, mut session) = self.change().await?;
        let before = session.state.scripts();
        if let Some(site) = session.state.sites.get_mut(&address.origin()) {
            site.on = false;
        }
        self.commit(&mut session, Vec::new()).await?;
        let mut effects = moved(&before, &session.state, self.host.now());
        // The permission goes back unless another port of the same host still needs it.
        let matches = address.matches();
        let needed =
            session.state.sites.iter().any(|(other, site)| {
                site.on && Address::parse(other).is_some_and(|it| it.matches() == matches)
            });
        if !needed {
            effects.push(Effect::Release { matches });
        }
        Ok(Done {
            reply: Reply::Sites {
                view: self.sites_view(&session.state),
            },
            effects,
        })
    }

    /// The browser grants other match patterns than before. A profile that holds nothing yet writes nothing: it
    /// keeps them in mind for its first change.
    pub(crate) async fn permissions(&self, origins: Vec<String>) -> Result<Vec<Effect>> {
        if self.load().await?.sealed.is_none() {
            self.granted.replace(origins);
            return Ok(vec![Effect::Register { scripts: Vec::new() }]);
        }
        let (_turn, mut session) = self.change().await?;
        let before = session.state.scripts();
        if session.state.granted != origins {
            session.state.granted = origins;
            self.commit(&mut session, Vec::new()).await?;
        }
        Ok(moved(&before, &session.state, self.host.now()))
    }

    /// Keeps answers and ratings of a site, or no longer.
    pub(crate) async fn site_kinds(&self, origin: &str, responses: bool, ratings: bool) -> Result<Done> {
        let address = Address::parse(origin).ok_or(Code::SiteInvalid)?;
        let (_turn, mut session) = self.change().await?;
        let before = session.state.scripts();
        let site = session
            .state
            .sites
            .get_mut(&address.origin())
            .ok_or(Code::SiteOff)?;
        site.responses = responses;
        site.ratings = ratings;
        self.commit(&mut session, Vec::new()).await?;
        Ok(Done {
            reply: Reply::Sites {
                view: self.sites_view(&session.state),
            },
            effects: moved(&before, &session.state, self.host.now()),
        })
    }

    /// Records nothing for a while, on all sites. `offset` is the minutes from local time to UTC.
    pub(crate) async fn pause(&self, length: PauseLength, offset: i32) -> Result<Done> {
        if offset.unsigned_abs() > FARTHEST {
            return Err(Failure::with(Code::MessageInvalid, "offset"));
        }
        let now = self.host.now();
        let until = match length {
            PauseLength::Hour => Some(now + HOUR),
            PauseLength::Tomorrow => Some(midnight(now, offset)),
            PauseLength::Open => None,
        };
        let (_turn, mut session) = self.change().await?;
        if session.state.consented.is_none() {
            return Err(Code::NoConsent.into());
        }
        session.state.paused = Some(Pause { until });
        self.commit(&mut session, Vec::new()).await?;
        Ok(self.turned(&session.state))
    }

    /// Goes on recording.
    pub(crate) async fn resume(&self) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        if session.state.paused.take().is_some() {
            self.commit(&mut session, Vec::new()).await?;
        }
        Ok(self.turned(&session.state))
    }

    fn turned(&self, state: &State) -> Done {
        let mut effects = vec![toolbar::badge(state), toolbar::icons(state, self.host.now())];
        effects.extend(self.wake(state));
        effects.push(Effect::Refresh);
        Done {
            reply: Reply::Sites {
                view: self.sites_view(state),
            },
            effects,
        }
    }

    /// Ends a pause whose time is over; says whether one ended.
    pub(crate) async fn resume_if_over(&self) -> Result<bool> {
        let over = |state: &State, now| state.paused.is_some_and(|pause| pause.over(now));
        let now = self.host.now();
        if !over(&self.load().await?.state, now) {
            return Ok(false);
        }
        let (_turn, mut session) = self.change().await?;
        if !over(&session.state, now) {
            return Ok(false);
        }
        session.state.paused = None;
        self.commit(&mut session, Vec::new()).await?;
        Ok(true)
    }

    /// A page came into view, or tells of gestures that no proof followed, and of events that it made up.
    pub(crate) async fn health(&self, sender: &Sender, health: &Unproven) -> Result<Done> {
        if health.v != 1 {
            return Err(Failure::with(Code::MessageInvalid, "v"));
        }
        let address = sender.address().ok_or(Code::SiteInvalid)?;
        let now = self.host.now();
        let shown = |state: &State| Done {
            reply: captured(Capture::Ignored).reply,
            effects: vec![toolbar::icon(state, &address, now)],
        };
        if health.unconfirmed == 0 && health.forged == 0 {
            // Nothing is to be written: no lock is taken.
            let session = self.load().await?;
            if !session.state.records(&address) {
                return Err(Code::SiteOff.into());
            }
            return Ok(shown(&session.state));
        }
        let (_turn, mut session) = self.change().await?;
        if !session.state.records(&address) {
            return Err(Code::SiteOff.into());
        }
        let site = session.state.sites.get_mut(&address.origin());
        if site.is_some_and(|site| site.health.told(health.unconfirmed, health.forged, now)) {
            self.commit(&mut session, Vec::new()).await?;
        }
        Ok(shown(&session.state))
    }

    /// A page of an unknown host asks for the marks of the families; or it has those of one: then what belongs to it is
    /// registered for its site, and brought there at once.
    pub(crate) async fn family(&self, sender: &Sender, seen: &FamilySeen) -> Result<Done> {
        let (address, effect) = brought(sender, seen)?;
        let done = |effects| Done {
            reply: captured(Capture::Ignored).reply,
            effects,
        };
        if seen.id.is_empty() {
            if !self.load().await?.state.records(&address) {
                return Err(Code::SiteOff.into());
            }
            return Ok(done(vec![effect]));
        }
        let (_turn, mut session) = self.change().await?;
        if !session.state.records(&address) {
            return Err(Code::SiteOff.into());
        }
        let before = session.state.scripts();
        let Some(site) = session.state.sites.get_mut(&address.origin()) else {
            return Err(Code::SiteOff.into());
        };
        if !site.families.contains(&seen.id) {
            if site.families.len() >= FAMILIES {
                return Ok(done(Vec::new()));
            }
            site.families.push(seen.id.clone());
            self.commit(&mut session, Vec::new()).await?;
        }
        let mut effects = moved(&before, &session.state, self.host.now());
        effects.push(effect);
        Ok(done(effects))
    }

    /// The same in a locked profile, which brings what belongs to the page and remembers nothing.
    pub(crate) async fn family_locked(&self, sender: &Sender, seen: &FamilySeen) -> Result<Done> {
        let (address, effect) = brought(sender, seen)?;
        if !self.open_row().await?.records(&address) {
            return Err(Code::SiteOff.into());
        }
        Ok(Done {
            reply: captured(Capture::Ignored).reply,
            effects: vec![effect],
        })
    }

    fn sites_view(&self, state: &State) -> SitesView {
        let now = self.host.now();
        let mut sites: Vec<Site> = Vec::with_capacity(state.sites.len());
        for address in state.sites.keys().filter_map(|origin| Address::parse(origin)) {
            let site = state.site(&address, now);
            // Put in their places: the library's sort is compiled anew for each type.
            let before = |other: &Site| (&other.host, &other.origin) <= (&site.host, &site.origin);
            let at = sites.partition_point(before);
            sites.insert(at, site);
        }
        SitesView {
            consented: state.consented.is_some(),
            report: report(&sites),
            sites,
            paused: paused(state, now),
        }
    }
}

/// What a page is brought that asks for the marks of the families, or has those of one; and its address.
fn brought(sender: &Sender, seen: &FamilySeen) -> Result<(Address, Effect)> {
    if seen.v != 1 {
        return Err(Failure::with(Code::MessageInvalid, "v"));
    }
    let address = sender.address().ok_or(Code::SiteInvalid)?;
    let file = match seen.id.as_str() {
        "" => "families",
        id => id,
    };
    if rules::adapter_of(address.host()).is_some()
        || !(seen.id.is_empty() || rules::family(&seen.id).is_some())
    {
        return Err(Failure::with(Code::MessageInvalid, "id"));
    }
    let files = vec![format!("adapters/{file}.js")];
    Ok((address, Effect::Bring { files }))
}

/// A pause that is not over.
pub(crate) fn paused(state: &State, now: u64) -> Option<PauseView> {
    state
        .paused
        .filter(|pause| !pause.over(now))
        .map(|Pause { until }| PauseView { until })
}

/// The health of sites as lines: names of hosts, numbers, days; never a word of what was written.
fn report(sites: &[crate::view::Site]) -> String {
    let mut out = format!("counterfoil {}\n", env!("CARGO_PKG_VERSION"));
    for site in sites {
        let health = &site.health;
        let state = match health.state {
            HealthState::Quiet => "quiet",
            HealthState::Well => "well",
            HealthState::Unconfirmed => "unconfirmed",
            HealthState::Stale => "stale",
            HealthState::Old => "old",
            HealthState::Flooding => "flooding",
            HealthState::Forging => "forging",
        };
        let last = health
            .last
            .and_then(|last| counterfoil_core::time::day(last).ok())
            .unwrap_or_else(|| "never".into());
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "{} {state}: {} gestures, {} recorded, {} unconfirmed, {} floods, {} forged, {} unseen by {}, last {last}",
            site.host,
            health.gestures,
            health.recorded,
            health.unconfirmed,
            health.floods,
            health.forged,
            health.silent,
            health.version
        );
    }
    out
}

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// No place is farther from UTC, in minutes.
const FARTHEST: u32 = 16 * 60;

/// The next midnight where local time is `offset` minutes before UTC.
fn midnight(now: u64, offset: i32) -> u64 {
    let ahead = i64::from(offset) * 60_000;
    let local = now.saturating_add_signed(-ahead);
    ((local / DAY + 1) * DAY).saturating_add_signed(ahead)
}

fn welcome(state: &State) -> WelcomeView {
    let on = state.sites.values().filter(|site| site.on).count();
    WelcomeView {
        consented: state.consented.is_some(),
        sites: u32::try_from(on).unwrap_or(u32::MAX),
    }
}

/// The effects of a changed set of sites: the registration, the tabs already open on what is new, the toolbar.
fn moved(before: &[Script], state: &State, now: u64) -> Vec<Effect> {
    let after = state.scripts();
    let known = |matches: &String, files: &[String]| {
        before
            .iter()
            .any(|script| script.files == files && script.matches.contains(matches))
    };
    let mut effects = vec![Effect::Register {
        scripts: after.clone(),
    }];
    for script in after {
        for matches in script.matches {
            if !known(&matches, &script.files) {
                effects.push(Effect::Inject {
                    matches,
                    files: script.files.clone(),
                });
            }
        }
    }
    effects.extend([toolbar::icons(state, now), Effect::Refresh]);
    effects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_begins_at_the_midnight_of_the_place() {
        // 2026-11-25 13:00 UTC.
        let now = 20_782 * DAY + 13 * HOUR;
        assert_eq!(midnight(now, 0), 20_783 * DAY);
        // Two hours ahead of UTC it is 15:00, and midnight comes two hours earlier.
        assert_eq!(midnight(now, -120), 20_783 * DAY - 2 * HOUR);
        assert_eq!(midnight(now, 480), 20_783 * DAY + 8 * HOUR);
        // Fourteen hours ahead it is the next day already.
        assert_eq!(midnight(now, -840), 20_784 * DAY - 14 * HOUR);
    }
}
