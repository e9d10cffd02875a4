//! What the programs of `tests/e2e` are given: the packages, our command line, browsers, drivers and Pythons, each
//! by an environment variable.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::editors;
use crate::package::Packages;
use crate::process::{self, minutes};
use crate::provision::{self, Variables, npm};
use crate::tree::{self, Tree};

/// Brings everything that is driven and returns the variables. `out` is a folder below `target` for what the run
/// leaves behind; it is emptied.
///
/// # Errors
/// Something cannot be brought or built.
pub(crate) fn prepare(tree: &Tree, packages: &Packages, out: &str) -> Result<Variables> {
    let mut variables = provision::bring_driven(tree)?;
    let out = tree.at("target").join(out);
    tree::empty(&out)?;
    variables.push(("COUNTERFOIL_CHROME_ZIP".to_owned(), packages.chrome.clone()));
    variables.push(("COUNTERFOIL_FIREFOX_ZIP".to_owned(), packages.firefox.clone()));
    variables.push(("COUNTERFOIL_BIN".to_owned(), command_line(tree)?));
    let collector = program(tree, "counterfoil-collector", "counterfoil-collector")?;
    variables.push(("COUNTERFOIL_COLLECTOR_BIN".to_owned(), collector));
    variables.push(("COUNTERFOIL_EDITORS".to_owned(), editors::build(tree)?));
    npm::bring(tree)?;
    let axe = tree.at("node_modules/axe-core/axe.min.js");
    variables.push(("COUNTERFOIL_AXE".to_owned(), axe));
    variables.push(("COUNTERFOIL_OUT".to_owned(), out));
    Ok(variables)
}

/// Builds `counterfoil` and returns its path, as cargo tells it.
///
/// # Errors
/// It cannot be built.
pub(crate) fn command_line(tree: &Tree) -> Result<PathBuf> {
    program(tree, "counterfoil-cli", "counterfoil")
}

/// Builds a program as it would be shipped and returns its path, as cargo tells it.
///
/// # Errors
/// It cannot be built.
pub(crate) fn released(tree: &Tree, package: &str, name: &str) -> Result<PathBuf> {
    build(tree, package, name, &["--release"])
}

fn program(tree: &Tree, package: &str, name: &str) -> Result<PathBuf> {
    build(tree, package, name, &[])
}

fn build(tree: &Tree, package: &str, name: &str, options: &[&str]) -> Result<PathBuf> {
    let mut command = process::cargo();
    command.current_dir(&tree.root);
    command
        .args(["build", "--package", package, "--bin", name])
        .args(options);
    command.arg("--message-format=json-render-diagnostics");
    let messages =
        process::output(&mut command, minutes(30)).with_context(|| format!("{name} was not built"))?;
    executable(&messages, name).with_context(|| {
        format!("cargo named no program {name} in {package}: give it a [[bin]] of that name")
    })
}

fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| {
            let wanted = message["reason"] == "compiler-artifact" && message["target"]["name"] == name;
            message["executable"]
                .as_str()
                .filter(|_| wanted)
                .map(PathBuf::from)
        })
}

/// A cargo command on the crate of the end-to-end tests, with the variables set.
pub(crate) fn command(root: &Path, variables: &Variables, arguments: &[&str]) -> Command {
    let mut command = process::cargo();
    command.current_dir(root).args(arguments);
    command.envs(variables.iter().map(|(name, path)| (name, path)));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_of_that_name() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"build-script"},"executable":"/t/build"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"counterfoil"},"executable":"/t/counterfoil"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            executable(messages, "counterfoil"),
            Some(PathBuf::from("/t/counterfoil"))
        );
        assert_eq!(executable("not json", "counterfoil"), None);
    }
}
