//! Words and passphrases: from a file, from a terminal without an echo, or from standard input. Wiped when dropped.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use counterfoil_app::message::Secret;
use counterfoil_core::keys::Root;
use zeroize::Zeroizing;

/// Longest secret that is read, in bytes.
const LONGEST: usize = 4096;

/// Where the 24 words come from.
#[derive(clap::Args)]
pub(crate) struct WordsArguments {
    /// File with the 24 words; without it, the terminal asks, or standard input has them
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
}

impl WordsArguments {
    /// The words, and the root that they are; the error says which word is wrong.
    pub(crate) fn read(&self) -> Result<(Secret, Root), String> {
        let words = match &self.words_file {
            Some(path) => from_file(path)?,
            None if io::stdin().is_terminal() => prompt("The 24 words: ")?,
            None => read(io::stdin().lock()).map_err(|error| {
                format!("cannot read the 24 words from standard input: {error}. Give --words-file FILE")
            })?,
        };
        let root =
            Root::from_words(&words).map_err(|error| format!("{error}. Compare them with your paper"))?;
        Ok((Secret::from((*words).clone()), root))
    }
}

/// The passphrase; `None` if there is neither a file nor a terminal to ask.
pub(crate) fn passphrase(file: Option<&Path>) -> Result<Option<Secret>, String> {
    let passphrase = match file {
        Some(path) => from_file(path)?,
        None if io::stdin().is_terminal() => prompt("Passphrase of the log: ")?,
        None => return Ok(None),
    };
    // A file that an editor wrote ends with a newline, which belongs to no passphrase.
    let line = passphrase.strip_suffix('\n').unwrap_or(&passphrase);
    let line = line.strip_suffix('\r').unwrap_or(line);
    Ok(Some(Secret::from(line.to_owned())))
}

fn prompt(question: &str) -> Result<Zeroizing<String>, String> {
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|error| format!("cannot ask on the terminal: {error}. Give it in a file; see --help"))
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, String> {
    File::open(path).and_then(read).map_err(|error| {
        format!(
            "cannot read {}: {error}. Give a text file that holds nothing else",
            path.display()
        )
    })
}

fn read(source: impl Read) -> io::Result<Zeroizing<String>> {
    // Its room is made at once, so that no copy stays behind where it grew.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST + 1));
    source.take(LONGEST as u64 + 1).read_to_string(&mut text)?;
    if text.len() > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it is longer than {LONGEST} bytes"),
        ));
    }
    Ok(text)
}
