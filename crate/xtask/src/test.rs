//! `test`: everything that the documents promise.

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::stage::Stages;
use crate::tree::Tree;
use crate::{check, conformance, contract, fuzz, package, provision, wasm};

/// Seconds that each fuzz target runs here; hours are a command of their own.
const FUZZ: u64 = 15;

/// Runs the stages up to the first that fails; within `check`, every part runs.
///
/// # Errors
/// A stage failed.
pub(crate) fn test(tree: &Tree, quick: bool) -> Result<()> {
    let mut stages = Stages::default();
    let _ = stages.run("check", || check::check(tree))
        && stages.run("Rust tests", || native(tree))
        && stages.run("conformance", || conformance::run(tree))
        && stages.run("packages, twice", || package::reproduce(tree))
        && (quick || stages.run("fuzzing", || fuzz::fuzz(tree, None, FUZZ, 2)))
        && (quick || stages.run("browsers", || browsers(tree)));
    stages.finish("cargo xtask test")
}

/// Every test but those of `tests/e2e`, which need the packages.
fn native(tree: &Tree) -> Result<()> {
    provision::bring_programs(&provision::CHECKERS)?;
    let mut command = process::cargo();
    command
        .current_dir(&tree.root)
        .args(["test", "--workspace", "--exclude", "counterfoil-e2e", "--quiet"]);
    process::run(&mut command, minutes(45)).context("a test of the workspace failed")
}

fn browsers(tree: &Tree) -> Result<()> {
    let packages = package::made(tree)?;
    let mut variables = contract::prepare(tree, &packages, "e2e")?;
    variables.push(("COUNTERFOIL_PORTS".to_owned(), wasm::ports(tree)?));
    let arguments = ["test", "--package", "counterfoil-e2e", "--test", "browsers"];
    process::run(
        &mut contract::command(&tree.root, &variables, &arguments),
        minutes(45),
    )
    .context("an end-to-end test failed: target/e2e holds what it left")
}
