//! Files that are written by a program of ours and kept in the repository.

use anyhow::{Context, Result, bail};

use crate::process::{self, minutes};
use crate::store;
use crate::tree::{Tree, read, write};

/// Where the TypeScript types of the messages are.
pub(crate) const MESSAGES: &str = "extension/platform/messages.ts";

/// Writes the generated files.
///
/// # Errors
/// The generator does not compile, or the file cannot be written.
pub(crate) fn generate(tree: &Tree) -> Result<()> {
    for (path, text) in files(tree)? {
        write(&tree.at(path), text)?;
        println!("{path}: written");
    }
    Ok(())
}

/// Checks that the generated files are what would be written.
///
/// # Errors
/// One is not; the error says how to mend it.
pub(crate) fn in_step(tree: &Tree) -> Result<()> {
    for (path, text) in files(tree)? {
        if read(&tree.at(path))? != text {
            bail!("{path} is not what its sources give: run `cargo xtask generate` and commit the result");
        }
    }
    Ok(())
}

fn files(tree: &Tree) -> Result<Vec<(&'static str, String)>> {
    let mut files = vec![(MESSAGES, messages(tree)?)];
    files.extend(store::texts(tree)?);
    Ok(files)
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
