//! `check`: what can be told without running the product.

mod catalogue;
mod direction;
mod machine;
mod plurals;
mod rooms_rust;
mod rooms_typescript;
mod script;
mod suggested;
mod untranslated;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, minutes};
use crate::provision::npm;
use crate::provision::wasm_target::WasmTarget;
use crate::stage::Stages;
use crate::tree::{self, Tree};
use crate::{generate, wasm};

/// Runs every part, the cheap ones first, and fails at the end with the names of those that failed.
///
/// # Errors
/// A part found something; each says what and how to mend it.
pub(crate) fn check(tree: &Tree) -> Result<()> {
    let mut stages = Stages::default();
    stages.run("formatting, Rust", || format(tree));
    stages.run("import rule, Rust", || rooms_rust::hold(tree));
    stages.run("import rule, TypeScript", || rooms_typescript::hold(tree));
    stages.run("texts", || catalogue::hold(tree));
    stages.run("words outside the texts", || untranslated::hold(tree));
    stages.run("both directions of writing", || direction::hold(tree));
    stages.run("suggested sites", || suggested::hold(tree));
    stages.run("no machine's paths", || machine::hold(tree));
    stages.run("format and lint, TypeScript", || biome(tree));
    stages.run("lints, Rust", || clippy(tree));
    stages.run("generated files", || generate::in_step(tree));
    stages.run("lints, WebAssembly", || clippy_wasm(tree));
    stages.run("types, TypeScript", || types(tree));
    stages.finish("cargo xtask check")
}

fn format(tree: &Tree) -> Result<()> {
    let mut command = process::cargo();
    command.current_dir(&tree.root).args(["fmt", "--all", "--check"]);
    process::run(&mut command, minutes(5))
        .context("run `cargo fmt --all` (if cargo has no fmt: `rustup component add rustfmt`)")
}

fn clippy(tree: &Tree) -> Result<()> {
    let mut command = process::cargo();
    command.current_dir(&tree.root);
    command.args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]);
    process::run(&mut command, minutes(30))
        .context("mend what clippy says (if cargo has no clippy: `rustup component add clippy`)")
}

/// The crate for the browser once more, as the browser's compiler sees it, in the forms of all modules.
fn clippy_wasm(tree: &Tree) -> Result<()> {
    let target = WasmTarget::bring()?;
    for features in [
        &[][..],
        &["--no-default-features", "--features", "search"],
        &["--no-default-features", "--features", "collectors,channel"],
    ] {
        let mut command = target.clippy()?;
        command.arg("--quiet");
        wasm::prepare(&mut command, tree, &target)?;
        command.args(features).args(["--", "--deny", "warnings"]);
        process::run(&mut command, minutes(30)).context("mend what clippy says of crate/wasm")?;
    }
    Ok(())
}

fn biome(tree: &Tree) -> Result<()> {
    npm::bring(tree)?;
    let mut command = npm::tool(tree, "biome");
    command.args(["check", "--error-on-warnings"]);
    process::run(&mut command, minutes(5))
        .context("mend what Biome says; `npx biome check --write` mends the formatting")
}

/// The types need those of the module, which wasm-bindgen writes.
fn types(tree: &Tree) -> Result<()> {
    npm::bring(tree)?;
    wasm::build(tree)?;
    process::run(
        npm::tool(tree, "tsc").args(["--noEmit", "--project", "tsconfig.json"]),
        minutes(5),
    )
    .context("mend what the TypeScript compiler says")
}

/// Every file that is or will be committed, relative to the root, sorted.
///
/// # Errors
/// The files cannot be listed.
pub(crate) fn sources(tree: &Tree) -> Result<Vec<String>> {
    let mut names = if tree.at(".git").exists() {
        tracked(tree)?
    } else {
        unpacked(tree)?
    };
    // A file that was removed but is still in git's index is no source.
    names.retain(|name| tree.at(name).is_file());
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        bail!("no sources are found in {}", tree.root.display());
    }
    Ok(names)
}

fn tracked(tree: &Tree) -> Result<Vec<String>> {
    let mut command = Command::new("git");
    command
        .current_dir(&tree.root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = process::output(&mut command, minutes(1)).context("git could not list the sources")?;
    Ok(list
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

/// The sources where there is no git, as in an archive of them.
fn unpacked(tree: &Tree) -> Result<Vec<String>> {
    let kept = |entry: &walkdir::DirEntry| {
        entry.depth() != 1
            || !["target", "node_modules"]
                .iter()
                .any(|left| entry.file_name() == *left)
    };
    let mut names = Vec::new();
    for entry in walkdir::WalkDir::new(&tree.root).into_iter().filter_entry(kept) {
        let entry = entry?;
        if entry.file_type().is_file() {
            names.push(tree::slashes(entry.path().strip_prefix(&tree.root)?)?);
        }
    }
    Ok(names)
}

/// Fails with every finding on a line of its own.
///
/// # Errors
/// There is a finding.
fn refuse(what: &str, findings: &[String]) -> Result<()> {
    if !findings.is_empty() {
        bail!("{what}:\n  {}", findings.join("\n  "));
    }
    Ok(())
}
