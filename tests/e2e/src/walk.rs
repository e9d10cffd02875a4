//! The walk through every page of the extension, in every state that a person can bring it into. Who looks on sees each
//! state once: whoever takes pictures, and whoever reads the page as a screen reader does.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::browser::Browser;
use crate::case::press;
use crate::collector::Collector;
use crate::person::WELCOME;
use crate::sight::Sight;
use crate::until::{SOON, START, until};

/// What was asked and written: several kinds, scripts and lengths.
const TEXTS: [&str; 7] = [
    "how long does rye bread keep",
    "Write three lines about rain on a tin roof, and make the last one shorter than the others.",
    "ما الفرق بين التوقيع والختم؟",
    "My number is +44 20 7946 0958 and my card 4111 1111 1111 1111 must not leave this list.",
    "Erkläre mir den Unterschied zwischen einem Merkle-Baum und einer Hashkette in zwei Sätzen.",
    "Thanks! One more thing:\n\n- the pump was mended on Tuesday\n- the spare seal is in the blue box",
    "🚢 une question : combien de temps faut-il pour traverser ?",
];
const PASSPHRASE: &str = "seven small boats in the rain";

/// Changes a bit of everything that is kept of collectors.
const DAMAGE: &str = "
    return new Promise((done, failed) => {
      const opening = indexedDB.open('counterfoil');
      opening.onerror = () => failed(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction('collector', 'readwrite');
        const walking = transaction.objectStore('collector').openCursor();
        walking.onsuccess = () => {
          const cursor = walking.result;
          if (!cursor) return;
          const { value } = cursor;
          value[value.length - 1] ^= 1;
          cursor.update(value);
          cursor.continue();
        };
        transaction.oncomplete = () => done(database.close());
        transaction.onabort = () => failed(transaction.error);
      };
    });";

/// Walks through everything in a browser in which nothing was done since the welcome opened by itself, and that reaches
/// `tests/pages` at `host`. `collector` is the program of the reference collector. `look` is called in every state, with the state's name.
pub async fn walk(
    browser: &Browser,
    host: &str,
    collector: &Path,
    look: impl AsyncFnMut(Sight<'_>, &str) -> Result<()>,
) -> Result<()> {
    let mut walk = Walk {
        browser,
        host,
        collector,
        look,
    };
    walk.before_consent().await?;
    walk.recording().await?;
    walk.reviewing().await?;
    walk.exporting().await?;
    walk.sharing().await?;
    walk.settings().await?;
    walk.damaged().await?;
    walk.locked().await
}

struct Walk<'b, L> {
    browser: &'b Browser,
    host: &'b str,
    collector: &'b Path,
    look: L,
}

impl<L: AsyncFnMut(Sight<'_>, &str) -> Result<()>> Walk<'_, L> {
    fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    /// The page in view is in this state.
    async fn page(&mut self, state: &str) -> Result<()> {
        (self.look)(Sight::Page(self.browser), state).await
    }

    /// Opens a page of the extension and waits for something of it: then it is in this state.
    async fn shown(&mut self, state: &str, page: &str, sign: &str) -> Result<()> {
        let tab = self.browser.open_page(page).await?;
        self.browser.find(sign).await?;
        self.page(state).await?;
        self.browser.close(&tab).await
    }

    /// Opens the popup over the page in view: then it is in this state.
    async fn popup(&mut self, state: &str) -> Result<()> {
        let popup = self.browser.popup().await?;
        popup
            .wait(
                "the popup to be painted",
                "return document.querySelector('main') !== null",
            )
            .await?;
        (self.look)(Sight::Popup(&popup), &format!("popup-{state}")).await?;
        popup.close().await
    }

    async fn before_consent(&mut self) -> Result<()> {
        self.shown("welcome", WELCOME, "[data-consented=false]").await?;
        self.shown(
            "records-before-consent",
            "app/app.html#records",
            "main[data-section=records]",
        )
        .await?;
        let tab = self
            .browser
            .open(&format!("{}/chat-enter.html", self.origin()))
            .await?;
        self.popup("before-consent").await?;
        self.browser.close(&tab).await?;
        self.browser.give_consent().await?;
        self.shown("welcome-consented", WELCOME, "[data-consented=true]")
            .await?;
        self.shown(
            "welcome-sites",
            "welcome/welcome.html#sites",
            "[data-sites-on='0']",
        )
        .await?;
        self.shown(
            "welcome-practice",
            "welcome/welcome.html#practice",
            "[data-key=words]",
        )
        .await
    }

    async fn recording(&mut self) -> Result<()> {
        self.shown(
            "records-empty",
            "app/app.html#records",
            "main[data-section=records]",
        )
        .await?;
        self.shown("sites-none", "app/app.html#sites", "[data-action=add-site]")
            .await?;
        let origin = self.origin();
        let tab = self.browser.open(&format!("{origin}/chat-enter.html")).await?;
        self.popup("site-off").await?;
        self.browser.add_site(&origin, true).await?;
        self.shown(
            "welcome-sites-others",
            "welcome/welcome.html#sites",
            "[data-group=others]",
        )
        .await?;
        self.browser.select(&tab).await?;
        self.popup("nothing-yet").await?;
        for text in TEXTS {
            self.browser.click("#box").await?;
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    press(self.browser, "Shift+Enter").await?;
                }
                self.browser.keys(line).await?;
            }
            press(self.browser, "Enter").await?;
            self.browser.recorded(0, self.host, text).await?;
        }
        self.popup("records").await?;
        let numbers = self.browser.records(0).await?;
        let number = numbers.iter().find(|record| record.text.contains("number is"));
        let number = number.context("nothing with a number was recorded")?.seq;
        let popup = self.browser.popup().await?;
        let ticket = format!("article[data-seq='{number}']");
        // A key that presses would scroll as well: a ticket is no button.
        let reach = format!(
            "const it = document.querySelector(\"{ticket}\");
             it?.focus();
             return it !== null && document.activeElement === it;"
        );
        popup.wait("the record to be reached", &reach).await?;
        let open = format!("return !!document.querySelector(\"{ticket} mark\")");
        popup.wait("the record to be under review", &open).await?;
        (self.look)(Sight::Popup(&popup), "popup-review").await?;
        popup.close().await?;
        self.browser
            .ask(&json!({ "type": "pause", "length": "open", "offset": 0 }))
            .await?;
        self.popup("paused").await?;
        self.shown("sites-paused", "app/app.html#sites", "[data-action=resume]")
            .await?;
        self.browser.ask(&json!({ "type": "resume" })).await?;
        self.browser.close(&tab).await?;

        // A page that makes up events is named.
        let tab = self.browser.open(&format!("{origin}/hostile.html")).await?;
        // It makes up events by the thousand, which takes a busy machine its time.
        self.browser.find_within("#state[data-done]", START).await?;
        self.popup("forging").await?;
        self.browser.close(&tab).await?;
        until("the page to be named", SOON, async || {
            let reply = self.browser.ask(&json!({ "type": "sites" })).await?;
            Ok((reply["view"]["sites"][0]["health"]["state"] == "forging").then_some(()))
        })
        .await?;
        self.shown("sites", "app/app.html#sites", "[data-health=forging]")
            .await
    }

    async fn reviewing(&mut self) -> Result<()> {
        self.shown("records", "app/app.html#records", "article[data-seq]")
            .await?;
        let tab = self.browser.open_page("app/app.html#records").await?;
        self.browser.click("article[data-seq] [data-action=open]").await?;
        self.browser.find("[data-detail]").await?;
        self.page("records-detail").await?;
        self.browser
            .click("article[data-seq] [data-action=delete]")
            .await?;
        self.browser.find("article[data-review=deleting]").await?;
        self.page("records-deleting").await?;
        self.browser
            .click("article[data-review=deleting] [data-action=undo]")
            .await?;
        self.browser
            .type_into("[data-action=filter]", "nothing holds this")
            .await?;
        self.browser.find("[data-empty=empty_nothing_matches]").await?;
        self.page("records-none-found").await?;
        self.browser.close(&tab).await?;
        self.practising().await?;
        self.searching().await
    }

    /// A record of what was practised, and what becomes of a finding in it.
    async fn practising(&mut self) -> Result<()> {
        let tab = self.browser.open_page("welcome/welcome.html#practice").await?;
        self.browser
            .type_into(
                "[data-action=practice-text]",
                "Write to me@example.org about the pump",
            )
            .await?;
        press(self.browser, "Enter").await?;
        // Where it is refused, the picture shows why.
        self.browser
            .find("[data-practised] mark, #practice-fault:not(:empty)")
            .await?;
        self.page("welcome-practised").await?;
        self.browser.close(&tab).await
    }

    /// What is found, filtered and selected; what was not understood.
    async fn searching(&mut self) -> Result<()> {
        let tab = self
            .browser
            .open_page("app/app.html#records?q=%22a%20tin%22")
            .await?;
        self.browser.find(".feed mark").await?;
        self.page("records-found").await?;
        self.browser.click("[data-action=query-help]").await?;
        self.browser.find("[data-action=query-example]").await?;
        self.page("records-query-help").await?;
        self.browser.close(&tab).await?;
        let tab = self
            .browser
            .open_page("app/app.html#records?q=rain%20on:soon%20kind:poem")
            .await?;
        self.browser.find("[data-fault=query_date]").await?;
        self.page("records-query-faults").await?;
        self.browser.close(&tab).await?;
        let tab = self.browser.open_page("app/app.html#records").await?;
        self.browser.click("[data-action=show-activity]").await?;
        self.browser.find(".activity a[data-month]").await?;
        self.page("records-activity").await?;
        self.browser.click("[data-action=show-activity]").await?;
        self.browser.click("[data-action=select-all]").await?;
        self.browser
            .find("[data-action=bulk-mark]:not(:disabled)")
            .await?;
        self.page("records-selected").await?;
        self.browser.click("[data-action=bulk-hide]").await?;
        self.browser.find("[data-action=hide-in-words]").await?;
        self.page("records-hide-words").await?;
        self.browser
            .click("dialog[open] [data-action=confirm-no]")
            .await?;
        self.browser.click("[data-action=bulk-delete]").await?;
        self.browser.find("[data-report-of=delete]").await?;
        self.page("records-bulk-deleted").await?;
        self.browser.click("[data-action=bulk-undo-all]").await?;
        self.browser.find("[data-report-of=undo]").await?;
        self.browser.close(&tab).await
    }

    async fn exporting(&mut self) -> Result<()> {
        self.shown(
            "exports-nothing-marked",
            "app/app.html#export",
            "main[data-section=export]",
        )
        .await?;
        let records = self.browser.records(0).await?;
        for record in records.iter().filter(|record| record.kind == "prompt").take(4) {
            self.browser
                .ask(&json!({ "type": "mark", "seqs": [record.seq] }))
                .await?;
        }
        let tab = self.browser.open_page("app/app.html#export").await?;
        self.browser.find("[data-action=draft]").await?;
        self.page("exports").await?;
        self.browser.click("[data-action=draft]").await?;
        self.browser.find("[data-action=approve]").await?;
        self.page("exports-draft").await?;
        self.browser.click("[data-action=approve]").await?;
        self.browser.find("[data-action=new-export]").await?;
        self.page("exports-made").await?;
        self.browser.close(&tab).await
    }

    async fn sharing(&mut self) -> Result<()> {
        self.shown("collectors-none", "app/app.html#collectors", "[name=address]")
            .await?;
        let shop = Collector::start(self.collector, "Prompts to learn from").await?;
        self.browser.permit(&["http://127.0.0.1/*".to_owned()]).await?;
        let records = self.browser.records(0).await?;
        let prompts = records.iter().filter(|record| record.kind == "prompt").take(4);
        let seqs: Vec<_> = prompts.map(|record| record.seq).collect();
        let tab = self.browser.open_page("app/app.html#collectors").await?;
        self.browser.type_into("[name=address]", &shop.url()).await?;
        self.browser.click("[data-action=look-collector]").await?;
        self.browser.find("[data-action=add-collector]").await?;
        self.page("collectors-found").await?;
        self.browser.click("[data-action=add-collector]").await?;
        self.browser.find("[data-offer]").await?;
        self.page("collectors-added").await?;
        self.browser.ask(&json!({ "type": "mark", "seqs": seqs })).await?;
        self.browser.click("[data-action=see-offer]").await?;
        self.browser.find("[data-action=draft-offer]").await?;
        self.page("sharing-agreement").await?;
        self.browser.click("[name=adult]").await?;
        self.browser.click("[data-action=draft-offer]").await?;
        self.browser.find("[data-action=approve-offer]").await?;
        self.page("sharing-review").await?;
        self.browser.approve_offer(true).await?;
        self.page("sharing-waiting").await?;
        self.browser.send_now().await?;
        self.page("sharing-receipt").await?;
        self.browser.close(&tab).await?;
        let tab = self.browser.open_page("app/app.html#collectors").await?;
        self.browser.click("[data-action=withdraw-all]").await?;
        self.browser
            .find("dialog[open] [data-action=withdraw-yes]")
            .await?;
        self.page("collectors-withdraw").await?;
        self.browser
            .click("dialog[open] [data-action=withdraw-yes]")
            .await?;
        self.browser.find("[data-withdrawal][data-state=done]").await?;
        self.page("collectors-withdrawn").await?;
        self.browser.close(&tab).await
    }

    async fn settings(&mut self) -> Result<()> {
        self.shown(
            "settings",
            "app/app.html#settings",
            "main[data-section=settings] h1",
        )
        .await?;
        for part in [
            "words",
            "backup",
            "restore",
            "passphrase",
            "always",
            "retention",
            "storage",
            "forget",
            "check",
        ] {
            let tab = self
                .browser
                .open_page(&format!("app/app.html#settings/{part}"))
                .await?;
            self.browser.find("main[data-section=settings] h1").await?;
            self.page(&format!("settings-{part}")).await?;
            self.browser.close(&tab).await?;
        }
        Ok(())
    }

    /// What is kept of the collectors is not what was written, as a failing disk leaves it.
    async fn damaged(&mut self) -> Result<()> {
        let tab = self.browser.open_page("app/app.html#collectors").await?;
        self.browser.find("[data-collector]").await?;
        self.browser.run(DAMAGE, vec![]).await?;
        self.browser.close(&tab).await?;
        self.shown(
            "collectors-damaged",
            "app/app.html#collectors",
            "[data-notice=damaged]",
        )
        .await?;
        self.shown(
            "settings-damaged",
            "app/app.html#settings/check",
            "[data-damaged] [data-damage]",
        )
        .await
    }

    async fn locked(&mut self) -> Result<()> {
        self.browser
            .ask(&json!({ "type": "passphrase", "current": null, "new": PASSPHRASE }))
            .await?;
        self.browser.ask(&json!({ "type": "lock" })).await?;
        self.shown("locked", "app/app.html#records", "[data-action=unlock]")
            .await?;
        let tab = self
            .browser
            .open(&format!("{}/chat-enter.html", self.origin()))
            .await?;
        self.popup("locked").await?;
        self.browser.close(&tab).await?;
        self.shown("welcome-locked", WELCOME, "main").await
    }
}
