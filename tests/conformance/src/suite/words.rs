//! BIP-39, in the vectors of its reference implementation.

use std::path::Path;

use anyhow::{Context, Result};
use counterfoil_conformance_probe::Question;
use serde_json::Value;

use super::json;
use crate::case::{Case, Due, Suite};

/// The passphrase of the vectors.
const PASSPHRASE: &str = "TREZOR";
const LANGUAGE: &str = "english";
/// Hex digits of the entropy of 24 words.
const ENTROPY: usize = 64;

/// The suites.
///
/// # Errors
/// The file cannot be read or has another form.
pub(super) fn all(file: &Path) -> Result<Vec<Suite>> {
    let document = json(file)?;
    let mut ours = Vec::new();
    let mut shorter = Vec::new();
    let mut foreign = Vec::new();
    for (language, tests) in document.as_object().context("no languages")? {
        for (index, test) in tests.as_array().context("no tests")?.iter().enumerate() {
            let member = |at: usize| {
                test.get(at)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
                    .context("a test without entropy, words and seed")
            };
            let (entropy, words, seed) = (member(0)?, member(1)?, member(2)?);
            let name = format!("{language} {index}");
            let read = Question::Words { words: words.clone() };
            if language != LANGUAGE {
                foreign.push(Case::new(name, read, Due::Refused));
                continue;
            }
            let seeded = (
                Question::Seed {
                    words: words.clone(),
                    passphrase: PASSPHRASE.to_owned(),
                },
                Due::Accepted(seed),
            );
            if entropy.len() == ENTROPY {
                let shown = Question::Entropy {
                    entropy: entropy.clone(),
                };
                ours.push(Case {
                    name,
                    steps: vec![
                        (shown, Due::Accepted(words)),
                        (read, Due::Accepted(entropy)),
                        seeded,
                    ],
                });
            } else {
                shorter.push(Case {
                    name,
                    steps: vec![(read, Due::refused_for(&["there must be 24 words"])), seeded],
                });
            }
        }
    }
    Ok(vec![
        Suite {
            name: "BIP-39, 24 English words",
            meaning: "entropy to words, words to entropy, words to seed",
            cases: ours,
        },
        Suite {
            name: "BIP-39, fewer words",
            meaning: "seed right; refused as a root by design: a root has 24 words",
            cases: shorter,
        },
        Suite {
            name: "BIP-39, other languages",
            meaning: "refused by design: a root's words are English",
            cases: foreign,
        },
    ])
}
