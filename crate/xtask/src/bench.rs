//! `bench`: what `tests/bench` measures natively and `tests/e2e` in the browsers, built as it would be shipped. The
//! figures go to `target/bench`. The detector is measured beside others; its table goes to the document that shows it.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::tree::Tree;
use crate::{contract, package, provision, wasm};

/// Where a figure is measured, or what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Place {
    /// On this machine, without a browser.
    Native,
    /// The collector, with people who hand over bundles to it.
    Collector,
    /// With the packed extension in both browsers.
    Browsers,
    /// The search alone, natively and in both browsers.
    Search,
    /// What the content script costs its pages, in both browsers.
    Pages,
    /// The popup and the full tab of the packed extension on profiles of growing size, in both browsers.
    Archive,
    /// The detector, beside others on the same texts; writes the table of docs/detection.md.
    Detect,
}

/// The document that holds the table of the detectors.
const DETECTORS: &str = "docs/detection.md";

/// What is measured where no place is named: the others are parts of these, or take their time.
const ALL: [Place; 3] = [Place::Native, Place::Collector, Place::Browsers];

/// Measures each figure so many times, in one place or in all of [`ALL`]; the archive with so many records.
///
/// # Errors
/// A program cannot be built, or what it measures does not work. No figure is an error.
pub(crate) fn bench(tree: &Tree, place: Option<Place>, runs: usize, counts: &[u32]) -> Result<()> {
    let places = if place.is_some() { place.as_slice() } else { &ALL };
    for place in places {
        match place {
            Place::Native => {
                provision::bring_programs(&provision::MEASURES)?;
                let mut command = program(tree);
                command.arg(tree.at("target/bench")).arg(runs.to_string());
                natively(&mut command)?;
            }
            Place::Collector => {
                let collector = contract::released(tree, "counterfoil-collector", "counterfoil-collector")?;
                let mut command = program(tree);
                command
                    .arg("collector")
                    .arg(tree.at("target/bench"))
                    .arg(runs.to_string())
                    .env("COUNTERFOIL_COLLECTOR_BIN", collector);
                natively(&mut command)?;
            }
            Place::Browsers => {
                let samples = tree.at("target/bench/samples");
                process::run(program(tree).arg("samples").arg(&samples), minutes(30))
                    .context("no samples were made")?;
                measure(tree, |command| {
                    command.arg(&samples).arg(runs.to_string());
                })?;
            }
            Place::Search => {
                measure(tree, |command| {
                    command.arg("search");
                })?;
                natively(program(tree).arg("search"))?;
            }
            Place::Pages => measure(tree, |command| {
                command.arg("pages");
            })?,
            Place::Archive => measure(tree, |command| {
                command.arg("archive").args(counts.iter().map(u32::to_string));
            })?,
            Place::Detect => detectors(tree)?,
        }
    }
    Ok(())
}

fn natively(command: &mut Command) -> Result<()> {
    process::run(command, minutes(60)).context("the native measurement broke off")
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

/// Packs the extension and runs the program that measures it in the browsers, with these arguments.
fn measure(tree: &Tree, arguments: impl FnOnce(&mut Command)) -> Result<()> {
    let packages = package::package(tree)?;
    let mut variables = contract::prepare(tree, &packages, "bench/browsers")?;
    variables.push(("COUNTERFOIL_PORTS".to_owned(), wasm::ports(tree)?));
    let run = [
        "run",
        "--quiet",
        "--package",
        "counterfoil-e2e",
        "--bin",
        "measure",
        "--",
    ];
    let mut command = contract::command(&tree.root, &variables, &run);
    arguments(&mut command);
    process::run(&mut command, minutes(120)).context("the measurement in the browsers broke off")
}

/// Runs our detector and the others on the same texts, and writes the table of [`DETECTORS`].
///
/// # Errors
/// The labelled cases are not beside the project, or the others cannot be installed.
fn detectors(tree: &Tree) -> Result<()> {
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
