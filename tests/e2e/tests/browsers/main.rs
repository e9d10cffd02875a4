//! The packed extension in Chromium and Firefox: each test is a case for each browser, without retries.

mod accessibility;
mod adapters;
mod applications;
mod archive;
mod bundles;
mod burglar;
mod collectors;
mod crashes;
mod editors;
mod first_run;
mod fixtures;
mod hostile;
mod keyboard;
mod keys;
mod lab;
mod ports;
mod privacy;
mod review;
mod search;
mod writing;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use counterfoil_e2e::browser::Kind;
use counterfoil_e2e::process;
use counterfoil_e2e::tools::Tools;
use libtest_mimic::{Arguments, Trial};

use crate::lab::Lab;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    let tools = if arguments.list {
        None
    } else {
        Some(Tools::from_env()?)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async { process::end_all_on_signal() })?;
    let lab = Arc::new(Lab::new(runtime.handle().clone(), tools));
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        first_run::trials(&lab, kind, &mut trials);
        fixtures::trials(&lab, kind, &mut trials)?;
        adapters::trials(&lab, kind, &mut trials);
        accessibility::trials(&lab, kind, &mut trials);
        privacy::trials(&lab, kind, &mut trials);
        hostile::trials(&lab, kind, &mut trials);
        review::trials(&lab, kind, &mut trials);
        archive::trials(&lab, kind, &mut trials);
        search::trials(&lab, kind, &mut trials);
        writing::trials(&lab, kind, &mut trials);
        applications::trials(&lab, kind, &mut trials);
        editors::trials(&lab, kind, &mut trials);
        bundles::trials(&lab, kind, &mut trials);
        collectors::trials(&lab, kind, &mut trials);
        crashes::trials(&lab, kind, &mut trials);
        keys::trials(&lab, kind, &mut trials);
        keyboard::trials(&lab, kind, &mut trials);
        ports::trials(&lab, kind, &mut trials);
    }
    // A thread for each: they wait for their browser in turn, and for late records side by side.
    arguments.test_threads.get_or_insert(trials.len());
    let conclusion = libtest_mimic::run(&arguments, interleave(trials));
    let left = runtime.block_on(lab.close());
    process::end_all();
    if let Err(error) = &left {
        eprintln!("{error:#}");
    }
    Ok(if conclusion.has_failed() || left.is_err() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Both browsers from the start, also where only a few threads are asked for.
fn interleave(trials: Vec<Trial>) -> Vec<Trial> {
    let (chromium, firefox): (Vec<_>, Vec<_>) = trials
        .into_iter()
        .partition(|trial| trial.name().starts_with(Kind::Chromium.name()));
    let (mut chromium, mut firefox) = (chromium.into_iter(), firefox.into_iter());
    let mut mixed = Vec::new();
    loop {
        let pair = [chromium.next(), firefox.next()];
        if pair.iter().all(Option::is_none) {
            return mixed;
        }
        mixed.extend(pair.into_iter().flatten());
    }
}
