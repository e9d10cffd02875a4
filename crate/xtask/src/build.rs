//! `build`: the module, then the bundles, then the budgets.

use anyhow::Result;

use crate::tree::Tree;
use crate::{budget, bundle, wasm};

/// Builds the extension into `target/extension`.
///
/// # Errors
/// Something is missing that cannot be brought, does not compile, or is past its budget.
pub(crate) fn build(tree: &Tree) -> Result<()> {
    wasm::build(tree)?;
    bundle::build(tree)?;
    budget::hold(&tree.extension())
}
