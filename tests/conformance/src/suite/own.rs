//! The project's own vectors, `tests/vectors`.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use counterfoil_conformance_probe::Question;
use counterfoil_core::encoding::to_base64;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde_json::Value;

use super::{array, files, json, name_in, read, text};
use crate::case::{Case, Due, Suite};

/// Files that are read, or tell about the others.
const READ: [&str; 4] = [".gitattributes", "README.md", "index.json", "keys.json"];
/// Beginning of the names of bundles.
const BUNDLES: &str = "bundle/";
/// The other formats: the folder, what the table calls it, and what it means that a case passes.
const FORMATS: [(&str, &str, &str); 10] = [
    (
        "age",
        "age, tests/vectors",
        "opened, and made anew byte for byte; or refused by the name of the error",
    ),
    (
        "collector",
        "collector, tests/vectors",
        "the signer, the account, the proof or the sum; or refused by the name of the error",
    ),
    (
        "json",
        "json, tests/vectors",
        "the canonical form; or refused by the name of the error",
    ),
    (
        "key",
        "key, tests/vectors",
        "words, seed and every derived key; or refused by the name of the error",
    ),
    (
        "line",
        "line, tests/vectors",
        "leaf hash, commitment, canonical or not; or refused by the name of the error",
    ),
    (
        "log",
        "log, tests/vectors",
        "whole logs and appends, byte for byte; or refused by the name of the error",
    ),
    (
        "note",
        "note, tests/vectors",
        "size and root; or refused by the name of the error",
    ),
    (
        "sealed",
        "sealed, tests/vectors",
        "opened, and sealed anew byte for byte; or refused by the name of the error",
    ),
    (
        "statement",
        "statement, tests/vectors",
        "the signer; or refused by the name of the error",
    ),
    (
        "tree",
        "tree, tests/vectors",
        "roots, frontiers and proofs; or refused by the name of the error",
    ),
];
/// Folders that the tests of `crate/app` read: what they hold is above the core, which alone is asked here.
const ABOVE: [&str; 2] = ["backup", "storage"];
/// Longest file that is stored compressed, in bytes before that.
const LONGEST: usize = 4 * 1024 * 1024;

/// The suites.
///
/// # Errors
/// A vector cannot be read, or is not in the index.
pub(super) fn all(folder: &Path) -> Result<Vec<Suite>> {
    complete(folder)?;
    let mut suites = vec![bundles(folder)?, keys(folder)?];
    for (format, name, meaning) in FORMATS {
        let cases = cases(&folder.join(format), format)?;
        suites.push(Suite { name, meaning, cases });
    }
    Ok(suites)
}

/// Refuses vectors that no suite here reads: they would be skipped in silence.
fn complete(folder: &Path) -> Result<()> {
    for path in files(folder)? {
        let name = name_in(folder, &path);
        let of_format = |format: &str| name.split('/').next() == Some(format);
        ensure!(
            READ.contains(&name.as_str())
                || name.starts_with(BUNDLES)
                || FORMATS.iter().any(|(format, ..)| of_format(format))
                || ABOVE.into_iter().any(of_format),
            "tests/vectors/{name} is in no suite: read it in tests/conformance/src/suite/own.rs"
        );
    }
    Ok(())
}

/// The cases of a format: what its index names must be there, and nothing else.
fn cases(folder: &Path, format: &str) -> Result<Vec<Case>> {
    let index = json(&folder.join("index.json"))?;
    let mut cases = Vec::new();
    for test in array(&index, "index.json")? {
        let file = text(test, "file")?;
        let mut bytes = read(&folder.join(file))?;
        if test["compressed"].is_string() {
            bytes = decompress_to_vec_zlib_with_limit(&bytes, LONGEST)
                .map_err(|error| anyhow!("{file} is not whole: {error}"))?;
        }
        let due = match (text(test, "outcome")?, test["error"].as_str()) {
            ("valid", None) => Due::Accepted(test.get("gives").unwrap_or(&Value::Null).to_string()),
            // The whole name, and not one that begins with it.
            ("invalid", Some(error)) => Due::RefusedAs(error.to_owned()),
            _ => bail!("{format}/{file}: an invalid file has an error, and no other has one"),
        };
        let question = Question::Vector {
            folder: format.to_owned(),
            given: test.get("given").unwrap_or(&Value::Null).to_string(),
            file: to_base64(&bytes),
        };
        cases.push(Case::new(format!("{format}/{file}"), question, due));
    }
    // The index itself is the one more.
    let there = files(folder)?.len();
    ensure!(
        cases.len() + 1 == there,
        "{format}/index.json names {} of {} files",
        cases.len(),
        there - 1
    );
    Ok(cases)
}

fn bundles(folder: &Path) -> Result<Suite> {
    let index = json(&folder.join("index.json"))?;
    let mut cases = Vec::new();
    for test in array(&index, "index.json")? {
        let file = text(test, "file")?;
        if !file.starts_with(BUNDLES) {
            continue;
        }
        let due = match test["failed_check"].as_str() {
            None => Due::yes(),
            Some(check) => Due::refused_for(&[&format!("{check}: ")]),
        };
        let question = Question::Bundle {
            zip: to_base64(&read(&folder.join(file))?),
            audience: test["expected_audience"].as_str().map(str::to_owned),
        };
        cases.push(Case::new(file, question, due));
    }
    let there = files(&folder.join("bundle"))?.len();
    ensure!(
        cases.len() == there,
        "index.json names {} of {there} bundles",
        cases.len()
    );
    Ok(Suite {
        name: "bundles, tests/vectors",
        meaning: "valid ones are accepted, each other one refused by the check of its name",
        cases,
    })
}

fn keys(folder: &Path) -> Result<Suite> {
    let keys = json(&folder.join("keys.json"))?;
    let member = |name: &str| text(&keys, name).map(str::to_owned);
    let mut steps = vec![
        (
            Question::Entropy {
                entropy: member("entropy")?,
            },
            Due::Accepted(member("words")?),
        ),
        (
            Question::Words {
                words: member("words")?,
            },
            Due::Accepted(member("entropy")?),
        ),
        (
            Question::ShareKey {
                entropy: member("entropy")?,
                log: member("log_id")?,
                export: member("export_name")?,
                epoch: u32::try_from(keys["epoch"].as_u64().context("no epoch")?)?,
            },
            Due::Accepted(member("share_key_did")?),
        ),
    ];
    for who in ["collector", "stranger"] {
        let secret = text(&keys[who], "secret")?.to_owned();
        let did = text(&keys[who], "did")?.to_owned();
        steps.push((Question::Identity { secret }, Due::Accepted(did)));
    }
    let cases = steps
        .into_iter()
        .enumerate()
        .map(|(index, (question, due))| Case::new(index.to_string(), question, due))
        .collect();
    Ok(Suite {
        name: "keys, tests/vectors",
        meaning: "root, words, derived keys and identities are those of keys.json",
        cases,
    })
}
