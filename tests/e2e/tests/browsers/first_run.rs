//! The first hour: consent, permission prompts with both answers, and permission taken away again.

use std::sync::Arc;

use anyhow::{Result, ensure};
use counterfoil_e2e::browser::Kind;
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::fixtures::exactly;
use crate::lab::{CORNER, Lab, ON, SETTLED, Session, on_fresh};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(lab, kind, "first_run", async |session| {
        welcome_opens_and_ticks_nothing(session).await?;
        session.browser.tidy().await?;
        nothing_without_consent(session).await?;
        session.browser.give_consent().await?;
        prompts_from_the_tab(session).await?;
        prompts_from_the_popup(session).await?;
        revoked_in_the_browser(session).await
    }));
}

fn origin() -> String {
    format!("http://{ON}")
}

async fn welcome_opens_and_ticks_nothing(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let url = format!("{}welcome/welcome.html", browser.base);
    until("the welcome page to open by itself", SOON, async || {
        Ok(browser.is_open(&url).await?.then_some(()))
    })
    .await?;
    browser.open_page("welcome/welcome.html").await?;
    browser.find("[data-consented=false]").await?;
    let ticked = browser
        .run("return document.querySelectorAll(':checked').length", vec![])
        .await?;
    ensure!(ticked == 0, "{ticked} boxes are ticked already");
    let start = browser.find("[data-action=consent]").await?;
    ensure!(
        !start.is_enabled().await?,
        "recording could be started without the tick"
    );
    browser.click("[data-action=decline]").await?;
    browser.find("[data-consented=false]").await?;
    Ok(())
}

async fn nothing_without_consent(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let answer = browser
        .answer_to(&json!({ "type": "site_on", "url": origin() }))
        .await?;
    ensure!(
        answer["failure"]["code"] == "no_consent",
        "a site without consent: {answer}"
    );
    let tab = browser.open(&format!("{}/chat-enter.html", origin())).await?;
    let popup = browser.popup().await?;
    popup
        .wait(
            "the popup's door",
            "return !!document.querySelector('[data-action=open-welcome]')",
        )
        .await?;
    popup.close().await?;
    browser.close(&tab).await
}

async fn prompts_from_the_tab(session: &Session) -> Result<()> {
    let browser = &session.browser;
    browser.add_site(&origin(), false).await?;
    ensure!(!permitted(session, ON).await?, "refused, and yet permitted");
    let tab = browser.open(&format!("{}/chat-enter.html", origin())).await?;
    let since = browser.next_seq().await?;
    say(session, "said after a refusal").await?;
    tokio::time::sleep(SETTLED).await;
    exactly(browser, since, ON, &[]).await?;

    browser.add_site(&origin(), true).await?;
    ensure!(permitted(session, ON).await?, "allowed, and yet not permitted");
    // The tab was open before the site was switched on: it is covered without a reload.
    browser.select(&tab).await?;
    say(session, "said after being allowed").await?;
    browser.recorded(since, ON, "said after being allowed").await?;
    browser.close(&tab).await?;
    browser
        .ask(&json!({ "type": "site_off", "origin": origin() }))
        .await?;
    until("the permission to go back", SOON, async || {
        Ok((!permitted(session, ON).await?).then_some(()))
    })
    .await
}

async fn prompts_from_the_popup(session: &Session) -> Result<()> {
    let browser = &session.browser;
    // A host that was never allowed: what was allowed once, Chromium gives again without a prompt.
    let origin = format!("http://{CORNER}");
    let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
    browser.click("h1").await?;
    for allow in [false, true] {
        let popup = browser.popup().await?;
        // Refused over a popup that the prompt closed, the site waits for the permission and offers to ask again.
        let ask = "return ['[data-action=permit]', '[data-action=site][aria-checked=false]']
            .find((selector) => document.querySelector(selector)) ?? null";
        let ask = popup.wait("the popup to offer to record this site", ask).await?;
        popup.press(ask.as_str().unwrap_or_default()).await?;
        browser.answer_prompt(allow).await?;
        // Chromium closes the popup over the prompt; the background goes on alone.
        if popup.shown().await? {
            popup.close().await?;
        }
        let state = if allow { "on" } else { "off" };
        until(&format!("the site to be {state}"), SOON, async || {
            let recording = browser.site_state(&origin).await? == "on";
            Ok((recording == allow && permitted(session, CORNER).await? == allow).then_some(()))
        })
        .await?;
        let since = browser.next_seq().await?;
        let text = if allow {
            "said with the popup's leave"
        } else {
            "said without leave"
        };
        say(session, text).await?;
        if allow {
            browser.recorded(since, CORNER, text).await?;
        } else {
            tokio::time::sleep(SETTLED).await;
            exactly(browser, since, CORNER, &[]).await?;
        }
    }
    browser.close(&tab).await
}

async fn revoked_in_the_browser(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let origin = format!("http://{CORNER}");
    let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
    browser.revoke(&format!("http://{CORNER}/*")).await?;
    until("the site to be without permission", SOON, async || {
        Ok((browser.site_state(&origin).await? == "unpermitted").then_some(()))
    })
    .await?;
    let since = browser.next_seq().await?;
    // The page that was open while it was allowed, and one that is opened now.
    browser.select(&tab).await?;
    say(session, "said in the old page").await?;
    browser.driver.refresh().await?;
    say(session, "said in the new page").await?;
    tokio::time::sleep(SETTLED).await;
    exactly(browser, since, CORNER, &[]).await?;
    browser.close(&tab).await
}

/// Whether the browser's permission for a host is given.
pub async fn permitted(session: &Session, host: &str) -> Result<bool> {
    let script = format!(
        "return await (globalThis.browser ?? chrome).permissions.contains({{ origins: ['http://{host}/*'] }});"
    );
    Ok(session.browser.in_console(&script).await? == true)
}

/// Writes into the chat of the selected tab and sends it with Enter.
pub async fn say(session: &Session, text: &str) -> Result<()> {
    let browser = &session.browser;
    browser.type_into("#box", text).await?;
    browser.keys(String::from(char::from(Key::Enter))).await?;
    until("the page to have sent it", SOON, async || {
        let sent = browser.find("#sent").await?.text().await?;
        Ok(sent.contains(text).then_some(()))
    })
    .await
}
