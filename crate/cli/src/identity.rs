//! `counterfoil identity`.

use crate::Outcome;
use crate::secret::WordsArguments;
use crate::terminal::print;

pub(crate) fn run(words: &WordsArguments) -> Result<Outcome, String> {
    let (_, root) = words.read()?;
    let identity = root
        .backup_identity()
        .map_err(|error| format!("{error}. Please report it"))?;
    // Printed from where it is wiped, without a copy.
    print(&identity.to_text())?;
    Ok(Outcome::done("\n"))
}
