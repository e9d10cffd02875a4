//! `counterfoil`: checks bundles, and shows what is in them.
//!
//! Exit codes are part of the interface: 0 valid, 1 not valid, 2 wrong usage or a file that cannot be read.

mod file;
mod inspect;
mod terminal;
mod verify;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::verify::Expect;
use counterfoil_core::did::Did;

/// Check bundles of records that somebody exported with Counterfoil, without a network and without trusting
/// whoever handed them over.
#[derive(Parser)]
#[command(name = "counterfoil", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  the bundle is valid
  1  the bundle is not valid; the check that failed is named
  2  wrong usage, or the file cannot be read";

const CHECKS: &str = "Checks, in this order; the first that fails ends them:
  zip       the file is a whole ZIP of the narrow kind that bundles are, within the limits
  bag       it holds the files of a bundle and no others, each with the digest listed for it
  key       the approval is signed, and approval, checkpoint and consent are of one key
  audience  the bundle is for a collector or for export, and for the one given with --audience
  offer     the collector signed the offer                     (only in a bundle for a collector)
  consent   the signer consented to that offer                 (only in a bundle for a collector)
  notice    the notice is the one that was consented to        (only in a bundle for a collector)
  records   the records are byte for byte those that were approved
  line      every line is a record, and follows the one before it
  range     the records are those of the log that the approval names
  root      the signed checkpoint covers them

Never checked, and said so: whether records were withdrawn since, and what stood in the log before
the first record of the bundle. A valid bundle proves who kept these records and in which order;
not that a site received them, nor that their author is human.

Exit codes:
  0  the bundle is valid
  1  the bundle is not valid; the check that failed is named
  2  wrong usage, or the file cannot be read";

#[derive(Subcommand)]
enum Command {
    /// Check a bundle; prints a line for each check, then the verdict
    #[command(after_help = CHECKS)]
    Verify {
        /// The bundle, a counterfoil-….zip
        bundle: PathBuf,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
        /// Accept only a bundle for this audience: a collector's did:key, or "export"
        #[arg(long, value_name = "AUDIENCE", value_parser = parse_audience)]
        audience: Option<String>,
    },
    /// Show what is in a bundle: who signed it, for whom, and what it holds
    #[command(after_help = EXIT_CODES)]
    Inspect {
        /// The bundle, a counterfoil-….zip
        bundle: PathBuf,
    },
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

/// What a command prints, and whether what it looked at is valid.
struct Outcome {
    text: String,
    valid: bool,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Verify {
            bundle,
            json,
            audience,
        } => verify::run(&bundle, json, &Expect { audience }),
        Command::Inspect { bundle } => inspect::run(&bundle),
    };
    match outcome {
        Ok(outcome) => {
            // A reader that closes the pipe early, as `head` does, does not change the verdict.
            match io::stdout().write_all(outcome.text.as_bytes()) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    complain(&format!("cannot write the result: {error}"))
                }
                _ => ExitCode::from(u8::from(!outcome.valid)),
            }
        }
        Err(message) => complain(&message),
    }
}

fn complain(message: &str) -> ExitCode {
    // Where even standard error is gone, the exit code is all that is left to say it with.
    let _ = writeln!(io::stderr(), "error: {}", terminal::escape(message));
    ExitCode::from(2)
}
