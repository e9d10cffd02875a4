//! What the adapters say of themselves, at the real addresses of their sites: each page and each address is opened,
//! what a person does there is done, and exactly what the adapter says is recorded, by that adapter.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::adapters::{self, Table, Trial as Tried};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::tools::tests_dir;
use counterfoil_e2e::until::{SOON, until};
use counterfoil_e2e::web::Web;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use crate::lab::{Lab, SETTLED, Session, trial};

/// Pages that stay open while something could still be recorded of them.
const OPEN: usize = 10;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(trial(lab, kind, "adapters", async move |lab, name| {
        let web = Web::start(tests_dir("adapters")).await?;
        lab.with_web(kind, name, &web, async |session| all(session, &web).await)
            .await
    }));
}

async fn all(session: &mut Session, web: &Web) -> Result<()> {
    let browser = &session.browser;
    let files = adapters::files()?;
    let tried = adapters::trials(&files)?;
    readable(browser, &files).await?;
    switch_on(session, web, &adapters::origins(&tried)).await?;
    introduce(browser, web, &tried).await?;
    let table = play(browser, web, &tried).await?;
    let name = browser.kind.name();
    println!("\n{name}\n{table}");
    std::fs::write(
        session.tools.out.join(format!("adapters-{name}.txt")),
        table.to_string(),
    )?;
    let faults = table.faults();
    ensure!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    Ok(())
}

/// Fails unless this browser understands every selector.
async fn readable(browser: &Browser, files: &[counterfoil_adapter::read::File]) -> Result<()> {
    let selectors: Vec<_> = files
        .iter()
        .map(|file| json!([file.id, adapters::selectors(file)]))
        .collect();
    let wrong = browser
        .run(
            "const wrong = [];
             for (const [adapter, selectors] of arguments[0]) {
               for (const selector of selectors) {
                 try { document.createDocumentFragment().querySelector(selector); }
                 catch { wrong.push(`${adapter}: ${selector}`); }
               }
             }
             return wrong;",
            vec![Value::from(selectors)],
        )
        .await?;
    ensure!(wrong == json!([]), "selectors that are none: {wrong}");
    Ok(())
}

/// Consents, and switches on all sites with the browser's own permission.
async fn switch_on(session: &Session, web: &Web, origins: &BTreeSet<String>) -> Result<()> {
    let browser = &session.browser;
    for origin in origins {
        let host = origin.trim_start_matches("https://");
        session.proxy.name(host, web.address());
    }
    browser.give_consent().await?;
    let matches: Vec<_> = origins.iter().map(|origin| format!("{origin}/*")).collect();
    browser.permit(&matches).await?;
    for origin in origins {
        browser.ask(&json!({ "type": "site_on", "url": origin })).await?;
    }
    until("all sites to be on", SOON, async || {
        let reply = browser.ask(&json!({ "type": "sites" })).await?;
        let sites = reply["view"]["sites"].as_array().context("no list of sites")?;
        let on = sites.iter().filter(|site| site["state"] == "on").count();
        Ok((on == origins.len()).then_some(()))
    })
    .await
}

/// Visits the sites of families: what such a site is shows by its page alone, and holds from the next one on.
async fn introduce(browser: &Browser, web: &Web, tried: &[Tried]) -> Result<()> {
    let mut known = BTreeSet::new();
    for trial in tried.iter().filter(|trial| trial.family && !trial.first) {
        let origin = format!("https://{}", trial.site());
        let Some(file) = trial.file.as_ref().filter(|_| known.insert(origin.clone())) else {
            continue;
        };
        let home = format!("{origin}/");
        web.show(&home, file.clone());
        let tab = browser.open(&home).await?;
        until(&format!("{origin} to be known"), SOON, async || {
            let reply = browser.ask(&json!({ "type": "sites" })).await?;
            let sites = reply["view"]["sites"].as_array().context("no list of sites")?;
            let site = sites.iter().find(|site| site["origin"] == *origin);
            let named = site.is_some_and(|site| {
                site["health"]["adapter"]
                    .as_str()
                    .is_some_and(|name| !name.is_empty())
            });
            Ok(named.then_some(()))
        })
        .await?;
        browser.close(&tab).await?;
    }
    Ok(())
}

/// A page that is left open until nothing more can come of it.
struct Left<'t> {
    tried: &'t Tried,
    tab: WindowHandle,
    since: u64,
    done: Instant,
    played: Result<()>,
}

async fn play(browser: &Browser, web: &Web, tried: &[Tried]) -> Result<Table> {
    let mut table = Table::default();
    let mut left: VecDeque<Left> = VecDeque::new();
    let mut next = browser.next_seq().await?;
    for trial in tried {
        // One trial of a site at a time, so that every record belongs to one.
        while left.len() >= OPEN || left.iter().any(|it| it.tried.site() == trial.site()) {
            if let Some(oldest) = left.pop_front() {
                settle(browser, oldest, &mut next, &mut table).await?;
            }
        }
        if let Some(file) = &trial.file {
            web.show(&trial.url, file.clone());
        }
        let since = next;
        let tab = if trial.first {
            // What the page asks for comes only once the background has started again.
            let mut tab = None;
            let open = async {
                tab = Some(browser.open(&trial.url).await?);
                Ok(())
            };
            browser.killing_background(Duration::ZERO, open).await?;
            tab.context("no tab was opened")?
        } else {
            browser.open(&trial.url).await?
        };
        let played = steps(browser, trial).await;
        left.push_back(Left {
            tried: trial,
            tab,
            since,
            done: Instant::now(),
            played,
        });
    }
    for oldest in left {
        settle(browser, oldest, &mut next, &mut table).await?;
    }
    Ok(table)
}

async fn steps(browser: &Browser, trial: &Tried) -> Result<()> {
    for (index, step) in trial.steps.iter().enumerate() {
        step.play(browser)
            .await
            .with_context(|| format!("step {}: {step:?}", index + 1))?;
    }
    Ok(())
}

/// Looks at what was recorded of a page once nothing more can come, and closes it.
async fn settle(browser: &Browser, left: Left<'_>, next: &mut u64, table: &mut Table) -> Result<()> {
    tokio::time::sleep_until((left.done + SETTLED).into()).await;
    let trial = left.tried;
    let expected = &trial.expected;
    let site = trial.site();
    let mut found = Vec::new();
    let came = until("the records", SOON / 4, async || {
        found = browser.records_of(left.since, |it| it == site).await?;
        Ok((found.len() >= expected.len()).then_some(()))
    });
    // That some did not come is told below, with what did.
    drop(came.await);
    if let Some(last) = found.last() {
        *next = (*next).max(last.seq + 1);
    }
    let mut outcome = left.played;
    if outcome.is_ok() && !trial.is(&found) {
        let found: Vec<_> = found
            .iter()
            .map(|it| (&it.kind, &it.text, it.altered, &it.adapter, &it.model))
            .collect();
        let due: Vec<_> = expected.iter().map(|it| (&it.kind, &it.text)).collect();
        outcome = Err(anyhow::anyhow!("expected {due:?}, found {found:?}"));
    }
    table.add(trial, outcome);
    browser.close(&left.tab).await
}
