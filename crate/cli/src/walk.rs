//! Going through the records of a log, newest first.

use counterfoil_app::archive::message::{ArchiveReply, ArchiveRequest};
use counterfoil_app::archive::view::{QueryFault, SearchView};
use counterfoil_app::message::{Reply, Request};
use counterfoil_app::view::{Filter, Item};

use crate::log::Log;
use crate::terminal::escape;

/// Hands over the records that a query finds, answer by answer, until `take` gives `false`. Gives the number of damaged
/// rows that were met on the way. A query that is not understood is an error.
pub(crate) fn found(
    log: &Log,
    query: &str,
    mut take: impl FnMut(&[Item]) -> Result<bool, String>,
) -> Result<u64, String> {
    let mut damaged = std::collections::BTreeSet::new();
    let mut before = None;
    loop {
        let request = ArchiveRequest::Find {
            query: query.to_owned(),
            before,
        };
        let ArchiveReply::Searched { view } = log.look(request)? else {
            return Err(log.misunderstood());
        };
        let SearchView {
            faults, items, next, ..
        } = view;
        if let Some(fault) = faults.first() {
            return Err(not_understood(fault));
        }
        damaged.extend(view.damaged.into_iter().map(|damage| damage.name));
        let items: Vec<Item> = items.into_iter().map(|found| found.item).collect();
        let more = take(&items)?;
        before = next;
        if !more || before.is_none() {
            return Ok(damaged.len() as u64);
        }
    }
}

fn not_understood(QueryFault { part, code }: &QueryFault) -> String {
    let advice = match code.as_str() {
        "query_date" => "a date is 2026, 2026-11 or 2026-11-22",
        "query_kind" => "a kind is search, prompt, post, comment, edit, response, rating or unknown",
        "query_word" => "it holds no letter and no digit",
        "query_long" => "a query has at most 16 parts and 400 characters",
        _ => "there is is:marked, is:private and is:altered, and a date has no minus before it",
    };
    format!("`{}` is not understood: {advice}", escape(part))
}

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
