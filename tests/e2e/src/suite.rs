//! The build of `crate/wasm` with the suite of the ports, in the background of an extension that holds nothing else.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::tools::Tools;
use crate::until::{SOON, until};

/// Runs what it is told to, and keeps what came of it.
const BACKGROUND: &str = r#"
import init, { bulk, conformance, detection, histories, measure, searching, verification } from "./counterfoil.js";

const api = globalThis.browser ?? chrome;
const session = (key) => ({
  async get() {
    return (await api.storage.session.get(key))[key];
  },
  async set(text) {
    if (text === undefined) await api.storage.session.remove(key);
    else await api.storage.session.set({ [key]: text });
  },
});
const started = init({ module_or_path: api.runtime.getURL("counterfoil_bg.wasm") });
globalThis.outcome = null;

function begin(work) {
  globalThis.outcome = null;
  started.then(work).then(
    (done) => {
      globalThis.outcome = { done };
    },
    (error) => {
      globalThis.outcome = { error: String(error) };
    },
  );
  return true;
}

const file = async (name) => new Uint8Array(await (await fetch(api.runtime.getURL(name))).arrayBuffer());

globalThis.conform = () => begin(() => conformance(session("secret")));
// Each lane has two profiles of its own: most of a history is waiting for the browser's disk.
globalThis.play = (first, count, lanes) =>
  begin(() =>
    Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        const from = Math.floor((count * lane) / lanes);
        const to = Math.floor((count * (lane + 1)) / lanes);
        const sessions = [session(`secret-${lane}-0`), session(`secret-${lane}-1`)];
        return JSON.parse(await histories(sessions, first + from, to - from));
      }),
    ),
  );
globalThis.measureStore = () => begin(() => measure(session("secret")));
globalThis.append = (count) => begin(() => bulk(session("secret"), count));
globalThis.search = (count) => begin(() => searching(session("secret"), count).then(JSON.parse));
globalThis.verify = (runs) =>
  begin(async () => verification(await file("bundle.zip"), await file("records.jsonl"), runs));
globalThis.detect = (runs) => begin(async () => Array.from(detection(runs)));
"#;

/// Calls a function of the background and gives what came of it before the deadline.
pub async fn call(browser: &Browser, call: &str, deadline: Duration) -> Result<Value> {
    // A background that has only just begun has not run its script yet.
    until("the suite to be there", SOON, async || {
        let there = browser.in_background("globalThis.outcome !== undefined").await?;
        Ok((there == true).then_some(()))
    })
    .await?;
    let begun = browser.in_background(&format!("globalThis.{call}")).await?;
    ensure!(begun == true, "{call} did not begin");
    let mut outcome = until(&format!("the end of {call}"), deadline, async || {
        let outcome = browser.in_background("globalThis.outcome").await?;
        Ok(Some(outcome).filter(|outcome| !outcome.is_null()))
    })
    .await?;
    match outcome.get("error") {
        Some(error) => bail!("{call}: {error}"),
        None => Ok(outcome["done"].take()),
    }
}

/// Packs an extension of the suite, a background for this browser and these files into a folder: the tools with it in
/// place of the product.
pub async fn packed(
    tools: &Tools,
    kind: Kind,
    module: &Path,
    files: &[&Path],
    folder: &Path,
) -> Result<Tools> {
    let background: Value = match kind {
        Kind::Chromium => json!({ "service_worker": "background.js", "type": "module" }),
        Kind::Firefox => json!({ "scripts": ["background.js"], "type": "module" }),
    };
    let manifest = json!({
        "manifest_version": 3,
        "name": "The ports of Counterfoil",
        "version": "1",
        "permissions": ["storage", "unlimitedStorage"],
        "background": background,
        "content_security_policy": { "extension_pages": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" },
        "browser_specific_settings": { "gecko": { "id": "ports@counterfoil.test", "strict_min_version": "140.0" } },
    });
    std::fs::write(folder.join("manifest.json"), manifest.to_string())?;
    std::fs::write(folder.join("background.js"), BACKGROUND)?;
    for name in ["counterfoil.js", "counterfoil_bg.wasm"] {
        std::fs::copy(module.join(name), folder.join(name))
            .with_context(|| format!("{name} is not in {}", module.display()))?;
    }
    for file in files {
        let name = file.file_name().context("a file without a name")?;
        std::fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let zip = folder.join("ports.zip");
    let mut command = Command::new(&tools.verify_python);
    command.args([
        "-m",
        "zipfile",
        "-c",
        "ports.zip",
        "manifest.json",
        "background.js",
    ]);
    command
        .args(["counterfoil.js", "counterfoil_bg.wasm"])
        .args(files.iter().filter_map(|file| file.file_name()))
        .current_dir(folder);
    tools.packed(zip, command).await
}
