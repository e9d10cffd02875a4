//! The command line.

mod account;
mod export;
mod offer;
mod serve;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::collector::Collector;
use crate::directory::Directory;
use crate::failure::Failure;
use crate::sqlite::Database;

/// Ask for records that people choose to share, pay for them by your own published rules, and answer when they are
/// withdrawn.
#[derive(Parser)]
#[command(name = "counterfoil-collector", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve offers, bundles, receipts and withdrawals over HTTP
    #[command(after_help = SERVE)]
    Serve(serve::Arguments),
    /// Make, list and close offers
    #[command(subcommand)]
    Offer(offer::Command),
    /// See what is owed to whom, and record what was paid
    #[command(subcommand)]
    Account(account::Command),
    /// Write the records that may be used for a purpose as JSON lines, described by Croissant
    #[command(after_help = EXPORT)]
    Export(export::Arguments),
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  there is no such offer or account, or nothing to export
  2  wrong usage, or something cannot be read or written";

const SERVE: &str = "The directory is made where there is none: a database, the bundles, and the two keys that are the
collector. Back up the keys; whoever has them is the collector. Plain HTTP is spoken, so that a proxy before it
can speak TLS; leave the address on loopback then. Logs are JSON lines on standard error, without addresses and
without anything that was sent. An interrupt ends the server once what is under way is done.

Example:
  counterfoil-collector serve --data ./shop --name \"Ada's Data Shop\" --contact mailto:ada@shop.example \\
    --public-url https://collect.shop.example --behind-proxy";

const EXPORT: &str = "Only records are written whose owner consented to the purpose and has not withdrawn them. The
directory gets records.jsonl, the records as they were shared with a label of their contributor that is new in
each export, and croissant.json, which describes it (MLCommons Croissant 1.1 with the RAI vocabulary). What was
exported earlier is not reached by a withdrawal: export again, and delete what is older.

Exit codes:
  0  the export was written
  1  there is nothing to export
  2  wrong usage, or something cannot be read or written

Example:
  counterfoil-collector export --data ./shop --purpose train --out ./november";

/// Where a collector is kept.
#[derive(clap::Args)]
struct DataArguments {
    /// The collector's directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The database, if it is not in that directory: sqlite:PATH
    #[arg(long, value_name = "URL", value_parser = parse_database)]
    database: Option<PathBuf>,
}

fn parse_database(text: &str) -> Result<PathBuf, String> {
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(path.into()),
        _ => Err("the databases so far are those of SQLite: sqlite:PATH".to_owned()),
    }
}

impl DataArguments {
    async fn open(&self, directory: &Directory) -> Result<Collector<Database>, Failure> {
        let path = self.database.clone().unwrap_or_else(|| directory.database());
        Collector::new(directory, Database::open(&path).await?)
    }

    /// The collector of a directory that is there.
    async fn existing(&self) -> Result<Collector<Database>, Failure> {
        self.open(&Directory::open_existing(&self.data)?).await
    }
}

/// How a command ends.
enum Outcome {
    /// Done; this is printed.
    Done(String),
    /// There is no such thing; this is said.
    Nothing(String),
}

pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime
        .map_err(|error| Failure::file("the runtime", &error))
        .and_then(|runtime| {
            runtime.block_on(async {
                match arguments.command {
                    Command::Serve(arguments) => serve::run(arguments).await,
                    Command::Offer(command) => offer::run(command).await,
                    Command::Account(command) => account::run(command).await,
                    Command::Export(arguments) => export::run(arguments).await,
                }
            })
        });
    let (text, code) = match outcome {
        Ok(Outcome::Done(text)) => (text, 0),
        Ok(Outcome::Nothing(text)) => {
            warn(&text);
            (String::new(), 1)
        }
        Err(failure) => {
            warn(&format!("error: {failure}"));
            (String::new(), 2)
        }
    };
    // A reader that closes the pipe early, as `head` does, does not change the exit code.
    let printed = std::io::stdout().lock().write_all(text.as_bytes());
    debug_assert!(printed.is_ok() || code == 0);
    ExitCode::from(code)
}

fn warn(text: &str) {
    // There is nowhere else to say that standard error is closed.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Prints a line now.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::file("standard output", &error))
}
