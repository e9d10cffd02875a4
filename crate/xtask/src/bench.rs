//! `bench`: what `tests/bench` measures natively and `tests/e2e` in the browsers, built as it would be shipped. The
//! figures go to `target/bench`.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::tree::Tree;
use crate::{contract, package, provision, wasm};

/// Where a figure is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Place {
    /// On this machine, without a browser.
    Native,
    /// With the packed extension in both browsers.
    Browsers,
}

/// Measures each figure so many times, in one place or in all.
///
/// # Errors
/// A program cannot be built, or what it measures does not work. No figure is an error.
pub(crate) fn bench(tree: &Tree, place: Option<Place>, runs: usize) -> Result<()> {
    if place.is_none_or(|place| place == Place::Native) {
        provision::bring_programs(&provision::MEASURES)?;
        let mut command = program(tree);
        command.arg(tree.at("target/bench")).arg(runs.to_string());
        process::run(&mut command, minutes(60)).context("the native measurement broke off")?;
    }
    if place.is_none_or(|place| place == Place::Browsers) {
        browsers(tree, runs)?;
    }
    Ok(())
}

/// The program of `tests/bench`.
fn program(tree: &Tree) -> Command {
    let mut command = process::cargo();
    command.current_dir(&tree.root).args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "counterfoil-bench",
        "--",
    ]);
    command
}

fn browsers(tree: &Tree, runs: usize) -> Result<()> {
    let samples = tree.at("target/bench/samples");
    process::run(program(tree).arg("samples").arg(&samples), minutes(30)).context("no samples were made")?;
    let packages = package::package(tree)?;
    let mut variables = contract::prepare(tree, &packages, "bench/browsers")?;
    variables.push(("COUNTERFOIL_PORTS".to_owned(), wasm::ports(tree)?));
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "counterfoil-e2e",
        "--bin",
        "measure",
        "--",
    ];
    let mut command = contract::command(&tree.root, &variables, &arguments);
    command.arg(&samples).arg(runs.to_string());
    process::run(&mut command, minutes(60)).context("the measurement in the browsers broke off")
}
