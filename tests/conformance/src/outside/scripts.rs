//! The packages of Python and npm: run by scripts, which print a line of JSON for each thing they checked.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use counterfoil_core::encoding::to_hex;
use counterfoil_core::jws::{self, Type};
use counterfoil_core::keys::Root;
use serde::Deserialize;
use serde_json::Value;

use super::Row;
use crate::given::Given;
use crate::process::{minutes, output};
use crate::suite::VECTORS;

/// bagit, jwcrypto, pymerkle, rfc8785, mnemonic, and the stand-alone verifier. Unpacks the bundles for the others.
///
/// # Errors
/// The script breaks down.
pub(super) fn python(root: &Path, given: &Given, material: &Path) -> Result<Vec<Row>> {
    let mut command = Command::new(&given.python);
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(root.join("tests/conformance/python/tools.py"))
        .arg(root.join("tests/vectors"))
        .arg(material)
        .arg(root.join("tests/e2e/python"));
    let suite = root.join(VECTORS).join("bagit/v1.0");
    if suite.is_dir() {
        command.arg(suite);
    }
    rows(&mut command)
}

/// jose and canonicalize.
///
/// # Errors
/// The script breaks down.
pub(super) fn node(root: &Path, given: &Given, material: &Path) -> Result<Vec<Row>> {
    let mut command = Command::new("node");
    command
        .arg(root.join("tests/conformance/node/tools.mjs"))
        .arg(&given.packages)
        .arg(material);
    rows(&mut command)
}

fn rows(command: &mut Command) -> Result<Vec<Row>> {
    let printed = output(command, minutes(5))?.accepted()?;
    String::from_utf8(printed)?
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("not a row: {line}")))
        .collect()
}

#[derive(Deserialize)]
struct Theirs {
    statements: Vec<Statement>,
    words: Vec<Phrase>,
}

#[derive(Deserialize)]
struct Statement {
    compact: String,
    did: String,
    number: u64,
}

#[derive(Deserialize)]
struct Phrase {
    words: String,
    entropy: String,
    seed: String,
}

/// What the packages made, read by us.
///
/// # Errors
/// A file is missing or has another form.
pub(super) fn theirs(material: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (file, tool) in [
        ("theirs-python.json", "PyPI jwcrypto"),
        ("theirs-node.json", "npm jose"),
    ] {
        let theirs: Theirs = serde_json::from_slice(&fs::read(material.join(file))?)?;
        let mut row = Row::new(
            tool,
            "statements that it signs, as EdDSA and as Ed25519, are accepted here",
        );
        for Statement { compact, did, number } in &theirs.statements {
            let read = |kind| jws::verify::<Value>(compact, kind);
            let holds = read(Type::Auth)
                .is_ok_and(|found| found.did.as_str() == did && found.payload["number"] == *number);
            row.case(holds && read(Type::Offer).is_err(), || compact.clone());
        }
        rows.push(row);
        if theirs.words.is_empty() {
            continue;
        }
        let mut row = Row::new(
            "PyPI mnemonic",
            "24 words that it makes are read here, with its entropy and its seed",
        );
        for Phrase { words, entropy, seed } in &theirs.words {
            let root = Root::from_words(words).map_err(|error| anyhow!("{words}: {error}"));
            let holds =
                root.is_ok_and(|root| to_hex(root.entropy()) == *entropy && to_hex(root.seed()) == *seed);
            row.case(holds, || words.clone());
        }
        rows.push(row);
    }
    Ok(rows)
}
