//! Where nothing may be recorded, and what may not leave.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::fixtures::exactly;
use crate::lab::{Lab, OFF, ON, SETTLED, Session, on_session, trial};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(trial(
        lab,
        kind,
        "nothing_on_a_site_that_is_off",
        async move |lab, name| silent(lab, kind, name, &format!("http://{OFF}")).await,
    ));
    // The browser's permission covers every port of a host; that the site is off is ours to keep.
    trials.push(trial(
        lab,
        kind,
        "nothing_on_another_port_of_a_site_that_is_on",
        async move |lab, name| silent(lab, kind, name, &format!("http://{ON}:20999")).await,
    ));
    trials.push(on_session(
        lab,
        kind,
        "nothing_in_a_private_window",
        silent_in_private,
    ));
    trials.push(on_session(
        lab,
        kind,
        "the_extension_is_kept_out_of_private_windows",
        async |session| {
            ensure!(
                !session.browser.allowed_in_private().await?,
                "the extension may run in private windows"
            );
            Ok(())
        },
    ));
    trials.push(on_session(
        lab,
        kind,
        "a_page_reaches_nothing_of_the_extension",
        unreachable_from_pages,
    ));
    trials.push(on_session(
        lab,
        kind,
        "a_site_may_report_and_nothing_else",
        privileges,
    ));
    trials.push(on_session(lab, kind, "a_flood_of_messages_is_capped", flood));
    trials.push(on_session(
        lab,
        kind,
        "the_extension_cannot_ask_the_network",
        no_network,
    ));
}

/// What is written where nothing may be kept.
const SECRET: &str = "nobody shall keep this";

/// Writes and sends in the selected page, where nothing may be recorded.
async fn write_secret(browser: &Browser) -> Result<()> {
    browser.type_into("#box", SECRET).await?;
    browser.keys(String::from(char::from(Key::Enter))).await?;
    browser.find("#sent[data-count='1']").await.map(drop)
}

async fn nothing_was_kept(browser: &Browser, since: u64) -> Result<()> {
    let records = browser.records(since).await?;
    let kept: Vec<_> = records
        .iter()
        .filter(|record| record.text.contains(SECRET))
        .collect();
    ensure!(kept.is_empty(), "recorded: {kept:?}");
    Ok(())
}

/// Writes and sends on a site and waits for what may not come.
async fn silent(lab: &Lab, kind: Kind, name: &str, origin: &str) -> Result<()> {
    let (since, tab) = lab
        .with_session(kind, name, async |session| {
            let browser = &session.browser;
            let since = browser.next_seq().await?;
            let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
            write_secret(browser).await?;
            Ok((since, tab))
        })
        .await?;
    tokio::time::sleep(SETTLED).await;
    lab.with_session(kind, name, async |session| {
        session.browser.close(&tab).await?;
        nothing_was_kept(&session.browser, since).await
    })
    .await
}

/// On a site that is on, but in a private window; it is closed before anybody else opens a tab, which would be in it.
async fn silent_in_private(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser
        .open_private(&format!("http://{ON}/chat-enter.html"))
        .await?;
    write_secret(browser).await?;
    tokio::time::sleep(SETTLED).await;
    browser.close(&tab).await?;
    nothing_was_kept(browser, since).await
}

/// A page that knows the extension's address and its messages, on a site that is on.
async fn unreachable_from_pages(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let id = browser.base.split('/').nth(2).context("no id")?.to_owned();
    let observed = observed(0, "forged from outside");
    let got = browser
        .run_async(
            "const [base, id, message] = arguments;
             const page = globalThis.wrappedJSObject ?? globalThis;
             const got = [];
             const runtime = (page.browser ?? page.chrome)?.runtime;
             if (runtime?.sendMessage) {
               for (const attempt of [[id, message], [message], [id, { type: 'list', filter: {}, before: null }]]) {
                 const answer = await new Promise((resolve) => {
                   setTimeout(() => resolve(undefined), 1000);
                   try { runtime.sendMessage(...attempt, (answer) => { void runtime.lastError; resolve(answer); }); }
                   catch { resolve(undefined); }
                 });
                 if (answer !== undefined) got.push(['message', answer]);
               }
             }
             postMessage(message, '*');
             dispatchEvent(new CustomEvent('counterfoil', { detail: message }));
             for (const path of ['manifest.json', 'popup/popup.html', 'ui/ui.css', 'background/background.js']) {
               const found = await fetch(base + path).then(() => true, () => false);
               if (found) got.push(['fetch', path]);
             }
             return got;",
            vec![browser.base.clone().into(), id.into(), observed],
        )
        .await?;
    ensure!(got == json!([]), "the page got {got}");
    browser.close(&tab).await?;
    exactly(browser, since, ON, &[]).await
}

/// Sends messages as the content script of the site, with its rights: what a compromised renderer could do.
async fn from_content_script(session: &Session, origin: &str, messages: &Value) -> Result<Vec<Value>> {
    let origin = Value::from(origin);
    let script = format!(
        "const api = globalThis.browser ?? chrome;
         const tab = (await api.tabs.query({{}})).find((tab) => tab.url?.startsWith({origin} + '/'));
         const [{{ result }}] = await api.scripting.executeScript({{
           target: {{ tabId: tab.id }},
           args: [{messages}],
           func: async (messages) => {{
             const {{ runtime }} = globalThis.browser ?? chrome;
             const answers = [];
             for (const message of messages) answers.push(await runtime.sendMessage(message));
             return answers;
           }},
         }});
         return result;"
    );
    let answers = session.browser.in_console(&script).await?;
    answers
        .as_array()
        .cloned()
        .with_context(|| format!("no answers but {answers}"))
}

/// A submission as a content script reports it, true to the form.
fn observed(number: u64, text: &str) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis());
    json!({
        "type": "observed",
        "observed": {
            "v": 1, "nonce": format!("{number:032x}"), "text": text, "at": u64::try_from(now).unwrap_or_default(),
            "intent": "enter", "confirm": "cleared", "typed": text.chars().count(), "pasted": 0, "altered": false,
            "field": { "search": false, "multiline": true, "prefilled": false, "conversation": true, "form": false },
        },
    })
}

async fn privileges(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let origin = format!("http://{ON}:20996");
    browser.site_on(&origin).await?;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
    let forbidden = json!([
        { "type": "popup", "url": null }, { "type": "welcome" }, { "type": "consent", "given": false },
        { "type": "sites" }, { "type": "site_on", "url": format!("http://{OFF}") },
        { "type": "site_off", "origin": origin }, { "type": "list", "filter": {}, "before": null },
        { "type": "record", "seq": 0 }, { "type": "keep", "seqs": [0] }, { "type": "mark", "seqs": [0] },
        { "type": "delete", "seqs": [0] }, { "type": "undo", "seqs": [0] },
        { "type": "draft", "choice": { "name": "x", "time": "day", "site": true } },
        { "type": "approve", "draft": "x", "records_sha256": "0".repeat(64) }, { "type": "discard", "draft": "x" },
        { "type": "exports" }, { "type": "chunk", "export": "x", "index": 0 }, { "type": "check" },
        { "type": "repair" }, { "type": "status" }, { "type": "unlock", "passphrase": "x" }, { "type": "lock" },
        { "type": "settings" }, { "type": "words" }, { "type": "confirm_words", "words": "x" },
        { "type": "passphrase", "current": null, "new": "set by a page" }, { "type": "idle_lock", "minutes": 1 },
        { "type": "retention", "days": 1 }, { "type": "forget", "since": 0 }, { "type": "forget_all" },
        { "type": "undo_forget_all" }, { "type": "reset_audience", "name": "x" }, { "type": "backup" },
        { "type": "backup_piece", "backup": "x", "index": 0 }, { "type": "backup_saved", "backup": "x" },
        { "type": "restore", "words": "x" }, { "type": "restore_piece", "restore": "x", "index": 0, "data": "" },
        { "type": "restore_finish", "restore": "x" }, { "type": "restore_cancel", "restore": "x" },
        { "type": "collectors" }, { "type": "look_collector", "address": "https://shop.example", "file": null },
        { "type": "add_collector", "address": "https://shop.example", "did": "x", "file": null },
        { "type": "take_statements", "file": "{}" }, { "type": "refresh_collector", "collector": "x" },
        { "type": "remove_collector", "collector": "x" }, { "type": "credit_limit", "collector": "x", "units": 1 },
        { "type": "approve_offer", "draft": "x", "records_sha256": "0".repeat(64) },
        { "type": "send", "export": "x" },
        { "type": "withdraw", "collector": "x", "scope": "all", "delete": true },
        { "type": "statements", "collector": "x", "part": "account" },
    ]);
    let answers = from_content_script(session, &origin, &forbidden).await?;
    for (request, answer) in forbidden.as_array().into_iter().flatten().zip(&answers) {
        ensure!(
            answer["failure"]["code"] == "not_allowed",
            "{request} was answered with {answer}"
        );
    }
    let mut elsewhere = observed(1, "said to be of another site");
    elsewhere["observed"]["site"] = OFF.into();
    let mut long = observed(2, "x");
    long["observed"]["text"] = "x".repeat((1 << 20) + 1).into();
    let malformed = json!([
        elsewhere, long, null, 7, "observed", [], {}, { "type": "observed" }, { "type": "no_such_request" },
        { "type": "observed", "observed": { "v": 2 } },
    ]);
    let answers = from_content_script(session, &origin, &malformed).await?;
    for (request, answer) in malformed.as_array().into_iter().flatten().zip(&answers) {
        let code = answer["failure"]["code"].as_str().unwrap_or_default();
        let request = request.to_string().chars().take(80).collect::<String>();
        ensure!(
            ["message_invalid", "text_too_long"].contains(&code),
            "{request} was answered with {answer}"
        );
    }
    browser.close(&tab).await?;
    let records = browser.records(since).await?;
    ensure!(
        !records
            .iter()
            .any(|it| it.site.starts_with(OFF) || it.site == format!("{ON}:20996")),
        "{records:?}"
    );
    Ok(())
}

/// More messages than a person could send, all true to the form.
async fn flood(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let site = format!("{ON}:20995");
    let origin = format!("http://{site}");
    browser.site_on(&origin).await?;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
    let messages: Vec<_> = (0..60)
        .map(|index| observed(1_000 + index, &format!("flood {index}")))
        .collect();
    let answers = from_content_script(session, &origin, &messages.into()).await?;
    let recorded = answers
        .iter()
        .filter(|answer| answer["reply"]["capture"] == "recorded")
        .count();
    let capped = answers
        .iter()
        .filter(|answer| answer["failure"]["code"] == "site_capped")
        .count();
    ensure!(
        recorded == 30 && capped == 30,
        "{recorded} recorded, {capped} capped: {:?}",
        answers.last()
    );
    let records = browser.records(since).await?;
    let kept = records.iter().filter(|record| record.site == site).count();
    ensure!(kept == 30, "{kept} records of 30");
    ensure!(
        browser.site_state(&origin).await? == "capped",
        "the site is not shown as capped"
    );
    browser.close(&tab).await
}

/// The extension's own contexts try what the content security policy forbids: to pages all of it, to the background
/// what is neither https nor of this machine.
async fn no_network(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let server = format!("http://{ON}/chat-enter.html");
    let attempt = |urls: &[&str]| {
        let urls = json!(urls);
        format!(
            "(async () => {{
           const got = [];
           for (const url of {urls}) {{
             if (await fetch(url, {{ mode: 'no-cors' }}).then(() => true, () => false)) got.push(url);
           }}
           const socket = await new Promise((resolve) => {{
             try {{
               const socket = new WebSocket('{}');
               socket.onopen = () => resolve(true);
               socket.onerror = () => resolve(false);
             }} catch {{ resolve(false); }}
           }});
           if (socket) got.push('a socket');
           return got;
         }})()",
            server.replace("http:", "ws:")
        )
    };
    let before = session.proxy.attempts().len();
    // An answer shows that the background is awake.
    browser.ask(&json!({ "type": "welcome" })).await?;
    for (place, got) in [
        ("background", browser.in_background(&attempt(&[&server])).await?),
        (
            "page",
            browser
                .in_console(&format!(
                    "return await {};",
                    attempt(&[&server, "https://example.com/", "http://127.0.0.1:9/"])
                ))
                .await?,
        ),
    ] {
        ensure!(got == json!([]), "the {place} reached {got}");
    }
    let attempts = session.proxy.attempts();
    let new: Vec<_> = attempts.iter().skip(before).collect();
    ensure!(new.is_empty(), "the network was asked: {new:#?}");
    session.nothing_left()
}
