//! axe-core, which checks pages for barriers. The driver puts it into the extension's pages: their policy concerns what
//! pages load, not what the driver does.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::STILL;
use crate::sight::Sight;

/// What is checked: WCAG 2.0 to 2.2 at levels A and AA, and what axe calls good practice, of landmarks and headings above
/// all.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// In a dark dress a page differs in its colours alone.
const COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];

/// The checker.
#[derive(Debug, Clone)]
pub struct Axe {
    source: String,
}

/// What it found in one state.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// How many rules had something to look at, and nothing against it.
    pub passed: usize,
    /// The rules that something breaks, each with what breaks it.
    pub violations: Vec<Violation>,
}

/// A rule, and what breaks it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Violation {
    /// The rule's name.
    pub id: String,
    /// What it asks for.
    pub help: String,
    /// Each thing: where it is, and what is wrong with it.
    pub nodes: Vec<[String; 2]>,
}

impl Axe {
    /// Reads the checker: the one file of its npm package.
    pub fn read(file: &Path) -> Result<Self> {
        let source =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(Self { source })
    }

    /// Checks what is in view, in all respects.
    pub async fn check(&self, sight: Sight<'_>) -> Result<Findings> {
        let there = sight.run("return window.axe !== undefined").await?;
        if there != true {
            sight.run(&format!("{}\n;", self.source)).await?;
        }
        let only = json!({ "type": "tag", "values": TAGS });
        findings(&sight.run(&checking(&only)).await?)
    }

    /// Checks its colours in a dark dress, once [`check`](Self::check) has looked at the rest.
    pub async fn check_dark(&self, sight: Sight<'_>) -> Result<Findings> {
        let only = json!({ "type": "rule", "values": COLOURS });
        findings(&sight.run_dark(&checking(&only)).await?)
    }
}

/// What checks these rules, once nothing moves.
fn checking(only: &Value) -> String {
    format!(
        "{STILL}
         const {{ passes, violations }} = await window.axe.run(document,
           {{ runOnly: {only}, resultTypes: ['violations'] }});
         return {{
           passed: passes.length,
           violations: violations.map(({{ id, help, nodes }}) => ({{
             id, help, nodes: nodes.map(({{ target, failureSummary }}) => [target.join(' '), failureSummary]),
           }})),
         }};"
    )
}

fn findings(answer: &Value) -> Result<Findings> {
    Findings::deserialize(answer).with_context(|| format!("axe answered {answer}"))
}

/// How each state did, in one browser.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<(String, Vec<Findings>)>,
    columns: Vec<&'static str>,
}

impl Table {
    /// A table whose states are each checked once in every one of these dresses.
    pub fn new(columns: &[&'static str]) -> Self {
        Self {
            rows: Vec::new(),
            columns: columns.to_vec(),
        }
    }

    /// Adds a state: what was found in each dress.
    pub fn add(&mut self, state: &str, found: Vec<Findings>) {
        self.rows.push((state.to_owned(), found));
    }

    /// Every violation, in words; that nothing was looked at is one.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.rows.is_empty() {
            faults.push("no state was looked at".to_owned());
        }
        for (state, found) in &self.rows {
            for (dress, findings) in self.columns.iter().zip(found) {
                if findings.passed == 0 {
                    faults.push(format!("{state}, {dress}: no rule had anything to look at"));
                }
                for Violation { id, help, nodes } in &findings.violations {
                    for [place, summary] in nodes {
                        faults.push(format!("{state}, {dress}: {id} ({help}) at {place}: {summary}"));
                    }
                }
            }
        }
        faults
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<28}", "state")?;
        for dress in &self.columns {
            write!(f, "{:>16}{:>12}", format!("{dress}: rules"), "violations")?;
        }
        writeln!(f)?;
        let mut sums = vec![(0, 0); self.columns.len()];
        for (state, found) in &self.rows {
            write!(f, "{state:<28}")?;
            for (findings, sum) in found.iter().zip(&mut sums) {
                sum.0 += findings.passed;
                sum.1 += findings.violations.len();
                write!(f, "{:>16}{:>12}", findings.passed, findings.violations.len())?;
            }
            writeln!(f)?;
        }
        write!(f, "{:<28}", format!("all {}", self.rows.len()))?;
        for (passed, violations) in sums {
            write!(f, "{passed:>16}{violations:>12}")?;
        }
        writeln!(f)
    }
}
