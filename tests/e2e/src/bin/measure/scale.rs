//! The real popup and the real full tab on profiles of growing size, in the packed extension: how long a person waits,
//! and what it takes of memory and of the disk. Added to the package are a page that fills the profile, closed before
//! anything is timed, a bare page that shows what the machine allows meanwhile, and a script in the pages that notes when
//! what was waited for is painted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::memory::Memory;
use counterfoil_e2e::process::room;
use counterfoil_e2e::tools::Tools;
use counterfoil_e2e::until::{SOON, START, until};
use serde_json::{Value, json};

/// Records of the profiles, unless others are asked for.
pub const COUNTS: [u32; 3] = [1_000, 100_000, 1_000_000];
/// How often a page is opened for each figure.
const TIMES: usize = 20;
/// Records that are filled in within a second on the slowest machine.
const FILLED: u32 = 2_000;

/// Notes when a record, or that there is none, is painted for the first time, and when each letter typed into the field has its answer: the
/// first task behind the frame that shows it.
const WATCH: &str = r#"
{
  const probe = { content: 0, answers: [] };
  globalThis[Symbol.for("probe")] = probe;
  const painted = (note) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => note(performance.now());
      port2.postMessage(null);
    });
  const once = (is, then) => {
    if (is()) return then();
    const watch = new MutationObserver(() => {
      if (!is()) return;
      watch.disconnect();
      then();
    });
    watch.observe(document, { childList: true, subtree: true, attributes: true });
  };
  once(
    () => document.querySelector("article[data-seq], [data-empty]"),
    () => painted((at) => { probe.content = at; }),
  );
  // In the bubbling phase the page has taken the letter over, and says until the answer is there that it is not.
  const answered = () => !document.querySelector(".list .feed[aria-busy=true], .list [data-awaited]");
  addEventListener("input", ({ target, timeStamp }) => {
    const query = target.value;
    once(answered, () => painted((at) => { probe.answers.push([query, at - timeStamp]); }));
  });
}
"#;
const FILL: &str = r#"
import init, { fill } from "./counterfoil.js";

const api = globalThis.browser ?? chrome;
const session = {
  get: async () => (await api.storage.session.get("session")).session,
  set: (text) => (text === undefined ? api.storage.session.remove("session") : api.storage.session.set({ session: text })),
};
globalThis.outcome = null;
globalThis.begin = (count) => {
  init({ module_or_path: api.runtime.getURL("bench/counterfoil_bg.wasm") })
    .then(() => fill(session, count))
    .then((done) => { globalThis.outcome = { done }; }, (error) => { globalThis.outcome = { error: String(error) }; });
};
"#;
const FILL_PAGE: &str = r#"<!doctype html><meta charset="utf-8" /><title>Filling</title><script type="module" src="fill.js"></script>"#;
/// The least that a page of the extension can do: it asks the background the shortest question, and paints one line.
const BARE_PAGE: &str = r#"<!doctype html><meta charset="utf-8" /><title>Bare</title><script src="watch.js"></script><script type="module" src="bare.js"></script>"#;
const BARE: &str = r#"
const api = globalThis.browser ?? chrome;
api.runtime.sendMessage({ type: "status" }).then((answer) => {
  const line = document.createElement("article");
  line.dataset.seq = "0";
  line.textContent = JSON.stringify(answer);
  document.body.append(line);
});
"#;
const REPACK: &str = r#"
import pathlib, sys, zipfile
source, target, folder = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as new:
    for entry in old.infolist():
        data = old.read(entry)
        if entry.filename in ('popup/popup.html', 'app/app.html'):
            assert data.count(b'<head>') == 1
            data = data.replace(b'<head>', b'<head><script src="../bench/watch.js"></script>')
        new.writestr(entry, data)
    for file in sorted(pathlib.Path(folder).iterdir()):
        new.write(file, 'bench/' + file.name)
"#;
const BARE_AT: &str = "bench/bare.html";
const TAB_AT: &str = "app/app.html";
/// What the script noted in the page.
const NOTED: &str = "const noted = window[Symbol.for('probe')];";

/// A figure at each size.
pub struct Figure {
    kind: Kind,
    what: &'static str,
    unit: &'static str,
    /// The most at 100,000 records that DESIGN.md allows.
    budget: Option<f64>,
    /// By the number of records; rising.
    values: BTreeMap<u32, Vec<f64>>,
}

impl Figure {
    fn at(values: &[f64], share: usize) -> f64 {
        let last = values.len().saturating_sub(1);
        let at = (values.len() * share / 100).min(last);
        values.get(at).copied().unwrap_or_default()
    }

    pub fn to_json(&self) -> Value {
        let values = self.values.iter().map(|(count, values)| {
            json!({
                "records": count, "median": Self::at(values, 50), "p95": Self::at(values, 95), "values": values,
            })
        });
        json!({
            "browser": self.kind.name(), "what": self.what, "unit": self.unit, "budget": self.budget,
            "sizes": values.collect::<Vec<_>>(),
        })
    }
}

/// The figures of all browsers, as a table.
pub struct Table<'a>(pub &'a [Figure]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.0.iter().flat_map(|figure| figure.values.keys().copied());
        let sizes: BTreeSet<u32> = sizes.collect();
        write!(f, "| median / p95 | browser |")?;
        for size in &sizes {
            write!(f, " {size} records |")?;
        }
        writeln!(f, " growth | budget at 100000 |")?;
        writeln!(f, "|---|---|{}---|---|", "---|".repeat(sizes.len()))?;
        for figure in self.0 {
            write!(f, "| {}, {} | {} |", figure.what, figure.unit, figure.kind.name())?;
            let mut medians = Vec::new();
            for size in &sizes {
                match figure.values.get(size).map(Vec::as_slice) {
                    Some([one]) => {
                        write!(f, " {one:.1} |")?;
                        medians.push(*one);
                    }
                    Some(values) => {
                        let median = Figure::at(values, 50);
                        write!(f, " {median:.0} / {:.0} |", Figure::at(values, 95))?;
                        medians.push(median);
                    }
                    None => write!(f, " |")?,
                }
            }
            match medians.as_slice() {
                [first, .., last] => write!(f, " × {:.2} |", last / first.max(0.1))?,
                _ => write!(f, " |")?,
            }
            match figure.budget {
                Some(budget) => writeln!(f, " {budget:.0} |")?,
                None => writeln!(f, " |")?,
            }
        }
        Ok(())
    }
}

/// Packs the pages' script, and the page that fills with the module of the suite, beside the product.
pub async fn packed(tools: &Tools, kind: Kind, module: &Path, folder: &Path) -> Result<Tools> {
    let files = folder.join("bench");
    std::fs::create_dir(&files)?;
    for (name, text) in [
        ("watch.js", WATCH),
        ("fill.js", FILL),
        ("fill.html", FILL_PAGE),
        ("bare.js", BARE),
        ("bare.html", BARE_PAGE),
    ] {
        std::fs::write(files.join(name), text)?;
    }
    for name in ["counterfoil.js", "counterfoil_bg.wasm"] {
        std::fs::copy(module.join(name), files.join(name))
            .with_context(|| format!("{name} is not in {}", module.display()))?;
    }
    let target = folder.join("filled.zip");
    let mut command = Command::new(&tools.verify_python);
    command
        .args(["-c", REPACK])
        .arg(tools.package(kind))
        .arg(&target)
        .arg(&files);
    tools.packed(target, command).await
}

/// Measures everything on a fresh profile of each size.
pub async fn measure(kind: Kind, tools: &Tools, module: &Path, counts: &[u32]) -> Result<Vec<Figure>> {
    let folder = room("scale")?;
    let tools = packed(tools, kind, module, folder.path()).await?;
    let mut scale = Scale {
        kind,
        count: 0,
        figures: Vec::new(),
    };
    for &count in counts {
        scale.count = count;
        let (browser, _proxy) = crate::start(kind, &tools).await?;
        scale.profile(&browser).await?;
        browser.quit().await;
        eprintln!("{}: {count} records are measured", kind.name());
    }
    Ok(scale.figures)
}

struct Scale {
    kind: Kind,
    count: u32,
    figures: Vec<Figure>,
}

impl Scale {
    fn add(&mut self, what: &'static str, unit: &'static str, budget: Option<f64>, mut values: Vec<f64>) {
        values.sort_by(f64::total_cmp);
        let known = self.figures.iter_mut().find(|figure| figure.what == what);
        let figure = match known {
            Some(figure) => figure,
            None => {
                self.figures.push(Figure {
                    kind: self.kind,
                    what,
                    unit,
                    budget,
                    values: BTreeMap::new(),
                });
                let last = self.figures.len() - 1;
                &mut self.figures[last]
            }
        };
        figure.values.insert(self.count, values);
    }

    async fn profile(&mut self, browser: &Browser) -> Result<()> {
        browser.give_consent().await?;
        let queries = self.fill(browser).await?;
        let stored = browser
            .in_console("return (await navigator.storage.estimate()).usage")
            .await?;
        let stored = stored.as_f64().context("no storage was told")? / 1_048_576.0;

        let warm = self.popups(browser, false).await?;
        self.add("popup, first content, background awake", "ms", Some(100.0), warm);
        let cold = self.popups(browser, true).await?;
        self.add("popup, first content, background ended", "ms", Some(160.0), cold);
        let after = Memory::of_extension(browser)?;

        for (page, ended, what) in [
            (BARE_AT, false, "a bare page with one message, background awake"),
            (BARE_AT, true, "a bare page with one message, background ended"),
            (TAB_AT, true, "full tab, first records, background ended"),
            (TAB_AT, false, "full tab, first records, background awake"),
        ] {
            let times = self.pages(browser, page, ended).await?;
            self.add(what, "ms", None, times);
        }

        self.keystrokes(browser, &queries).await?;
        self.add("memory after the popup", "MiB", None, vec![after.now]);
        let searched = Memory::of_extension(browser)?;
        self.add("memory after the search", "MiB", None, vec![searched.now]);
        self.add("memory, the most", "MiB", None, vec![searched.most]);
        self.add("storage", "MiB", None, vec![stored]);
        Ok(())
    }

    /// Fills the profile, and gives the queries that are to be typed.
    async fn fill(&mut self, browser: &Browser) -> Result<Vec<String>> {
        let tab = browser.open_page("bench/fill.html").await?;
        until("the page that fills", SOON, async || {
            let there = browser.run("return typeof window.begin", vec![]).await?;
            Ok((there == "function").then_some(()))
        })
        .await?;
        let began = std::time::Instant::now();
        browser
            .run("window.begin(arguments[0])", vec![self.count.into()])
            .await?;
        let patience = START + Duration::from_secs(u64::from(self.count / FILLED));
        let outcome = until("the profile to be filled", patience, async || {
            let outcome = browser.run("return window.outcome", vec![]).await?;
            Ok((!outcome.is_null()).then_some(outcome))
        })
        .await?;
        let taken = began.elapsed().as_secs_f64();
        let queries = outcome["done"]
            .as_str()
            .with_context(|| format!("the profile was not filled: {outcome}"))?;
        self.add(
            "filling, in bulk",
            "records/s",
            None,
            vec![f64::from(self.count) / taken],
        );
        browser.close(&tab).await?;
        Ok(serde_json::from_str(queries)?)
    }

    async fn popups(&self, browser: &Browser, ended: bool) -> Result<Vec<f64>> {
        let mut values = Vec::new();
        // The first only warms up.
        for turn in 0..=TIMES {
            if ended {
                ensure!(browser.kill_background().await?, "there was no background to end");
            }
            let popup = browser.popup().await?;
            let content = popup
                .wait(
                    "a record in the popup",
                    &format!("{NOTED} return noted?.content || null;"),
                )
                .await?;
            popup.close().await?;
            if turn > 0 {
                values.push(content.as_f64().context("no time was noted")?);
            }
        }
        Ok(values)
    }

    async fn pages(&self, browser: &Browser, page: &str, ended: bool) -> Result<Vec<f64>> {
        // The first only warms up.
        self.opened(browser, page, ended).await?;
        let mut values = Vec::new();
        for _ in 0..TIMES {
            values.push(self.opened(browser, page, ended).await?);
        }
        Ok(values)
    }

    /// Opens a page, and gives the milliseconds until it shows what is found, or that nothing is.
    async fn opened(&self, browser: &Browser, page: &str, ended: bool) -> Result<f64> {
        if ended {
            ensure!(browser.kill_background().await?, "there was no background to end");
        }
        let tab = browser.open_page(page).await?;
        let content = until("what the page shows", START, async || {
            let content = browser
                .run(&format!("{NOTED} return noted.content || null;"), vec![])
                .await?;
            Ok(content.as_f64())
        })
        .await?;
        browser.close(&tab).await?;
        Ok(content)
    }

    async fn keystrokes(&mut self, browser: &Browser, queries: &[String]) -> Result<()> {
        // Asked of a background that was ended, before anything is held: a page is opened on a question.
        let mut cold = Vec::new();
        for query in queries.iter().cycle().take(TIMES) {
            let page = format!("{TAB_AT}#records?q={}", encoded(query));
            cold.push(self.opened(browser, &page, true).await?);
        }
        self.add("full tab opened on a query, background ended", "ms", None, cold);
        browser.open_page(TAB_AT).await?;
        browser.click("#filter").await?;
        let mut typed = Vec::new();
        // What is held by now is what a person has who searches on.
        for query in queries {
            self.emptied(browser).await?;
            for letter in query.chars() {
                typed.push(answered(browser, &letter.to_string(), Way::Typed).await?);
            }
        }
        self.add("a keystroke, background awake", "ms", Some(150.0), typed);
        Ok(())
    }

    /// Empties the field, and waits until the newest records are shown.
    async fn emptied(&self, browser: &Browser) -> Result<()> {
        let empty = browser
            .run("return document.getElementById('filter').value", vec![])
            .await?;
        if empty != "" {
            answered(browser, "", Way::Pasted).await?;
        }
        Ok(())
    }
}

/// A query as it stands in an address.
fn encoded(query: &str) -> String {
    query
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// How a text comes into the field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By a key.
    Typed,
    /// At once, in place of what is there.
    Pasted,
}

/// Puts a text into the field, and gives the milliseconds until the first page of its answer is painted.
async fn answered(browser: &Browser, text: &str, way: Way) -> Result<f64> {
    let before = answers(browser).await?.len();
    match way {
        Way::Typed => browser.keys(text).await?,
        Way::Pasted => {
            browser
                .run(
                    "const field = document.getElementById('filter');
                     field.value = arguments[0];
                     field.dispatchEvent(new InputEvent('input', { bubbles: true }));",
                    vec![text.into()],
                )
                .await?;
        }
    }
    until("the answer", START, async || {
        let answers = answers(browser).await?;
        Ok(answers.get(before).and_then(|answer| answer[1].as_f64()))
    })
    .await
}

async fn answers(browser: &Browser) -> Result<Vec<Value>> {
    let noted = browser
        .run(&format!("{NOTED} return noted.answers;"), vec![])
        .await?;
    Ok(noted.as_array().context("nothing was noted")?.clone())
}
