//! `counterfoil-collector offer`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_core::canonical;
use counterfoil_core::collector::offer::{Caps, Offer, Precision, Rule};
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::jws;
use counterfoil_core::record::Kind;
use counterfoil_core::time;
use serde::Deserialize;

use crate::command::{DataArguments, Outcome};
use crate::directory::Directory;
use crate::failure::Failure;
use crate::store::{Change as _, MadeOffer, Store as _};
use crate::system;

/// Most bytes of a draft, and of terms.
const MOST: u64 = 256 * 1024;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Sign an offer and publish it
    #[command(after_help = ADD)]
    Add {
        #[command(flatten)]
        data: DataArguments,
        /// The draft, a JSON file
        draft: PathBuf,
        /// The terms, a text file
        #[arg(long, value_name = "FILE")]
        terms: PathBuf,
    },
    /// List the offers, the newest first
    List {
        #[command(flatten)]
        data: DataArguments,
    },
    /// Close an offer: what is approved from now on is refused
    Close {
        #[command(flatten)]
        data: DataArguments,
        /// SHA-256 of the offer
        sha256: String,
    },
}

const ADD: &str = "The draft has the fields of an offer but v, jti, iss, exclusive and terms_sha256. Times are seconds
since 1970. Amounts are minor units, as text. All offers of a collector are in one asset.

Example of a draft:
  {\"title\": \"Prompts to learn from\", \"purposes\": [\"train\"], \"kinds\": [\"prompt\"],
   \"sites\": [], \"languages\": [\"en\"], \"min_items\": 10,
   \"valid_from\": 1795000000, \"valid_until\": 1800000000, \"asset\": \"EUR\",
   \"rules\": [{\"id\": \"prompts\", \"kind\": \"prompt\", \"per\": \"record\", \"n\": 10, \"amount\": \"25\"}],
   \"caps\": {\"min_codepoints\": 10, \"max_codepoints\": 20000, \"per_bundle\": 10000, \"per_person\": 50000},
   \"time_precision\": \"day\", \"retention_days\": 365, \"pay_within_days\": 30,
   \"regions\": [\"DE\"], \"human_review\": false}";

/// What the operator writes of an offer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    asset: String,
    caps: Caps,
    human_review: bool,
    kinds: Vec<Kind>,
    languages: Vec<String>,
    min_items: u64,
    pay_within_days: u64,
    purposes: Vec<String>,
    regions: Vec<String>,
    retention_days: u64,
    rules: Vec<Rule>,
    sites: Vec<String>,
    time_precision: Precision,
    title: String,
    valid_from: u64,
    valid_until: u64,
}

pub(crate) async fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Add { data, draft, terms } => add(&data, &draft, &terms).await,
        Command::List { data } => list(&data).await,
        Command::Close { data, sha256 } => close(&data, &sha256).await,
    }
}

async fn add(data: &DataArguments, draft: &Path, terms: &Path) -> Result<Outcome, Failure> {
    let text = read(draft)?;
    let named = |error: String| Failure::new(format!("{}: {error}", draft.display()));
    let draft: Draft = canonical::from_slice(text.as_bytes()).map_err(|error| named(error.to_string()))?;
    let terms = read(terms)?;
    let collector = data.open(&Directory::open(&data.data)?).await?;
    let offer = Offer {
        asset: draft.asset,
        caps: draft.caps,
        exclusive: false,
        human_review: draft.human_review,
        iss: collector.did().clone(),
        jti: system::uuid()?,
        kinds: draft.kinds,
        languages: draft.languages,
        min_items: draft.min_items,
        pay_within_days: draft.pay_within_days,
        purposes: draft.purposes,
        regions: draft.regions,
        retention_days: draft.retention_days,
        rules: draft.rules,
        sites: draft.sites,
        terms_sha256: sha256_hex(terms.as_bytes()),
        time_precision: draft.time_precision,
        title: draft.title,
        v: 1,
        valid_from: draft.valid_from,
        valid_until: draft.valid_until,
    };
    let compact = offer
        .sign(collector.key())
        .map_err(|error| named(error.to_string()))?;
    let made = MadeOffer {
        sha256: jws::sha256_hex(&compact),
        compact,
        closed_at: None,
    };
    let mut change = collector.store.change().await?;
    if let Some(asset) = change.asset().await?.filter(|asset| *asset != offer.asset) {
        return Err(named(format!(
            "the offers so far are in {asset}, and an account is in one asset"
        )));
    }
    change.add_terms(&offer.terms_sha256, &terms).await?;
    change.add_offer(&made, &offer.asset, system::now()).await?;
    change.commit().await?;
    Ok(Outcome::Done(format!("{}\n", made.sha256)))
}

async fn list(data: &DataArguments) -> Result<Outcome, Failure> {
    let (collector, now) = (data.existing().await?, system::now());
    let mut text = String::new();
    for made in collector.store.offers().await? {
        let offer = Offer::open(&made.compact)?;
        let state = match made.closed_at {
            Some(_) => "closed",
            None if now < offer.valid_from => "to come",
            None if offer.is_open_at(now) => "open",
            None => "over",
        };
        let until = time::rfc3339(offer.valid_until).unwrap_or_default();
        let written = writeln!(
            text,
            "{}  {state:<7}  until {until}  {}",
            made.sha256, offer.title
        );
        debug_assert!(written.is_ok());
    }
    if text.is_empty() {
        return Ok(Outcome::Nothing(
            "there are no offers: `counterfoil-collector offer add` makes one".to_owned(),
        ));
    }
    Ok(Outcome::Done(text))
}

async fn close(data: &DataArguments, sha256: &str) -> Result<Outcome, Failure> {
    let collector = data.existing().await?;
    let mut change = collector.store.change().await?;
    if !change.close_offer(sha256, system::now()).await? {
        return Ok(Outcome::Nothing(format!("there is no open offer {sha256}")));
    }
    change.commit().await?;
    Ok(Outcome::Done(format!("closed {sha256}\n")))
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::file(path.display(), &error);
    if fs::metadata(path).map_err(failed)?.len() > MOST {
        return Err(Failure::new(format!(
            "{}: more than {MOST} bytes",
            path.display()
        )));
    }
    fs::read_to_string(path).map_err(failed)
}
