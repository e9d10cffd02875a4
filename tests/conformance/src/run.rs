//! Puts every case to the probe, as native code and as WebAssembly in Node.js.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use counterfoil_conformance_probe::{Answer, reply};

use crate::case::Suite;
use crate::process::{minutes, output};
use crate::table::Table;

/// Asks every question of every suite on both, fills a table with a line a suite, and returns what is wrong.
///
/// # Errors
/// The module cannot be asked, or answers another number of questions.
pub(crate) fn run(
    suites: &[Suite],
    module: &Path,
    script: &Path,
    out: &Path,
) -> Result<(Table, Vec<String>)> {
    let questions: Vec<String> = suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .flat_map(|case| &case.steps)
        .map(|(question, _)| serde_json::to_string(question))
        .collect::<Result<_, _>>()?;
    let native: Vec<Answer> = questions
        .iter()
        .map(|question| read(&reply(question)))
        .collect::<Result<_>>()?;
    let wasm = in_node(&questions, module, script, out)?;
    ensure!(
        wasm.len() == questions.len(),
        "the module answered {} of {} questions",
        wasm.len(),
        questions.len()
    );

    let mut table = Table::new(&["suite", "cases", "native passed", "WASM passed", "passing means"]);
    let mut faults = Vec::new();
    let mut answers = native.iter().zip(&wasm);
    for suite in suites {
        let mut passed = [0_usize; 2];
        for case in &suite.cases {
            let mut holds = [true; 2];
            for (_, due) in &case.steps {
                let (native, wasm) = answers.next().context("an answer is missing")?;
                for (side, (name, answer)) in [("native", native), ("WASM", wasm)].into_iter().enumerate() {
                    if let Some(fault) = due.fault(answer) {
                        holds[side] = false;
                        faults.push(format!("{}, {}, {name}: {fault}", suite.name, case.name));
                    }
                }
            }
            for (count, held) in passed.iter_mut().zip(holds) {
                *count += usize::from(held);
            }
        }
        if suite.cases.is_empty() {
            faults.push(format!("{}: no cases", suite.name));
        }
        table.line([
            suite.name.to_owned(),
            suite.cases.len().to_string(),
            passed[0].to_string(),
            passed[1].to_string(),
            suite.meaning.to_owned(),
        ]);
    }
    Ok((table, faults))
}

fn read(answer: &str) -> Result<Answer> {
    serde_json::from_str(answer).with_context(|| format!("not an answer: {answer}"))
}

/// Through files: what is asked and answered stays behind to be looked at.
fn in_node(questions: &[String], module: &Path, script: &Path, out: &Path) -> Result<Vec<Answer>> {
    let (asked, answered) = (out.join("questions.jsonl"), out.join("answers.jsonl"));
    std::fs::write(&asked, questions.join("\n") + "\n")?;
    let mut node = Command::new("node");
    node.arg(script).arg(module).arg(&asked).arg(&answered);
    output(&mut node, minutes(5))?.accepted()?;
    std::fs::read_to_string(&answered)?.lines().map(read).collect()
}
