//! `bench`: what `tests/bench` measures, built as it would be shipped. The figures go to `target/bench`.

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::provision;
use crate::tree::Tree;

/// The document that holds the table of the detectors.
const DETECTORS: &str = "docs/detection.md";

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

/// Runs our detector and the others on the same texts, and writes the table of [`DETECTORS`].
///
/// # Errors
/// The labelled cases are not beside the project, or the others cannot be installed.
pub(crate) fn detectors(tree: &Tree) -> Result<()> {
    let peers = provision::bring_detectors(tree)?;
    let mut command = process::cargo();
    command
        .current_dir(&tree.root)
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "counterfoil-detect",
            "--example",
            "compare",
            "--",
        ])
        .arg(tree.at(DETECTORS))
        .envs(peers);
    process::run(&mut command, minutes(60)).context("the comparison broke off")
}
