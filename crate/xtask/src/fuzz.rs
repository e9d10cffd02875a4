//! `fuzz`: the targets of `tests/fuzz` under libFuzzer, from the seeds and from what earlier runs found.
//!
//! The compiler is the stable one: coverage is asked for by flags of LLVM, as cargo-fuzz does with `--sanitizer
//! none`. No address sanitizer, since it needs a nightly compiler, and no `unsafe` is ours to find errors of.
//! Everything that is made lies in `target/fuzz`: `corpus/<target>` grows from run to run. The tests begin at the seeds
//! with the same dice each time, so that what they meet does not depend on chance or on what was run before.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::{self, minutes};
use crate::tree::{Tree, empty, files_below};

/// Flags of the compiler for whatever is fuzzed; those of cargo-fuzz.
const FLAGS: [&str; 8] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=4",
    "--cfg",
    "fuzzing",
];
/// Where inputs are kept that once broke something.
const KEPT: &str = "tests/fuzz/crashes";
/// Most that a target may take for one input, in seconds, and of memory, in MiB: past it, the input counts as a
/// crash.
const SECONDS: u64 = 20;
const MEMORY: u64 = 2_048;

/// What came of a target.
#[derive(Debug)]
struct Run {
    name: String,
    inputs: u64,
    edges: u64,
    /// What was wrong: the lines that say so.
    fault: Option<String>,
    /// The inputs that broke something.
    crashes: Vec<PathBuf>,
}

/// Where a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// At the seeds, with the same dice each time.
    Seeds,
    /// Where the run before ended, with new dice.
    Corpus,
}

/// Runs each target, or one, for so many seconds, so many at once.
///
/// # Errors
/// There is no such target, it cannot be built, or an input broke something; the error says where it lies.
pub(crate) fn fuzz(tree: &Tree, only: Option<&str>, from: From, seconds: u64, jobs: usize) -> Result<()> {
    let program = build(tree)?;
    let folder = tree.at("target/fuzz");
    let listed = targets(&program, &folder.join("seeds"))?;
    let names: Vec<&str> = listed.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(only) = only
        && !names.contains(&only)
    {
        bail!("there is no target `{only}`: there are {}", names.join(", "));
    }
    let chosen = listed
        .iter()
        .filter(|(name, _)| only.is_none_or(|only| only == name));
    let waiting = Mutex::new(chosen);
    let done = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some((name, longest)) = next() {
                    let run = drive(tree, &program, &folder, name, *longest, from, seconds);
                    if let Ok(mut done) = done.lock() {
                        done.push(run);
                    }
                }
            });
        }
    });
    let runs = done
        .into_inner()
        .unwrap_or_default()
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    report(tree, &runs, seconds)
}

/// Builds the program for this machine, and gives its path.
fn build(tree: &Tree) -> Result<PathBuf> {
    let told = process::output(Command::new("rustc").arg("-vV"), minutes(1))?;
    let host = told
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not name its host")?;
    let mut command = process::cargo();
    // With a target named, cargo leaves build scripts and macros without these flags.
    command
        .current_dir(&tree.root)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .args([
            "build",
            "--quiet",
            "--package",
            "counterfoil-fuzz",
            "--bin",
            "fuzz",
            "--features",
            "libfuzzer",
        ])
        .args(["--profile", "fuzz", "--target", host]);
    process::run(&mut command, minutes(30))
        .context("the targets cannot be built (libFuzzer needs a C++ compiler)")?;
    let name = format!("fuzz{}", std::env::consts::EXE_SUFFIX);
    Ok(tree.native.join(host).join("fuzz").join(name))
}

/// Writes the seeds of all targets, and gives each with the length of its longest input.
fn targets(program: &Path, seeds: &Path) -> Result<Vec<(String, usize)>> {
    empty(seeds)?;
    let mut command = Command::new(program);
    command.env("COUNTERFOIL_FUZZ_SEEDS", seeds);
    let listed = process::output(&mut command, minutes(5))?;
    listed
        .lines()
        .map(|line| {
            let (name, longest) = line
                .split_once(' ')
                .with_context(|| format!("`{line}` is no target"))?;
            Ok((
                name.to_owned(),
                longest
                    .parse()
                    .with_context(|| format!("`{line}` is no target"))?,
            ))
        })
        .collect()
}

fn drive(
    tree: &Tree,
    program: &Path,
    folder: &Path,
    name: &str,
    longest: usize,
    from: From,
    seconds: u64,
) -> Result<Run> {
    let crashes = folder.join("crashes").join(name);
    let corpus = match from {
        From::Seeds => folder.join("fresh").join(name),
        From::Corpus => folder.join("corpus").join(name),
    };
    if from == From::Seeds {
        empty(&corpus)?;
    }
    for made in [&corpus, &crashes] {
        std::fs::create_dir_all(made).with_context(|| format!("cannot create {}", made.display()))?;
    }
    let log = folder.join(format!("{name}.log"));
    let sink = File::create(&log).with_context(|| format!("cannot create {}", log.display()))?;
    let mut command = Command::new(program);
    command.current_dir(folder).env("COUNTERFOIL_FUZZ", name).args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={longest}"),
        format!("-timeout={SECONDS}"),
        format!("-rss_limit_mb={MEMORY}"),
        // With the separator at its end: it is put before the name as it is.
        format!("-artifact_prefix={}/", crashes.display()),
        "-print_final_stats=1".to_owned(),
    ]);
    if from == From::Seeds {
        command.arg("-seed=1");
    }
    command.arg(corpus).arg(folder.join("seeds").join(name));
    let kept = tree.at(KEPT).join(name);
    if kept.is_dir() {
        command.arg(kept);
    }
    command.stdout(sink.try_clone()?).stderr(sink);
    let ended = process::run(&mut command, Duration::from_secs(seconds + 60 + 10 * SECONDS));
    let told = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    let found = written(&told);
    let fault = ended
        .err()
        .map(|error| said(&told).unwrap_or_else(|| format!("{error:#}; {} says more", log.display())));
    Ok(Run {
        name: name.to_owned(),
        inputs: inputs(&told),
        edges: last_number(&told, "cov: "),
        fault,
        crashes: found,
    })
}

/// What a log says that went wrong: a panic, with the lines of its message, or what libFuzzer found by itself.
fn said(log: &str) -> Option<String> {
    let from = ["panicked at", "ERROR: libFuzzer"]
        .iter()
        .filter_map(|mark| log.find(mark))
        .min()?;
    let lines = log.get(from..)?.lines().take(4);
    let message: Vec<&str> = lines
        .take_while(|line| !line.starts_with("stack backtrace"))
        .collect();
    Some(message.join("\n    "))
}

/// The inputs that libFuzzer wrote because they broke something.
fn written(log: &str) -> Vec<PathBuf> {
    log.lines()
        .filter_map(|line| {
            line.split_once("Test unit written to ")
                .map(|(_, path)| path.trim().into())
        })
        .collect()
}

/// Inputs that were tried. A run that broke off has no final figure; its last line of progress begins with one.
fn inputs(log: &str) -> u64 {
    let progress = log
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_whitespace().next()?.parse().ok())
        .next_back();
    last_number(log, "stat::number_of_executed_units: ").max(progress.unwrap_or(0))
}

/// The number after the last place where this stands.
fn last_number(log: &str, before: &str) -> u64 {
    let number = log
        .rsplit_once(before)
        .and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

fn report(tree: &Tree, runs: &[Run], seconds: u64) -> Result<()> {
    println!(
        "{:<10} {:>12} {:>9} {:>16} {:>9}",
        "target", "runs", "seconds", "coverage edges", "crashes"
    );
    for run in runs {
        println!(
            "{:<10} {:>12} {:>9} {:>16} {:>9}",
            run.name,
            run.inputs,
            seconds,
            run.edges,
            run.crashes.len()
        );
    }
    let mut broken = 0;
    for run in runs {
        if let Some(fault) = &run.fault {
            broken += 1;
            println!("\n{}: {fault}", run.name);
        }
        for crash in &run.crashes {
            let shown = crash.strip_prefix(&tree.root).unwrap_or(crash).display();
            println!("  its input: {shown}");
            println!(
                "  to keep it as a test: mkdir -p {KEPT}/{0} && cp {shown} {KEPT}/{0}/",
                run.name
            );
        }
        // A target that tried nothing proves nothing.
        if run.fault.is_none() && run.inputs == 0 {
            bail!(
                "{} tried no input: target/fuzz/{}.log says why",
                run.name,
                run.name
            );
        }
    }
    if broken > 0 {
        bail!(
            "{broken} of {} targets broke a promise: the inputs are named above",
            runs.len()
        );
    }
    let kept = files_below(&tree.at(KEPT))?.len().saturating_sub(1);
    println!("\nno crash; {kept} kept inputs among the seeds");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: Running\n#2\tINITED cov: 12 ft: 13\n#98\tNEW    cov: 40 ft: 70 corp: 3\n\
                       thread 'x' panicked at src/lib.rs:3:4:\nassertion `left == right` failed\n\
                       artifact_prefix='a/'; Test unit written to a/crash-0f\n";

    #[test]
    fn figures_are_read_from_the_log() {
        assert_eq!((inputs(LOG), last_number(LOG, "cov: ")), (98, 40));
        let whole = format!("{LOG}stat::number_of_executed_units: 120\n");
        assert_eq!(inputs(&whole), 120);
        assert_eq!(written(LOG), [PathBuf::from("a/crash-0f")]);
        assert_eq!(said(LOG).map(|said| said.lines().count()), Some(3));
        assert_eq!(said("no fault"), None);
        assert_eq!((inputs(""), written("").len()), (0, 0));
    }
}
