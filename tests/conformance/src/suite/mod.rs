//! The suites: published vectors where they lie beside the checkout, and what ships with the project.

mod age;
mod bagit;
mod cctv;
mod identity;
mod jcs;
mod merkle;
mod own;
mod words;
mod wycheproof;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::case::Suite;

/// Where the published vectors lie, from the root of the checkout. They are no part of it.
pub(crate) const VECTORS: &str = "../shared/vectors";
/// Folders of the published vectors that no suite reads, and why.
pub(crate) const NOT_RUN: [(&str, &str); 3] = [
    (
        "merkle/testdata/subtreeinclusion",
        "no format here has proofs of subtrees",
    ),
    (
        "merkle/testdata/subtreeconsistency",
        "no format here has proofs of subtrees",
    ),
    (
        "oz",
        "trees for payouts on a chain: nothing here makes or reads one",
    ),
];
/// Folders that are read.
const RUN: [&str; 9] = [
    "bagit",
    "bip39",
    "cctv/age",
    "cctv/ed25519vectors.json",
    "did-key",
    "jcs",
    "merkle/testdata/consistency",
    "merkle/testdata/inclusion",
    "wycheproof",
];

/// The suites that ship with the project and its dependencies.
///
/// # Errors
/// One cannot be read.
pub(crate) fn shipped(tests: &Path) -> Result<Vec<Suite>> {
    let mut suites = wycheproof::packaged()?;
    suites.extend(own::all(&tests.join("vectors"))?);
    Ok(suites)
}

/// The suites of the published vectors in this folder.
///
/// # Errors
/// One cannot be read, or the folder holds something that is neither run nor named as not run.
pub(crate) fn published(folder: &Path, tests: &Path) -> Result<Vec<Suite>> {
    complete(folder)?;
    let mut suites = wycheproof::published(&folder.join("wycheproof"))?;
    suites.push(cctv::ed25519(&folder.join("cctv/ed25519vectors.json"))?);
    suites.extend(age::all(&folder.join("cctv/age/testdata"))?);
    suites.extend(merkle::all(&folder.join("merkle/testdata"))?);
    suites.extend(jcs::all(&folder.join("jcs/testdata"))?);
    suites.extend(words::all(&folder.join("bip39/vectors.json"))?);
    suites.push(identity::did_key(&folder.join("did-key/ed25519-x25519.json"))?);
    suites.extend(bagit::all(
        &folder.join("bagit/v1.0"),
        &tests.join("vectors/bundle"),
    )?);
    Ok(suites)
}

/// Refuses a folder of vectors that nothing here knows: it would be skipped in silence.
fn complete(folder: &Path) -> Result<()> {
    let known = |name: &str| {
        RUN.iter()
            .chain(NOT_RUN.iter().map(|(name, _)| name))
            .any(|known| name == *known || name.starts_with(&format!("{known}/")))
    };
    let unknown: BTreeSet<_> = files(folder)?
        .iter()
        .filter_map(|path| path.strip_prefix(folder).ok()?.to_str().map(str::to_owned))
        .filter(|name| name.contains('/') && !known(name))
        .collect();
    if let Some(first) = unknown.first() {
        bail!(
            "{} of the published vectors are in no suite, {first} for one: run them, or name them in NOT_RUN",
            unknown.len()
        );
    }
    Ok(())
}

/// Every file below a folder, sorted.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn json(path: &Path) -> Result<Value> {
    let bytes = read(path)?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is not JSON", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// A file's name below a folder.
fn name_in(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

/// A string member.
///
/// # Errors
/// There is none.
fn text<'a>(value: &'a Value, member: &str) -> Result<&'a str> {
    value[member]
        .as_str()
        .with_context(|| format!("no text {member:?} in {value}"))
}

fn array<'a>(value: &'a Value, what: &str) -> Result<&'a Vec<Value>> {
    value.as_array().with_context(|| format!("{what} is no array"))
}
