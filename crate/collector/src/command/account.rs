//! `counterfoil-collector account`.

use std::fmt::Write as _;

use counterfoil_core::collector::account::{Chain, Entry, Event, Payout};
use counterfoil_core::collector::amount::Amount;
use counterfoil_core::did::Did;
use counterfoil_core::time;

use crate::command::{DataArguments, Outcome, say};
use crate::failure::Failure;
use crate::store::Store as _;

/// Rows that are read at a time.
const PAGE: u32 = 64;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List what is owed and paid, one account a line
    List {
        #[command(flatten)]
        data: DataArguments,
    },
    /// Show an account, checked entry by entry
    Show {
        #[command(flatten)]
        data: DataArguments,
        /// The person's did:key
        person: Did,
        /// Print the signed entries themselves, one a line
        #[arg(long)]
        statements: bool,
    },
    /// Record a payment that you made; the person sees it as an entry of the account
    Pay {
        #[command(flatten)]
        data: DataArguments,
        /// The person's did:key
        person: Did,
        /// Minor units
        #[arg(long)]
        amount: Amount,
        /// How it was paid, in a lower-case word: sepa, cash
        #[arg(long)]
        rail: String,
        /// By what it is found there
        #[arg(long = "ref", value_name = "TEXT")]
        reference: String,
    },
}

pub(crate) async fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::List { data } => list(&data).await,
        Command::Show {
            data,
            person,
            statements,
        } => show(&data, &person, statements).await,
        Command::Pay {
            data,
            person,
            amount,
            rail,
            reference,
        } => {
            let entry = data
                .existing()
                .await?
                .pay(
                    &person,
                    Payout {
                        amount,
                        rail,
                        reference,
                    },
                )
                .await?;
            Ok(Outcome::Done(format!(
                "entry {}: paid {} {}, {} still owed\n",
                entry.seq,
                amount,
                entry.asset,
                entry.outstanding()
            )))
        }
    }
}

async fn list(data: &DataArguments) -> Result<Outcome, Failure> {
    let collector = data.existing().await?;
    let mut after = 0;
    let mut is_empty = true;
    loop {
        let page = collector.store.balances(after, PAGE).await?;
        for balance in &page {
            let last = Entry::open(&balance.last)?;
            say(&format!(
                "{}  owed {}  paid {}  {}",
                balance.did, last.owed, last.paid, last.asset
            ))?;
            after = balance.id;
            is_empty = false;
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    if is_empty {
        return Ok(Outcome::Nothing("there are no accounts".to_owned()));
    }
    Ok(Outcome::Done(String::new()))
}

async fn show(data: &DataArguments, person: &Did, statements: bool) -> Result<Outcome, Failure> {
    let collector = data.existing().await?;
    let mut chain = Chain::new();
    loop {
        let from = chain.last().map_or(0, |entry| entry.seq + 1);
        let page = collector.store.entries(person, from, PAGE).await?;
        for compact in &page {
            let entry = chain.push(compact)?;
            let line = if statements {
                compact.clone()
            } else {
                describe(entry)
            };
            say(&line)?;
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    let Some(last) = chain.last() else {
        return Ok(Outcome::Nothing(format!("there is no account of {person}")));
    };
    let mut text = String::new();
    if !statements {
        let written = writeln!(
            text,
            "owed {}, paid {} {}: {} outstanding",
            last.owed,
            last.paid,
            last.asset,
            last.outstanding()
        );
        debug_assert!(written.is_ok());
    }
    Ok(Outcome::Done(text))
}

fn describe(entry: &Entry) -> String {
    let when = time::rfc3339(entry.iat).unwrap_or_default();
    let what = match &entry.event {
        Event::Receipt(receipt) => format!(
            "receipt  {} of {} records accepted, {} {}, due {}",
            receipt.accepted,
            receipt.end - receipt.start,
            receipt.amount,
            entry.asset,
            time::rfc3339(receipt.due).unwrap_or_default()
        ),
        Event::Payout(payout) => {
            format!(
                "payout   {} {} by {}, {}",
                payout.amount, entry.asset, payout.rail, payout.reference
            )
        }
        Event::Ack(ack) => {
            let status = ack.status.as_str();
            format!("ack      withdrawal of {} records {status}", ack.records)
        }
    };
    format!("{:>4}  {when}  {what}", entry.seq)
}
