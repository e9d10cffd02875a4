//! The pages of `tests/editors`, with the editors from the registry bundled into them.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{self, minutes};
use crate::provision::npm;
use crate::tree::{self, Tree};

/// Builds the pages and returns their folder.
///
/// # Errors
/// The packages cannot be brought, or a page cannot be built.
pub(crate) fn build(tree: &Tree) -> Result<PathBuf> {
    npm::bring(tree)?;
    let pages = tree.at("tests/editors");
    let packages = npm::bring_apart(&pages)?;
    let out = tree.at("target/editors");
    tree::empty(&out)?;
    let mut esbuild = npm::tool(tree, "esbuild");
    let entries = std::fs::read_dir(&pages).with_context(|| format!("cannot read {}", pages.display()))?;
    for entry in entries {
        let path = entry?.path();
        match path.extension().and_then(|kind| kind.to_str()) {
            Some("js") => {
                esbuild.arg(&path);
            }
            Some("html") => {
                let name = path.file_name().context("a page without a name")?;
                std::fs::copy(&path, out.join(name))
                    .with_context(|| format!("cannot copy {}", path.display()))?;
            }
            _ => {}
        }
    }
    let mut to = std::ffi::OsString::from("--outdir=");
    to.push(&out);
    esbuild
        .arg(to)
        .args(["--bundle", "--format=esm", "--log-level=error"])
        // Libraries that were written for a bundler of Node.js.
        .args([
            "--define:process.env.NODE_ENV=\"production\"",
            "--define:global=globalThis",
        ])
        .args(["--loader:.svg=text", "--loader:.css=empty"])
        .env("NODE_PATH", packages.join("node_modules"));
    process::run(&mut esbuild, minutes(5)).context("the pages of the editors were not built")?;
    Ok(out)
}
