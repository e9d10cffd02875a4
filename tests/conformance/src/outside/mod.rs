//! What outside tools say of what we write, and what we say of what they write.
//!
//! Each tool is also given something altered, which it must refuse: a check that cannot fail shows nothing.

mod age;
mod material;
mod page;
mod programs;
mod random;
mod scripts;
mod tlog;

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::given::Given;
use crate::table::Table;
use material::Material;
use random::Random;

/// Names the seed of the material, to repeat a run.
const SEED: &str = "COUNTERFOIL_SEED";

/// What a tool checked.
#[derive(Debug, Deserialize)]
pub(crate) struct Row {
    tool: String,
    what: String,
    cases: usize,
    passed: usize,
    faults: Vec<String>,
}

impl Row {
    fn new(tool: &str, what: &str) -> Self {
        Self {
            tool: tool.to_owned(),
            what: what.to_owned(),
            cases: 0,
            passed: 0,
            faults: Vec::new(),
        }
    }

    /// Counts a case; its name is kept if it did not pass.
    fn case(&mut self, passed: bool, name: impl FnOnce() -> String) {
        self.cases += 1;
        self.passed += usize::from(passed);
        if !passed {
            self.faults.push(name());
        }
    }
}

/// Makes material, puts it to every tool, and returns the table with what did not pass.
///
/// # Errors
/// A tool is missing or breaks down.
pub(crate) fn run(root: &Path, given: &Given) -> Result<(Table, Vec<String>)> {
    let seed = match std::env::var(SEED) {
        Ok(seed) => seed.parse().with_context(|| format!("{SEED} is no number"))?,
        Err(_) => random::fresh_seed(),
    };
    println!("material of {SEED}={seed}");
    let mut random = Random::new(seed);
    let folder = given.out.join("material");
    let material = Material::make(&mut random, &folder)?;

    let mut rows = tlog::check(&material, &mut random)?;
    rows.extend(scripts::python(root, given, &folder)?);
    rows.extend(scripts::node(root, given, &folder)?);
    rows.extend(scripts::theirs(&folder)?);
    rows.push(programs::sha256sum(&folder)?);
    rows.push(programs::openssl(&material, &folder)?);
    rows.extend(age::check(&material, &mut random, &folder)?);
    rows.push(page::run(root, given)?);

    let mut table = Table::new(&["tool", "what it checked", "cases", "passed"]);
    let mut faults = Vec::new();
    for row in rows {
        if row.cases == 0 || row.passed + row.faults.len() != row.cases {
            faults.push(format!(
                "{}, {}: {} cases do not add up",
                row.tool, row.what, row.cases
            ));
        }
        let named = row
            .faults
            .iter()
            .map(|fault| format!("{}, {}: {fault}", row.tool, row.what));
        faults.extend(named);
        table.line([row.tool, row.what, row.cases.to_string(), row.passed.to_string()]);
    }
    Ok((table, faults))
}
