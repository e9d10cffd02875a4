//! Takes a picture of every page of the extension in every state that a person can bring it into, in both browsers, light
//! and dark, wide, narrow and enlarged, and puts them on one sheet: to be looked at. Everything lies in
//! `COUNTERFOIL_OUT`.

mod sheet;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use counterfoil_e2e::browser::{Browser, Dress, Kind, Screen, View};
use counterfoil_e2e::case::press;
use counterfoil_e2e::collector::Collector;
use counterfoil_e2e::desk::Desk;
use counterfoil_e2e::process;
use counterfoil_e2e::proxy::Proxy;
use counterfoil_e2e::site::Site;
use counterfoil_e2e::tools::{Tools, tests_dir};
use counterfoil_e2e::until::{SOON, until};
use serde_json::json;

use crate::sheet::Sheet;

/// What the pictures of one run of a browser have in common.
const DRESSES: [(&str, Dress); 2] = [("light", Dress { dark: false }), ("dark", Dress { dark: true })];
/// Widths in CSS pixels, and how much is enlarged.
const VIEWS: [View; 3] = [
    View {
        width: 1280,
        height: 900,
        zoom: 1,
    },
    View {
        width: 480,
        height: 900,
        zoom: 1,
    },
    View {
        width: 1280,
        height: 900,
        zoom: 2,
    },
];
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

#[tokio::main]
async fn main() -> Result<()> {
    process::end_all_on_signal()?;
    let outcome = take().await;
    process::end_all();
    outcome
}

async fn take() -> Result<()> {
    let tools = Tools::from_env()?;
    let mut sheet = Sheet::default();
    for kind in Kind::ALL {
        for (dress, clothes) in DRESSES {
            let name = format!("{}-{dress}", kind.name());
            println!("{name}");
            let dressed = Tools {
                dress: clothes,
                ..tools.clone()
            };
            let mut studio = Studio::open(kind, &dressed, &name).await?;
            let outcome = studio.all().await;
            if outcome.is_err() {
                drop(studio.desk.screenshot(&studio.out.join("failed.png")));
            }
            outcome.with_context(|| format!("the pictures of {name} broke off"))?;
            studio.browser.quit().await;
            sheet.add(&name, studio.taken);
        }
    }
    let page = sheet.write(&tools.out)?;
    println!("{} pictures: {}", sheet.count(), page.display());
    Ok(())
}

/// One browser, and the pictures taken in it.
struct Studio {
    browser: Browser,
    desk: Arc<Desk>,
    out: PathBuf,
    /// Names of files in `out`.
    taken: Vec<String>,
    host: String,
    collector: PathBuf,
    _pages: Site,
}

impl Studio {
    async fn open(kind: Kind, tools: &Tools, name: &str) -> Result<Self> {
        let out = tools.out.join(name);
        std::fs::create_dir_all(&out)?;
        let desk = Arc::new(Desk::start().await?);
        let proxy = Arc::new(Proxy::start().await?);
        let pages = Site::start(tests_dir("pages")).await?;
        let host = "pages.test".to_owned();
        proxy.name(&host, pages.address());
        let browser = Browser::start(kind, tools, Screen::Desk(Arc::clone(&desk)), proxy).await?;
        Ok(Self {
            browser,
            desk,
            out,
            taken: Vec::new(),
            host,
            collector: tools.collector.clone(),
            _pages: pages,
        })
    }

    /// Takes the page in view in every size.
    async fn page(&mut self, name: &str) -> Result<()> {
        for view in VIEWS {
            let file = format!("{name}-{}.png", view.name());
            self.browser.view(&view).await?;
            self.browser.still().await?;
            self.browser.screenshot(&self.out.join(&file)).await?;
            self.taken.push(file);
        }
        self.browser.view(&VIEWS[0]).await
    }

    /// Opens a page of the extension, waits for something of it, and takes it.
    async fn shown(&mut self, name: &str, page: &str, sign: &str) -> Result<()> {
        let tab = self.browser.open_page(page).await?;
        self.browser.find(sign).await?;
        self.page(name).await?;
        self.browser.close(&tab).await
    }

    /// Takes the popup over the page in view, with the whole display.
    async fn popup(&mut self, name: &str) -> Result<()> {
        let popup = self.browser.popup().await?;
        popup
            .wait(
                "the popup to be painted",
                "return document.querySelector('main') !== null",
            )
            .await?;
        self.desk.steady().await?;
        let file = format!("popup-{name}.png");
        popup.screenshot(&self.out.join(&file))?;
        self.taken.push(file);
        popup.close().await
    }

    async fn all(&mut self) -> Result<()> {
        self.before_consent().await?;
        self.recording().await?;
        self.reviewing().await?;
        self.exporting().await?;
        self.sharing().await?;
        self.settings().await?;
        self.locked().await
    }

    async fn before_consent(&mut self) -> Result<()> {
        self.shown("welcome", "welcome/welcome.html", "[data-consented=false]")
            .await?;
        self.shown(
            "records-before-consent",
            "app/app.html#records",
            "main[data-section=records]",
        )
        .await?;
        let tab = self
            .browser
            .open(&format!("http://{}/chat-enter.html", self.host))
            .await?;
        self.popup("before-consent").await?;
        self.browser.close(&tab).await?;
        self.browser.give_consent().await?;
        self.shown(
            "welcome-consented",
            "welcome/welcome.html",
            "[data-consented=true]",
        )
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
        let origin = format!("http://{}", self.host);
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
                    press(&self.browser, "Shift+Enter").await?;
                }
                self.browser.keys(line).await?;
            }
            press(&self.browser, "Enter").await?;
            self.browser.recorded(0, &self.host, text).await?;
        }
        self.popup("records").await?;
        let numbers = self.browser.records(0).await?;
        let number = numbers.iter().find(|record| record.text.contains("number is"));
        let number = number.context("nothing with a number was recorded")?.seq;
        let popup = self.browser.popup().await?;
        let ticket = format!("article[data-seq='{number}']");
        // A key that presses would scroll as well: a ticket is no button.
        let reach = format!("document.querySelector(\"{ticket}\").focus(); return true");
        popup.run(&reach).await?;
        let open = format!("return !!document.querySelector(\"{ticket} mark\")");
        popup.wait("the record to be under review", &open).await?;
        self.desk.steady().await?;
        let file = "popup-review.png".to_owned();
        popup.screenshot(&self.out.join(&file))?;
        self.taken.push(file);
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
        self.browser.find("#state[data-done]").await?;
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
        press(&self.browser, "Enter").await?;
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
        let shop = Collector::start(&self.collector, "Prompts to learn from").await?;
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
            "recovery",
            "passphrase",
            "retention",
            "forget",
            "backup",
            "restore",
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

    async fn locked(&mut self) -> Result<()> {
        self.browser
            .ask(&json!({ "type": "passphrase", "current": null, "new": PASSPHRASE }))
            .await?;
        self.browser.ask(&json!({ "type": "lock" })).await?;
        self.shown("locked", "app/app.html#records", "[data-action=unlock]")
            .await?;
        let tab = self
            .browser
            .open(&format!("http://{}/chat-enter.html", self.host))
            .await?;
        self.popup("locked").await?;
        self.browser.close(&tab).await?;
        self.shown("welcome-locked", "welcome/welcome.html", "main").await
    }
}
