//! `bench`: what `tests/bench` measures, built as it would be shipped. The figures go to `target/bench`.

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::tree::Tree;

/// Measures each figure so many times.
///
/// # Errors
/// The program cannot be built, or what it measures does not work. No figure is an error.
pub(crate) fn bench(tree: &Tree, runs: usize) -> Result<()> {
    let mut command = process::cargo();
    command
        .current_dir(&tree.root)
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "counterfoil-bench",
            "--",
        ])
        .arg(tree.at("target/bench"))
        .arg(runs.to_string());
    process::run(&mut command, minutes(60)).context("the measurement broke off")
}
