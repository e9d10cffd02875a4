//! `conformance`: published test vectors on native code and on WebAssembly, and what outside tools say of our files.
//!
//! Prints two tables and ends with 1 where a case of them did not pass. Called by `cargo xtask test`, which brings
//! what it needs: see [`given`].

mod case;
mod given;
mod outside;
mod process;
mod run;
mod suite;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::given::Given;

fn main() -> ExitCode {
    match conformance() {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in &faults {
                eprintln!("{fault}");
            }
            eprintln!("error: {} answers are not those that are due", faults.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn conformance() -> Result<Vec<String>> {
    let given = Given::from_env()?;
    let root = given::root()?;
    let here = root.join("tests/conformance");

    let start = Instant::now();
    let mut suites = suite::shipped(&root.join("tests"))?;
    let vectors = root.join(suite::VECTORS);
    if vectors.is_dir() {
        suites.extend(suite::published(&vectors, &root.join("tests"))?);
        for (name, why) in suite::NOT_RUN {
            let count = suite::files(&vectors.join(name))?.len();
            println!("not run: the {count} files of {name}: {why}");
        }
    } else {
        println!("the published vectors do not lie beside the checkout: only what ships with it is run");
    }
    let (table, mut faults) = run::run(&suites, &given.probe, &here.join("node/ask.mjs"), &given.out)?;
    println!("\n{table}\nin {:.1} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    let (table, more) = outside::run(&root, &given)?;
    println!("\n{table}\nin {:.1} s", start.elapsed().as_secs_f64());
    faults.extend(more);
    Ok(faults)
}
