//! `build`: the module, then the bundles, then the budgets.

use anyhow::Result;

use crate::tree::{Tree, read_bytes};
use crate::{budget, bundle, share, wasm};

/// The crate whose part of the module's code is told.
const DETECTOR: &str = "counterfoil_detect";

/// Builds the extension into `target/extension`.
///
/// # Errors
/// Something is missing that cannot be brought, does not compile, or is past its budget.
pub(crate) fn build(tree: &Tree) -> Result<()> {
    let module = wasm::build(tree)?;
    bundle::build(tree)?;
    budget::hold(&tree.extension())?;
    if let Some(size) = share::code_of(&read_bytes(&module)?, DETECTOR) {
        println!("{}", budget::row("WASM module", "finds and redacts", size));
    }
    Ok(())
}
