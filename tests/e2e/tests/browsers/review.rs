//! The real popup and the full tab's list: what they show, and what is decided there.

use std::sync::Arc;

use anyhow::{Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind, Popup};
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;
use serde_json::json;

use crate::first_run::say;
use crate::lab::{Lab, ON, Session, on_session};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_session(lab, kind, "popup_reviews", popup));
    trials.push(on_session(lab, kind, "popup_switches_the_site", switch));
    trials.push(on_session(lab, kind, "popup_pauses_everywhere", pause));
    trials.push(on_session(lab, kind, "sites_tell_their_health", health));
    trials.push(on_session(lab, kind, "list_reviews", list));
}

/// The state of a record, as the background tells it.
async fn state(browser: &Browser, seq: u64) -> Result<String> {
    let records = browser.records(seq).await?;
    let record = records.into_iter().find(|record| record.seq == seq);
    Ok(record.map_or_else(
        || "gone".to_owned(),
        |it| it.review["state"].as_str().unwrap_or_default().to_owned(),
    ))
}

async fn stands(browser: &Browser, seq: u64, due: &str) -> Result<()> {
    until(&format!("record {seq} to be {due}"), SOON, async || {
        Ok((state(browser, seq).await? == due).then_some(()))
    })
    .await
}

async fn decide(popup: &Popup<'_>, browser: &Browser, seq: u64, action: &str, due: &str) -> Result<()> {
    popup
        .press(&format!("article[data-seq='{seq}'] [data-action={action}]"))
        .await?;
    stands(browser, seq, due).await?;
    let shown =
        format!("return document.querySelector(\"article[data-seq='{seq}']\")?.dataset.review === '{due}'");
    popup
        .wait(&format!("record {seq} to be shown as {due}"), &shown)
        .await
        .map(drop)
}

async fn popup(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let text = format!("seen in the popup of {}", browser.kind.name());
    say(session, &text).await?;
    let seq = browser.recorded(since, ON, &text).await?.seq;

    let popup = browser.popup().await?;
    let newest = "return document.querySelector('article[data-seq]')?.dataset.seq ?? null";
    let first = popup.wait("the newest record", newest).await?;
    ensure!(
        first.as_str() == Some(&*seq.to_string()),
        "the newest record shown is {first}, not {seq}"
    );
    let shown = popup.text().await?;
    ensure!(
        shown.contains(&text) && shown.contains(ON),
        "the popup does not show the record: {shown}"
    );
    decide(&popup, browser, seq, "mark", "marked").await?;
    decide(&popup, browser, seq, "keep", "private").await?;
    decide(&popup, browser, seq, "delete", "deleting").await?;
    decide(&popup, browser, seq, "undo", "private").await?;
    popup.close().await?;
    browser.close(&tab).await
}

async fn switch(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let origin = format!("http://{ON}:20998");
    browser.site_on(&origin).await?;
    let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
    browser.click("h1").await?;
    let popup = browser.popup().await?;
    let checked = |value: &str| {
        format!(
            "return document.querySelector('[data-action=site]')?.getAttribute('aria-checked') === '{value}'"
        )
    };
    popup.wait("the switch, on", &checked("true")).await?;
    popup.press("[data-action=site]").await?;
    popup.wait("the switch, off", &checked("false")).await?;
    popup.close().await?;
    ensure!(
        browser.site_state(&origin).await? == "off",
        "switched off, and yet {origin} is not off"
    );
    let since = browser.next_seq().await?;
    say(session, "said after switching off").await?;
    // The answer to a later message on the same way shows that the earlier one was dealt with.
    let sentinel = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    say(session, "said where it is on").await?;
    browser.recorded(since, ON, "said where it is on").await?;
    let records = browser.records(since).await?;
    ensure!(
        records
            .iter()
            .all(|record| record.text != "said after switching off"),
        "recorded: {records:?}"
    );
    browser.close(&sentinel).await?;
    browser.close(&tab).await
}

async fn list(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let mut seqs = Vec::new();
    for text in ["one for the list", "two for the list", "three for the list"] {
        say(session, text).await?;
        seqs.push(browser.recorded(since, ON, text).await?.seq);
    }
    browser.close(&tab).await?;
    let [one, two, three] = seqs[..] else {
        anyhow::bail!("three were said")
    };

    let page = browser.open_page("app/app.html#records").await?;
    browser.type_into("[data-action=filter]", "for the LIST").await?;
    until("the filter to answer", SOON, async || {
        let shown = browser
            .run("return [...document.querySelectorAll('article[data-seq]')].map((row) => Number(row.dataset.seq))", vec![])
            .await?;
        Ok((shown == serde_json::json!([three, two, one])).then_some(()))
    })
    .await?;
    browser.press_on_record(one, "mark").await?;
    browser.record_stands(one, "marked").await?;
    browser.press_on_record(one, "keep").await?;
    browser.record_stands(one, "private").await?;
    browser.press_on_record(two, "delete").await?;
    browser.record_stands(two, "deleting").await?;
    browser.press_on_record(two, "undo").await?;
    browser.record_stands(two, "private").await?;
    browser.press_on_record(three, "delete").await?;
    browser.record_stands(three, "deleting").await?;
    stands(browser, three, "deleting").await?;
    stands(browser, two, "private").await?;
    browser.close(&page).await
}

async fn pause(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let popup = browser.popup().await?;
    popup.press(".pause summary").await?;
    popup.press("[data-action=pause][data-length=hour]").await?;
    let paused = "return document.querySelector('[data-paused]') !== null || null";
    popup.wait("the pause to be shown", paused).await?;
    popup.close().await?;
    let kind = browser.kind.name();
    say(session, &format!("between us in {kind}")).await?;
    let answer = browser.ask(&json!({ "type": "sites" })).await?;
    ensure!(
        answer["view"]["paused"]["until"].is_u64(),
        "it is not paused: {answer}"
    );

    browser.select(&tab).await?;
    let popup = browser.popup().await?;
    popup.press("[data-action=resume]").await?;
    let resumed = "return document.querySelector('[data-paused]') === null || null";
    popup.wait("the pause to be over", resumed).await?;
    popup.close().await?;
    let text = format!("on the record again in {kind}");
    say(session, &text).await?;
    let first = browser.recorded(since, ON, &text).await?;
    ensure!(first.seq == since, "something was recorded during the pause");
    browser.close(&tab).await
}

async fn health(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let text = format!("to be counted in {}", browser.kind.name());
    say(session, &text).await?;
    browser.recorded(since, ON, &text).await?;
    browser.close(&tab).await?;
    let page = browser.open_page("app/app.html#sites").await?;
    let row = format!("li[data-origin='http://{ON}'] [data-health]");
    browser.find(&row).await?;
    browser.click(".report summary").await?;
    let report = browser.find("[data-report]").await?.text().await?;
    ensure!(
        report.contains(ON) && report.contains("recorded") && !report.contains(&text),
        "the report says too little or too much: {report}"
    );
    browser.close(&page).await
}
