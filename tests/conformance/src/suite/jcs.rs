//! The test data of RFC 8785's author.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use counterfoil_conformance_probe::Question;

use super::{files, read};
use crate::case::{Case, Due, Suite};

/// What is said of a number with a fraction, which the formats do not have.
const FRACTION: &str = "a number is not an integer";
/// The documents with numbers that are written with a fraction or an exponent, and whether their canonical form
/// still has one.
const FRACTIONS: [(&str, bool); 2] = [("structures.json", false), ("values.json", true)];

/// The suites.
///
/// # Errors
/// A file cannot be read, or input and output do not belong together.
pub(super) fn all(folder: &Path) -> Result<Vec<Suite>> {
    let mut written = Vec::new();
    let mut refused = Vec::new();
    for path in files(&folder.join("input"))? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .context("no name")?;
        let output = String::from_utf8(read(&folder.join("output").join(name))?)?;
        let hex = String::from_utf8(read(&folder.join("outhex").join(name).with_extension("txt"))?)?;
        let bytes: Vec<u8> = hex
            .split_ascii_whitespace()
            .map(|byte| u8::from_str_radix(byte, 16))
            .collect::<Result<_, _>>()?;
        ensure!(bytes == output.as_bytes(), "{name}: output and outhex differ");
        let canonical = |json: String| Question::Canonical { json };
        let input = canonical(String::from_utf8(read(&path)?)?);
        let again = canonical(output.clone());
        let strict = Question::StrictJson { json: output.clone() };
        let fractions = FRACTIONS.iter().find(|(found, _)| *found == name);
        let due = match fractions {
            Some((_, true)) => [
                Due::refused_for(&[FRACTION]),
                Due::refused_for(&[FRACTION]),
                Due::Refused,
            ],
            Some((_, false)) => [Due::refused_for(&[FRACTION]), Due::Accepted(output), Due::yes()],
            None => [Due::Accepted(output.clone()), Due::Accepted(output), Due::yes()],
        };
        let case = Case {
            name: name.to_owned(),
            steps: [input, again, strict].into_iter().zip(due).collect(),
        };
        if fractions.is_some() {
            refused.push(case);
        } else {
            written.push(case);
        }
    }
    Ok(vec![
        Suite {
            name: "JCS",
            meaning: "written byte for byte as the suite has it, and read back",
            cases: written,
        },
        Suite {
            name: "JCS with fractions",
            meaning: "refused by design: the formats have integers only",
            cases: refused,
        },
    ])
}
