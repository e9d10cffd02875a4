//! What a person and CI call: `cargo xtask build | package | run | test | conformance | check | generate`.
//!
//! Everything that is missing on the machine is brought by [`provision`], or named exactly.

mod archive;
mod bench;
mod budget;
mod build;
mod bundle;
mod check;
mod conformance;
mod contract;
mod digest;
mod editors;
mod fuzz;
mod generate;
mod histories;
mod kills;
mod manifest;
mod package;
mod process;
mod provision;
mod run;
mod share;
mod stage;
mod store;
mod test;
mod tree;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::provision::Browser;
use crate::tree::Tree;

/// Builds, runs, tests, checks and packages Counterfoil.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the extension, unpacked, into target/extension, and hold it to its size budgets.
    Build,
    /// Make the Chrome and the Firefox package in target/package, and lint the Firefox one.
    Package {
        /// Build a copy of the sources at another path as well, and compare the packages byte for byte.
        #[arg(long)]
        check: bool,
        /// Leave the channel to collectors out, prove that nothing of it is left, and put the packages into
        /// target/package-file-only: statements come and go as files.
        #[arg(long, conflicts_with = "check")]
        file_only: bool,
    },
    /// Start a browser with the extension; without a display, play the whole way in both browsers.
    Run {
        /// Which browser to start.
        #[arg(long, value_enum, default_value_t = Browser::Chromium)]
        browser: Browser,
        /// Play the whole way by itself, even where there is a display; the results go to target/demo.
        #[arg(long)]
        demo: bool,
    },
    /// Run every check and every test, with the packed extension in real browsers.
    Test {
        /// Leave the browsers out.
        #[arg(long)]
        quick: bool,
        /// Only the browser tests whose name holds this.
        #[arg(long, conflicts_with = "quick")]
        only: Option<String>,
    },
    /// Run the published test vectors, natively and as WebAssembly, and the outside tools on our files.
    Conformance,
    /// Give the decoders and the message door any input; what an earlier run learned is where the next one begins.
    Fuzz {
        /// Only this target: bundle, text, age, door, profile or detect.
        #[arg(long)]
        target: Option<String>,
        /// How long each target runs.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
        /// How many targets run at once.
        #[arg(long, default_value_t = 2)]
        jobs: usize,
    },
    /// Play random histories against a model on every store: in memory, in a directory, in both browsers.
    Histories {
        /// Only there.
        #[arg(value_enum)]
        place: Option<histories::Place>,
        /// How many on each store.
        #[arg(long, default_value_t = 1_000)]
        count: u32,
        /// Where the seeds begin.
        #[arg(long, default_value_t = 0)]
        seed: u32,
    },
    /// Kill a collector while people deal with it, and see that nothing that it had answered is lost or doubled.
    Kills {
        /// How many times.
        #[arg(long, default_value_t = 200)]
        count: u32,
    },
    /// Measure how fast records are captured, verified, appended, backed up, restored and accepted by a collector,
    /// natively and in the browsers, beside what sets the limit; or how the detector does beside others.
    Bench {
        /// Measure only this; without it, all but the detector, and the archive with many records.
        #[arg(value_enum)]
        place: Option<bench::Place>,
        /// How often each figure is measured; the median counts.
        #[arg(long, default_value_t = 5)]
        runs: usize,
        /// Records of a profile, for the archive: as often as sizes are wanted. Without it 1,000, 100,000 and 1,000,000.
        #[arg(long = "count")]
        counts: Vec<u32>,
    },
    /// Take a picture of every page in every state, in both browsers, light, dark and in Arabic, into target/screens.
    Screens {
        /// Only with a browser and a dress whose name holds this, such as `firefox-arabic`.
        #[arg(long)]
        only: Option<String>,
    },
    /// Check formatting, lints, types, texts, generated files and the import rule.
    Check,
    /// Write the generated files: the TypeScript types of the messages.
    Generate,
}

fn main() -> ExitCode {
    let line = Line::parse();
    let done = Tree::find().and_then(|tree| match line.task {
        Task::Build => build::build(&tree),
        Task::Package { file_only: true, .. } => package::file_only(&tree),
        Task::Package { check: false, .. } => package::package(&tree).map(drop),
        Task::Package { check: true, .. } => package::reproduce(&tree),
        Task::Run { browser, demo } => run::run(&tree, browser, demo),
        Task::Screens { only } => run::screens(&tree, only.as_deref()),
        Task::Test { only: Some(name), .. } => test::only(&tree, &name),
        Task::Test { quick, only: None } => test::test(&tree, quick),
        Task::Conformance => conformance::run(&tree),
        Task::Fuzz {
            target,
            seconds,
            jobs,
        } => fuzz::fuzz(&tree, target.as_deref(), fuzz::From::Corpus, seconds, jobs),
        Task::Histories { place, count, seed } => histories::play(&tree, place, count, seed),
        Task::Kills { count } => kills::kill(&tree, count),
        Task::Bench { place, runs, counts } => bench::bench(&tree, place, runs, &counts),
        Task::Check => check::check(&tree),
        Task::Generate => generate::generate(&tree),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
