//! Times the extension in both browsers: capture with the background awake and ended, what the content script costs its
//! pages, restoring, and, in the build with the suite, storing, appending in bulk and verifying. Nothing here is an assertion: a slow machine fails nothing.
//!
//! `measure SAMPLES RUNS`: the folder that `tests/bench` wrote samples to, and how often each figure is measured.
//! `measure search`: the search alone.
//! `measure pages`: what the content script costs its pages, alone.
//! `measure archive [COUNT…]`: the popup and the full tab on profiles of so many records.

mod cost;
mod scale;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use counterfoil_e2e::browser::{Browser, Kind, Screen};
use counterfoil_e2e::desk::Desk;
use counterfoil_e2e::process::{self, room};
use counterfoil_e2e::proxy::Proxy;
use counterfoil_e2e::site::Site;
use counterfoil_e2e::suite;
use counterfoil_e2e::tools::{Tools, tests_dir};
use counterfoil_e2e::until::START;
use serde_json::{Value, json};

/// The host of the page that is recorded. Each of its ports is a site of its own, with limits of its own.
const HOST: &str = "pages.test";
/// One that is not.
const ELSEWHERE: &str = "elsewhere.test";
/// Ports that are recorded, and submissions on each: fewer than a site may send in a minute.
const PORTS: std::ops::Range<u16> = 8001..8006;
const EACH: u32 = 20;
/// Submissions to a background that was ended.
const COLD: u32 = 20;
/// Records appended in bulk.
const BULK: u32 = 50_000;
/// Records of the logs that are searched.
const SEARCHED: [u32; 2] = [1_000, 100_000];
/// Records of the bundle and of the backup among the samples.
const VERIFIED: f64 = 100_000.0;
const RESTORED: f64 = 10_000.0;
/// The longest that one measurement may take.
const PATIENCE: Duration = START.saturating_mul(5);

/// What is measured.
#[derive(Clone, Copy)]
enum Part<'a> {
    Search,
    Pages,
    All { samples: &'a Path, runs: u32 },
}

#[tokio::main]
async fn main() -> Result<()> {
    process::end_all_on_signal()?;
    let outcome = measure().await;
    process::end_all();
    outcome
}

async fn measure() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let part = match arguments.as_slice() {
        [one, counts @ ..] if one == "archive" => return archive(counts).await,
        [one] if one == "search" => Part::Search,
        [one] if one == "pages" => Part::Pages,
        [samples, runs] => Part::All {
            samples: Path::new(samples),
            runs: runs.parse().context("not a number of runs")?,
        },
        _ => bail!(
            "give the folder of the samples, and how often each figure is measured, or `search`, `pages` or `archive`"
        ),
    };
    let tools = Tools::from_env()?;
    let mut figures = Vec::new();
    for kind in Kind::ALL {
        let mut bench = Bench {
            kind,
            figures: Vec::new(),
        };
        match part {
            Part::Search => bench.with_search(&tools).await?,
            Part::Pages => bench.with_pages(&tools).await?,
            Part::All { samples, runs } => {
                bench.with_search(&tools).await?;
                bench.with_suite(&tools, samples, runs).await?;
                bench.with_product(&tools, samples).await?;
                bench.with_pages(&tools).await?;
            }
        }
        println!("{bench}");
        figures.extend(bench.figures.iter().map(|figure| figure.to_json(kind)));
    }
    let path = tools.out.join("browsers.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&figures)?)?;
    println!("written to {}", path.display());
    Ok(())
}

/// The pages on profiles of these sizes.
async fn archive(counts: &[String]) -> Result<()> {
    let counts: Vec<u32> = counts
        .iter()
        .map(|count| count.parse().context("not a number of records"))
        .collect::<Result<_>>()?;
    let counts = if counts.is_empty() {
        &scale::COUNTS
    } else {
        counts.as_slice()
    };
    let tools = Tools::from_env()?;
    let module = suite_module()?;
    let mut figures = Vec::new();
    for kind in Kind::ALL {
        figures.extend(scale::measure(kind, &tools, &module, counts).await?);
    }
    let told: Vec<Value> = figures.iter().map(scale::Figure::to_json).collect();
    let path = tools.out.join("archive.json");
    std::fs::write(&path, serde_json::to_vec_pretty(&told)?)?;
    println!("{}written to {}", scale::Table(&figures), path.display());
    Ok(())
}

/// The folder of the build with the suite.
fn suite_module() -> Result<PathBuf> {
    let module = std::env::var_os("COUNTERFOIL_PORTS").map(PathBuf::from);
    module.context("COUNTERFOIL_PORTS is not set: `cargo xtask bench` sets it")
}

async fn start(kind: Kind, tools: &Tools) -> Result<(Browser, Arc<Proxy>)> {
    let desk = Arc::new(Desk::start().await?);
    let proxy = Arc::new(Proxy::start().await?);
    let browser = Browser::start(kind, tools, Screen::Desk(desk), Arc::clone(&proxy)).await?;
    Ok((browser, proxy))
}

/// What was measured in one browser.
struct Bench {
    kind: Kind,
    figures: Vec<Figure>,
}

struct Figure {
    what: String,
    unit: &'static str,
    /// Rising.
    values: Vec<f64>,
}

impl Figure {
    fn at(&self, share: usize) -> f64 {
        let last = self.values.len().saturating_sub(1);
        let at = (self.values.len() * share / 100).min(last);
        self.values.get(at).copied().unwrap_or_default()
    }

    fn to_json(&self, kind: Kind) -> Value {
        json!({
            "browser": kind.name(), "what": self.what, "unit": self.unit,
            "median": self.at(50), "p95": self.at(95), "values": self.values,
        })
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<60} {:>12} {:>12}", self.kind.name(), "median", "95 %")?;
        for figure in &self.figures {
            let (median, high) = (figure.at(50), figure.at(95));
            writeln!(
                f,
                "{:<60} {median:>12.2} {high:>12.2}  {}",
                figure.what, figure.unit
            )?;
        }
        Ok(())
    }
}

impl Bench {
    fn add(&mut self, what: impl Into<String>, unit: &'static str, mut values: Vec<f64>) {
        values.sort_by(f64::total_cmp);
        self.figures.push(Figure {
            what: what.into(),
            unit,
            values,
        });
    }

    /// The search, without the product around it: each keystroke in a log that was not read yet, and in one that is held.
    async fn with_search(&mut self, tools: &Tools) -> Result<()> {
        let module = suite_module()?;
        let folder = room("search")?;
        let tools = suite::packed(tools, self.kind, &module, &[], folder.path()).await?;
        let (browser, _proxy) = start(self.kind, &tools).await?;
        for size in SEARCHED {
            let told = suite::call(&browser, &format!("search({size})"), PATIENCE).await?;
            let values = |value: &Value| -> Result<Vec<f64>> {
                let list = value.as_array().context("no times")?;
                Ok(list.iter().filter_map(Value::as_f64).collect())
            };
            for (at, heat) in [(0, "cold"), (1, "warm")] {
                let name = format!("a keystroke, {size} records, {heat}");
                self.add(format!("{name}, first answer"), "ms", values(&told[0][at][0])?);
                self.add(format!("{name}, first page"), "ms", values(&told[0][at][1])?);
            }
            let held = told[1].as_f64().context("no size")? / 1_048_576.0;
            self.add(format!("held by the search, {size} records"), "MiB", vec![held]);
        }
        browser.quit().await;
        Ok(())
    }

    /// The store, appending in bulk and verification, without the product around them.
    async fn with_suite(&mut self, tools: &Tools, samples: &Path, runs: u32) -> Result<()> {
        let module = suite_module()?;
        let folder = room("measure")?;
        let files = [samples.join("bundle.zip"), samples.join("records.jsonl")];
        let files = files.each_ref().map(PathBuf::as_path);
        let tools = suite::packed(tools, self.kind, &module, &files, folder.path()).await?;
        let (browser, _proxy) = start(self.kind, &tools).await?;
        let store = suite::call(&browser, "measureStore()", PATIENCE).await?;
        for (what, value) in store.as_object().context("no figures of the store")? {
            let value = value.as_f64().context("a figure that is no number")?;
            self.add(format!("store: {what}"), "", vec![value]);
        }
        let mut rates = Vec::new();
        for _ in 0..runs {
            let taken = suite::call(&browser, &format!("append({BULK})"), PATIENCE).await?;
            rates.push(rate(f64::from(BULK), &taken)?);
        }
        self.add(format!("append in bulk, {BULK} records"), "records/s", rates);
        let taken = suite::call(&browser, &format!("verify({})", runs + 1), PATIENCE).await?;
        for (at, what) in [(0, "verify a bundle"), (1, "leaf hashes alone (RFC 6962)")] {
            let taken = taken[at].as_array().context("no times")?;
            // The first only warms up.
            let rates: Result<Vec<f64>> = taken.iter().skip(1).map(|taken| rate(VERIFIED, taken)).collect();
            self.add(format!("{what}, {VERIFIED} records"), "records/s", rates?);
        }
        let taken = suite::call(&browser, &format!("detect({})", runs + 1), PATIENCE).await?;
        let rates = taken.as_array().context("no rates")?.iter().skip(1);
        let rates: Option<Vec<f64>> = rates.map(Value::as_f64).collect();
        self.add("find what is to be hidden", "MB/s", rates.context("no rates")?);
        browser.quit().await;
        Ok(())
    }

    /// The packed extension, through the messages that its own parts send.
    async fn with_product(&mut self, tools: &Tools, samples: &Path) -> Result<()> {
        let (browser, proxy) = start(self.kind, tools).await?;
        let pages = Site::start(tests_dir("pages")).await?;
        proxy.name(HOST, pages.address());
        browser.give_consent().await?;
        browser.add_site(&format!("http://{HOST}"), true).await?;
        let mut warm = Vec::new();
        for port in PORTS {
            browser.site_on(&format!("http://{HOST}:{port}")).await?;
            browser
                .open(&format!("http://{HOST}:{port}/chat-enter.html"))
                .await?;
            for _ in 0..EACH {
                warm.push(captured(&browser).await?);
            }
        }
        self.add("captured and durable, background awake", "ms", warm);
        browser.open(&format!("http://{HOST}/chat-enter.html")).await?;
        let mut cold = Vec::new();
        for _ in 0..COLD {
            ensure!(browser.kill_background().await?, "there was no background to end");
            cold.push(captured(&browser).await?);
        }
        self.add("captured and durable, background ended", "ms", cold);
        self.restore(&browser, samples).await?;
        browser.quit().await;
        Ok(())
    }

    /// What the content script costs the pages that it stands in.
    async fn with_pages(&mut self, tools: &Tools) -> Result<()> {
        let pages = Site::start(tests_dir("pages")).await?;
        let folder = room("timed")?;
        for (script, name) in [
            (cost::Script::Own, "content script"),
            (cost::Script::Bare, "one that only reads and sends"),
        ] {
            let timed = cost::timed(tools, self.kind, script, folder.path()).await?;
            let (browser, proxy) = start(self.kind, &timed).await?;
            proxy.name(HOST, pages.address());
            browser.give_consent().await?;
            browser.add_site(&format!("http://{HOST}"), true).await?;
            for (page, what) in [
                ("chat-enter.html", "a field"),
                ("chat-editable.html", "an editor"),
            ] {
                let cost = cost::cost(&browser, &format!("http://{HOST}/{page}")).await?;
                if script == cost::Script::Own {
                    self.add(format!("{name} at load, {what}"), "ms", cost.load);
                    self.add(format!("{name}, each key, {what}"), "ms", cost.key);
                }
                self.add(format!("{name}, a submission, {what}"), "ms", cost.submission);
            }
            browser.quit().await;
        }

        let (browser, proxy) = start(self.kind, tools).await?;
        for host in [HOST, ELSEWHERE] {
            proxy.name(host, pages.address());
        }
        browser.give_consent().await?;
        browser.add_site(&format!("http://{HOST}"), true).await?;
        let page = |host: &str| format!("http://{host}/chat-enter.html");
        let (on, off) = (page(HOST), page(ELSEWHERE));
        let [with, without] = cost::typing(&browser, [&on, &off]).await?;
        let keys = cost::KEYS;
        self.add(format!("key to input, {keys} keys, recorded"), "ms", with);
        self.add(format!("key to input, {keys} keys, without"), "ms", without);
        browser.quit().await;
        Ok(())
    }

    async fn restore(&mut self, browser: &Browser, samples: &Path) -> Result<()> {
        let words = std::fs::read_to_string(samples.join("words"))?;
        let file = samples.join("backup.age").canonicalize()?;
        browser.open_page("app/app.html#settings/restore").await?;
        let field = browser.find("#restore-file").await?;
        field
            .send_keys(file.to_str().context("a path that is no text")?)
            .await?;
        browser.type_into("#restore-words", &words).await?;
        let began = Instant::now();
        browser.click("[data-action=restore]").await?;
        browser.find_within("[data-report]", PATIENCE).await?;
        let taken = began.elapsed().as_secs_f64();
        self.add(
            format!("restore a backup, {RESTORED} records, the whole way"),
            "records/s",
            vec![RESTORED / taken],
        );
        Ok(())
    }
}

fn rate(count: f64, milliseconds: &Value) -> Result<f64> {
    let taken = milliseconds.as_f64().context("no time was told")?;
    Ok(count * 1000.0 / taken.max(1.0))
}

/// Sends a submission from the content script's world of the tab in view, and gives the milliseconds to its answer, which
/// comes once it is durable.
async fn captured(browser: &Browser) -> Result<f64> {
    let told = browser
        .in_console(
            r#"
            const api = globalThis.browser ?? chrome;
            const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
            const [{ result }] = await api.scripting.executeScript({
              target: { tabId: tab.id },
              func: async () => {
                const { runtime } = globalThis.browser ?? chrome;
                const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
                  byte.toString(16).padStart(2, "0"),
                ).join("");
                const field = {
                  search: false, multiline: true, prefilled: false, conversation: true, form: false, gets: false,
                  name: "message", id: "box", says: "Say something", action: "", around: ["textarea", "main"],
                };
                const observed = {
                  v: 1, nonce, text: `how long does bread keep? ${nonce}`, at: Date.now(), intent: "enter",
                  confirm: "cleared", typed: 40, pasted: 0, altered: false, field,
                };
                const began = performance.now();
                const answer = await runtime.sendMessage({ type: "observed", observed });
                return { taken: performance.now() - began, answer };
              },
            });
            return result;
            "#,
        )
        .await?;
    ensure!(
        told["answer"]["reply"]["capture"] == "recorded",
        "it was not recorded: {}",
        told["answer"]
    );
    told["taken"].as_f64().context("no time was told")
}
