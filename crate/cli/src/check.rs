//! `counterfoil check`.

use std::fmt::Write as _;

use counterfoil_app::message::{Reply, Request};
use counterfoil_app::view::Damage;

use crate::Outcome;
use crate::log::{Log, LogArguments};
use crate::terminal::{counted, escape};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    /// Give up what is damaged beyond reading, so that the rest goes on; needs --yes
    #[arg(long)]
    repair: bool,
    /// Do so: nothing but a backup brings it back
    #[arg(long, requires = "repair")]
    yes: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let log = Log::open(&arguments.log)?;
    let (lines, damaged) = checked(&log, Request::Check)?;
    // Damaged keys keep the logs from being named; they are in the list of what is damaged then.
    let logs = match log.settings() {
        Ok(view) => view.logs,
        Err(_) if !damaged.is_empty() => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    for (at, log) in logs.iter().enumerate() {
        let closed = if log.read_only { ", read-only" } else { "" };
        line(
            &mut text,
            &format!("log {}", at + 1),
            &format!("{}{closed}, signed by {}", counted(log.lines, "line"), log.did),
        );
    }
    if damaged.is_empty() {
        text.push_str(&whole(lines));
        return Ok(Outcome { text, valid: true });
    }
    list(&mut text, &damaged);
    if !arguments.repair {
        text.push_str(
            "DAMAGED: restore a backup into it, which mends what it can; `counterfoil check --repair` shows what \
             would be given up\n",
        );
        return Ok(Outcome { text, valid: false });
    }
    let lost = damaged.iter().map(|damage| u64::from(damage.records)).sum();
    if !arguments.yes {
        let written = writeln!(
            text,
            "DAMAGED: a repair gives up {}, until a backup brings them back. Nothing was changed; repeat with --yes \
             to do it",
            counted(lost, "record")
        );
        debug_assert!(written.is_ok());
        return Ok(Outcome { text, valid: false });
    }
    let (lines, damaged) = checked(&log, Request::Repair)?;
    let written = writeln!(text, "Given up: {}", counted(lost, "record"));
    debug_assert!(written.is_ok());
    if damaged.is_empty() {
        text.push_str(&whole(lines));
        return Ok(Outcome { text, valid: true });
    }
    list(&mut text, &damaged);
    text.push_str("DAMAGED still: restore a backup into a new directory\n");
    Ok(Outcome { text, valid: false })
}

fn checked(log: &Log, request: Request) -> Result<(u64, Vec<Damage>), String> {
    match log.ask(request)? {
        Reply::Checked { lines, damaged } => Ok((lines, damaged)),
        _ => Err(log.misunderstood()),
    }
}

fn whole(lines: u64) -> String {
    format!(
        "WHOLE: {}, each as it was signed\n",
        counted(lines, "line of the logs")
    )
}

fn list(text: &mut String, damaged: &[Damage]) {
    for damage in damaged {
        let lost = match damage.records {
            0 => String::new(),
            records => format!(", {} unreadable", counted(records.into(), "record")),
        };
        line(text, "damaged", &format!("{}{lost}", damage.name));
    }
}

fn line(text: &mut String, label: &str, value: &str) {
    let written = writeln!(text, "{label:<8} {}", escape(value));
    // Writing to a string does not fail.
    debug_assert!(written.is_ok());
}
