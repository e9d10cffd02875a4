//! The first hour: the welcome, consent, permission prompts with both answers, and permission taken away again.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::person::WELCOME;
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
    trials.push(on_fresh(lab, kind, "first_run_by_keyboard", async |session| {
        by_keyboard(session).await
    }));
    trials.push(on_fresh(lab, kind, "newcomers_first_record", async |session| {
        newcomer(session).await
    }));
}

fn origin() -> String {
    format!("http://{ON}")
}

async fn welcome_opens_and_ticks_nothing(session: &Session) -> Result<()> {
    let browser = &session.browser;
    browser.welcomed().await?;
    browser.open_page(WELCOME).await?;
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

/// The first of the sites that the welcome suggests.
const SUGGESTED: &str = "https://chatgpt.com";

/// The three screens by keyboard alone: consent, a suggested site with both answers to the prompt, a first record that is
/// decided about, the way to the 24 words and back; then consent is withdrawn elsewhere.
async fn by_keyboard(session: &Session) -> Result<()> {
    let browser = &session.browser;
    browser.welcomed().await?;
    browser.tidy().await?;
    browser.open_page(WELCOME).await?;
    // The focus may still be in the bar of addresses, where no key reaches the page.
    browser.click("h1").await?;
    browser.tab_to("[data-action=agree]").await?;
    browser.keys(" ").await?;
    browser.tab_to("[data-action=consent]").await?;
    enter(browser).await?;
    arrived(browser, 2, "#sites").await?;

    let switches = "return [...document.querySelectorAll('[data-action=site]')].map((it) => it.ariaChecked)";
    let states = browser.run(switches, vec![]).await?;
    let states = states.as_array().map_or(&[][..], Vec::as_slice);
    ensure!(
        states.len() > 10 && states.iter().all(|state| state == "false"),
        "the suggestions are not all off: {states:?}"
    );
    let switch = format!("[data-action=site][data-origin='{SUGGESTED}']");
    browser.tab_to(&switch).await?;
    for allow in [false, true] {
        browser.press_for_prompt("space").await?;
        browser.answer_prompt(allow).await?;
        browser
            .find(&format!("{switch}[aria-checked={allow}]:not([aria-busy])"))
            .await?;
        let state = if allow { "on" } else { "off" };
        until(&format!("{SUGGESTED} to be {state}"), SOON, async || {
            Ok((browser.site_state(SUGGESTED).await? == state).then_some(()))
        })
        .await?;
        let kept = "return document.activeElement?.dataset.origin ?? null";
        ensure!(
            browser.run(kept, vec![]).await? == SUGGESTED,
            "the prompt took the focus along"
        );
    }
    browser.find("[data-sites-on='1']").await?;
    browser.tab_to("[data-action=next]").await?;
    enter(browser).await?;
    arrived(browser, 3, "#practice").await?;

    browser.tab_to("[data-action=practice-text]").await?;
    let text = "a sentence without a pointer";
    browser.keys(text).await?;
    enter(browser).await?;
    let seq = browser.recorded(0, "", text).await?.seq;
    browser
        .tab_to(&format!("[data-practised] article[data-seq='{seq}']"))
        .await?;
    for (key, due) in [
        ("m", "marked"),
        ("m", "private"),
        ("d", "deleting"),
        ("u", "private"),
    ] {
        browser.keys(key).await?;
        browser.record_stands(seq, due).await?;
        let held = "return document.activeElement !== document.body";
        ensure!(
            browser.run(held, vec![]).await? == true,
            "{key} took the focus along"
        );
    }

    browser.tab_to("[data-action=to-words]").await?;
    enter(browser).await?;
    browser.find("main[data-section=settings] #part-words").await?;
    browser.driver.back().await?;
    browser.find("main[data-step='3']").await?;
    browser.driver.refresh().await?;
    browser.find("main[data-step='3'] [data-key=backup]").await?;
    browser.driver.back().await?;
    browser.find(&format!("main[data-step='2'] {switch}")).await?;

    browser.ask(&json!({ "type": "consent", "given": false })).await?;
    arrived(browser, 1, "#promise").await?;
    browser.find("main[data-consented=false]").await.map(drop)
}

async fn enter(browser: &Browser) -> Result<()> {
    browser.keys(String::from(char::from(Key::Enter))).await
}

/// A screen of the welcome is shown: its name stands in the address, its heading has the focus, and it was announced.
async fn arrived(browser: &Browser, step: u32, hash: &str) -> Result<()> {
    browser.find(&format!("main[data-step='{step}']")).await?;
    let said = "return [location.hash, document.activeElement?.localName ?? null,
                        document.getElementById('status').textContent !== '']";
    until(&format!("screen {step} of the welcome"), SOON, async || {
        Ok((browser.run(said, vec![]).await? == json!([hash, "h1", true])).then_some(()))
    })
    .await
}

/// What a newcomer does, counted.
struct Newcomer<'b> {
    browser: &'b Browser,
    actions: u32,
}

impl Newcomer<'_> {
    async fn click(&mut self, selector: &str) -> Result<()> {
        self.actions += 1;
        self.browser.click(selector).await
    }

    async fn types(&mut self, text: &str) -> Result<()> {
        self.actions += 1;
        self.browser.keys(text).await
    }

    async fn enter(&mut self) -> Result<()> {
        self.actions += 1;
        enter(self.browser).await
    }
}

/// From a fresh profile's welcome to the first reviewed record; then the same record by keyboard.
async fn newcomer(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let text = "my first sentence, for me@example.org";
    let probe = browser
        .answer_to(&json!({ "type": "practice", "text": text }))
        .await?;
    if probe["failure"]["code"] == "message_invalid" {
        println!("newcomer: the message for practice is not there yet");
        return Ok(());
    }
    ensure!(probe["outcome"] == "failed", "recorded without consent: {probe}");

    browser.welcomed().await?;
    browser.tidy().await?;
    browser.open_page(WELCOME).await?;
    browser.find("[data-action=agree]").await?;
    let began = Instant::now();
    let mut newcomer = Newcomer { browser, actions: 0 };
    newcomer.click("[data-action=agree]").await?;
    newcomer.click("[data-action=consent]:not(:disabled)").await?;
    newcomer.click("main[data-step='2'] [data-action=next]").await?;
    newcomer.click("[data-action=practice-text]").await?;
    newcomer.types(text).await?;
    newcomer.enter().await?;
    browser.find("[data-practised] mark[data-kind=EMAIL]").await?;
    newcomer.click("[data-practised] [data-action=mark]").await?;
    browser
        .find("[data-practised] article[data-review=marked]")
        .await?;
    let (actions, seconds) = (newcomer.actions, began.elapsed().as_secs_f64());
    println!("newcomer: {actions} actions, {seconds:.1} seconds");
    ensure!(actions <= 8, "{actions} actions up to the first reviewed record");

    let record = browser.recorded(0, "", text).await?;
    ensure!(record.kind == "unknown", "it is recorded as {}", record.kind);
    // The ticket got the focus when it was made; its own keys work on it.
    browser
        .run(
            "document.querySelector('[data-practised] article').focus()",
            vec![],
        )
        .await?;
    for (key, due) in [("m", "private"), ("d", "deleting"), ("u", "private")] {
        browser.keys(key).await?;
        browser.record_stands(record.seq, due).await?;
    }
    browser.click("[data-action=delete-practice]").await?;
    browser.record_stands(record.seq, "deleting").await?;
    browser.press_on_record(record.seq, "undo").await?;
    browser.record_stands(record.seq, "private").await
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
