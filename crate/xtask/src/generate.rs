//! Files that are written by a program of ours and kept in the repository.

use anyhow::{Context, Result, bail};

use crate::process::{self, minutes};
use crate::tree::{Tree, read, write};

/// Where the TypeScript types of the messages are.
pub(crate) const MESSAGES: &str = "extension/platform/messages.ts";

/// Writes the generated files.
///
/// # Errors
/// The generator does not compile, or the file cannot be written.
pub(crate) fn generate(tree: &Tree) -> Result<()> {
    write(&tree.at(MESSAGES), messages(tree)?)?;
    println!("{MESSAGES}: written");
    Ok(())
}

/// Checks that the generated files are what would be written.
///
/// # Errors
/// One is not; the error says how to mend it.
pub(crate) fn in_step(tree: &Tree) -> Result<()> {
    if read(&tree.at(MESSAGES))? != messages(tree)? {
        bail!("{MESSAGES} is not what crate/app gives: run `cargo xtask generate` and commit the result");
    }
    Ok(())
}

fn messages(tree: &Tree) -> Result<String> {
    let mut command = process::cargo();
    command.current_dir(&tree.root).args([
        "run",
        "--quiet",
        "--package",
        "counterfoil-app",
        "--features",
        "typescript",
        "--example",
        "types",
    ]);
    process::output(&mut command, minutes(15)).context("the types of the messages were not generated")
}
