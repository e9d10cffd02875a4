//! `counterfoil verify`.

use std::fmt::Write as _;
use std::path::Path;

use counterfoil_core::bundle::verify::{self, Expect, Report, Status};
use serde_json::json;

use crate::Outcome;
use crate::account::{self, Recount, Recounted};
use crate::file::FileSource;
use crate::terminal::{escape, escape_json};

/// Checks a bundle, and a receipt beside it; or, where the file holds statements of a collector, those.
pub(crate) fn run(
    path: &Path,
    receipt: Option<&Path>,
    json: bool,
    expect: &Expect,
) -> Result<Outcome, String> {
    let source = FileSource::open(path)?;
    if receipt.is_none() && expect.audience.is_none() && account::is_statements(&source)? {
        return account::run(path, json);
    }
    let recount = receipt.map(Recount::open).transpose()?;
    let (report, contents) =
        verify::verify_contents(&source, expect, |_, _| {}).map_err(|error| error.to_string())?;
    let recounted = recount.map(|recount| match &contents {
        Some(contents) => recount.check(contents, &source),
        None => Err("there is no valid bundle to hold it against".to_owned()),
    });
    let text = match (json, &recounted) {
        (false, recounted) => {
            let mut text = describe(&report);
            if let Some(recounted) = recounted {
                push_recount(&mut text, recounted);
            }
            text
        }
        (true, None) => {
            let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
            escape_json(&format!("{text}\n"))
        }
        (true, Some(recounted)) => {
            let (holds, detail) = match recounted {
                Ok((detail, _)) => (true, detail),
                Err(detail) => (false, detail),
            };
            let value = json!({ "report": report, "receipt": { "holds": holds, "detail": detail } });
            escape_json(&format!("{value:#}\n"))
        }
    };
    Ok(Outcome {
        text,
        valid: report.valid && recounted.as_ref().is_none_or(Result::is_ok),
    })
}

fn push_recount(text: &mut String, recounted: &Recounted) {
    let written = match recounted {
        Ok((detail, None)) => writeln!(text, "RECEIPT HOLDS: {}", escape(detail)),
        Ok((detail, Some(note))) => writeln!(text, "RECEIPT HOLDS: {}\n{note}", escape(detail)),
        Err(detail) => writeln!(text, "RECEIPT DIFFERS: {}", escape(detail)),
    };
    // Writing to a string does not fail.
    debug_assert!(written.is_ok());
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
