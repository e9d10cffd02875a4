//! Verifying bundles, beside hashing their lines and what the usual programs need for the same bytes.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::bundle::zip::{Source, SourceError};
use counterfoil_core::merkle::{Frontier, Hash, empty_root, leaf_hash};

use crate::machine;
use crate::sample::Bundle;
use crate::table::{Table, rate};

/// A file that is read where it lies.
struct Disk {
    file: File,
    length: u64,
}

impl Source for Disk {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        self.file
            .read_exact_at(buffer, offset)
            .map_err(|error| SourceError(error.to_string()))
    }
}

fn check(path: &Path) -> Result<()> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let length = file.metadata()?.len();
    let report = verify(&Disk { file, length }, &Expect::default())?;
    ensure!(
        report.valid,
        "{} is not valid: {:?}",
        path.display(),
        report.failed()
    );
    Ok(())
}

/// Verifies bundles one after the other and prints the peak memory of this process, in MiB.
pub(crate) fn peak(files: &[&str]) -> Result<()> {
    for file in files {
        check(Path::new(file))?;
    }
    println!(
        "{}",
        machine::peak("self").context("the system does not tell the peak of a process")?
    );
    Ok(())
}

/// What is done once for each figure.
type Work<'a> = Box<dyn Fn() -> Result<()> + 'a>;

pub(crate) fn measure(bundle: &Bundle, runs: usize, table: &mut Table) -> Result<()> {
    let count = bundle.lines.len() as u64;
    let (file, records) = (&bundle.file, &bundle.records);
    // Hashing whose result nobody wants would be left out by the compiler.
    let hash = || {
        ensure!(root_of(&bundle.lines) != empty_root(), "nothing was hashed");
        Ok(())
    };
    let mut contenders: Vec<(&str, Work<'_>)> = vec![
        ("leaf hashes alone (RFC 6962)", Box::new(hash)),
        ("verify", Box::new(|| check(file))),
        (
            "sha256sum of records.jsonl",
            Box::new(|| run(&["sha256sum"], records)),
        ),
        ("unzip -p", Box::new(|| run(&["unzip", "-p"], file))),
        ("unzip -t", Box::new(|| run(&["unzip", "-t"], file))),
    ];
    if let Some(stored) = &bundle.stored {
        contenders.insert(1, ("verify, stored", Box::new(|| check(stored))));
    }
    let mut values = vec![Vec::new(); contenders.len()];
    // One after the other, again and again: what slows the machine for a while slows all alike.
    for turn in 0..=runs {
        for ((_, work), values) in contenders.iter().zip(&mut values) {
            let rate = rate(count, work)?;
            // The first turn only warms up.
            if turn > 0 {
                values.push(rate);
            }
        }
    }
    for ((name, _), values) in contenders.iter().zip(&values) {
        let beside = if name.starts_with("verify") {
            Some(format!("leaf hashes alone (RFC 6962), {count}"))
        } else {
            (!name.starts_with("leaf")).then(|| format!("verify, {count}"))
        };
        table.row(
            &format!("{name}, {count} records"),
            "records/s",
            values,
            beside.as_deref(),
        );
    }
    Ok(())
}

fn root_of(lines: &[Vec<u8>]) -> Hash {
    let mut frontier = Frontier::new();
    for line in lines {
        frontier.push(leaf_hash(line));
    }
    frontier.root()
}

fn run(program: &[&str], file: &Path) -> Result<()> {
    let (name, arguments) = program.split_first().context("no program")?;
    let status = Command::new(name)
        .args(arguments)
        .arg(file)
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("`{name}` cannot be started: install it"))?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}
