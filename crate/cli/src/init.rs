//! `counterfoil init`.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use counterfoil_app::message::{Reply, Request};
use counterfoil_app::view::{SettingsView, WordsState};
use zeroize::Zeroizing;

use crate::Outcome;
use crate::log::Log;
use crate::pending::Pending;
use crate::terminal::{escape, print};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Directory of the log: a new one, or an empty one
    #[arg(long = "log", value_name = "DIR")]
    directory: PathBuf,
    /// Write the 24 words to this new file, for its owner only, instead of to the terminal
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    // Before the log is made, there must be somewhere for its words to go.
    let file = match &arguments.words_file {
        Some(path) => Some((path, Pending::begin(path, false)?)),
        None if io::stdout().is_terminal() => None,
        None => {
            return Err(
                "the 24 words must not be lost, and standard output is no terminal; nothing was made: give \
                 --words-file FILE, or run this in a terminal"
                    .to_owned(),
            );
        }
    };
    let (log, view) = make(&arguments.directory)?;
    let Reply::Words { words } = log.ask(Request::Words)? else {
        return Err(log.misunderstood());
    };
    let mut text = String::new();
    let did = view.logs.last().map_or("", |log| log.did.as_str());
    let directory = log.directory().display().to_string();
    let written = writeln!(text, "A new log in {}, signed by {did}", escape(&directory));
    debug_assert!(written.is_ok());
    let seen = match file {
        Some((path, mut file)) => {
            let line = Zeroizing::new(format!("{}\n", words.expose()));
            file.write(line.as_bytes())
                .and_then(|()| file.finish())
                .map_err(|error| format!("{error}; then repeat: the log goes on from here"))?;
            let path = path.display().to_string();
            let written = writeln!(
                text,
                "Its 24 words are in {}, for you only. Write them on paper, in their order, and delete the file.",
                escape(&path)
            );
            debug_assert!(written.is_ok());
            print(&text)?;
            true
        }
        None => print(&sheet(&text, words.expose()))?,
    };
    if !seen {
        return Err("nobody read what was printed; repeat: the log goes on from here".to_owned());
    }
    log.ask(Request::ConfirmWords { words })?;
    Ok(Outcome::done(
        "With them, and with nothing else, a backup of the log can be opened. They are not shown again.\n",
    ))
}

/// Makes the log, or goes on with one whose making was cut short before its words were out.
fn make(directory: &Path) -> Result<(Log, SettingsView), String> {
    let log = match Log::create(directory) {
        Ok(log) => log,
        Err(error) => Log::unfinished(directory).ok_or(error)?,
    };
    log.ask(Request::Consent { given: true })?;
    let view = log.settings()?;
    Ok((log, view))
}

impl Log {
    /// The log in a directory if it is empty and its words were never out.
    fn unfinished(directory: &Path) -> Option<Self> {
        let log = Self::reopen(directory).ok()?;
        let Reply::Settings { view } = log.ask(Request::Settings).ok()? else {
            return None;
        };
        let empty = view.logs.iter().all(|log| log.lines == 0);
        (empty && view.words != WordsState::Confirmed).then_some(log)
    }
}

/// The words in four columns, each with its number.
fn sheet(title: &str, words: &str) -> Zeroizing<String> {
    const ROWS: usize = 6;
    let words: Vec<&str> = words.split(' ').collect();
    let mut text = Zeroizing::new(String::with_capacity(1024));
    text.push_str(title);
    text.push_str("Its keys are these 24 words. Write them on paper, in this order:\n\n");
    for row in 0..ROWS {
        for (index, word) in words.iter().enumerate().skip(row).step_by(ROWS) {
            let written = write!(text, "  {:>2} {word:<10}", index + 1);
            debug_assert!(written.is_ok());
        }
        let length = text.trim_end().len();
        text.truncate(length);
        text.push('\n');
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_their_order_down_the_columns() {
        let words: Vec<String> = (1..=24).map(|number| format!("word{number}")).collect();
        let text = sheet("", &words.join(" "));
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            rows[0],
            "   1 word1        7 word7       13 word13      19 word19"
        );
        assert_eq!(
            rows[5],
            "   6 word6       12 word12      18 word18      24 word24"
        );
    }
}
