//! `counterfoil-collector export`.

use std::path::PathBuf;

use crate::command::{DataArguments, Outcome};
use crate::export;
use crate::failure::Failure;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: DataArguments,
    /// For what: one of the purposes of your offers
    #[arg(long)]
    purpose: String,
    /// A directory for the files, made where there is none
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let collector = arguments.data.existing().await?;
    let records = export::write(&collector, &arguments.purpose, &arguments.out).await?;
    if records == 0 {
        return Ok(Outcome::Nothing(format!(
            "there are no records for the purpose {}",
            arguments.purpose
        )));
    }
    let unit = if records == 1 { "record" } else { "records" };
    Ok(Outcome::Done(format!(
        "{records} {unit} written to {}\n",
        arguments.out.display()
    )))
}
