//! The npm packages, exactly as the lock file names them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{NODE, cache};
use crate::digest::sha256;
use crate::process::{self, minutes};
use crate::tree::{Tree, read, read_bytes, write};

/// Written after a whole installation: the digest of the lock file that it followed.
const STAMP: &str = "node_modules/.counterfoil-stamp";

/// Installs the packages unless the ones that are there follow the lock file.
///
/// # Errors
/// Node.js is missing or too old, or npm fails.
pub(crate) fn bring(tree: &Tree) -> Result<()> {
    let lock = sha256(&read_bytes(&tree.at("package-lock.json"))?);
    if read(&tree.at(STAMP)).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    node()?;
    println!("installing the npm packages of package-lock.json");
    install(&tree.root)?;
    write(&tree.at(STAMP), lock)
}

/// Installs the packages of a list of its own into the cache, in a folder named after the list's content, and
/// returns that folder.
///
/// # Errors
/// Node.js is missing or too old, or npm fails.
pub(crate) fn bring_apart(list: &Path) -> Result<PathBuf> {
    let lock = read_bytes(&list.join("package-lock.json"))?;
    let digest = sha256(&lock);
    let folder = cache::folder()?
        .join("npm")
        .join(digest.get(..16).unwrap_or(&digest));
    // Written last: a folder without it was interrupted and is made anew.
    let stamp = folder.join(STAMP);
    if !stamp.is_file() {
        node()?;
        println!(
            "installing the npm packages of {} into {}",
            list.display(),
            folder.display()
        );
        write(&folder.join("package-lock.json"), &lock)?;
        write(
            &folder.join("package.json"),
            read_bytes(&list.join("package.json"))?,
        )?;
        install(&folder)?;
        write(&stamp, digest)?;
    }
    Ok(folder)
}

fn install(folder: &Path) -> Result<()> {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command
        .current_dir(folder)
        .args(["ci", "--prefer-offline", "--no-progress", "--loglevel=error"]);
    process::run(&mut command, minutes(15)).context("the npm packages were not installed")
}

/// A program of the npm packages, to be run from the root of the checkout.
pub(crate) fn tool(tree: &Tree, name: &str) -> Command {
    let suffix = if cfg!(windows) { ".cmd" } else { "" };
    let mut command = Command::new(tree.at(format!("node_modules/.bin/{name}{suffix}")));
    command.current_dir(&tree.root).env("NO_UPDATE_NOTIFIER", "1");
    command
}

fn node() -> Result<()> {
    let wanted = format!("install Node.js {NODE} or newer with npm, then repeat the command");
    let version =
        process::output(Command::new("node").arg("--version"), minutes(1)).context(wanted.clone())?;
    if major(&version).is_none_or(|major| major < NODE) {
        bail!("Node.js {} is too old: {wanted}", version.trim());
    }
    Ok(())
}

/// The first number of a version such as `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_first_number_counts() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
