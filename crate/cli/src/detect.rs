//! `counterfoil detect`.

use std::fmt::Write as _;
use std::path::PathBuf;

use counterfoil_detect::{Finding, detect, detect_all};
use serde::Serialize;

use crate::Outcome;
use crate::stream::{Piece, Stream};
use crate::terminal::{escape, print};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The texts; without it, they come from standard input
    file: Option<PathBuf>,
    /// Read one JSON object a line, with its text in "text", and print one a line with "spans"
    #[arg(long)]
    json: bool,
    /// Report plain facts as well, such as addresses of pages
    #[arg(long)]
    all: bool,
}

/// What was found in one text, as scripts read it.
#[derive(Serialize)]
struct Found {
    spans: Vec<Span>,
}

/// One reading of a range. A range that can be several things is given once for each.
#[derive(Serialize)]
struct Span {
    #[serde(rename = "type")]
    kind: &'static str,
    /// In characters (Unicode code points).
    start: usize,
    /// In characters, behind the last one.
    end: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let mut stream = Stream::open(arguments.file.as_deref(), arguments.json)?;
    while let Some(piece) = stream.next()? {
        let found = if arguments.all {
            detect_all(&piece.text)
        } else {
            detect(&piece.text)
        };
        let text = if arguments.json {
            json(&piece.text, &found)?
        } else {
            lines(&piece, &found)
        };
        if !print(&text)? {
            break;
        }
    }
    Ok(Outcome::done(""))
}

fn json(text: &str, found: &[Finding]) -> Result<String, String> {
    // Findings come in the order of the text, so that each character is counted once; plain ones may lie over others.
    let (mut counted, mut characters) = (0, 0);
    let mut spans = Vec::new();
    for finding in found {
        if finding.start < counted {
            (counted, characters) = (0, 0);
        }
        characters += count(text, counted, finding.start);
        counted = finding.start;
        let end = characters + count(text, finding.start, finding.end);
        spans.extend(finding.kinds().map(|kind| Span {
            kind: kind.as_str(),
            start: characters,
            end,
        }));
    }
    let mut line = serde_json::to_string(&Found { spans }).map_err(|error| error.to_string())?;
    line.push('\n');
    Ok(line)
}

fn count(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).map_or(0, |part| part.chars().count())
}

/// A line for each finding: where, what, why, and the value itself.
fn lines(piece: &Piece, found: &[Finding]) -> String {
    let mut text = String::new();
    // As above: each line and each character is counted once.
    let (mut counted, mut line, mut column) = (0, piece.line, 1);
    for finding in found {
        if finding.start < counted {
            (counted, line, column) = (0, piece.line, 1);
        }
        for character in piece.text.get(counted..finding.start).unwrap_or_default().chars() {
            if character == '\n' {
                (line, column) = (line + 1, 1);
            } else {
                column += 1;
            }
        }
        counted = finding.start;
        let value = piece.text.get(finding.start..finding.end).unwrap_or_default();
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "{line}:{column}  {}  {}  {}",
            finding.kind,
            finding.reason.as_str(),
            escape(value)
        );
    }
    text
}
