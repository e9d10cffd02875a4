//! `histories`: random histories against a model, on every store: in memory, in a directory, in both browsers.

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::tree::Tree;
use crate::{contract, package, wasm};

/// The test of every store.
const TEST: &str = "holds_what_the_model_says_whatever_happens";

/// Where the stores are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Place {
    /// On this machine, without a browser.
    Native,
    /// With the packed extension in both browsers.
    Browsers,
    /// With the packed extension in Chromium.
    Chromium,
    /// With the packed extension in Firefox.
    Firefox,
}

/// Plays so many on each store of one place, or of all, from a seed on.
///
/// # Errors
/// Something cannot be built, or a store lost, altered or doubled something: the message has the seed.
pub(crate) fn play(tree: &Tree, place: Option<Place>, count: u32, seed: u32) -> Result<()> {
    let numbers = [
        ("COUNTERFOIL_HISTORIES", count.to_string()),
        ("COUNTERFOIL_SEED", seed.to_string()),
    ];
    if place.is_none_or(|place| place == Place::Native) {
        for package in ["counterfoil-app", "counterfoil-native"] {
            let mut command = process::cargo();
            command
                .current_dir(&tree.root)
                .args(["test", "--release", "--package", package, "--test", "histories"])
                .args(["--", "--nocapture"])
                .envs(numbers.iter().map(|(name, value)| (name, value)));
            process::run(&mut command, minutes(120)).with_context(|| format!("{package} failed"))?;
        }
    }
    let browser = match place {
        Some(Place::Native) => None,
        Some(Place::Chromium) => Some("chromium::a_profile_"),
        Some(Place::Firefox) => Some("firefox::a_profile_"),
        Some(Place::Browsers) | None => Some("a_profile_"),
    };
    if let Some(browser) = browser {
        let packages = package::package(tree)?;
        let mut variables = contract::prepare(tree, &packages, "histories")?;
        variables.push(("COUNTERFOIL_PORTS".to_owned(), wasm::ports(tree)?));
        let test = format!("{browser}{TEST}");
        let arguments = [
            "test",
            "--package",
            "counterfoil-e2e",
            "--test",
            "browsers",
            "--",
            &test,
        ];
        let mut command = contract::command(&tree.root, &variables, &arguments);
        command.envs(numbers.iter().map(|(name, value)| (name, value)));
        process::run(&mut command, minutes(360)).context("a history failed in a browser")?;
    }
    Ok(())
}
