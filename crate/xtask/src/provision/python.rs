//! Python environments of the tests: one for each list of pinned requirements, in the cache, named after the
//! list's content, so that a changed list makes a new one.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Variables, cache};
use crate::digest::sha256;
use crate::process::{self, minutes};
use crate::tree::{read_bytes, write};

/// Whether there is a Python that can make environments.
pub(crate) fn usable() -> bool {
    process::succeeds(
        Command::new("python3").args(["-c", "import ensurepip, venv"]),
        minutes(1),
    )
}

/// An environment for each `*.txt` of a folder, as `COUNTERFOIL_VENV_<NAME>` and the path of its Python.
///
/// # Errors
/// The folder cannot be read, or a package cannot be installed.
pub(crate) fn bring(lists: &Path) -> Result<Variables> {
    let version = process::output(Command::new("python3").arg("--version"), minutes(1))?;
    let entries = std::fs::read_dir(lists).with_context(|| format!("cannot read {}", lists.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "txt"));
    paths.sort_unstable();
    let cache = cache::folder()?.join("venv");
    let mut variables = Variables::new();
    for list in paths {
        let name = list
            .file_stem()
            .and_then(|stem| stem.to_str())
            .context("a list's name is not UTF-8")?;
        let mut content = read_bytes(&list)?;
        content.extend(version.bytes());
        let digest = sha256(&content);
        let short = digest.get(..16).unwrap_or(&digest);
        let python = environment(&cache.join(format!("{name}-{short}")), &list)?;
        variables.push((format!("COUNTERFOIL_VENV_{}", name.to_ascii_uppercase()), python));
    }
    Ok(variables)
}

/// Makes an environment unless it is whole, and returns its Python.
fn environment(folder: &Path, list: &Path) -> Result<PathBuf> {
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    // Written last: an environment without it was interrupted and is made anew.
    let whole = folder.join("whole");
    if !whole.is_file() {
        println!("installing {} into {}", list.display(), folder.display());
        process::run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(folder),
            minutes(5),
        )?;
        let mut install = Command::new(&python);
        // The list is complete: a package that it does not name is not installed.
        install
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(list);
        process::run(&mut install, minutes(30)).context("the Python packages were not installed")?;
        write(&whole, "")?;
    }
    Ok(python)
}
