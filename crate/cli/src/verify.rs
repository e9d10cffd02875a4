//! `counterfoil verify`.

use std::fmt::Write as _;
use std::path::Path;

use counterfoil_core::bundle::verify::{self, Expect, Report, Status};

use crate::Outcome;
use crate::file::FileSource;
use crate::terminal::{escape, escape_json};

pub(crate) fn run(path: &Path, json: bool, expect: &Expect) -> Result<Outcome, String> {
    let source = FileSource::open(path)?;
    let report = verify::verify(&source, expect).map_err(|error| error.to_string())?;
    let text = if json {
        let mut text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        text.push('\n');
        escape_json(&text)
    } else {
        describe(&report)
    };
    Ok(Outcome {
        text,
        valid: report.valid,
    })
}

fn describe(report: &Report) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let status = match check.status {
            Status::Passed => "ok",
            Status::Failed => "FAILED",
            Status::NotApplicable => "does not apply",
            Status::NotReached => "not reached",
        };
        let line = format!(
            "{:<9} {status:<15} {}",
            check.name.as_str(),
            escape(&check.detail)
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&verdict(report));
    for note in &report.notes {
        text.push_str(note);
        text.push('\n');
    }
    text
}

/// One line that says whether the bundle is valid, and if not, which check failed and what to do.
pub(crate) fn verdict(report: &Report) -> String {
    let mut text = String::new();
    let facts = &report.facts;
    let written = match (report.failed(), facts.records, &facts.did) {
        (Some(check), ..) => writeln!(
            text,
            "NOT VALID: the check {} failed. Do not rely on this file; ask whoever sent it for the original.",
            check.name
        ),
        (None, Some(records), Some(did)) => {
            let noun = if records == 1 { "record" } else { "records" };
            writeln!(text, "VALID: {records} {noun}, signed by {did}")
        }
        (None, ..) => writeln!(text, "VALID"),
    };
    // Writing to a string does not fail.
    debug_assert!(written.is_ok());
    text
}
