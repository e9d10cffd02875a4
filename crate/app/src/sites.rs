//! Consent, and the sites that are on.

use std::collections::BTreeSet;

use counterfoil_core::keys::LogId;
use counterfoil_core::log::Head;

use crate::address::Address;
use crate::app::{App, Done};
use crate::error::{Code, Failure, Result};
use crate::message::{Effect, Reply};
use crate::ports::{Host, random};
use crate::rules;
use crate::state::{Log, State};
use crate::view::{SitesView, WelcomeView};

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
        let before = session.state.registered();
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
            effects: moved(&before, &session.state),
        })
    }

    pub(crate) async fn site_off(&self, origin: &str) -> Result<Done> {
        let address = Address::parse(origin).ok_or(Code::SiteInvalid)?;
        let (_turn, mut session) = self.change().await?;
        let before = session.state.registered();
        if let Some(site) = session.state.sites.get_mut(&address.origin()) {
            site.on = false;
        }
        self.commit(&mut session, Vec::new()).await?;
        let mut effects = moved(&before, &session.state);
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
            return Ok(vec![Effect::Register { matches: Vec::new() }]);
        }
        let (_turn, mut session) = self.change().await?;
        let before = session.state.registered();
        if session.state.granted != origins {
            session.state.granted = origins;
            self.commit(&mut session, Vec::new()).await?;
        }
        Ok(moved(&before, &session.state))
    }

    fn sites_view(&self, state: &State) -> SitesView {
        let now = self.host.now();
        let mut sites: Vec<_> = state
            .sites
            .keys()
            .filter_map(|origin| Address::parse(origin))
            .map(|address| state.site(&address, now))
            .collect();
        sites.sort_by(|one, two| (&one.host, &one.origin).cmp(&(&two.host, &two.origin)));
        SitesView {
            consented: state.consented.is_some(),
            sites,
        }
    }
}

fn welcome(state: &State) -> WelcomeView {
    let on = state.sites.values().filter(|site| site.on).count();
    WelcomeView {
        consented: state.consented.is_some(),
        sites: u32::try_from(on).unwrap_or(u32::MAX),
    }
}

/// The effects of a changed set of sites: the registration, and the tabs already open on the new ones.
fn moved(before: &[String], state: &State) -> Vec<Effect> {
    let after = state.registered();
    let known: BTreeSet<&String> = before.iter().collect();
    let mut effects = vec![Effect::Register {
        matches: after.clone(),
    }];
    effects.extend(
        after
            .into_iter()
            .filter(|matches| !known.contains(matches))
            .map(|matches| Effect::Inject { matches }),
    );
    effects.push(Effect::Refresh);
    effects
}
