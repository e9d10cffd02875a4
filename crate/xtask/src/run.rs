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

/// The pictures that the README shows, below the folder of pictures, and their names below docs/pictures.
const SHOWN: [(&str, &str); 3] = [
    ("chromium-light/popup-review.png", "popup.png"),
    ("chromium-light/records-activity-1280.png", "archive.png"),
    ("chromium-light/sharing-review-1280.png", "share.png"),
];

/// Takes the pictures that are looked at, into target/screens, and puts those that the README shows into docs/pictures;
/// with a part of a name only those of such a name, which leaves the README's as they are.
///
/// # Errors
/// Something cannot be built or brought, or a page does not come into a state.
pub(crate) fn screens(tree: &Tree, only: Option<&str>) -> Result<()> {
    let packages = package::package(tree)?;
    let variables = contract::prepare(tree, &packages, "screens")?;
    let run = [
        "run",
        "--quiet",
        "--package",
        "counterfoil-e2e",
        "--bin",
        "screens",
        "--",
    ];
    let mut command = contract::command(&tree.root, &variables, &run);
    command.args(only);
    process::run(&mut command, minutes(60))
        .context("a picture is missing: target/screens holds what there is")?;
    if only.is_some() {
        return Ok(());
    }
    let pictures = tree.at("docs/pictures");
    std::fs::create_dir_all(&pictures).with_context(|| format!("cannot make {}", pictures.display()))?;
    for (from, to) in SHOWN {
        std::fs::copy(tree.at("target/screens").join(from), pictures.join(to))
            .with_context(|| format!("cannot copy {from}"))?;
    }
    Ok(())
}
