//! Published test vectors on native code and on WebAssembly, and outside tools on our files: `tests/conformance`,
//! with all that it asks for.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{self, minutes};
use crate::tree::{self, Tree};
use crate::{contract, provision, wasm};

/// The package whose functions are asked, here and as WebAssembly.
const PROBE: &str = "counterfoil-conformance-probe";

/// Builds the probe for WebAssembly, brings the tools, and runs.
///
/// # Errors
/// Something cannot be brought or built, or an answer is not the one that is due.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    let mut variables = provision::bring_checkers(tree)?;
    let out = tree.at("target/conformance");
    tree::empty(&out)?;
    let module = wasm::compile(tree, PROBE)?;
    Bindgen::new()
        .input_path(&module)
        .nodejs(true)?
        .typescript(false)
        .remove_name_section(true)
        .out_name("probe")
        .generate(&out)
        .with_context(|| format!("wasm-bindgen could not read {}", module.display()))?;
    // The folder above is one of ES modules where there is a package.json that says so; the probe is not.
    let probe = out.join("probe.cjs");
    std::fs::rename(out.join("probe.js"), &probe)
        .with_context(|| format!("cannot rename to {}", probe.display()))?;
    variables.push(("COUNTERFOIL_PROBE".to_owned(), probe));
    variables.push(("COUNTERFOIL_BIN".to_owned(), contract::command_line(tree)?));
    variables.push(("COUNTERFOIL_OUT".to_owned(), out));
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "counterfoil-conformance",
        "--bin",
        "conformance",
    ];
    process::run(
        &mut contract::command(&tree.root, &variables, &arguments),
        minutes(15),
    )
    .context("the conformance run failed: target/conformance holds what it left")?;
    // The program itself is asked: these tests share its client and its people with the others of the collector.
    let arguments = [
        "test",
        "--quiet",
        "--package",
        "counterfoil-collector",
        "--test",
        "collector",
        "outside::",
        "--",
        "--ignored",
    ];
    process::run(
        &mut contract::command(&tree.root, &variables, &arguments),
        minutes(15),
    )
    .context("an outside tool does not agree with the collector")
}
