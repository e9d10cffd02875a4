//! The driver of Firefox, compiled from crates.io into the cache. Debian has no package of it, and the one on npm
//! downloads a binary from elsewhere.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{GECKODRIVER, cache, named};
use crate::process::{self, minutes};

/// Path of the driver.
///
/// # Errors
/// It does not compile.
pub(crate) fn bring() -> Result<PathBuf> {
    if let Some(path) = named("GECKODRIVER") {
        return Ok(path);
    }
    let cache = cache::folder()?;
    let root = cache.join(format!("geckodriver-{GECKODRIVER}"));
    let path = root
        .join("bin")
        .join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX));
    if !path.is_file() {
        println!(
            "compiling geckodriver {GECKODRIVER} once, for minutes, into {}",
            root.display()
        );
        let mut command = process::cargo();
        // Away from the checkout and its target folder: it is a program of its own.
        command.current_dir(&cache).env_remove("CARGO_TARGET_DIR");
        command
            .args([
                "install",
                "--quiet",
                "geckodriver",
                "--locked",
                "--version",
                GECKODRIVER,
                "--root",
            ])
            .arg(&root);
        process::run(&mut command, minutes(45))
            .context("geckodriver was not compiled: install it otherwise and name its path in GECKODRIVER")?;
    }
    Ok(path)
}
