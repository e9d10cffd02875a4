//! The real popup, the full tab's list and a record's page: what they show, and what is decided there.

use std::sync::Arc;

use anyhow::{Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind, Popup};
use counterfoil_e2e::bundle;
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::first_run::say;
use crate::lab::{Lab, OFF, ON, Session, on_session};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_session(lab, kind, "popup_reviews", popup));
    trials.push(on_session(lab, kind, "popup_switches_the_site", switch));
    trials.push(on_session(lab, kind, "popup_pauses_everywhere", pause));
    trials.push(on_session(lab, kind, "toolbar_tells_how_it_stands", toolbar));
    trials.push(on_session(lab, kind, "sites_tell_their_health", health));
    trials.push(on_session(lab, kind, "list_reviews", list));
    trials.push(on_session(
        lab,
        kind,
        "what_is_found_is_hidden_before_it_is_signed",
        hiding,
    ));
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
    found_in_the_popup(session).await?;
    browser.close(&tab).await
}

/// The ticket in reach shows its text whole, with what was found in it; that is decided there, and the next popup goes on
/// with the same record.
async fn found_in_the_popup(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let words = "a long way to the end, ".repeat(16);
    let text = format!("{words}write to okapi@zoo.example about it");
    say(session, &text).await?;
    let seq = browser.recorded(since, ON, &text).await?.seq;
    let article = format!("article[data-seq='{seq}']");
    let popup = browser.popup().await?;
    popup.press(&article).await?;
    let whole = format!("return document.querySelector(\"{article} [data-text]\")?.textContent ?? null");
    let shown = popup.wait("the text, whole", &whole).await?;
    ensure!(shown == *text, "it shows {shown}");
    let mark = format!("{article} mark[data-kind=EMAIL][data-hide=placeholder]");
    popup.press(&mark).await?;
    popup
        .press(&format!("{article} [data-becoming] [data-action=hide-keep]"))
        .await?;
    let kept = format!("return !!document.querySelector(\"{article} mark[data-hide=keep]\")");
    popup.wait("the finding to stay", &kept).await?;
    popup.close().await?;

    let popup = browser.popup().await?;
    popup.wait("the review to go on where it was", &kept).await?;
    let focused = format!("return document.activeElement?.closest(\"{article}\") !== null");
    popup.wait("the focus to be there", &focused).await?;
    popup.press(&format!("{article} mark[data-kind=EMAIL]")).await?;
    popup
        .press(&format!("{article} [data-becoming] [data-action=undo-hide]"))
        .await?;
    let undone = format!("return !!document.querySelector(\"{mark}\")");
    popup.wait("the decision to be undone", &undone).await?;
    popup.close().await?;

    // Who is at the switch before the text has come stays there.
    let popup = browser.popup().await?;
    popup
        .run(
            "for (let frames = 0; frames < 600; frames++) {
                 document.querySelector('[data-action=site]')?.focus();
                 if (document.activeElement !== document.body) return;
                 await new Promise(requestAnimationFrame);
             }",
        )
        .await?;
    popup.wait("the text to be shown again", &whole).await?;
    popup.run("await new Promise(requestAnimationFrame)").await?;
    let stayed = popup
        .run("return document.activeElement.matches('[data-action=site]')")
        .await?;
    ensure!(stayed == true, "the focus left what the person had moved it to");
    popup.close().await
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
    // The site is on, and is not said to record.
    let paused =
        "return document.querySelector('.site-state[data-state=paused] ~ [data-paused]') !== null || null";
    popup.wait("the pause to be shown", paused).await?;
    popup.close().await?;
    let kind = browser.kind.name();
    say(session, &format!("between us in {kind}")).await?;
    let answer = browser.ask(&json!({ "type": "sites" })).await?;
    ensure!(
        answer["view"]["paused"]["until"].is_u64(),
        "it is not paused: {answer}"
    );
    let page = browser.open_page("app/app.html#sites").await?;
    browser.find("li [data-state=paused]").await?;
    browser
        .screenshot(&session.tools.out.join(format!("{kind}-paused.png")))
        .await?;
    browser.close(&page).await?;

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

/// The icon's words over each tab say whether it is recorded there; a pause shows over all.
async fn toolbar(session: &Session) -> Result<()> {
    let browser = &session.browser;
    // The tab is known by its place: of one that is not permitted, the browser does not tell the address.
    let over = async |said: &str| {
        let words = "const api = globalThis.browser ?? chrome;
             const tabs = await api.tabs.query({});
             const [last] = tabs.toSorted((one, other) => other.id - one.id);
             return await api.action.getTitle({ tabId: last.id });";
        until(&format!("the toolbar to say {said:?}"), SOON, async || {
            let words = browser.in_console(words).await?;
            Ok(words.as_str().is_some_and(|it| it.ends_with(said)).then_some(()))
        })
        .await
    };
    let pause = async |request: Value| browser.ask(&request).await.map(drop);
    // The page to ask from is there before the tabs that are asked about.
    browser.in_console("return null").await?;
    for (host, said) in [(ON, "recording here"), (OFF, "nothing is recorded here")] {
        let tab = browser.open(&format!("http://{host}/chat-enter.html")).await?;
        over(said).await?;
        pause(json!({ "type": "pause", "length": "open", "offset": 0 })).await?;
        over("recording is paused").await?;
        pause(json!({ "type": "resume" })).await?;
        over(said).await?;
        browser.close(&tab).await?;
    }
    Ok(())
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

/// What a page says of itself.
pub async fn told(browser: &Browser, body: &str) -> Result<Value> {
    browser.run(&format!("return {body}"), vec![]).await
}

pub async fn comes(browser: &Browser, what: &str, body: &str, due: &Value) -> Result<()> {
    until(what, SOON, async || {
        Ok((told(browser, body).await? == *due).then_some(()))
    })
    .await
}

async fn hiding(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let name = browser.kind.name();
    let text = format!("🦊 {name}: one@example.org or 4111 1111 1111 1111, ask Gandalf or 198.51.100.7");
    say(session, &text).await?;
    let seq = browser.recorded(since, ON, &text).await?.seq;
    browser.close(&tab).await?;

    let page = browser.open_page(&format!("app/app.html#records/{seq}")).await?;
    marked(browser, &text).await?;
    decided(browser, name).await?;
    browser
        .screenshot(&session.tools.out.join(format!("{name}-hiding.png")))
        .await?;
    browser.click(".detail [data-action=mark]").await?;
    stands(browser, seq, "marked").await?;
    browser.close(&page).await?;
    exported(session, seq, &text).await?;
    always_hidden(session, seq).await
}

/// What leaves of the text of the test once it was decided about, with this in place of the word that was added.
fn left(browser: &str, word: &str) -> String {
    format!("🦊 {browser}: one@example.org or [CREDIT_CARD_1], ask {word} or 198.51.100.0/24")
}

/// What was found is marked in the text; each mark has a name and a reason, and leads to its decision by keyboard.
async fn marked(browser: &Browser, text: &str) -> Result<()> {
    let marks = "[...document.querySelectorAll('[data-text] mark')].map((mark) => [mark.textContent, mark.dataset.hide])";
    let found = json!([
        ["one@example.org", "placeholder"],
        ["4111 1111 1111 1111", "placeholder"],
        ["198.51.100.7", "placeholder"]
    ]);
    comes(browser, "what was found to be marked", marks, &found).await?;
    ensure!(
        told(browser, "document.querySelector('[data-text]').textContent").await? == json!(text),
        "the text is not shown as it was written"
    );
    let why = told(
        browser,
        "[...document.querySelectorAll('[data-text] mark')].every((mark) => mark.ariaLabel.includes(mark.textContent) \
         && document.getElementById(mark.getAttribute('aria-describedby'))?.textContent.trim() !== '')",
    )
    .await?;
    ensure!(why == json!(true), "a mark has no name, or no reason");
    // The focus may still be in the bar of addresses, where no key reaches the page.
    browser.click("#hiding-title").await?;
    browser
        .run("document.querySelector('[data-text] mark').focus()", vec![])
        .await?;
    comes(
        browser,
        "the reason to be shown",
        "document.querySelector('.why').dataset.why ?? null",
        &json!("0"),
    )
    .await?;
    browser.keys(String::from(char::from(Key::Enter))).await?;
    let focused = "document.activeElement?.id ?? null";
    comes(
        browser,
        "the decision to have the focus",
        focused,
        &json!("finding-0"),
    )
    .await
}

/// One finding is shown, one says less, and a word is hidden: selected, taken back, and then by its letters.
async fn decided(browser: &Browser, name: &str) -> Result<()> {
    const SHARED: &str = "document.querySelector('[data-shared=other]')?.textContent ?? null";
    browser.click("[data-row='0'] [data-action=hide-keep]").await?;
    browser
        .find("[data-row='0'] [data-action=hide-keep][aria-pressed=true]")
        .await?;
    browser
        .click("[data-row='2'] [data-action=hide-generalise]")
        .await?;
    browser
        .find("[data-row='2'] [data-action=hide-generalise][aria-pressed=true]")
        .await?;
    browser
        .run(
            "const root = document.querySelector('[data-text]');\
             const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);\
             while (walker.nextNode()) {\
               const at = walker.currentNode.data.indexOf('Gandalf');\
               if (at >= 0) getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + 7);\
             }",
            vec![],
        )
        .await?;
    browser
        .click("[data-action=hide-selection]:not(:disabled)")
        .await?;
    let hidden = json!(left(name, "[HIDDEN_1]"));
    comes(browser, "the selected word to be hidden", SHARED, &hidden).await?;
    browser.click("[data-action=undo-hide]:not(:disabled)").await?;
    comes(
        browser,
        "it to be taken back",
        SHARED,
        &json!(left(name, "Gandalf")),
    )
    .await?;
    browser.type_into("[data-action=hide-phrase]", "gandalf").await?;
    browser.click("[data-action=hide-words]").await?;
    comes(browser, "the word to be hidden", SHARED, &hidden).await
}

/// Before and after are shown, and the bundle holds what is left, and how many of each kind it lacks.
async fn exported(session: &Session, seq: u64, text: &str) -> Result<()> {
    let (browser, tools) = (&session.browser, &session.tools);
    let name = browser.kind.name();
    let mut before = Value::Null;
    let file = browser
        .export(&format!("hidden in {name}"), async |step| {
            if step == "export-review" {
                browser.click(&format!("[data-of='{seq}'] summary")).await?;
                browser.find("[data-before]").await?;
                before = told(
                    browser,
                    "[document.querySelector('[data-before]').textContent, document.querySelector('[data-field=text]').textContent]",
                )
                .await?;
                browser
                    .screenshot(&tools.out.join(format!("{name}-hiding-export.png")))
                    .await?;
            }
            Ok(())
        })
        .await?;
    ensure!(
        before == json!([text, left(name, "[HIDDEN_1]")]),
        "before and after are not shown: {before}"
    );
    let records = bundle::records(tools, &file).await?;
    let [record] = &records[..] else {
        anyhow::bail!("not one record was exported: {records:?}")
    };
    ensure!(
        record["text"] == left(name, "[HIDDEN_1]"),
        "the bundle holds {}",
        record["text"]
    );
    let removed = json!([
        { "count": 1, "type": "CREDIT_CARD" },
        { "count": 1, "type": "HIDDEN" },
        { "count": 1, "type": "IP" }
    ]);
    ensure!(
        record["redactions"] == removed,
        "the bundle says that it lacks {}",
        record["redactions"]
    );
    bundle::verify_everywhere(tools, &file).await.map(drop)
}

/// What is always hidden is hidden in records that were there before.
async fn always_hidden(session: &Session, seq: u64) -> Result<()> {
    let (browser, tools) = (&session.browser, &session.tools);
    let name = browser.kind.name();
    let page = browser.open_page("app/app.html#settings/always").await?;
    browser.type_into("[data-action=always-phrase]", name).await?;
    browser.click("[data-action=always-add]").await?;
    browser.find(&format!("[data-phrase='{name}']")).await?;
    let answer = browser.ask(&json!({ "type": "record", "seq": seq })).await?;
    let shared = answer["view"]["hiding"]["shared"].as_str().unwrap_or_default();
    ensure!(
        shared.starts_with("🦊 [PERSONAL_LIST_1]: "),
        "it leaves as {shared}"
    );
    browser
        .screenshot(&tools.out.join(format!("{name}-always.png")))
        .await?;
    browser
        .click(&format!("[data-phrase='{name}'] [data-action=always-remove]"))
        .await?;
    browser.find("[data-empty=always]").await?;
    browser.close(&page).await
}
