//! The suite that every host of the app passes, and random histories on that host, in the background of an extension that
//! holds nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::process::room;
use counterfoil_e2e::suite;
use counterfoil_e2e::until::START;
use libtest_mimic::Trial;

use crate::lab::{Lab, PATIENCE, trial};

/// Histories after which a long run tells how far it is.
const TOLD: u32 = 500;
/// Histories that one call plays.
const TOGETHER: u32 = 40;
/// How many of them side by side.
const LANES: u32 = 8;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(trial(
        lab,
        kind,
        "the_ports_pass_their_suite",
        async move |lab, name| ports(lab, kind, name).await,
    ));
    trials.push(trial(
        lab,
        kind,
        "a_profile_holds_what_the_model_says_whatever_happens",
        async move |lab, name| histories(lab, kind, name).await,
    ));
}

async fn ports(lab: &Lab, kind: Kind, name: &str) -> Result<()> {
    in_suite(lab, kind, name, PATIENCE, async |browser| {
        let verdicts = suite::call(browser, "conform()", START * 2).await?;
        let verdicts = verdicts.as_array().context("no verdicts")?;
        let wrong: Vec<_> = verdicts.iter().filter(|verdict| !verdict[1].is_null()).collect();
        ensure!(wrong.is_empty(), "of {} checks: {wrong:#?}", verdicts.len());
        ensure!(!verdicts.is_empty(), "the suite checked nothing");
        Ok(())
    })
    .await
}

/// `COUNTERFOIL_HISTORIES` says how many (default 10), `COUNTERFOIL_SEED` where the seeds begin.
async fn histories(lab: &Lab, kind: Kind, name: &str) -> Result<()> {
    let count = number("COUNTERFOIL_HISTORIES", 10)?;
    let first = number("COUNTERFOIL_SEED", 0)?;
    let patience = PATIENCE + START * count;
    in_suite(lab, kind, name, patience, async |browser| {
        let mut tally: BTreeMap<String, u64> = BTreeMap::new();
        let mut played = 0;
        while played < count {
            let part = TOGETHER.min(count - played);
            let call = format!("play({}, {part}, {LANES})", first + played);
            let told = suite::call(browser, &call, START * (2 + TOGETHER)).await?;
            for lane in told.as_array().context("no tallies")? {
                for (what, number) in lane.as_object().context("no tally")? {
                    let number = number.as_u64().context("not a number in a tally")?;
                    *tally.entry(what.clone()).or_default() += number;
                }
            }
            played += part;
            if played == count || played.is_multiple_of(TOLD) {
                println!("{played} histories in {}: {tally:?}", kind.name());
            }
        }
        for what in ["records", "kills", "bundles", "trees"] {
            ensure!(
                tally.get(what).is_some_and(|number| *number > 0),
                "no {what}: {tally:?}"
            );
        }
        Ok(())
    })
    .await
}

fn number(name: &str, default: u32) -> Result<u32> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} is not a number")),
        Err(_) => Ok(default),
    }
}

/// Lends a browser that holds nothing but the suite.
async fn in_suite(
    lab: &Lab,
    kind: Kind,
    name: &str,
    patience: Duration,
    test: impl AsyncFnOnce(&Browser) -> Result<()>,
) -> Result<()> {
    let module = std::env::var_os("COUNTERFOIL_PORTS").map(PathBuf::from);
    let module =
        module.context("COUNTERFOIL_PORTS is not set: `cargo xtask test` builds the suite and sets it")?;
    let folder = room("ports")?;
    let tools = suite::packed(lab.tools()?, kind, &module, &[], folder.path()).await?;
    lab.with_tools(kind, name, &tools, patience, async |session| {
        test(&session.browser).await
    })
    .await
}
