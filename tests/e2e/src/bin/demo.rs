//! The whole way, played by itself in both browsers on real applications: install, consent, switch sites on,
//! write, review, export, verify, share, be paid, withdraw. Prints each step; pictures, bundles and reports go to `COUNTERFOIL_OUT`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::application::Application;
use counterfoil_e2e::browser::{Browser, Kind, Screen};
use counterfoil_e2e::collector::Collector;
use counterfoil_e2e::dealing::COLLECTORS;
use counterfoil_e2e::desk::Desk;
use counterfoil_e2e::proxy::Proxy;
use counterfoil_e2e::tools::{self, Tools};
use counterfoil_e2e::until::{SOON, START, until};
use counterfoil_e2e::{bundle, process, writing};
use serde_json::json;

const SEARCH: &str = "how long does rye bread keep";
const PROMPT: &str = "Write three lines about rain on a tin roof.";
const SECOND_PROMPT: &str = "Make the last line shorter.";
const POST: &str = "The harbour pump was mended on Tuesday; the spare seal is in the blue box.";
const MISTAKE: &str = "my sister's surprise is on Friday";

#[tokio::main]
async fn main() -> Result<()> {
    process::end_all_on_signal()?;
    let outcome = play().await;
    process::end_all();
    outcome
}

async fn play() -> Result<()> {
    let start = Instant::now();
    let tools = Tools::from_env()?;
    println!("Starting the applications: Whoogle, Gradio, Fossil. None of them reaches beyond this machine.");
    let outlet = Proxy::start().await?;
    let applications = Applications {
        whoogle: Application::whoogle(&tools, &outlet).await?,
        gradio: Application::gradio(&tools, &outlet).await?,
        fossil: Application::fossil(&outlet).await?,
    };
    for kind in Kind::ALL {
        println!("\n{}", kind.name());
        let demo = Demo::start(kind, &tools).await?;
        let outcome = demo.play(&applications).await;
        if outcome.is_err() {
            drop(demo.desk.screenshot(&demo.out.join("failed.png")));
        }
        outcome.with_context(|| format!("the demonstration in {} stopped", kind.name()))?;
        demo.browser.quit().await;
    }
    println!(
        "\nDone in {} s. Everything lies in {}",
        start.elapsed().as_secs(),
        tools.out.display()
    );
    Ok(())
}

struct Applications {
    whoogle: Application,
    gradio: Application,
    fossil: Application,
}

/// One browser's way.
struct Demo {
    browser: Browser,
    desk: Arc<Desk>,
    proxy: Arc<Proxy>,
    tools: Tools,
    out: PathBuf,
    pictures: std::cell::Cell<u32>,
}

impl Demo {
    async fn start(kind: Kind, tools: &Tools) -> Result<Self> {
        let out = tools.out.join(kind.name());
        std::fs::create_dir_all(&out)?;
        let desk = Arc::new(Desk::start().await?);
        let proxy = Arc::new(Proxy::start().await?);
        let browser =
            Browser::start(kind, tools, Screen::Desk(Arc::clone(&desk)), Arc::clone(&proxy)).await?;
        Ok(Self {
            browser,
            desk,
            proxy,
            tools: tools.clone(),
            out,
            pictures: std::cell::Cell::default(),
        })
    }

    /// Says what was done, and takes a picture of the whole display once it is still.
    async fn step(&self, words: &str) -> Result<()> {
        let number = self.pictures.get() + 1;
        self.pictures.set(number);
        let slug: String = words
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(6)
            .collect::<Vec<_>>()
            .join("-")
            .to_lowercase();
        self.desk.steady().await?;
        self.desk
            .screenshot(&self.out.join(format!("{number:02}-{slug}.png")))?;
        println!("  {number:2}. {words}");
        Ok(())
    }

    async fn play(&self, applications: &Applications) -> Result<()> {
        self.consent().await?;
        self.switch_on(&applications.whoogle.origin).await?;
        self.write(applications).await?;
        let keep = self.review(applications).await?;
        let file = self.export().await?;
        self.verify(&file, &keep).await?;
        self.share(applications).await
    }

    async fn consent(&self) -> Result<()> {
        let browser = &self.browser;
        let welcome = browser.open_page(counterfoil_e2e::person::WELCOME).await?;
        browser.find("[data-consented=false]").await?;
        self.step("Installed: the welcome page says what is recorded; nothing is ticked")
            .await?;
        browser.click("[data-action=agree]").await?;
        browser.click("[data-action=consent]:not(:disabled)").await?;
        browser.find("[data-consented=true]").await?;
        self.step("Consent to local recording is given").await?;
        browser.close(&welcome).await
    }

    /// The search engine from the popup, the browser's own prompt answered yes.
    async fn switch_on(&self, origin: &str) -> Result<()> {
        let browser = &self.browser;
        let tab = browser.open(&format!("{origin}/")).await?;
        let popup = browser.popup().await?;
        let off =
            "return document.querySelector('[data-action=site]')?.getAttribute('aria-checked') === 'false'";
        popup.wait("the switch of this site, off", off).await?;
        self.step("The popup over the search engine: this site is off")
            .await?;
        popup.press("[data-action=site]").await?;
        browser.prompt_shown().await?;
        self.step("Switched on: the browser asks for the permission")
            .await?;
        browser.answer_prompt(true).await?;
        if popup.shown().await? {
            popup.close().await?;
        }
        until("the site to be on", SOON, async || {
            Ok((browser.site_state(origin).await? == "on").then_some(()))
        })
        .await?;
        browser.close(&tab).await
    }

    async fn write(&self, applications: &Applications) -> Result<()> {
        let browser = &self.browser;
        let origin = &applications.whoogle.origin;
        let tab = browser.open(&format!("{origin}/")).await?;
        writing::search(browser, origin, SEARCH).await?;
        self.step("Whoogle: a search, sent with Enter").await?;
        self.recorded(origin, SEARCH).await?;
        browser.close(&tab).await?;

        let origin = &applications.gradio.origin;
        browser.site_on(origin).await?;
        let tab = browser.open(origin).await?;
        for (index, text) in [PROMPT, SECOND_PROMPT, MISTAKE].into_iter().enumerate() {
            writing::say(browser, text, index + 1).await?;
            self.recorded(origin, text).await?;
        }
        self.step("Gradio: three messages to a chat").await?;
        browser.close(&tab).await?;

        let origin = &applications.fossil.origin;
        browser.site_on(origin).await?;
        let tab = browser.open(&format!("{origin}/wikiappend?name=Notes")).await?;
        writing::preview(browser, "Not ready yet.").await?;
        self.step("Fossil: an addition to a wiki page, only previewed: not recorded")
            .await?;
        browser.find("textarea[name=r]").await?.clear().await?;
        writing::append(browser, POST).await?;
        self.step("Fossil: the addition is appended").await?;
        self.recorded(origin, POST).await?;
        browser.close(&tab).await
    }

    async fn recorded(&self, origin: &str, text: &str) -> Result<u64> {
        let site = origin.split_once("://").context("an origin has a scheme")?.1;
        Ok(self.browser.recorded(0, site, text).await?.seq)
    }

    /// Deletes and undoes, marks, deletes for good what was a mistake. Gives the texts that are marked.
    async fn review(&self, applications: &Applications) -> Result<Vec<&'static str>> {
        let browser = &self.browser;
        let search = self.recorded(&applications.whoogle.origin, SEARCH).await?;
        let prompt = self.recorded(&applications.gradio.origin, PROMPT).await?;
        let second = self.recorded(&applications.gradio.origin, SECOND_PROMPT).await?;
        let mistake = self.recorded(&applications.gradio.origin, MISTAKE).await?;
        let post = self.recorded(&applications.fossil.origin, POST).await?;
        let all = browser.records(0).await?;
        ensure!(
            all.len() == 5,
            "five things were sent, and recorded were {all:#?}"
        );

        let tab = browser.open(&format!("{}/", applications.whoogle.origin)).await?;
        let popup = browser.popup().await?;
        let row = |seq: u64| format!("article[data-seq='{seq}']");
        popup
            .wait(
                "the newest record",
                &format!("return !!document.querySelector(\"{}\")", row(post)),
            )
            .await?;
        self.step("The popup: the newest records").await?;
        for (seq, action, due) in [
            (post, "mark", "marked"),
            (mistake, "delete", "deleting"),
            (mistake, "undo", "private"),
            (mistake, "delete", "deleting"),
        ] {
            popup
                .press(&format!("{} [data-action={action}]", row(seq)))
                .await?;
            let shown = format!(
                "return document.querySelector(\"{}\")?.dataset.review === '{due}'",
                row(seq)
            );
            popup.wait(&format!("record {seq} to be {due}"), &shown).await?;
        }
        self.step("The popup: one marked; one deleted, brought back, deleted again")
            .await?;
        popup.close().await?;
        browser.close(&tab).await?;

        let list = browser.open_page("app/app.html#records").await?;
        browser.find(&row(search)).await?;
        self.step("The full list").await?;
        for seq in [search, prompt] {
            browser.press_on_record(seq, "mark").await?;
            browser.record_stands(seq, "marked").await?;
        }
        browser.record_stands(second, "private").await?;
        self.step("Two more are marked; the second prompt stays private")
            .await?;
        browser.close(&list).await?;
        Ok(vec![SEARCH, PROMPT, POST])
    }

    async fn export(&self) -> Result<PathBuf> {
        let file = self
            .browser
            .export("Demonstration", async |at| {
                self.step(match at {
                    "export-choose" => "Export: named, with the day and the site",
                    "export-review" => "Export: exactly the lines that will be signed",
                    _ => "Export: signed and saved",
                })
                .await
            })
            .await?;
        let kept = self.out.join(file.file_name().context("the bundle has no name")?);
        std::fs::copy(&file, &kept)?;
        Ok(kept)
    }

    async fn verify(&self, file: &Path, marked: &[&str]) -> Result<()> {
        let records = bundle::records(&self.tools, file).await?;
        let texts: Vec<_> = records
            .iter()
            .filter_map(|record| record["text"].as_str())
            .collect();
        ensure!(
            texts.len() == marked.len(),
            "exported {texts:?} instead of {marked:?}"
        );
        ensure!(
            marked.iter().all(|text| texts.contains(text)),
            "exported {texts:?} instead of {marked:?}"
        );
        let report = bundle::verify_everywhere(&self.tools, file).await?;
        std::fs::write(self.out.join("verification.txt"), &report)?;
        println!("      {}", file.display());
        for line in report.lines() {
            println!("      {line}");
        }
        let copies = tempfile::tempdir()?;
        let copy = copies
            .path()
            .join(file.file_name().context("the bundle has no name")?);
        bundle::tampered(&self.tools, file, &copy, "data/records.jsonl", false).await?;
        bundle::verify(&self.tools, &copy).await?.refused_at("bag")?;
        bundle::verify_independently(&self.tools, &copy)
            .await?
            .refused_at("bag")?;
        println!("      A copy with one bit changed is refused by both verifiers, naming the check: bag");
        let escapes = self.proxy.escapes();
        ensure!(escapes.is_empty(), "the network was asked: {escapes:#?}");
        println!(
            "      No request of the extension, and none beyond this machine, in {}",
            self.proxy.attempts().len()
        );
        Ok(())
    }

    /// Shares two prompts with a collector on this machine, is paid, and withdraws them.
    async fn share(&self, applications: &Applications) -> Result<()> {
        let browser = &self.browser;
        let shop = Collector::start(&self.tools.collector, "Prompts to learn from").await?;
        let tab = browser.open_page(COLLECTORS).await?;
        // The applications are on the same host, which has the browser's permission.
        browser.look_at_collector(&shop.url(), false).await?;
        self.step("A collector on this machine: its identity, before it is kept")
            .await?;
        let id = browser.keep_collector().await?;
        self.step("Kept: what it offers, asks and pays").await?;
        let mut seqs = Vec::new();
        for text in [PROMPT, SECOND_PROMPT] {
            seqs.push(self.recorded(&applications.gradio.origin, text).await?);
        }
        browser.ask(&json!({ "type": "mark", "seqs": seqs })).await?;
        browser.click("[data-action=see-offer]").await?;
        browser.click("[name=adult]").await?;
        self.step("An offer taken up: what is agreed to, word for word")
            .await?;
        browser.click("[data-action=draft-offer]").await?;
        browser.find("[data-action=approve-offer]").await?;
        self.step("Exactly what would leave, and what it is worth")
            .await?;
        browser.approve_offer(true).await?;
        self.step("Approved and signed: it goes after a random while")
            .await?;
        let export = browser.send_now().await?;
        self.step("The receipt, beside the sum that is computed here")
            .await?;
        browser.close(&tab).await?;
        self.bought(&shop, &export).await?;

        let account = browser.collector(&id).await?;
        let person = account["person"].as_str().context("no person")?;
        let paid = ["--amount", "14", "--rail", "cash", "--ref", "1"];
        shop.operate(&["account", "pay"], &[&[person], &paid[..]].concat())?;
        let tab = browser.open_page(COLLECTORS).await?;
        browser
            .click(&format!(
                "[data-collector='{id}'] [data-action=refresh-collector]"
            ))
            .await?;
        let sum = format!("[data-collector='{id}'] [data-sum=EUR][data-outstanding='0']");
        browser.find(&sum).await?;
        self.in_sight(&sum).await?;
        self.step("Paid: nothing is owed any more").await?;
        browser.withdraw_all(&id).await?;
        self.in_sight(&format!("[data-collector='{id}'] [data-withdrawal]"))
            .await?;
        self.step("Withdrawn, and carried out").await?;
        for text in [PROMPT, SECOND_PROMPT] {
            ensure!(!shop.holds(text.as_bytes())?, "the collector still has {text:?}");
        }
        println!("      No byte of what was withdrawn is left in the collector's files");
        browser.close(&tab).await
    }

    async fn in_sight(&self, selector: &str) -> Result<()> {
        let body = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
        self.browser.run(body, vec![selector.into()]).await.map(drop)
    }

    /// What the collector has of it: its export is read by others' programs.
    async fn bought(&self, shop: &Collector, export: &str) -> Result<()> {
        let folder = self.out.join("collector");
        let path = folder.to_str().context("the folder's name is not UTF-8")?;
        shop.operate(&["export"], &["--purpose", "train", "--out", path])?;
        let mut load = std::process::Command::new(&self.tools.collector_python);
        load.arg(tools::tests_dir("collector").join("python/export.py"))
            .arg(&folder)
            .arg("2");
        let (code, told) = process::output("loading the collector's export", load, START).await?;
        ensure!(
            code == Some(0),
            "the export {export} does not load: {}",
            told.trim()
        );
        println!(
            "      mlcroissant and pandas load the collector's export; its columns: {}",
            told.trim()
        );
        Ok(())
    }
}
