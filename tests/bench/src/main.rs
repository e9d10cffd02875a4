//! Times Counterfoil's native code beside what sets the limit, in turn, and prints medians. `cargo xtask bench`
//! builds it and says where the figures go. Nothing here is an assertion: a slow machine fails nothing.

mod append;
mod backup;
mod bundle;
mod collector;
mod machine;
mod sample;
mod search;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::table::Table;

/// Records of the smaller bundle and log.
const FEW: u64 = 10_000;
/// Records of the larger bundle: the most that one may hold.
const MANY: u64 = 250_000;
/// Records of the bundle that is verified in the browsers.
const BROWSER: u64 = 100_000;
/// Bundles of [`MANY`] records that make a million.
const SERIES: u64 = 4;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        // What this program starts itself as, so that a peak is that of one task.
        ["peak", files @ ..] => bundle::peak(files),
        // What the browsers are measured with.
        ["samples", folder] => samples(Path::new(folder)),
        // The collector, with people that hand bundles over.
        ["collector", folder, runs] => {
            with_collector(Path::new(folder), runs.parse().context("not a number of runs")?)
        }
        // The search alone.
        ["search"] => searched(),
        [folder, runs] => all(Path::new(folder), runs.parse().context("not a number of runs")?),
        _ => bail!("give the folder for the results, and how often each figure is measured"),
    }
}

fn all(folder: &Path, runs: usize) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let made = tempfile::tempdir()?;
    let machine = machine::describe();
    println!("{machine}; medians of {runs} runs\n");

    let mut table = Table::new();
    let mut files: Vec<PathBuf> = Vec::new();
    for count in [FEW, MANY] {
        let bundle = sample::bundle(0, count, made.path())?;
        bundle::measure(&bundle, runs, &mut table)?;
        files.push(bundle.file);
    }
    let (_, many) = files.split_at(1);
    let mut series = many.to_vec();
    for part in 1..SERIES {
        series.push(sample::bundle(part * MANY, (part + 1) * MANY, made.path())?.file);
    }
    for (name, of) in [
        ("10 thousand, one bundle", &files[..1]),
        ("1 million, four bundles in turn", &series),
    ] {
        let peak = peak(of)?;
        table.row(&format!("verify, peak memory, {name}"), "MiB", &[peak], None);
    }
    append::measure(runs, &mut table)?;
    backup::measure(runs, &mut table)?;
    search::measure(&mut table)?;

    tell(&table, &machine, runs, &folder.join("native.json"))
}

fn with_collector(folder: &Path, runs: usize) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let machine = machine::describe();
    println!("{machine}; medians of {runs} runs\n");
    let mut table = Table::new();
    collector::measure(&collector::program()?, folder, runs, &mut table)?;
    tell(&table, &machine, runs, &folder.join("collector.json"))
}

/// Prints the figures, and writes them to a file.
fn tell(table: &Table, machine: &str, runs: usize, path: &Path) -> Result<()> {
    print!("{table}");
    let told = json!({"machine": machine, "runs": runs, "figures": table.to_json()});
    std::fs::write(path, serde_json::to_vec_pretty(&told)?)?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

fn searched() -> Result<()> {
    let mut table = Table::new();
    search::measure(&mut table)?;
    print!("{table}");
    Ok(())
}

/// Writes a bundle, its records, a backup and the words that open it.
fn samples(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let made = tempfile::tempdir()?;
    let bundle = sample::bundle(0, BROWSER, made.path())?;
    std::fs::copy(bundle.file, folder.join("bundle.zip"))?;
    std::fs::copy(bundle.records, folder.join("records.jsonl"))?;
    std::fs::write(folder.join("backup.age"), backup::made()?)?;
    std::fs::write(folder.join("words"), sample::root().words())?;
    Ok(())
}

/// Peak memory of a process that verifies these bundles one after the other, in MiB.
fn peak(files: &[PathBuf]) -> Result<f64> {
    let told = Command::new(std::env::current_exe()?)
        .arg("peak")
        .args(files)
        .output()?;
    let text = String::from_utf8(told.stdout)?;
    text.trim()
        .parse()
        .with_context(|| format!("no peak was told: {}", String::from_utf8_lossy(&told.stderr)))
}
