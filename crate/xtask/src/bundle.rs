//! The unpacked extension: scripts bundled by esbuild, adapters compiled, everything else copied.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use counterfoil_adapter::read as adapters;

use crate::manifest::{self, Form};
use crate::process::{self, minutes};
use crate::provision::npm;
use crate::tree::{self, Tree, files_below, read, write};
use crate::wasm;

/// Rooms whose script runs as a module of the extension.
const MODULES: [&str; 4] = ["background", "popup", "app", "welcome"];
/// Rooms that show a page.
const PAGES: [&str; 3] = ["popup", "app", "welcome"];
/// Oldest browsers that the scripts are written down to; as in `manifest.json`.
const BROWSERS: &str = "chrome121,firefox140";

/// Builds `target/extension` from the sources and the glue.
///
/// # Errors
/// A source is missing, a script does not bundle, or a page or the manifest names a file that is not there.
pub(crate) fn build(tree: &Tree) -> Result<()> {
    present(tree)?;
    npm::bring(tree)?;
    let out = tree.extension();
    tree::empty(&out)?;
    scripts(tree, &out)?;
    compile_adapters(tree, &out)?;
    for (name, path) in statics(tree)? {
        write(&out.join(&name), tree::read_bytes(&tree.at(path))?)?;
    }
    for module in wasm::MODULES {
        let file = wasm::file(module);
        let bytes = tree::read_bytes(&tree.glue().join(&file))?;
        write(&out.join("background").join(&file), bytes)?;
    }
    let source = read(&tree.at("manifest.json"))?;
    write(
        &out.join("manifest.json"),
        manifest::derive(&source, &tree.version()?, Form::Common, tree.channel)?,
    )?;
    whole(&out)
}

/// Every source that the extension cannot be without.
fn present(tree: &Tree) -> Result<()> {
    let mut needed = vec![
        "manifest.json".to_owned(),
        "extension/content/content.ts".to_owned(),
        "extension/content/answers.ts".to_owned(),
        "extension/_locales/en/messages.json".to_owned(),
        "extension/ui/ui.css".to_owned(),
    ];
    needed.extend(MODULES.iter().map(|room| format!("extension/{room}/{room}.ts")));
    needed.extend(PAGES.iter().map(|room| format!("extension/{room}/{room}.html")));
    let missing: Vec<_> = needed
        .into_iter()
        .filter(|path| !tree.at(path).is_file())
        .collect();
    if !missing.is_empty() {
        bail!(
            "the extension lacks {}: every room has a script of its own name",
            missing.join(", ")
        );
    }
    Ok(())
}

/// Bundles the scripts. The content script is minified, by two tools that find different things, since its bytes are
/// paid on every page; the others stay readable in what is installed.
fn scripts(tree: &Tree, out: &Path) -> Result<()> {
    let mut modules = esbuild(tree, out);
    modules.args(MODULES.map(|room| format!("extension/{room}/{room}.ts")));
    modules.arg("--format=esm");
    let glue = tree.glue();
    modules.args(wasm::MODULES.map(|module| {
        let mut alias = std::ffi::OsString::from(format!("--alias:{module}-wasm="));
        alias.push(glue.join(format!("{module}.js")));
        alias
    }));
    process::run(&mut modules, minutes(5))
        .context("the scripts of the pages and the background were not bundled")?;
    for script in ["content", "answers"] {
        let mut content = esbuild(tree, out);
        content.arg(format!("extension/content/{script}.ts"));
        content.args(["--format=iife", "--minify"]);
        content.arg(format!("--mangle-props=^({OWN_PROPERTIES})$"));
        process::run(&mut content, minutes(5))
            .with_context(|| format!("the content script {script} was not bundled"))?;
        let bundled = out.join(format!("content/{script}.js"));
        let mut smaller = npm::tool(tree, "terser");
        smaller.arg(&bundled).arg("--output").arg(&bundled);
        smaller.args(["--compress", "passes=3,ecma=2020", "--mangle"]);
        process::run(&mut smaller, minutes(5))
            .with_context(|| format!("the content script {script} was not made smaller"))?;
    }
    Ok(())
}

/// What pages get of the adapters: each of its own, and the marks of the families.
fn compile_adapters(tree: &Tree, out: &Path) -> Result<()> {
    let files = adapters::folder(&tree.at("extension/adapters"))?;
    let folder = out.join("adapters");
    for file in &files {
        write(&folder.join(format!("{}.js", file.id)), adapters::page(file))?;
        if let Some(answers) = adapters::answers(file) {
            write(&folder.join(format!("{}.answers.js", file.id)), answers)?;
        }
    }
    write(&folder.join("families.js"), adapters::families(&files))
}

/// Properties that only the content script's own objects have: no page, browser or message knows these names, so
/// they may be shortened. They are a hundred bytes of its budget.
const OWN_PROPERTIES: &str = "collapses|stale|taken|root|edits|leaves|weak|gone|boxes|cause|since|until|rich|tries|timer|sight|request|submitted|path|pressed";

fn esbuild(tree: &Tree, out: &Path) -> Command {
    let mut command = npm::tool(tree, "esbuild");
    command.arg(format!("--define:CHANNEL={}", tree.channel));
    command.args([
        "--bundle",
        "--outbase=extension",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
    ]);
    command.arg(format!("--target={BROWSERS}"));
    let mut outdir = std::ffi::OsString::from("--outdir=");
    outdir.push(out);
    command.arg(outdir);
    command
}

/// Files that are copied as they are: where they go, and where they come from.
fn statics(tree: &Tree) -> Result<Vec<(String, String)>> {
    let mut copied = Vec::new();
    for name in files_below(&tree.at("extension"))? {
        let Some((room, _)) = name.split_once('/') else {
            continue;
        };
        let kind = tree::kind(&name);
        let taken = match room {
            "_locales" => kind == "json",
            "icons" => matches!(kind, "png" | "svg"),
            "ui" => kind == "css",
            _ => PAGES.contains(&room) && matches!(kind, "html" | "css" | "svg" | "png"),
        };
        if taken {
            let source = format!("extension/{name}");
            copied.push((name, source));
        }
    }
    Ok(copied)
}

/// Checks that what the pages and the manifest name is there.
fn whole(out: &Path) -> Result<()> {
    let mut missing = Vec::new();
    for page in files_below(out)?.iter().filter(|name| tree::kind(name) == "html") {
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in links(&read(&out.join(page))?) {
            if !out
                .join(folder)
                .join(link.split(['?', '#']).next().unwrap_or(&link))
                .is_file()
            {
                missing.push(format!("{page} names {link}"));
            }
        }
    }
    let manifest: serde_json::Value = serde_json::from_str(&read(&out.join("manifest.json"))?)?;
    let mut named = Vec::new();
    paths(&manifest, &mut named);
    for path in named {
        if !out.join(path).is_file() {
            missing.push(format!("manifest.json names {path}"));
        }
    }
    if !missing.is_empty() {
        bail!("the built extension lacks files: {}", missing.join("; "));
    }
    Ok(())
}

/// What `src` and `href` attributes name, other than places in the same page.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in [" src=\"", " href=\""] {
        for (start, _) in page.match_indices(attribute) {
            let value = page
                .get(start + attribute.len()..)
                .and_then(|rest| rest.split('"').next());
            links.extend(
                value
                    .filter(|value| !value.starts_with('#') && !value.is_empty())
                    .map(str::to_owned),
            );
        }
    }
    links
}

/// The strings of a manifest that are paths of files.
fn paths<'a>(value: &'a serde_json::Value, found: &mut Vec<&'a str>) {
    match value {
        serde_json::Value::String(text) if ["js", "html", "png", "css"].contains(&tree::kind(text)) => {
            found.push(text);
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| paths(item, found)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| paths(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_names_a_missing_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| write(&folder.path().join(name), text).unwrap();
        put(
            "manifest.json",
            r#"{"action": {"default_popup": "popup/popup.html"}, "icons": {"16": "icons/16.png"}}"#,
        );
        put(
            "popup/popup.html",
            r##"<link href="../ui/ui.css"><script src="popup.js"></script><a href="#top">"##,
        );
        put("popup/popup.js", "");
        let error = whole(folder.path()).unwrap_err().to_string();
        assert!(error.contains("popup/popup.html names ../ui/ui.css"), "{error}");
        assert!(error.contains("manifest.json names icons/16.png"), "{error}");
        assert!(!error.contains("popup.js") && !error.contains("#top"), "{error}");
        put("ui/ui.css", "");
        put("icons/16.png", "");
        whole(folder.path()).unwrap();
    }

    #[test]
    fn missing_rooms_are_named_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let tree = Tree {
            native: root.join("target"),
            wasm: root.join("target/wasm-build"),
            root,
            channel: true,
        };
        let error = build(&tree).unwrap_err().to_string();
        for path in [
            "extension/background/background.ts",
            "extension/content/content.ts",
            "welcome/welcome.html",
        ] {
            assert!(error.contains(path), "{error}");
        }
    }
}
