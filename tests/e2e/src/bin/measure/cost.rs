//! What the content script costs the pages that it stands in: milliseconds at load, at each key and at a submission,
//! by a package whose content script is timed from inside; and typing with and without it, by the page itself.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::{Browser, Kind};
use counterfoil_e2e::case::press;
use counterfoil_e2e::tools::Tools;
use counterfoil_e2e::until::START;
use serde_json::Value;
use std::path::Path;

/// Goes before the content script: notes when each event came to it, and times its timers.
const BEFORE: &str = r#"
{
  const probe = { at: 0, loaded: 0, spent: {}, timers: 0 };
  for (const type of ["focusin", "keydown", "beforeinput", "input", "pointerdown", "click", "submit"]) {
    probe.spent[type] = [0, 0];
    addEventListener(type, () => { probe.at = performance.now(); }, { capture: true, passive: true });
  }
  const later = globalThis.setTimeout.bind(globalThis);
  globalThis.setTimeout = (work, wait, ...rest) => later(() => {
    const began = performance.now();
    work(...rest);
    probe.timers += performance.now() - began;
  }, wait);
  globalThis[Symbol.for("probe")] = probe;
  probe.at = performance.now();
}
"#;
/// Goes after it.
const AFTER: &str = r#"
{
  const probe = globalThis[Symbol.for("probe")];
  probe.loaded = performance.now() - probe.at;
  for (const [type, spent] of Object.entries(probe.spent)) {
    addEventListener(type, () => {
      spent[0] += performance.now() - probe.at;
      spent[1] += 1;
    }, { capture: true, passive: true });
  }
}
"#;
/// The least that such a script can do, as the limit: at Enter it reads the field, and when the page has had time to empty
/// that, it sends the same message. It looks at nothing else, and would take a password as well.
const BARE: &str = r#"
addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const field = event.target;
  const text = field.value ?? field.innerText;
  setTimeout(() => {
    if (field.value ?? field.innerText.trim()) return;
    const byte = () => Math.floor(Math.random() * 256).toString(16).padStart(2, "0");
    const observed = {
      v: 1, nonce: Array.from({ length: 16 }, byte).join(""), text, at: Date.now(), intent: "enter", altered: false,
      field: {
        search: false, multiline: true, prefilled: false, conversation: true, form: false, gets: false,
        name: "", id: "box", says: "", action: "", around: [],
      },
      url: location.href, hints: null, confirm: "cleared", typed: text.length, pasted: 0, before: null,
    };
    (globalThis.browser ?? chrome).runtime.sendMessage({ type: "observed", observed });
  }, 200);
}, { capture: true, passive: true });
"#;
const REPACK: &str = "
import sys, zipfile
before, instead, after, source, target = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as new:
    for entry in old.infolist():
        data = old.read(entry)
        if entry.filename == 'content/content.js':
            data = before.encode() + (instead.encode() or data) + after.encode()
        new.writestr(entry, data)
";
/// Gives what was timed in the tab in view.
const READ: &str = r#"
const api = globalThis.browser ?? chrome;
const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
const [{ result }] = await api.scripting.executeScript({
  target: { tabId: tab.id },
  func: () => JSON.stringify(globalThis[Symbol.for("probe")]),
});
return JSON.parse(result);
"#;
/// Notes in the page itself how long after its time each input is done.
const WATCH: &str = "
window.delays = [];
document.addEventListener('input', (event) => delays.push(performance.now() - event.timeStamp));";

/// Keys typed with and without the content script, in turns of [`TURN`].
pub const KEYS: usize = 10_000;
const TURN: usize = 250;
/// Submissions that are timed, of a hundred letters each: fewer than a site may send in a minute.
const SUBMISSIONS: usize = 20;
/// After so long, no key causes anything more.
const RESTED: Duration = Duration::from_millis(400);
/// Times that a page is loaded.
const LOADS: usize = 10;

/// Which content script is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// The package's own.
    Own,
    /// [`BARE`].
    Bare,
}

/// The tools with a package in place whose content script is timed.
pub async fn timed(tools: &Tools, kind: Kind, script: Script, folder: &Path) -> Result<Tools> {
    let (name, instead) = match script {
        Script::Own => ("own.zip", ""),
        Script::Bare => ("bare.zip", BARE),
    };
    let target = folder.join(name);
    let mut command = Command::new(&tools.verify_python);
    command
        .args(["-c", REPACK, BEFORE, instead, AFTER])
        .arg(tools.package(kind))
        .arg(&target);
    tools.packed(target, command).await
}

/// What the content script took, in milliseconds of the page's own thread.
#[derive(Debug, Default)]
pub struct Cost {
    /// Once, at load: one value a load.
    pub load: Vec<f64>,
    /// All that a key causes in one line of 100 letters and a submission, over its keys.
    pub key: Vec<f64>,
    /// The gesture and what follows it: timers that look for the proof, and telling the background.
    pub submission: Vec<f64>,
}

/// Loads the page so often, writes and sends there, and gives what the content script took. The page's `#box` takes the
/// text and Enter sends it.
pub async fn cost(browser: &Browser, url: &str) -> Result<Cost> {
    let mut cost = Cost::default();
    for _ in 0..LOADS {
        let tab = browser.open(url).await?;
        cost.load
            .push(number(&browser.in_console(READ).await?["loaded"])?);
        browser.close(&tab).await?;
    }
    browser.open(url).await?;
    let line = "It is a line of a hundred letters. ".repeat(3);
    let line = &line[..100];
    for turn in 0..SUBMISSIONS {
        browser.click("#box").await?;
        let before = spent(&browser.in_console(READ).await?)?;
        browser.keys(format!("{line}{turn}")).await?;
        // What the last keys left to timers is theirs.
        tokio::time::sleep(RESTED).await;
        let typed = spent(&browser.in_console(READ).await?)?;
        press(browser, "Enter").await?;
        browser
            .find_within(&format!("#sent[data-count='{}']", turn + 1), START)
            .await?;
        // The proof is told once the looks are over.
        browser.recorded(0, &site(url), &format!("{line}{turn}")).await?;
        let sent = spent(&browser.in_console(READ).await?)?;
        #[expect(clippy::cast_precision_loss, reason = "a hundred")]
        cost.key.push((typed - before) / line.len() as f64);
        cost.submission.push(sent - typed);
    }
    Ok(cost)
}

/// The host and port of an address.
fn site(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

fn spent(probe: &Value) -> Result<f64> {
    let events = probe["spent"].as_object().context("nothing was timed")?;
    let mut sum = number(&probe["timers"])?;
    for (_, spent) in events {
        sum += number(&spent[0])?;
    }
    Ok(sum)
}

fn number(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("no number: {value}"))
}

/// Types [`KEYS`] keys into the `#box` of both pages in turns, and gives for each page how long after each key its input
/// was done, in milliseconds.
pub async fn typing(browser: &Browser, pages: [&str; 2]) -> Result<[Vec<f64>; 2]> {
    let mut tabs = Vec::new();
    for page in pages {
        tabs.push(browser.open(page).await?);
        browser.run(WATCH, vec![]).await?;
    }
    let words = "every word that is typed ".repeat(TURN / 25);
    for turn in 0..2 * KEYS / TURN {
        // Who comes first changes from pair to pair.
        let at = (turn + turn / 2) % 2;
        browser.select(&tabs[at]).await?;
        browser.click("#box").await?;
        browser.keys(&words).await?;
    }
    let mut delays = [Vec::new(), Vec::new()];
    for (tab, delays) in tabs.iter().zip(&mut delays) {
        browser.select(tab).await?;
        let told = browser.run("return window.delays", vec![]).await?;
        *delays = told
            .as_array()
            .context("no delays")?
            .iter()
            .map(number)
            .collect::<Result<_>>()?;
        ensure!(
            delays.len() == KEYS,
            "{} of {KEYS} keys reached the page",
            delays.len()
        );
        browser.close(tab).await?;
    }
    Ok(delays)
}
