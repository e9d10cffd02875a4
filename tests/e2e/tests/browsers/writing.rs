//! What people write with other than letters: an input method, a drag. Done at the display, as by a person, in Chromium:
//! Firefox takes neither from a virtual display, where it has no input method and begins no drag.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::Kind;
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;

use crate::lab::{Lab, ON, SETTLED, Session, on_session};

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    if kind == Kind::Chromium {
        trials.push(on_session(lab, kind, "input_method", composed));
        trials.push(on_session(lab, kind, "drag_and_drop", dragged));
    }
}

/// Where the middle of an element is on the display.
async fn middle(session: &Session, selector: &str) -> Result<(i64, i64)> {
    let script = "
        const box = document.querySelector(arguments[0]).getBoundingClientRect();
        const border = (outerWidth - innerWidth) / 2;
        const left = window.mozInnerScreenX ?? screenX + border;
        const top = window.mozInnerScreenY ?? screenY + outerHeight - innerHeight - border;
        return [left + box.x + box.width / 2, top + box.y + box.height / 2].map(Math.round);";
    let point = session.browser.run(script, vec![selector.into()]).await?;
    let at = |index: usize| point[index].as_i64().context("no place on the display");
    Ok((at(0)?, at(1)?))
}

async fn stands(session: &Session, text: &str) -> Result<()> {
    until(&format!("{text:?} in the field"), SOON, async || {
        let value = session
            .browser
            .run("return document.querySelector('#box').value", vec![])
            .await?;
        Ok((value == text).then_some(()))
    })
    .await
}

/// The code of a character, written into the input method of the display: the Enter that ends it belongs to the input
/// method, and the next one sends.
async fn composed(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/ime.html")).await?;
    let (x, y) = middle(session, "#box").await?;
    session.desk.click_at(x, y).await?;
    session.desk.press(&["s", "n", "o", "w"]).await?;
    stands(session, "snow").await?;
    session
        .desk
        .press(&["ctrl+shift+u", "2", "6", "0", "3", "Return"])
        .await?;
    stands(session, "snow☃").await?;
    tokio::time::sleep(SETTLED).await;
    let early = browser.records_of(since, |site| site == ON).await?;
    ensure!(early.is_empty(), "recorded before it was sent: {early:?}");
    session.desk.press(&["Return"]).await?;
    browser.find("#sent[data-count='1']").await?;
    browser.recorded(since, ON, "snow☃").await?;
    browser.close(&tab).await
}

/// Moves the pointer about a point, as a hand that waits does, until the page says that the drag has come so far: a
/// browser under way with other things takes its time to begin one, and a button let go before ends none.
async fn moved_until(session: &Session, (x, y): (i64, i64), state: &str) -> Result<()> {
    let mut step = 0;
    until(&format!("the drag to be {state}"), SOON, async || {
        step = (step + 5) % 20;
        session.desk.move_to(x + step, y).await?;
        let script = "return document.documentElement.dataset.drag ?? ''";
        let said = session.browser.run(script, vec![]).await?;
        Ok((said == state).then_some(()))
    })
    .await
}

async fn dragged(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let since = browser.next_seq().await?;
    let tab = browser.open(&format!("http://{ON}/drag.html")).await?;
    let from = middle(session, "#words").await?;
    let to = middle(session, "#box").await?;
    session.desk.move_to(from.0, from.1).await?;
    session.desk.hold().await?;
    moved_until(session, from, "started").await?;
    moved_until(session, to, "over").await?;
    session.desk.let_go().await?;
    stands(session, "words from elsewhere").await?;
    browser.click("#send").await?;
    browser.find("#sent[data-count='1']").await?;
    let record = browser.recorded(since, ON, "words from elsewhere").await?;
    ensure!(!record.altered, "what was dropped is the person's own");
    browser.close(&tab).await
}
