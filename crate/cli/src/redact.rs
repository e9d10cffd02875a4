//! `counterfoil redact`.

use std::path::PathBuf;

use counterfoil_detect::{Action, Personal, Policy, detect, redact};
use serde::Serialize;

use crate::Outcome;
use crate::stream::Stream;
use crate::terminal::{escape_json, print};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The texts; without it, they come from standard input
    file: Option<PathBuf>,
    /// Read one JSON object a line, with its text in "text", and print one a line with "text" and "redactions"
    #[arg(long)]
    json: bool,
    /// What becomes of a finding: placeholder, mask, generalise or drop
    #[arg(long, value_name = "ACTION", default_value = "placeholder", value_parser = parse_action)]
    with: Action,
    /// Hide the words of this file as well, an entry a line
    #[arg(long, value_name = "FILE")]
    hide: Option<PathBuf>,
}

/// A text without what was taken out, as scripts read it.
#[derive(Serialize)]
struct Redacted<'a> {
    text: &'a str,
    redactions: Vec<Count>,
}

/// How many of a type were taken out. Not where, and not what.
#[derive(Serialize)]
struct Count {
    #[serde(rename = "type")]
    kind: &'static str,
    count: u64,
}

fn parse_action(text: &str) -> Result<Action, String> {
    Action::parse(text)
        .filter(|action| *action != Action::Keep)
        .ok_or_else(|| "it is placeholder, mask, generalise or drop".to_owned())
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let list = match &arguments.hide {
        Some(path) => {
            let name = path.display();
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("cannot read {name}: {error}"))?;
            Personal::new(text.lines())
        }
        None => Personal::default(),
    };
    let policy = Policy::all(arguments.with);
    let mut stream = Stream::open(arguments.file.as_deref(), arguments.json)?;
    while let Some(piece) = stream.next()? {
        let findings = list.join(&piece.text, detect(&piece.text));
        let redacted = redact(&piece.text, &findings, &policy);
        let text = if arguments.json {
            let counts = redacted.counts.iter();
            let line = Redacted {
                text: &redacted.text,
                redactions: counts
                    .map(|(kind, count)| Count {
                        kind: kind.as_str(),
                        count: *count,
                    })
                    .collect(),
            };
            let mut line = serde_json::to_string(&line).map_err(|error| error.to_string())?;
            line.push('\n');
            escape_json(&line)
        } else {
            redacted.text
        };
        if !print(&text)? {
            break;
        }
    }
    Ok(Outcome::done(""))
}
