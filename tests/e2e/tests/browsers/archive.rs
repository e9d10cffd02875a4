//! The archive in the full tab: what is found while one types, what the filters count, what becomes of everything that
//! matches, and conversations.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::tools::tests_dir;
use counterfoil_e2e::until::SOON;
use counterfoil_e2e::until::until;
use counterfoil_e2e::web::Web;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::first_run::say;
use crate::lab::{Lab, ON, Session, on_fresh, on_session, trial};
use crate::review::{comes, told};

/// The records in the list, as they lie in the document.
const SHOWN: &str =
    "[...document.querySelectorAll('.feed article[data-seq]')].map((row) => Number(row.dataset.seq))";
/// What is typed into the field.
const TYPED: &str = "document.getElementById('filter').value";
/// The record that has the focus.
const FOCUSED: &str = "Number(document.activeElement?.dataset.seq ?? -1)";
/// Changes of the address within ten seconds from which on a browser refuses or ignores them, and some more.
const CHANGES: usize = 260;
/// More than fit into one answer, from sites of which none reaches its limit.
const SITES: u16 = 3;
const EACH: u16 = 19;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_session(lab, kind, "archive_finds_while_one_types", finds));
    trials.push(on_session(
        lab,
        kind,
        "archive_filters_by_what_it_counts",
        filters,
    ));
    trials.push(on_session(lab, kind, "archive_is_used_by_keyboard", keyboard));
    trials.push(on_fresh(
        lab,
        kind,
        "archive_decides_about_all_that_match",
        async |session| everything(session).await,
    ));
    trials.push(trial(
        lab,
        kind,
        "archive_shows_conversations",
        async move |lab, name| {
            let web = Web::start(tests_dir("adapters")).await?;
            lab.with_web(kind, name, &web, async |session| {
                conversation(session, &web).await
            })
            .await
        },
    ));
}

/// Says these, each on the fixture pages' host at a port, where one is given, and gives their numbers.
async fn said(session: &Session, texts: &[(&str, Option<u16>)]) -> Result<Vec<u64>> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let mut seqs = Vec::new();
    for (text, port) in texts {
        let site = port.map_or_else(|| ON.to_owned(), |port| format!("{ON}:{port}"));
        browser.site_on(&format!("http://{site}")).await?;
        let tab = browser.open(&format!("http://{site}/chat-enter.html")).await?;
        say(session, text).await?;
        seqs.push(browser.recorded(since, &site, text).await?.seq);
        browser.close(&tab).await?;
    }
    Ok(seqs)
}

/// Empties the field and types this.
async fn ask(browser: &Browser, query: &str) -> Result<()> {
    browser.click("#filter").await?;
    browser.keys(String::from(char::from(Key::Escape))).await?;
    comes(browser, "the field to be empty", TYPED, &json!("")).await?;
    browser.keys(query).await
}

async fn shows(browser: &Browser, query: &str, due: &[u64]) -> Result<()> {
    comes(browser, &format!("{query} to find {due:?}"), SHOWN, &json!(due)).await
}

async fn finds(session: &Session) -> Result<()> {
    const OTHER: &str = "pages.test:20991";
    let browser = &session.browser;
    let seqs = said(
        session,
        &[
            ("quorvath light house by the sea", None),
            ("the quorvath house is light", None),
            ("Quórvath: lighthouses, one by one", Some(20_991)),
        ],
    )
    .await?;
    let [one, two, three] = seqs[..] else {
        anyhow::bail!("three were said")
    };
    let month = told(browser, "new Date().toISOString().slice(0, 7)").await?;
    let month = month.as_str().context("no month")?;

    let page = browser.open_page("app/app.html#records").await?;
    for (query, due) in [
        ("QUORV", &[three, two, one][..]),
        ("quorvath light", &[three, two, one]),
        ("\"light house\" quorvath", &[one]),
        ("quorvath \"light hou", &[one]),
        ("quorvath -sea", &[three, two]),
        (&format!("quorvath site:{OTHER}"), &[three]),
        (&format!("quorvath -site:{OTHER}"), &[two, one]),
        (&format!("quorvath on:{month}"), &[three, two, one]),
        ("quorvath before:2020", &[]),
        ("quorvath kind:rating", &[]),
    ] {
        ask(browser, query).await?;
        shows(browser, query, due).await?;
    }
    // What was understood is told, and each part of it can be let go.
    browser.find("[data-empty=empty_nothing_matches]").await?;
    let parts = "[...document.querySelectorAll('[data-action=drop-part] bdi')].map((it) => it.textContent)";
    comes(browser, "the parts", parts, &json!(["quorvath", "kind:rating"])).await?;
    browser.click("[data-action=drop-part]:last-of-type").await?;

    ask(browser, "\"light house\" quorvath").await?;
    let marks = "[...document.querySelectorAll('.feed mark')].map((it) => it.textContent)";
    comes(browser, "the matches", marks, &json!(["quorvath", "light house"])).await?;

    ask(browser, "quorvath on:soon").await?;
    browser.find("[data-fault=query_date]").await?;
    shows(browser, "what is left of it", &[three, two, one]).await?;

    // The address keeps what was asked, and Back leads to what was asked before.
    ask(browser, "quorvath -sea").await?;
    shows(browser, "quorvath -sea", &[three, two]).await?;
    ask(browser, "quorvath is").await?;
    shows(browser, "quorvath is", &[two]).await?;
    let noted = "decodeURIComponent(location.hash)";
    comes(browser, "the address", noted, &json!("#records?q=quorvath is")).await?;
    browser.driver.refresh().await?;
    browser.find("#filter").await?;
    shows(browser, "the address", &[two]).await?;
    comes(browser, "what was typed", TYPED, &json!("quorvath is")).await?;
    // However fast one types.
    let there_and_back = format!("a{}", char::from(Key::Backspace));
    browser.click("#filter").await?;
    browser
        .keys(there_and_back.repeat(CHANGES / 2) + " light")
        .await?;
    comes(
        browser,
        "the address",
        noted,
        &json!("#records?q=quorvath is light"),
    )
    .await?;
    browser.run("history.go(-3)", vec![]).await?;
    comes(browser, "what was asked before", TYPED, &json!("quorvath -sea")).await?;
    shows(browser, "what was asked before", &[three, two]).await?;

    // A record beside the list leaves the list as it is.
    browser
        .click(&format!("article[data-seq='{two}'] [data-action=open]"))
        .await?;
    browser.find(&format!("[data-detail='{two}']")).await?;
    comes(browser, "what was asked", TYPED, &json!("quorvath -sea")).await?;
    browser.click("[data-action=close-detail]").await?;
    shows(browser, "the list", &[three, two]).await?;
    browser.close(&page).await
}

async fn filters(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let seqs = said(
        session,
        &[
            ("tamarisk by the well", None),
            ("tamarisk in the yard", Some(20_992)),
            ("tamarisk at the gate", Some(20_992)),
        ],
    )
    .await?;
    let [one, two, three] = seqs[..] else {
        anyhow::bail!("three were said")
    };
    let all = [three, two, one];
    let records = browser.records(one).await?;
    let kind = &records.first().context("no record")?.kind;

    let page = browser.open_page("app/app.html#records").await?;
    ask(browser, "tamarisk").await?;
    counted(browser, 3).await?;
    let site = format!("site:{ON}:20992");
    for (filter, due, count) in [
        (site.as_str(), &[three, two][..], "2"),
        (&format!("kind:{kind}"), &all, "3"),
    ] {
        let button = format!("[data-action=facet][data-filter='{filter}']");
        let told = format!("document.querySelector(\"{button} .count\")?.textContent");
        comes(browser, &format!("the count of {filter}"), &told, &json!(count)).await?;
        browser.click(&button).await?;
        comes(
            browser,
            "the filter in the field",
            TYPED,
            &json!(format!("tamarisk {filter}")),
        )
        .await?;
        shows(browser, filter, due).await?;
        browser.click(&format!("{button}[aria-pressed=true]")).await?;
        comes(browser, "the filter out of the field", TYPED, &json!("tamarisk")).await?;
        shows(browser, "tamarisk", &all).await?;
        counted(browser, 3).await?;
    }
    // A bar of the activity leads to its month.
    browser.click("[data-action=show-activity]").await?;
    let bar = "document.querySelector('.activity a[data-month][tabindex=\"0\"]')?.dataset.month ?? null";
    let month = until("a bar", SOON, async || {
        Ok(told(browser, bar).await?.as_str().map(str::to_owned))
    })
    .await?;
    browser
        .run(
            "document.querySelector('.activity a[tabindex=\"0\"]').focus()",
            vec![],
        )
        .await?;
    browser.keys(String::from(char::from(Key::Enter))).await?;
    comes(
        browser,
        "the month in the field",
        TYPED,
        &json!(format!("tamarisk on:{month}")),
    )
    .await?;
    shows(browser, "the month", &all).await?;
    browser.close(&page).await
}

/// Waits until the filters say how many there are, folded out where they are not beside the list.
async fn counted(browser: &Browser, count: u64) -> Result<()> {
    let sign = "document.getElementById('facets')?.dataset.counted ?? null";
    comes(browser, "the counts", sign, &json!(count.to_string())).await?;
    let hidden = "!document.getElementById('facets').checkVisibility()";
    if told(browser, hidden).await? == json!(true) {
        browser.click("[data-action=show-facets]").await?;
    }
    Ok(())
}

async fn keyboard(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let seqs = said(session, &[("brindlewick one", None), ("brindlewick two", None)]).await?;
    let [one, two] = seqs[..] else {
        anyhow::bail!("two were said")
    };
    let press = async |key: Key| browser.keys(String::from(char::from(key))).await;
    let page = browser.open_page("app/app.html#records").await?;
    // The focus may still be in the bar of addresses, where no key reaches the page.
    browser.click(".brand").await?;
    browser.keys("/").await?;
    comes(
        browser,
        "the field to have the focus",
        "document.activeElement?.id",
        &json!("filter"),
    )
    .await?;
    browser.keys("brindlewick").await?;
    shows(browser, "brindlewick", &[two, one]).await?;
    press(Key::Down).await?;
    comes(
        browser,
        "the first record to have the focus",
        FOCUSED,
        &json!(two),
    )
    .await?;
    browser.keys("x").await?;
    browser.find("[data-selected='1']").await?;
    browser.keys("j").await?;
    comes(browser, "the next record to have the focus", FOCUSED, &json!(one)).await?;
    browser.keys("m").await?;
    browser.record_stands(one, "marked").await?;
    browser.keys("d").await?;
    browser.record_stands(one, "deleting").await?;
    browser.keys("u").await?;
    browser.record_stands(one, "marked").await?;
    comes(browser, "the focus to stay", FOCUSED, &json!(one)).await?;
    browser.keys("m").await?;
    browser.record_stands(one, "private").await?;
    press(Key::Enter).await?;
    browser.find(&format!("[data-detail='{one}']")).await?;
    press(Key::Escape).await?;
    comes(
        browser,
        "the record to be closed",
        "document.querySelector('.detail') === null",
        &json!(true),
    )
    .await?;
    comes(browser, "the focus to be back", FOCUSED, &json!(one)).await?;
    press(Key::Home).await?;
    comes(
        browser,
        "the first record to have the focus",
        FOCUSED,
        &json!(two),
    )
    .await?;
    browser.close(&page).await
}

async fn everything(session: &Session) -> Result<()> {
    session.make_ready().await?;
    let browser = &session.browser;
    let all = u64::from(SITES * EACH);
    for site in 0..SITES {
        let origin = format!("http://{ON}:{}", 20_980 + site);
        browser.site_on(&origin).await?;
        let tab = browser.open(&format!("{origin}/chat-enter.html")).await?;
        for number in 0..EACH {
            say(session, &format!("zephyrine {site}.{number}")).await?;
        }
        until("all of a site to be recorded", SOON, async || {
            Ok((found(browser, "zephyrine").await? == u64::from((site + 1) * EACH)).then_some(()))
        })
        .await?;
        browser.close(&tab).await?;
    }

    let page = browser.open_page("app/app.html#records?q=zephyrine").await?;
    counted(browser, all).await?;
    let rows = told(browser, &format!("{SHOWN}.length")).await?;
    ensure!(
        rows.as_u64().is_some_and(|rows| rows > 0 && rows < all),
        "{rows} of {all} records are in the document"
    );
    select(browser, all).await?;
    browser.click("[data-action=bulk-mark]").await?;
    reported(browser, "mark", all).await?;
    ensure!(found(browser, "is:marked").await? == all, "not all are marked");

    browser.click("[data-action=bulk-hide]").await?;
    browser
        .type_into("[data-action=hide-in-words]", "zephyrine")
        .await?;
    browser.click("[data-action=hide-in-yes]").await?;
    reported(browser, "hide", all).await?;

    // So many are asked about first.
    browser.click("[data-action=bulk-delete]").await?;
    browser
        .click("dialog[open] [data-action=delete-many-yes]")
        .await?;
    reported(browser, "delete", all).await?;
    ensure!(found(browser, "zephyrine").await? == 0, "not all are deleted");
    browser.click("[data-action=bulk-undo-all]").await?;
    reported(browser, "undo", all).await?;
    ensure!(
        found(browser, "zephyrine is:marked").await? == all,
        "not all came back as they were"
    );

    // One is left out of what is meant.
    select(browser, all).await?;
    browser.click("article[data-seq] [data-action=select]").await?;
    browser.find(&format!("[data-selected='{}']", all - 1)).await?;
    browser.click("[data-action=bulk-keep]").await?;
    reported(browser, "keep", all - 1).await?;
    ensure!(
        found(browser, "is:marked").await? == 1,
        "what was left out is not as it was"
    );
    browser.close(&page).await
}

/// Selects everything that matches, from what is shown on.
async fn select(browser: &Browser, all: u64) -> Result<()> {
    if told(browser, "document.querySelector('[data-everything]') !== null").await? == json!(true) {
        browser.click("[data-action=select-none]").await?;
    }
    browser.click("[data-action=select-all]").await?;
    browser.click("[data-action=select-matching]").await?;
    browser.find(&format!("[data-selected='{all}']")).await.map(drop)
}

async fn reported(browser: &Browser, deed: &str, changed: u64) -> Result<()> {
    browser
        .find(&format!("[data-report-of={deed}][data-changed='{changed}']"))
        .await
        .map(drop)
}

/// How many records a query finds.
async fn found(browser: &Browser, query: &str) -> Result<u64> {
    let (mut sum, mut before) = (0, Value::Null);
    loop {
        let request = json!({ "type": "count", "query": query, "before": before });
        let view = browser.ask(&request).await?["view"].take();
        sum += view["total"].as_u64().context("no count")?;
        before = view["next"].clone();
        if before.is_null() {
            return Ok(sum);
        }
    }
}

async fn conversation(session: &Session, web: &Web) -> Result<()> {
    const ORIGIN: &str = "https://chatgpt.com";
    let browser = &session.browser;
    session.proxy.name("chatgpt.com", web.address());
    browser.give_consent().await?;
    browser.permit(&[format!("{ORIGIN}/*")]).await?;
    browser.site_on(ORIGIN).await?;
    let mut seqs = Vec::new();
    for (thread, texts) in [
        ("6aaa-81ab", ["Name a bird", "and another"]),
        ("7bbb-92bc", ["Name a fish", "and its colour"]),
    ] {
        let url = format!("{ORIGIN}/c/{thread}");
        web.show(&url, tests_dir("adapters").join("chatgpt/chat.html"));
        let tab = browser.open(&url).await?;
        for text in texts {
            browser.type_into("#prompt-textarea", text).await?;
            browser.keys(String::from(char::from(Key::Enter))).await?;
            seqs.push(browser.recorded(0, "chatgpt.com", text).await?.seq);
        }
        browser.close(&tab).await?;
    }
    let [bird, another, fish, _] = seqs[..] else {
        anyhow::bail!("four were said")
    };
    let page = browser
        .open_page(&format!("app/app.html#records/{another}"))
        .await?;
    let turns = "[...document.querySelectorAll('[data-turn]')].map((it) => [Number(it.dataset.turn), it.dataset.by, it.ariaCurrent])";
    comes(
        browser,
        "the conversation",
        turns,
        &json!([[bird, "person", null], [another, "person", "true"]]),
    )
    .await?;
    browser.click("[data-action=to-turn]").await?;
    comes(
        browser,
        "the conversation, from its other end",
        turns,
        &json!([[bird, "person", "true"], [another, "person", null]]),
    )
    .await?;
    browser.find(&format!("[data-detail='{bird}']")).await?;
    browser.close(&page).await?;
    let page = browser.open_page(&format!("app/app.html#records/{fish}")).await?;
    let count = "document.querySelectorAll('[data-turn]').length";
    comes(browser, "the other conversation", count, &json!(2)).await?;
    browser.close(&page).await
}
