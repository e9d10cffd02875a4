//! A page that does all a page can do against being recorded rightly: what the person sends is recorded once, nothing
//! else is, other pages are served meanwhile, and the site is named.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::Kind;
use counterfoil_e2e::case::press;
use counterfoil_e2e::until::{SOON, START, until};
use libtest_mimic::Trial;
use serde_json::json;

use crate::lab::{CORNER, Lab, ON, SETTLED, Session, on_fresh};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(lab, kind, "hostile_page", async |session| {
        against_all(session).await
    }));
}

async fn against_all(session: &mut Session) -> Result<()> {
    session.make_ready().await?;
    let browser = &session.browser;
    browser.add_site(&format!("http://{CORNER}"), true).await?;
    let since = browser.next_seq().await?;

    let hostile = browser.open(&format!("http://{ON}/hostile.html")).await?;
    browser.find("#state[data-flooding]").await?;
    browser.click("#box").await?;
    browser.keys("one real message").await?;
    press(browser, "Enter").await?;
    browser.find("#sent[data-count='1']").await?;

    // Served while the flood goes on, or at once after it.
    let other = browser.open(&format!("http://{CORNER}/chat-enter.html")).await?;
    browser.click("#box").await?;
    browser.keys("said elsewhere").await?;
    press(browser, "Enter").await?;
    browser.recorded(since, CORNER, "said elsewhere").await?;
    browser.close(&other).await?;

    browser.select(&hostile).await?;
    browser.find_within("#state[data-done]", START).await?;
    browser.click("#swelling").await?;
    browser.keys("y").await?;
    press(browser, "Enter").await?;
    browser.find("#state[data-swollen]").await?;
    browser.click("#small").await?;
    browser.keys("beside a field of 100 MB").await?;
    browser.click("#post").await?;
    tokio::time::sleep(SETTLED).await;
    browser.close(&hostile).await?;

    let texts: Vec<_> = browser
        .records_of(since, |site| site == ON)
        .await?
        .into_iter()
        .map(|record| (record.text, record.altered))
        .collect();
    // What was typed into the field that swelled was sent, and is the person's; what the page made of it is not.
    ensure!(
        texts == [("one real message".to_owned(), false), ("y".to_owned(), true)],
        "recorded: {texts:?}"
    );
    named(session).await
}

/// The site is named where its health is shown, and in the report.
async fn named(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let origin = format!("http://{ON}");
    until("the site to be named", SOON, async || {
        let reply = browser.ask(&json!({ "type": "sites" })).await?;
        let sites = reply["view"]["sites"].as_array().context("no list of sites")?;
        let site = sites.iter().find(|site| site["origin"] == *origin);
        let health = &site.context("the site is not listed")?["health"];
        Ok((health["state"] == "forging" && health["forged"].as_u64() >= Some(1_000)).then_some(()))
    })
    .await?;
    let page = browser.open_page("app/app.html#sites").await?;
    browser
        .find(&format!("li[data-origin='{origin}'] [data-health=forging]"))
        .await?;
    session.desk.screenshot(
        &session
            .tools
            .out
            .join(format!("hostile-{}.png", browser.kind.name())),
    )?;
    browser.close(&page).await
}
