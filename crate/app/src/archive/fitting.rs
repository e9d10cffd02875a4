//! How much of the log fits the offers of a collector: told before anything is decided about a share.

use counterfoil_core::collector::accept::is_asked;
use counterfoil_core::collector::offer::Offer;
use counterfoil_core::jws;

use super::Done;
use super::block::Asked;
use super::message::ArchiveReply;
use super::query::Query;
use super::view::{FittedView, FittingTally};
use super::walk::Walk;
use crate::app::{App, Session};
use crate::error::Result;
use crate::ports::Host;
use crate::view::Review;

impl<H: Host> App<H> {
    pub(crate) async fn fitting(
        &self,
        session: &Session,
        collector: &str,
        before: Option<u64>,
    ) -> Result<Done> {
        let row = self.collector_row(session, collector).await?;
        let now = self.host.now();
        let mut offers: Vec<(Offer, FittingTally)> = Vec::new();
        for compact in &row.offers {
            if let Ok(offer) = Offer::open(compact)
                && offer.is_open_at(now / 1000)
            {
                let tally = FittingTally {
                    sha256: jws::sha256_hex(compact),
                    records: 0,
                    marked: 0,
                };
                offers.push((offer, tally));
            }
        }
        let everything = Query::parse("");
        let asked = Asked::of(&everything);
        let mut walk = Walk::from(session, before, now)?;
        if offers.is_empty() {
            walk.at = 0;
        }
        while walk.next().is_some() {
            let below = walk.at;
            if let Some(block) = self.step(session, &mut walk).await? {
                let mut fits: Vec<(u64, Vec<usize>)> = Vec::new();
                for at in block.matching(&asked, below) {
                    let Some(entry) = block.entries.get(at) else {
                        continue;
                    };
                    let site = Some(block.site(entry)).filter(|site| !site.is_empty());
                    let length = block.text(at).chars().count() as u64;
                    let of: Vec<usize> = (0..)
                        .zip(&offers)
                        .filter(|(_, (offer, _))| is_asked(offer, entry.kind, site, length))
                        .map(|(place, _)| place)
                        .collect();
                    if !of.is_empty() {
                        fits.push((entry.number, of));
                    }
                }
                let numbers: Vec<u64> = fits.iter().map(|(number, _)| *number).collect();
                let reviews = self.reviews(session, &numbers).await?;
                for ((_, of), review) in fits.into_iter().zip(reviews) {
                    if matches!(review, Review::Deleting { .. }) {
                        continue;
                    }
                    for place in of {
                        if let Some((_, tally)) = offers.get_mut(place) {
                            tally.records += 1;
                            tally.marked += u32::from(review == Review::Marked);
                        }
                    }
                }
            }
            if walk.over(self.host.now()) {
                break;
            }
        }
        let view = FittedView {
            offers: offers.into_iter().map(|(_, tally)| tally).collect(),
            next: walk.next(),
        };
        Ok(ArchiveReply::Fitted { view }.into())
    }
}
