//! The background ended at every moment, and the whole browser: what was captured stays, once, in a log that holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::until::{START, until};
use libtest_mimic::Trial;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::first_run::say;
use crate::lab::{Lab, ON, Session, on_fresh, on_session};

/// Submissions in the test with a killed background.
const SUBMISSIONS: u64 = 24;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_session(lab, kind, "writes_are_strictly_durable", durability));
    trials.push(on_session(
        lab,
        kind,
        "killed_background_loses_and_doubles_nothing",
        killed_background,
    ));
    if kind == Kind::Chromium {
        // Firefox forgets an unsigned extension when it ends, and the extension's storage with it.
        trials.push(on_fresh(
            lab,
            kind,
            "killed_browser_keeps_what_was_captured",
            killed_browser,
        ));
    }
}

/// Looks at the real transactions of the background while it records.
async fn durability(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    browser.ask(&json!({ "type": "welcome" })).await?;
    browser
        .in_background(
            "(() => {
               const { prototype } = IDBDatabase;
               const begin = prototype.transaction;
               const spy = function (...rest) {
                 const transaction = begin.apply(this, rest);
                 if (transaction.mode !== 'readonly') spy.durabilities.push(transaction.durability);
                 return transaction;
               };
               prototype.transaction = Object.assign(spy, { begin, durabilities: [] });
             })()",
        )
        .await?;
    let since = browser.next_seq().await?;
    say(session, "kept for good").await?;
    browser.recorded(since, ON, "kept for good").await?;
    let seen = browser
        .in_background(
            "(() => {
               const { prototype } = IDBDatabase;
               const spy = prototype.transaction;
               prototype.transaction = spy.begin;
               return spy.durabilities;
             })()",
        )
        .await?;
    let strict = seen
        .as_array()
        .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one == "strict"));
    ensure!(strict, "the transactions that wrote were {seen}");
    browser.close(&tab).await
}

async fn killed_background(session: &Session) -> Result<()> {
    let browser = &session.browser;
    // A site of its own: the limits of a site count by the minute.
    let origin = format!("http://{ON}:20997");
    let site = format!("{ON}:20997");
    browser.site_on(&origin).await?;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
    browser.find("#box").await?;
    let mut shown: BTreeMap<u64, String> = BTreeMap::new();
    let mut backgrounds = BTreeSet::new();
    for index in 0..SUBMISSIONS {
        browser.select(&tab).await?;
        browser
            .type_into("#box", &format!("through the storm {index}"))
            .await?;
        // From before the gesture until after the answer, in small steps.
        let moment = Duration::from_millis(index * 9);
        browser
            .killing_background(moment, browser.keys(String::from(char::from(Key::Enter))))
            .await?;
        for (seq, text) in captured(browser, since, &site).await? {
            shown.insert(seq, text);
        }
        backgrounds.insert(browser.background_began().await?);
    }
    // A kill that finds no background running ends none; most find one.
    let ended = backgrounds.len() as u64;
    ensure!(
        ended * 2 > SUBMISSIONS,
        "only {ended} backgrounds were seen: too few were killed"
    );
    let due: BTreeSet<_> = (0..SUBMISSIONS)
        .map(|index| format!("through the storm {index}"))
        .collect();
    until("every submission to be recorded", START, async || {
        let found: BTreeSet<_> = captured(browser, since, &site).await?.into_values().collect();
        Ok(found.is_superset(&due).then_some(()))
    })
    .await?;
    let end = captured(browser, since, &site).await?;
    ensure!(
        end.len() == due.len(),
        "{} records of {} submissions: {end:#?}",
        end.len(),
        due.len()
    );
    for (seq, text) in shown {
        ensure!(
            end.get(&seq) == Some(&text),
            "record {seq}, {text:?}, was shown once and is gone"
        );
    }
    log_holds(browser).await?;
    browser.close(&tab).await
}

async fn killed_browser(session: &mut Session) -> Result<()> {
    let tools = session.tools.clone();
    let origin = format!("http://{ON}");
    session.browser.give_consent().await?;
    session.browser.add_site(&origin, true).await?;
    // Chromium writes its own settings late; the permission that it has not written is its to lose, not ours.
    let settings = session.browser.room().join("profile/Default");
    until("Chromium to write the permission down", START, async || {
        let written = ["Preferences", "Secure Preferences"]
            .iter()
            .any(|name| std::fs::read_to_string(settings.join(name)).is_ok_and(|text| text.contains(ON)));
        Ok(written.then_some(()))
    })
    .await?;
    let mut due = BTreeMap::new();
    for round in 0..3 {
        let since = session.browser.next_seq().await?;
        session.browser.open(&format!("{origin}/chat-enter.html")).await?;
        for index in 0..3 {
            let text = format!("before crash {round}, {index}");
            say(session, &text).await?;
            // As soon as it is shown as captured, it must survive.
            due.insert(session.browser.recorded(since, ON, &text).await?.seq, text);
        }
        session.browser.crash_and_restart(&tools).await?;
        let kept = captured(&session.browser, 0, ON).await?;
        ensure!(kept == due, "kept {kept:#?} of {due:#?}");
        ensure!(
            session.browser.site_state(&origin).await? == "on",
            "the site is off after the crash"
        );
        log_holds(&session.browser).await?;
    }
    Ok(())
}

async fn captured(browser: &Browser, since: u64, site: &str) -> Result<BTreeMap<u64, String>> {
    let records = browser.records(since).await?;
    Ok(records
        .into_iter()
        .filter(|it| it.site == site)
        .map(|it| (it.seq, it.text))
        .collect())
}

/// The extension's own check of the whole log against its signed checkpoint.
pub async fn log_holds(browser: &Browser) -> Result<()> {
    let reply = browser.ask(&json!({ "type": "check" })).await?;
    ensure!(
        reply["lines"].as_u64().is_some_and(|lines| lines > 0),
        "the log is empty: {reply}"
    );
    ensure!(
        reply["type"] == "checked" && reply["damaged"] == json!([]),
        "{reply}"
    );
    Ok(())
}
