//! `counterfoil`: keeps a log in a directory, searches and exports it, and checks bundles.
//!
//! Exit codes are part of the interface: 0 done, valid, whole or found; 1 not valid, damaged or nothing found; 2 wrong
//! usage, or what cannot be read or written.

mod account;
mod backup;
mod check;
mod detect;
mod export;
mod failure;
mod file;
mod help;
mod identity;
mod init;
mod inspect;
mod log;
mod marks;
mod moment;
mod pending;
mod redact;
mod restore;
mod search;
mod secret;
mod selection;
mod stream;
mod terminal;
mod verify;
mod walk;
mod withdraw;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::verify::Expect;
use counterfoil_core::did::Did;

/// Keep, search and export a private record of what you wrote; check bundles of records that somebody exported,
/// without a network and without trusting whoever handed them over.
#[derive(Parser)]
#[command(name = "counterfoil", version, disable_help_subcommand = true, after_help = help::EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a bundle, or what a collector signed; prints a line for each check, then the verdict
    #[command(after_help = help::CHECKS)]
    Verify {
        /// The bundle, a counterfoil-….zip; or a receipt, an account or a proof of cheating, a JSON file
        #[arg(value_name = "FILE")]
        bundle: PathBuf,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
        /// Accept only a bundle for this audience: a collector's did:key, or "export"
        #[arg(long, value_name = "AUDIENCE", value_parser = parse_audience)]
        audience: Option<String>,
        /// Hold a collector's receipt against the bundle: the same records, codes and sum
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
    },
    /// Show what is in a bundle: who signed it, for whom, and what it holds
    #[command(after_help = help::BUNDLE_CODES)]
    Inspect {
        /// The bundle, a counterfoil-….zip
        bundle: PathBuf,
    },
    /// Make a new log, and give out its 24 words once
    #[command(after_help = help::INIT)]
    Init(init::Arguments),
    /// Take a backup into a log: a new one, or one that has records already
    #[command(after_help = help::RESTORE)]
    Restore(restore::Arguments),
    /// Write everything that a log holds into one encrypted file
    #[command(after_help = help::BACKUP)]
    Backup(backup::Arguments),
    /// Find records by their words, newest first
    #[command(after_help = help::SEARCH)]
    Search(search::Arguments),
    /// Sign records of a log, and write them as a bundle that anybody can check
    #[command(after_help = help::EXPORT)]
    Export(export::Arguments),
    /// Withdraw what was shared with collectors, as files that they take
    #[command(after_help = help::WITHDRAW)]
    Withdraw(withdraw::Arguments),
    /// Check a log against its signatures
    #[command(after_help = help::CHECK)]
    Check(check::Arguments),
    /// Find personal data and secrets in texts
    #[command(after_help = help::DETECT)]
    Detect(detect::Arguments),
    /// Take personal data and secrets out of texts
    #[command(after_help = help::REDACT)]
    Redact(redact::Arguments),
    /// Print the key that opens backups with the stock `age` program: a secret
    #[command(after_help = help::IDENTITY)]
    Identity(secret::WordsArguments),
}

fn parse_audience(text: &str) -> Result<String, String> {
    if text == EXPORT || Did::parse(text).is_ok() {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "an audience is a did:key (did:key:z6Mk…) or \"{EXPORT}\""
        ))
    }
}

/// What a command prints at its end, and whether what it looked at is valid, whole or found.
struct Outcome {
    text: String,
    valid: bool,
}

impl Outcome {
    /// Success.
    fn done(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            valid: true,
        }
    }
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Verify {
            bundle,
            json,
            audience,
            receipt,
        } => verify::run(&bundle, receipt.as_deref(), json, &Expect { audience }),
        Command::Inspect { bundle } => inspect::run(&bundle),
        Command::Init(arguments) => init::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Search(arguments) => search::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Withdraw(arguments) => withdraw::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Detect(arguments) => detect::run(&arguments),
        Command::Redact(arguments) => redact::run(&arguments),
        Command::Identity(words) => identity::run(&words),
    };
    // A reader that closes the pipe early, as `head` does, does not change the exit code.
    let printed = outcome.and_then(|outcome| terminal::print(&outcome.text).map(|_| outcome.valid));
    match printed {
        Ok(valid) => ExitCode::from(u8::from(!valid)),
        Err(message) => {
            terminal::warn(&format!("error: {message}"));
            ExitCode::from(2)
        }
    }
}
