//! C2SP CCTV, Ed25519: signatures at the edges of the standard, on which implementations differ.

use std::path::Path;

use anyhow::{Result, ensure};
use counterfoil_conformance_probe::Question;
use counterfoil_core::encoding::to_hex;

use super::{array, json, text};
use crate::case::{Case, Due, Suite};

/// What makes a signature one that the strict rules refuse: a key or a nonce point of small order, an encoding that
/// is not the canonical one, an equation that holds only when multiplied by the cofactor.
const REFUSED: [&str; 6] = [
    "low_order_A",
    "low_order_R",
    "low_order_residue",
    "non_canonical_A",
    "non_canonical_R",
    "reencoded_k",
];
/// Cases, and those among them that the strict rules accept.
const CASES: (usize, usize) = (914, 43);

/// The suite.
///
/// # Errors
/// The file cannot be read, or does not have the cases that it is known for.
pub(super) fn ed25519(file: &Path) -> Result<Suite> {
    let document = json(file)?;
    let mut cases = Vec::new();
    let mut accepted = 0;
    for test in array(&document, "the document")? {
        let strange = test["flags"].as_array().is_some_and(|flags| {
            flags
                .iter()
                .any(|flag| REFUSED.iter().any(|refused| flag == refused))
        });
        accepted += usize::from(!strange);
        cases.push(Case::new(
            test["number"].to_string(),
            Question::Ed25519 {
                key: text(test, "key")?.to_owned(),
                message: to_hex(text(test, "msg")?.as_bytes()),
                signature: text(test, "sig")?.to_owned(),
            },
            if strange { Due::Refused } else { Due::yes() },
        ));
    }
    ensure!(
        (cases.len(), accepted) == CASES,
        "{} has {} cases with {accepted} to be accepted, not {CASES:?}",
        file.display(),
        cases.len()
    );
    Ok(Suite {
        name: "Ed25519, CCTV",
        meaning: "exactly the 43 that verify_strict accepts are accepted, the other 871 refused",
        cases,
    })
}
