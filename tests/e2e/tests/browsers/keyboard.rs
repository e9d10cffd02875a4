//! The main tasks by keyboard alone, from the beginning of each page: where the focus goes shows, and after what was done
//! it is not lost.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::collector::Collector;
use counterfoil_e2e::dealing::COLLECTORS;
use counterfoil_e2e::sight::Sight;
use counterfoil_e2e::until::{SOON, until};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use crate::keys::record;
use crate::lab::{Lab, ON, Session, on_fresh};

const TEXTS: [&str; 3] = [
    "the first note of the day",
    "another note, about the pump",
    "write to okapi@zoo.example",
];
const PASSPHRASE: &str = "seven small boats in the rain";
/// More elements than any page lets `Tab` stop at.
const STOPS: usize = 120;
/// Longest that a collector takes to answer.
const ANSWERED: Duration = Duration::from_secs(30);

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(on_fresh(lab, kind, "main_tasks_by_keyboard", async |session| {
        session.make_ready().await?;
        let seqs = record(session, &TEXTS).await?;
        popup(session, &seqs).await.context("in the popup")?;
        archive(session, &seqs).await.context("in the archive")?;
        export(session, &seqs).await.context("exporting")?;
        share(session, &seqs).await.context("sharing")?;
        lock(session).await.context("locking")
    }));
}

/// Somebody without a pointer, in front of a page or of the popup.
struct Hands<'s> {
    sight: Sight<'s>,
}

impl Hands<'_> {
    async fn key(&self, keys: &str) -> Result<()> {
        self.sight.key(keys).await
    }

    async fn write(&self, words: &str) -> Result<()> {
        for one in words.chars() {
            self.key(&one.to_string()).await?;
        }
        Ok(())
    }

    /// Moves on by `Tab` to what the selector names.
    async fn to(&self, selector: &str) -> Result<()> {
        self.along("Tab", selector).await
    }

    /// Moves back by `Shift` and `Tab`.
    async fn back_to(&self, selector: &str) -> Result<()> {
        self.along("Shift+Tab", selector).await
    }

    /// At every stop on the way it shows where the focus is.
    async fn along(&self, keys: &str, selector: &str) -> Result<()> {
        for _ in 0..STOPS {
            self.sight
                .run("window.counterfoilStop = document.activeElement; return true")
                .await?;
            self.key(keys).await?;
            let stop = format!(
                "const now = document.activeElement;
                 if (now === window.counterfoilStop) return null;
                 const {{ outlineStyle, outlineWidth, outlineColor }} = getComputedStyle(now);
                 const shown = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && !outlineColor.endsWith(', 0)');
                 return {{ there: now.matches({selector}), shown, name: now.outerHTML.slice(0, 200) }};",
                selector = Value::from(selector)
            );
            let stop = until("the focus to move on", SOON, async || {
                let stop = self.sight.run(&stop).await?;
                Ok((!stop.is_null()).then_some(stop))
            })
            .await?;
            ensure!(
                stop["shown"] == true,
                "it does not show that the focus is at {}",
                stop["name"]
            );
            if stop["there"] == true {
                return Ok(());
            }
        }
        anyhow::bail!("{STOPS} times {keys} did not lead to {selector}")
    }

    /// Waits until something that the selector names is there, and the focus is somewhere in the page.
    async fn comes(&self, selector: &str) -> Result<()> {
        self.comes_within(selector, SOON).await
    }

    async fn comes_within(&self, selector: &str, deadline: Duration) -> Result<()> {
        let there = format!(
            "return document.querySelector({}) !== null",
            Value::from(selector)
        );
        until(&format!("{selector} to be there"), deadline, async || {
            Ok((self.sight.run(&there).await? == true).then_some(()))
        })
        .await?;
        self.held().await
    }

    /// The focus is not lost: it is at an element that can have it.
    async fn held(&self) -> Result<()> {
        let place = "const { activeElement } = document;
             return activeElement === null || activeElement === document.body ? null : activeElement.outerHTML.slice(0, 200)";
        until("the focus to be somewhere", SOON, async || {
            Ok((!self.sight.run(place).await?.is_null()).then_some(()))
        })
        .await
        .context("the focus was lost")
    }

    /// Presses a key and waits for what it leads to.
    async fn press(&self, keys: &str, leads_to: &str) -> Result<()> {
        self.key(keys).await?;
        self.comes(leads_to)
            .await
            .with_context(|| format!("after {keys:?}"))
    }
}

/// A page of the extension in a tab, as a link opens it.
async fn page<'b>(browser: &'b Browser, path: &str, sign: &str) -> Result<(Hands<'b>, WindowHandle)> {
    let tab = browser.open_page(path).await?;
    browser.find(sign).await?;
    browser.give_keyboard().await?;
    let sight = Sight::Page(browser);
    Ok((Hands { sight }, tab))
}

/// The site is switched off and on, and the records are reviewed: marked, decided about what was found in them, deleted
/// and taken back.
async fn popup(session: &Session, seqs: &[u64]) -> Result<()> {
    let browser = &session.browser;
    let [_, second, third] = seqs[..] else {
        anyhow::bail!("three were written")
    };
    let tab = browser.open(&format!("http://{ON}/chat-enter.html")).await?;
    let popup = browser.popup().await?;
    popup
        .wait("the records", "return document.querySelector('article') !== null")
        .await?;
    let hands = Hands {
        sight: Sight::Popup(&popup),
    };
    hands.to("[data-action=site]").await?;
    hands
        .press(" ", "[data-action=site][aria-checked=false]:focus")
        .await?;
    hands.key(" ").await?;
    if browser.kind == Kind::Firefox {
        browser.answer_prompt(true).await?;
    }
    hands.comes("[data-action=site][aria-checked=true]:focus").await?;

    let newest = format!("article[data-seq='{third}']");
    hands.to("article[data-seq]").await?;
    hands.comes(&format!("{newest}:focus mark")).await?;
    hands
        .press("m", &format!("{newest}[data-review=marked]:focus"))
        .await?;
    hands
        .press("m", &format!("{newest}[data-review=private]:focus"))
        .await?;
    hands.to("mark[data-kind=EMAIL]").await?;
    hands
        .press("Enter", "[data-becoming] [data-action=hide-placeholder]:focus")
        .await?;
    hands.to("[data-action=hide-keep]").await?;
    hands.press(" ", "mark[data-hide=keep]").await?;
    hands.to("[data-action=undo-hide]").await?;
    hands.press("Enter", "mark[data-hide=placeholder]").await?;

    let next = format!("article[data-seq='{second}']");
    hands.press("j", &format!("{next}:focus")).await?;
    hands.press("d", &format!("{next}[data-review=deleting]")).await?;
    hands.press("u", &format!("{next}[data-review=private]")).await?;
    hands.press("ArrowUp", &format!("{newest}:focus")).await?;
    hands.press("ArrowDown", &format!("{next}:focus")).await?;
    hands.to("[data-action=mark]").await?;
    hands.press(" ", &format!("{next}[data-review=marked]")).await?;
    hands.back_to("[data-action=keep]").await?;
    hands
        .press("Enter", &format!("{next}[data-review=private]"))
        .await?;
    hands.to("[data-action=delete]").await?;
    hands
        .press(
            "Enter",
            &format!("{next}[data-review=deleting] [data-action=undo]:focus"),
        )
        .await?;
    hands.press(" ", &format!("{next}[data-review=private]")).await?;
    hands.press("?", "dialog[open]").await?;
    hands.key("Escape").await?;
    if popup.shown().await? {
        hands.comes("body:not(:has(dialog[open]))").await?;
        popup.close().await?;
    }
    browser.close(&tab).await
}

/// From the beginning of the page to the search, to a record, and to what is done with several.
async fn archive(session: &Session, seqs: &[u64]) -> Result<()> {
    let browser = &session.browser;
    let [first, second, _] = seqs[..] else {
        anyhow::bail!("three were written")
    };
    let (hands, tab) = page(browser, "app/app.html#records", "article[data-seq]").await?;
    hands.to(".skip").await?;
    hands.press("Enter", "#content:focus").await?;
    hands.to("[data-action=filter]").await?;
    hands.write("note").await?;
    hands.comes("[aria-setsize='2']").await?;
    let [older, newer] = [first, second].map(|seq| format!("article[data-seq='{seq}']"));
    hands.press("Enter", &format!("{newer}:focus")).await?;
    hands.press("ArrowDown", &format!("{older}:focus")).await?;
    hands.press("Enter", "[data-detail]").await?;
    hands
        .press("Escape", &format!("body:not(:has([data-detail])) {older}:focus"))
        .await?;
    hands
        .press("x", &format!("{older} [data-action=select]:checked"))
        .await?;
    hands.press("k", &format!("{newer}:focus")).await?;
    hands
        .press("x", &format!("{newer} [data-action=select]:checked"))
        .await?;
    hands.back_to("[data-action=bulk-mark]").await?;
    hands
        .press("Enter", "[data-report-of=mark][data-changed='2']")
        .await?;
    hands.press("/", "#filter:focus").await?;
    hands.to("[data-action=bulk-delete]").await?;
    hands
        .press("Enter", "[data-report-of=delete][data-changed='2']")
        .await?;
    hands.to("[data-action=bulk-undo-all]").await?;
    hands.press("Enter", "[data-report-of=undo]").await?;
    for seq in [first, second] {
        browser.record_stands(seq, "marked").await?;
    }
    browser.close(&tab).await
}

/// What is marked is drafted, approved and saved.
async fn export(session: &Session, seqs: &[u64]) -> Result<()> {
    let browser = &session.browser;
    browser.ask(&json!({ "type": "mark", "seqs": seqs })).await?;
    let before = browser.downloaded("zip")?;
    let (hands, tab) = page(browser, "app/app.html#export", "[data-action=draft]").await?;
    hands.to("[data-action=draft]").await?;
    hands.press("Enter", "#review:focus").await?;
    hands.to("[data-action=approve]").await?;
    hands.press("Enter", "#made:focus").await?;
    hands.comes("[data-saved]").await?;
    browser.saved("zip", &before).await?;
    browser.close(&tab).await
}

/// A collector is added by its address; its offer is looked at, agreed to, approved and sent, up to the receipt.
async fn share(session: &Session, seqs: &[u64]) -> Result<()> {
    let browser = &session.browser;
    let shop = Collector::start(&session.tools.collector, "Prompts to learn from").await?;
    browser.permit(&["http://127.0.0.1/*".to_owned()]).await?;
    browser.ask(&json!({ "type": "mark", "seqs": seqs })).await?;
    let (hands, tab) = page(browser, COLLECTORS, "[name=address]").await?;
    hands.to("[name=address]").await?;
    hands.write(&shop.url()).await?;
    hands.press("Enter", "[data-action=add-collector]").await?;
    hands.to("[data-action=add-collector]").await?;
    hands.press("Enter", "[data-action=see-offer]").await?;
    hands.to("[data-action=see-offer]").await?;
    hands.press("Enter", "[data-action=draft-offer]").await?;
    hands.to("[name=adult]").await?;
    hands.press(" ", "[name=adult]:checked").await?;
    hands.to("[data-action=draft-offer]").await?;
    hands.press("Enter", "[data-action=approve-offer]").await?;
    hands.to("[data-action=approve-offer]").await?;
    if browser.asks_data() {
        browser.press_for_prompt("Return").await?;
        browser.answer_prompt(true).await?;
        hands.comes("[data-action=send-now]").await?;
    } else {
        hands.press("Enter", "[data-action=send-now]").await?;
    }
    hands.to("[data-action=send-now]").await?;
    hands.key("Enter").await?;
    hands
        .comes_within("[data-share][data-state=receipted]", ANSWERED)
        .await?;
    browser.close(&tab).await
}

/// The profile is locked and unlocked: both lead on.
async fn lock(session: &Session) -> Result<()> {
    let browser = &session.browser;
    browser
        .ask(&json!({ "type": "passphrase", "current": null, "new": PASSPHRASE }))
        .await?;
    let (hands, tab) = page(browser, "app/app.html#records", "[data-action=lock]").await?;
    hands.to("[data-action=lock]").await?;
    hands.press("Enter", "#unlock-passphrase:focus").await?;
    hands.write("not these words").await?;
    hands.press("Enter", "#unlock-fault:not(:empty)").await?;
    hands.comes("#unlock-passphrase:focus").await?;
    hands.write(PASSPHRASE).await?;
    hands
        .press("Enter", "#content[data-section=records]:focus article[data-seq]")
        .await?;
    browser.close(&tab).await
}
