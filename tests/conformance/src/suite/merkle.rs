//! The proofs of transparency-dev/merkle: inclusion and consistency after RFC 6962.

use std::path::Path;

use anyhow::{Context, Result};
use counterfoil_conformance_probe::Question;
use counterfoil_core::encoding::{from_base64, sha256, to_base64};
use serde_json::Value;

use super::{files, json, name_in, text};
use crate::case::{Case, Due, Suite};

/// Members of a consistency proof that hold a root.
const ROOTS: [&str; 2] = ["root1", "root2"];

/// The two suites.
///
/// # Errors
/// A file cannot be read or has another form.
pub(super) fn all(folder: &Path) -> Result<Vec<Suite>> {
    let suite = |name, part: &str, question: fn(&Value) -> Result<Question>| -> Result<Suite> {
        let folder = folder.join(part);
        let cases = files(&folder)?
            .iter()
            .map(|path| {
                let mut test = json(path)?;
                let refused = test["wantErr"].as_bool().context("no wantErr")?;
                let due = if refused { Due::Refused } else { Due::yes() };
                let mut steps = Vec::new();
                // Where only equality of the roots counts, some have words in their place: no hash, and refused as
                // none. The digests of the words are as equal as the words.
                if due == Due::yes() && !hashed(&test) {
                    steps.push((question(&test)?, Due::Refused));
                    for root in ROOTS {
                        let digest = to_base64(&sha256(text(&test, root)?.as_bytes()));
                        test[root] = digest.into();
                    }
                }
                steps.push((question(&test)?, due));
                Ok(Case {
                    name: name_in(&folder, path),
                    steps,
                })
            })
            .collect::<Result<_>>()?;
        Ok(Suite {
            name,
            meaning: "a proof that shows what it claims is accepted, every other one refused",
            cases,
        })
    };
    Ok(vec![
        suite("RFC 6962 inclusion", "inclusion", |test| {
            Ok(Question::Inclusion {
                leaf: text(test, "leafHash")?.to_owned(),
                index: number(test, "leafIdx")?,
                size: number(test, "treeSize")?,
                proof: proof(test)?,
                root: text(test, "root")?.to_owned(),
            })
        })?,
        suite("RFC 6962 consistency", "consistency", |test| {
            Ok(Question::Consistency {
                old: number(test, "size1")?,
                new: number(test, "size2")?,
                old_root: text(test, "root1")?.to_owned(),
                new_root: text(test, "root2")?.to_owned(),
                proof: proof(test)?,
            })
        })?,
    ])
}

fn hashed(test: &Value) -> bool {
    let hash = |root: &&str| test[*root].as_str().map(from_base64);
    ROOTS
        .iter()
        .filter_map(hash)
        .all(|hash| hash.is_ok_and(|hash| hash.len() == 32))
}

fn number(test: &Value, member: &str) -> Result<u64> {
    test[member]
        .as_u64()
        .with_context(|| format!("no number {member:?}"))
}

/// `null` is a proof without hashes.
fn proof(test: &Value) -> Result<Vec<String>> {
    serde_json::from_value::<Option<Vec<String>>>(test["proof"].clone())
        .map(Option::unwrap_or_default)
        .context("a proof that is no array of texts")
}
