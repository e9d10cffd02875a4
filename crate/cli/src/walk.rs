//! Going through the records of a log, newest first.

use counterfoil_app::message::{Reply, Request};
use counterfoil_app::view::{Filter, Item};

use crate::log::Log;

/// Hands over the records that pass the filter, page by page, until `take` gives `false`. Gives the number of damaged
/// rows that were met on the way.
pub(crate) fn each(
    log: &Log,
    filter: &Filter,
    mut take: impl FnMut(&[Item]) -> Result<bool, String>,
) -> Result<u64, String> {
    let mut damaged = std::collections::BTreeSet::new();
    let mut before = None;
    loop {
        let request = Request::List {
            filter: filter.clone(),
            before,
        };
        let Reply::List { view } = log.ask(request)? else {
            return Err(log.misunderstood());
        };
        damaged.extend(view.damaged.into_iter().map(|damage| damage.name));
        let more = take(&view.items)?;
        before = view.next;
        if !more || before.is_none() {
            return Ok(damaged.len() as u64);
        }
    }
}
