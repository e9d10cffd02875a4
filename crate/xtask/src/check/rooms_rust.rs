//! The import rule between the crates, as the design draws it:
//! `core ← detect, import, adapter ← app ← {native, wasm} ← {cli, collector}`.
//!
//! A crate may depend on rooms below its own. Only `wasm` may depend on, or name, what exists in a browser only.
//! `xtask` and the tests stand outside: they may use anything, and no room may use them.

use anyhow::{Context, Result};
use serde_json::Value;

use super::refuse;
use crate::process::{self, minutes};
use crate::tree::{Tree, files_below, kind, read};

/// Rooms with their heights.
const HEIGHTS: [(&str, u8); 9] = [
    ("core", 0),
    ("adapter", 1),
    ("detect", 1),
    ("import", 1),
    ("app", 2),
    ("native", 3),
    ("wasm", 3),
    ("cli", 4),
    ("collector", 4),
];
/// The room of the browser.
const BROWSER: &str = "wasm";
/// Beginnings of the names of crates that are for a browser, written with `_`.
const BROWSER_CRATES: [&str; 6] = [
    "web_sys",
    "js_sys",
    "gloo",
    "rexie",
    "wasm_bindgen",
    "serde_wasm_bindgen",
];
/// Folders below `crate/` that stand outside.
const OUTSIDE: [&str; 1] = ["xtask"];

/// Checks the workspace.
///
/// # Errors
/// An arrow runs up, or a browser's crate is named outside `crate/wasm`; the error names file and arrow.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let mut command = process::cargo();
    command
        .current_dir(&tree.root)
        .args(["metadata", "--format-version=1", "--no-deps"]);
    let metadata =
        process::output(&mut command, minutes(5)).context("cargo could not describe the workspace")?;
    let mut findings = arrows(&serde_json::from_str(&metadata)?)?;
    for name in files_below(&tree.at("crate"))? {
        let room = name.split('/').next().unwrap_or_default();
        if kind(&name) == "rs" && room != BROWSER && !OUTSIDE.contains(&room) {
            let path = format!("crate/{name}");
            findings.extend(naming(&path, &read(&tree.at(&path))?));
        }
    }
    refuse("the import rule between the crates is broken", &findings)
}

/// The dependencies that break the rule, in the output of `cargo metadata`.
fn arrows(metadata: &Value) -> Result<Vec<String>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata names no packages")?;
    let rooms: Vec<(&str, String)> = packages
        .iter()
        .filter_map(|package| {
            Some((
                package["name"].as_str()?,
                room(package["manifest_path"].as_str()?),
            ))
        })
        .collect();
    let room_of = |name: &str| {
        rooms
            .iter()
            .find(|(package, _)| *package == name)
            .map(|(_, room)| room.as_str())
    };
    let mut findings = Vec::new();
    for package in packages {
        let Some(from) = package["name"].as_str().and_then(room_of) else {
            continue;
        };
        if !from.starts_with("crate/") || OUTSIDE.iter().any(|outside| from == format!("crate/{outside}")) {
            continue;
        }
        let file = format!("{from}/Cargo.toml");
        let Some(height) = height(from) else {
            findings.push(format!(
                "{file}: the room has no place in the rule: give it one in crate/xtask"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let Some(name) = dependency["name"].as_str() else {
                continue;
            };
            // Tests of a package name the package itself, to switch on what only they need.
            if let Some(to) = room_of(name)
                && to != from
                && self::height(to).is_none_or(|other| other >= height)
            {
                findings.push(format!("{file}: {from} → {to} does not run down"));
            }
            let browsers = is_browsers(&name.replace('-', "_")) || room_of(name) == Some("crate/wasm");
            if browsers && from != "crate/wasm" {
                findings.push(format!(
                    "{file}: {from} → {name}: only crate/wasm may use what is a browser's"
                ));
            }
        }
    }
    Ok(findings)
}

/// The folder of a package below the repository: `crate/app`, `tests/e2e`.
fn room(manifest: &str) -> String {
    let manifest = manifest.replace('\\', "/");
    let parts: Vec<&str> = manifest.rsplit('/').skip(1).take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn height(room: &str) -> Option<u8> {
    let name = room.strip_prefix("crate/")?;
    HEIGHTS
        .iter()
        .find(|(room, _)| *room == name)
        .map(|(_, height)| *height)
}

fn is_browsers(name: &str) -> bool {
    BROWSER_CRATES.iter().any(|start| name.starts_with(start))
}

/// The lines of a source that name a browser's crate. Comments may.
fn naming(path: &str, source: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        if let Some(word) = words.into_iter().find(|word| is_browsers(word)) {
            findings.push(format!(
                "{path}:{}: → {word}: only crate/wasm may name what is a browser's",
                index + 1
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(folder: &str, dependencies: &[&str]) -> Value {
        let name = folder.rsplit('/').next().unwrap();
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|name| json!({ "name": name, "kind": null }))
            .collect();
        json!({
            "name": format!("counterfoil-{name}"),
            "manifest_path": format!("/x/{folder}/Cargo.toml"),
            "dependencies": dependencies,
        })
    }

    fn found(packages: &[Value]) -> Vec<String> {
        arrows(&json!({ "packages": packages })).unwrap()
    }

    #[test]
    fn downward_imports_pass() {
        let found = found(&[
            package("crate/core", &["sha2"]),
            package("crate/app", &["counterfoil-core", "serde"]),
            package(
                "crate/wasm",
                &[
                    "counterfoil-app",
                    "counterfoil-core",
                    "web-sys",
                    "gloo-timers",
                    "wasm-bindgen",
                ],
            ),
            package("crate/native", &["counterfoil-app"]),
            package("crate/cli", &["counterfoil-native", "counterfoil-core"]),
            package("crate/xtask", &["wasm-bindgen-cli-support"]),
            package("tests/e2e", &["counterfoil-cli"]),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_planted_upward_import_is_refused_with_file_and_arrow() {
        let found = found(&[
            package("crate/core", &["counterfoil-app"]),
            package("crate/app", &["counterfoil-core"]),
        ]);
        assert_eq!(
            found,
            ["crate/core/Cargo.toml: crate/core → crate/app does not run down"]
        );
    }

    #[test]
    fn rooms_of_one_height_do_not_import_each_other() {
        let found = found(&[
            package("crate/detect", &["counterfoil-import"]),
            package("crate/import", &[]),
        ]);
        assert_eq!(
            found,
            ["crate/detect/Cargo.toml: crate/detect → crate/import does not run down"]
        );
    }

    #[test]
    fn nothing_imports_what_stands_outside() {
        let xtask =
            json!({ "name": "xtask", "manifest_path": "/x/crate/xtask/Cargo.toml", "dependencies": [] });
        let found = found(&[package("crate/app", &["xtask"]), xtask]);
        assert_eq!(
            found,
            ["crate/app/Cargo.toml: crate/app → crate/xtask does not run down"]
        );
    }

    #[test]
    fn the_browser_is_for_one_room() {
        let found = found(&[
            package("crate/app", &["js-sys"]),
            package("crate/wasm", &["js-sys"]),
            package("crate/cli", &["counterfoil-wasm"]),
        ]);
        assert_eq!(
            found,
            [
                "crate/app/Cargo.toml: crate/app → js-sys: only crate/wasm may use what is a browser's",
                "crate/cli/Cargo.toml: crate/cli → counterfoil-wasm: only crate/wasm may use what is a browser's",
            ]
        );
    }

    #[test]
    fn a_new_room_needs_a_place() {
        assert!(
            found(&[package("crate/attic", &[])])[0]
                .contains("crate/attic/Cargo.toml: the room has no place")
        );
    }

    #[test]
    fn naming_is_refused_with_the_line() {
        let source = "// rexie would do\nuse std::fmt;\nuse web_sys::Window;\n";
        assert_eq!(
            naming("crate/app/src/x.rs", source),
            ["crate/app/src/x.rs:3: → web_sys: only crate/wasm may name what is a browser's"]
        );
        assert!(naming("x.rs", "let prefix = globe;").is_empty());
    }

    /// The same end to end: a real workspace, described by cargo.
    #[test]
    fn a_planted_import_in_a_workspace_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| crate::tree::write(&folder.path().join(name), text).unwrap();
        put(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"crate/*\"]\n",
        );
        let member = |name: &str, more: &str| {
            format!(
                "[package]\nname = \"counterfoil-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{more}"
            )
        };
        put(
            "crate/core/Cargo.toml",
            &member(
                "core",
                "[dev-dependencies]\ncounterfoil-app = { path = \"../app\" }\n",
            ),
        );
        put(
            "crate/core/src/lib.rs",
            "pub fn window() -> web_sys::Window { loop {} }\n",
        );
        put("crate/app/Cargo.toml", &member("app", ""));
        put("crate/app/src/lib.rs", "");
        let root = folder.path().to_owned();
        let tree = Tree {
            native: root.join("target"),
            wasm: root.join("target/wasm-build"),
            root,
            channel: true,
        };
        let error = hold(&tree).unwrap_err().to_string();
        assert!(
            error.contains("crate/core/Cargo.toml: crate/core → crate/app does not run down"),
            "{error}"
        );
        assert!(error.contains("crate/core/src/lib.rs:1: → web_sys"), "{error}");
    }
}
