//! What the toolbar says: an icon over each tab that tells how recording stands there, and how many records nobody looked
//! at yet.

use crate::address::Address;
use crate::message::{Effect, Icon, SiteIcon};
use crate::open::Open;
use crate::state::State;
use crate::view::{HealthState, Site, SiteState};

/// What is to be said about a site that is on, by the key of its words; `None` where it records as it should.
pub(crate) fn notice(site: &Site) -> Option<&'static str> {
    match (site.state, site.health.state) {
        (SiteState::Capped, _) => Some("notice_capped"),
        (SiteState::Unpermitted, _) => Some("notice_unpermitted"),
        (SiteState::On, HealthState::Flooding) => Some("notice_flooding"),
        (SiteState::On, HealthState::Forging) => Some("notice_forging"),
        (SiteState::On, HealthState::Stale) => Some("notice_stale"),
        (SiteState::On, HealthState::Unconfirmed) => Some("notice_unconfirmed"),
        _ => None,
    }
}

/// The count of records since the popup was last looked at, and the icon where no site is recorded.
pub(crate) fn badge(state: &State) -> Effect {
    counted(state.unseen, rest(state.paused.is_some()))
}

/// The badge while the profile is locked: how much waits.
pub(crate) fn waiting(count: u32, open: &Open, now: u64) -> Effect {
    counted(count, rest(pauses(open, now)))
}

fn counted(count: u32, icon: Icon) -> Effect {
    let text = match count {
        _ if icon == Icon::Paused => "II".to_owned(),
        0 => String::new(),
        n @ 1..=999 => n.to_string(),
        _ => "999+".to_owned(),
    };
    Effect::Badge { text, icon }
}

/// The icons of all tabs.
pub(crate) fn icons(state: &State, now: u64) -> Effect {
    let sites = state.sites.keys().filter_map(|origin| Address::parse(origin));
    Effect::Icons {
        sites: sites.map(|address| over(state, &address, now)).collect(),
        others: Some(rest(state.paused.is_some())),
    }
}

/// The icon of the tabs of one site.
pub(crate) fn icon(state: &State, address: &Address, now: u64) -> Effect {
    Effect::Icons {
        sites: vec![over(state, address, now)],
        others: None,
    }
}

/// The icons of all tabs while the profile is locked: it goes on recording.
pub(crate) fn locked_icons(open: &Open, now: u64) -> Effect {
    let icon = recording(pauses(open, now));
    let sites = open.origins.iter().cloned();
    Effect::Icons {
        sites: sites.map(|origin| SiteIcon { origin, icon }).collect(),
        others: Some(rest(pauses(open, now))),
    }
}

/// The icon of the tabs of one site while the profile is locked.
pub(crate) fn locked_icon(open: &Open, address: &Address, now: u64) -> Effect {
    let icon = recording(pauses(open, now));
    let origin = address.origin();
    Effect::Icons {
        sites: vec![SiteIcon { origin, icon }],
        others: None,
    }
}

fn over(state: &State, address: &Address, now: u64) -> SiteIcon {
    let site = state.site(address, now);
    let icon = match site.state {
        SiteState::Off | SiteState::Unavailable => rest(state.paused.is_some()),
        _ if state.paused.is_some() => Icon::Paused,
        _ if notice(&site).is_some() => Icon::Attention,
        _ => Icon::On,
    };
    SiteIcon {
        origin: site.origin,
        icon,
    }
}

fn pauses(open: &Open, now: u64) -> bool {
    open.paused.is_some_and(|pause| !pause.over(now))
}

fn recording(paused: bool) -> Icon {
    if paused { Icon::Paused } else { Icon::On }
}

/// The icon where nothing is recorded.
fn rest(paused: bool) -> Icon {
    if paused { Icon::Paused } else { Icon::Off }
}
