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
        && stages.run("packages without the channel", || package::file_only(tree))
        && (quick || stages.run("fuzzing", || fuzz::fuzz(tree, None, fuzz::From::Seeds, FUZZ, 2)))
        && (quick || stages.run("browsers", || browsers(tree, None)));
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

/// Makes the packages anew and runs the browser tests whose name holds this.
///
/// # Errors
/// The packages cannot be made, or a test failed.
pub(crate) fn only(tree: &Tree, name: &str) -> Result<()> {
    package::package(tree)?;
    browsers(tree, Some(name))
}

fn browsers(tree: &Tree, name: Option<&str>) -> Result<()> {
    provision::bring_programs(&provision::CHECKERS)?;
    let packages = package::made(tree)?;
    let mut variables = contract::prepare(tree, &packages, "e2e")?;
    variables.push(("COUNTERFOIL_PORTS".to_owned(), wasm::ports(tree)?));
    let mut arguments = vec!["test", "--package", "counterfoil-e2e", "--test", "browsers"];
    if let Some(name) = name {
        arguments.extend(["--", name]);
    }
    process::run(
        &mut contract::command(&tree.root, &variables, &arguments),
        minutes(45),
    )
    .context("an end-to-end test failed: target/e2e holds what it left")
}
