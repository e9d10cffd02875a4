//! `counterfoil withdraw`: what was shared is withdrawn without the extension, as files that collectors take.

use std::fmt::Write as _;
use std::path::PathBuf;

use counterfoil_app::collectors::message::{CollectorReply, CollectorRequest, Statements, Withdrawn};
use counterfoil_app::collectors::view::WithdrawalScope;
use counterfoil_app::error::Code;

use crate::Outcome;
use crate::log::{Log, LogArguments};
use crate::pending::Pending;
use crate::terminal::{counted, escape};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    /// Directory for the withdrawals: a file for each collector
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only from this collector; else from all
    #[arg(long, value_name = "DID")]
    collector: Option<String>,
    /// Ask that it is used no longer, and not that it is deleted
    #[arg(long)]
    stop: bool,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let log = Log::open(&arguments.log)?;
    let CollectorReply::Collectors { view } = log.deal(CollectorRequest::Collectors)? else {
        return Err(log.misunderstood());
    };
    let mut text = String::new();
    for collector in view.collectors {
        let wanted = arguments
            .collector
            .as_ref()
            .is_none_or(|did| *did == collector.did);
        if !wanted || collector.shares.is_empty() {
            continue;
        }
        let withdraw = CollectorRequest::Withdraw {
            collector: collector.id.clone(),
            scope: Withdrawn::All,
            delete: !arguments.stop,
        };
        // What withdraws everything once is written again, and not signed anew.
        let newest = collector.shares.iter().map(|share| share.time).max();
        let is_covered = collector.withdrawals.iter().any(|it| {
            it.scope == WithdrawalScope::All && Some(it.time) >= newest && (it.delete || arguments.stop)
        });
        if !is_covered {
            log.deal(withdraw)?;
        }
        let written = CollectorRequest::Statements {
            collector: collector.id,
            part: Statements::Withdrawals,
        };
        let CollectorReply::File { name, text: file } = log.deal(written)? else {
            return Err(log.misunderstood());
        };
        std::fs::create_dir_all(&arguments.out)
            .map_err(|error| format!("{}: {error}", escape(&arguments.out.display().to_string())))?;
        let path = arguments.out.join(&name);
        let mut pending = Pending::begin(&path, arguments.force)?;
        pending.write(file.as_bytes())?;
        pending.finish()?;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "Wrote {}: {} withdrawn from {} ({})",
            escape(&path.display().to_string()),
            counted(collector.shares.len() as u64, "bundle"),
            escape(&collector.name),
            escape(if collector.address.is_empty() {
                &collector.contact
            } else {
                &collector.address
            }),
        );
    }
    if text.is_empty() {
        return Err(log.describe(&Code::NothingShared.into()));
    }
    Ok(Outcome::done(&text))
}
