//! The folder for what is downloaded or compiled once for a machine, not once for a checkout.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// `$COUNTERFOIL_CACHE`, else `$XDG_CACHE_HOME/counterfoil`, else `~/.cache/counterfoil`.
///
/// # Errors
/// None of the three can be told, or the folder cannot be made.
pub(crate) fn folder() -> Result<PathBuf> {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = set("COUNTERFOIL_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("counterfoil")))
        .or_else(|| env::home_dir().map(|home| home.join(".cache/counterfoil")))
        .context("no folder for downloads is known: set COUNTERFOIL_CACHE to one")?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    folder
        .canonicalize()
        .with_context(|| format!("cannot read {}", folder.display()))
}
