//! `run`: a browser with the extension to try by hand, or the whole way played by itself. `screens`: its pictures.

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::provision::{self, Browser};
use crate::tree::Tree;
use crate::{contract, package};

/// Builds, and starts a browser or the demonstration.
///
/// # Errors
/// Something cannot be built or brought, or a step of the demonstration fails.
pub(crate) fn run(tree: &Tree, browser: Browser, demo: bool) -> Result<()> {
    let packages = package::package(tree)?;
    let demo = demo || !provision::display();
    let variables = contract::prepare(tree, &packages, if demo { "demo" } else { "play" })?;
    if demo {
        println!("\nplaying the whole way in both browsers; the results go to target/demo");
        let arguments = ["run", "--quiet", "--package", "counterfoil-e2e", "--bin", "demo"];
        process::run(
            &mut contract::command(&tree.root, &variables, &arguments),
            minutes(60),
        )
        .context("the demonstration did not reach its end: target/demo holds what it left")
    } else {
        let name = match browser {
            Browser::Chromium => "chromium",
            Browser::Firefox => "firefox",
        };
        let arguments = [
            "run",
            "--quiet",
            "--package",
            "counterfoil-e2e",
            "--bin",
            "play",
            "--",
            "--browser",
            name,
        ];
        // A person decides when it ends.
        process::run(
            &mut contract::command(&tree.root, &variables, &arguments),
            minutes(60 * 24 * 7),
        )
        .with_context(|| format!("{name} with the extension did not start or did not end well"))
    }
}

/// Takes the pictures that are looked at, into target/screens.
///
/// # Errors
/// Something cannot be built or brought, or a page does not come into a state.
pub(crate) fn screens(tree: &Tree) -> Result<()> {
    let packages = package::package(tree)?;
    let variables = contract::prepare(tree, &packages, "screens")?;
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "counterfoil-e2e",
        "--bin",
        "screens",
    ];
    process::run(
        &mut contract::command(&tree.root, &variables, &arguments),
        minutes(60),
    )
    .context("a picture is missing: target/screens holds what there is")
}
