//! The suite that every host of the app passes, in the background of an extension that holds nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use counterfoil_e2e::browser::Kind;
use counterfoil_e2e::process::{output, room};
use counterfoil_e2e::tools::Tools;
use counterfoil_e2e::until::{SOON, START, until};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::lab::{Lab, trial};

/// Runs the suite once, and keeps what came of it.
const BACKGROUND: &str = r#"
import init, { conformance } from "./counterfoil.js";

const api = globalThis.browser ?? chrome;
const session = {
  async get() {
    return (await api.storage.session.get("secret")).secret;
  },
  async set(text) {
    if (text === undefined) await api.storage.session.remove("secret");
    else await api.storage.session.set({ secret: text });
  },
};
globalThis.verdicts = null;
init({ module_or_path: api.runtime.getURL("counterfoil_bg.wasm") })
  .then(() => conformance(session))
  .catch((error) => [["the suite itself", String(error)]])
  .then((verdicts) => {
    globalThis.verdicts = verdicts;
  });
"#;

pub fn trials(lab: &Arc<Lab>, kind: Kind, trials: &mut Vec<Trial>) {
    trials.push(trial(
        lab,
        kind,
        "the_ports_pass_their_suite",
        async move |lab, name| ports(lab, kind, name).await,
    ));
}

async fn ports(lab: &Lab, kind: Kind, name: &str) -> Result<()> {
    let module = std::env::var_os("COUNTERFOIL_PORTS").map(PathBuf::from);
    let module =
        module.context("COUNTERFOIL_PORTS is not set: `cargo xtask test` builds the suite and sets it")?;
    let folder = room("ports")?;
    let package = pack(lab.tools()?, kind, &module, folder.path()).await?;
    let tools = Tools {
        chrome_zip: package.clone(),
        firefox_zip: package,
        ..lab.tools()?.clone()
    };
    lab.with_tools(kind, name, &tools, async |session| {
        let verdicts = until("the suite to end", START * 2, async || {
            let verdicts = session.browser.in_background("globalThis.verdicts").await?;
            Ok(Some(verdicts).filter(|verdicts| !verdicts.is_null()))
        })
        .await?;
        let verdicts = verdicts.as_array().context("no verdicts")?;
        let wrong: Vec<_> = verdicts.iter().filter(|verdict| !verdict[1].is_null()).collect();
        ensure!(wrong.is_empty(), "of {} checks: {wrong:#?}", verdicts.len());
        ensure!(!verdicts.is_empty(), "the suite checked nothing");
        Ok(())
    })
    .await
}

/// Packs an extension of the suite and a background for this browser.
async fn pack(tools: &Tools, kind: Kind, module: &Path, folder: &Path) -> Result<PathBuf> {
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
        .current_dir(folder);
    let (code, text) = output("packing", command, SOON).await?;
    ensure!(code == Some(0), "the suite was not packed: {text}");
    Ok(zip)
}
