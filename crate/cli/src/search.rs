//! `counterfoil search`.

use std::cmp::Reverse;

use counterfoil_app::error::Code;
use counterfoil_app::message::{Reply, Request};
use counterfoil_app::view::{Item, RecordView, Review};
use counterfoil_core::time::rfc3339_ms;
use serde::Serialize;

use crate::log::{Log, LogArguments};
use crate::terminal::{counted, escape, escape_json, print};
use crate::{Outcome, walk};

/// Characters of a text that are shown.
const PREVIEW: usize = 100;
/// Records that are printed at once.
const AT_ONCE: usize = 64;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    /// Words that must all occur in the text, and filters, see below; without them, everything is found
    query: Vec<String>,
    /// Print one JSON object a line: seq, time, kind, site, text, url, id
    #[arg(long)]
    json: bool,
    /// Stop after so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
}

/// A record as scripts read it.
#[derive(Serialize)]
struct Found<'a> {
    /// Number in this directory.
    seq: u64,
    /// RFC 3339, UTC.
    time: String,
    kind: &'a str,
    site: &'a str,
    text: &'a str,
    url: &'a str,
    /// UUID in the private log.
    id: &'a str,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let log = Log::open(&arguments.log)?;
    let view = log.settings()?;
    let query = arguments.query.join(" ");
    let mut printer = Printer {
        log: &log,
        json: arguments.json,
        left: arguments.limit.unwrap_or(u64::MAX),
        found: false,
    };
    // The records of one log come in their order. Those of several have to be brought into it.
    let damaged = if view.logs.iter().filter(|log| log.lines > 0).count() > 1 {
        let mut found = Vec::new();
        let damaged = walk::found(&log, &query, |items| {
            found.extend(items.iter().map(|item| (item.time, item.seq)));
            Ok(true)
        })?;
        found.sort_unstable_by_key(|key| Reverse(*key));
        for some in found.chunks(AT_ONCE) {
            let records = some.iter().filter_map(|(_, seq)| whole(&log, *seq).transpose());
            let items: Vec<Item> = records
                .map(|record| record.map(|it| it.item))
                .collect::<Result<_, _>>()?;
            if !printer.print(&items)? {
                break;
            }
        }
        damaged
    } else {
        walk::found(&log, &query, |items| printer.print(items))?
    };
    if damaged > 0 {
        return Err(format!(
            "not all of {} could be searched, {} of it cannot be read: `counterfoil check` names what",
            log.name(),
            counted(damaged, "part")
        ));
    }
    Ok(Outcome {
        text: String::new(),
        valid: printer.found,
    })
}

struct Printer<'a> {
    log: &'a Log,
    json: bool,
    /// How many may still be printed.
    left: u64,
    found: bool,
}

impl Printer<'_> {
    /// Prints those that are not deleted; `false` once no more are wanted.
    fn print(&mut self, items: &[Item]) -> Result<bool, String> {
        let mut text = String::new();
        for item in items {
            if self.left == 0 {
                break;
            }
            if matches!(item.review, Review::Deleting { .. }) {
                continue;
            }
            if self.json {
                let Some(record) = whole(self.log, item.seq)? else {
                    continue;
                };
                text.push_str(&json(&record)?);
            } else {
                text.push_str(&line(item)?);
            }
            self.left -= 1;
            self.found = true;
        }
        Ok(print(&text)? && self.left > 0)
    }
}

/// The record, unless it was deleted meanwhile.
fn whole(log: &Log, seq: u64) -> Result<Option<RecordView>, String> {
    match log.try_ask(Request::Record { seq }) {
        Ok(Reply::Record { view }) => Ok(Some(view)),
        Ok(_) => Err(log.misunderstood()),
        Err(failure) if failure.code == Code::RecordGone => Ok(None),
        Err(failure) => Err(log.describe(&failure)),
    }
}

fn json(record: &RecordView) -> Result<String, String> {
    let found = Found {
        seq: record.item.seq,
        time: rfc3339_ms(record.item.time).map_err(|error| error.to_string())?,
        kind: &record.item.kind,
        site: &record.item.site,
        text: &record.text,
        url: &record.url,
        id: &record.id,
    };
    let mut line = serde_json::to_string(&found).map_err(|error| error.to_string())?;
    line.push('\n');
    Ok(escape_json(&line))
}

fn line(item: &Item) -> Result<String, String> {
    let mut text: String = item.preview.chars().take(PREVIEW).collect();
    if text.len() < item.preview.len() || item.length as usize > PREVIEW {
        text.push('…');
    }
    let time = rfc3339_ms(item.time).map_err(|error| error.to_string())?;
    let site = if item.site.is_empty() { "-" } else { &item.site };
    Ok(format!(
        "{}  {time}  {}  {}  {}\n",
        item.seq,
        escape(&item.kind),
        escape(site),
        escape(&text)
    ))
}
