//! `counterfoil inspect`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::verify::{self, Expect, Report};
use counterfoil_core::record::SharedLine;

use crate::Outcome;
use crate::file::FileSource;
use crate::terminal::escape;
use crate::verify::verdict;

/// Records of which the beginning is shown.
const SHOWN: usize = 10;
/// Characters of each that are shown.
const PREVIEW: usize = 100;
/// Sites that are named.
const SITES: usize = 20;

pub(crate) fn run(path: &Path) -> Result<Outcome, String> {
    let source = FileSource::open(path)?;
    let mut summary = Summary::default();
    let report = verify::verify_each(&source, &Expect::default(), |record| summary.add(record))
        .map_err(|error| error.to_string())?;
    let mut text = verdict(&report);
    if let Some(check) = report.failed() {
        push(&mut text, check.name.as_str(), &check.detail);
        if summary.records > 0 {
            text.push_str("What follows is what the file says, unproven.\n");
        }
    }
    text.push('\n');
    describe(&mut text, &report, &summary);
    Ok(Outcome {
        text,
        valid: report.valid,
    })
}

/// What the records hold, counted as they are read.
#[derive(Default)]
struct Summary {
    records: u64,
    kinds: BTreeMap<&'static str, u64>,
    evidence: BTreeMap<&'static str, u64>,
    sites: BTreeMap<String, u64>,
    languages: BTreeMap<String, u64>,
    redactions: BTreeMap<String, u64>,
    dates: Option<(String, String)>,
    undated: u64,
    first: Vec<String>,
}

impl Summary {
    fn add(&mut self, record: &SharedLine<'_>) {
        self.records += 1;
        *self.kinds.entry(record.kind.as_str()).or_default() += 1;
        *self.evidence.entry(record.claimed_evidence.as_str()).or_default() += 1;
        count(&mut self.sites, record.site.as_deref().unwrap_or("(not said)"), 1);
        count(
            &mut self.languages,
            record.lang.as_deref().unwrap_or("(not said)"),
            1,
        );
        for redaction in &record.redactions {
            count(&mut self.redactions, &redaction.kind, redaction.count.into());
        }
        match (record.time.as_deref(), &mut self.dates) {
            (None, _) => self.undated += 1,
            (Some(date), None) => self.dates = Some((date.to_owned(), date.to_owned())),
            (Some(date), Some((first, _))) if date < first.as_str() => date.clone_into(first),
            (Some(date), Some((_, last))) if date > last.as_str() => date.clone_into(last),
            _ => {}
        }
        if self.first.len() < SHOWN {
            self.first.push(preview(record));
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str, by: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += by,
        None => drop(counts.insert(name.to_owned(), by)),
    }
}

fn preview(record: &SharedLine<'_>) -> String {
    let mut text: String = record.text.chars().take(PREVIEW).collect();
    if text.len() < record.text.len() {
        text.push('…');
    }
    let (date, site) = (
        record.time.as_deref().unwrap_or("-"),
        record.site.as_deref().unwrap_or("-"),
    );
    format!(
        "  {}  {date}  {}  {site}  {}",
        record.seq,
        record.kind.as_str(),
        escape(&text)
    )
}

fn describe(text: &mut String, report: &Report, summary: &Summary) {
    let facts = &report.facts;
    if let Some(did) = &facts.did {
        push(text, "Signed by", did.as_str());
    }
    match facts.audience.as_deref() {
        Some(EXPORT) => push(text, "For", "export: whoever has the file"),
        Some(audience) => push(text, "For", &format!("the collector {audience}")),
        None => {}
    }
    if let Some(time) = &facts.issued_at {
        push(text, "Approved", &format!("{time}, as the signer says"));
    }
    if let (Some(start), Some(end)) = (facts.start, facts.end) {
        push(
            text,
            "Range",
            &format!("records {start} to {end} of the signer's log for this audience"),
        );
    }
    if summary.records > 0 {
        describe_records(text, summary);
    }
    for file in &facts.files {
        push(text, "File", &format!("{} ({} bytes)", file.name, file.size));
    }
    if !summary.first.is_empty() {
        text.push_str("\nThe first records (place, date, kind, site, text):\n");
        for line in &summary.first {
            text.push_str(line);
            text.push('\n');
        }
    }
    if text.ends_with("\n\n") {
        text.pop();
    }
    text.push('\n');
    for note in &report.notes {
        text.push_str(note);
        text.push('\n');
    }
}

fn describe_records(text: &mut String, summary: &Summary) {
    push(text, "Records", &summary.records.to_string());
    push(text, "Kinds", &join(&summary.kinds));
    push(
        text,
        "Evidence",
        &format!("{} (claimed by the signer)", join(&summary.evidence)),
    );
    push(text, "Sites", &join(&summary.sites));
    push(text, "Languages", &join(&summary.languages));
    push(text, "Dates", &dates(summary));
    push(text, "Redacted", &join(&summary.redactions));
}

fn dates(summary: &Summary) -> String {
    let undated = match summary.undated {
        0 => String::new(),
        count => format!("{count} without a date"),
    };
    match &summary.dates {
        None => undated,
        Some((first, last)) if undated.is_empty() => format!("{first} to {last}"),
        Some((first, last)) => format!("{first} to {last}, {undated}"),
    }
}

/// The most frequent names with their counts.
fn join(counts: &BTreeMap<impl AsRef<str> + Ord, u64>) -> String {
    if counts.is_empty() {
        return "nothing".to_owned();
    }
    let mut sorted: Vec<_> = counts
        .iter()
        .map(|(name, count)| (name.as_ref(), *count))
        .collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let mut parts: Vec<_> = sorted
        .iter()
        .take(SITES)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if sorted.len() > SITES {
        parts.push(format!("and {} more", sorted.len() - SITES));
    }
    parts.join(", ")
}

fn push(text: &mut String, label: &str, value: &str) {
    let written = writeln!(text, "{label:<10} {}", escape(value));
    // Writing to a string does not fail.
    debug_assert!(written.is_ok());
}
