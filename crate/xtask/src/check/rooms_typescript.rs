//! The import rule between the rooms of the extension, as the design draws it:
//! `platform ← ui ← {popup, app, welcome}`; `background` and `content` import `platform` only; only
//! `platform/browser.ts` says `chrome` or `browser`.

use anyhow::Result;

use super::refuse;
use super::script::{Placed, Token, tokens};
use crate::tree::{Tree, files_below, kind, read};

/// A room, and the rooms and packages that it may import besides itself.
struct Room {
    name: &'static str,
    rooms: &'static [&'static str],
    packages: &'static [&'static str],
}

/// lit-html paints; the content script stays small without it.
const PAINTER: &[&str] = &["lit-html"];

const ROOMS: [Room; 7] = [
    Room {
        name: "platform",
        rooms: &[],
        packages: &[],
    },
    Room {
        name: "ui",
        rooms: &["platform"],
        packages: PAINTER,
    },
    Room {
        name: "popup",
        rooms: &["platform", "ui"],
        packages: PAINTER,
    },
    Room {
        name: "app",
        rooms: &["platform", "ui"],
        packages: PAINTER,
    },
    Room {
        name: "welcome",
        rooms: &["platform", "ui"],
        packages: PAINTER,
    },
    // The one owner of the modules.
    Room {
        name: "background",
        rooms: &["platform"],
        packages: &["archive-wasm", "collectors-wasm", "counterfoil-wasm"],
    },
    Room {
        name: "content",
        rooms: &["platform"],
        packages: &[],
    },
];
/// The file that speaks to the browser.
const SPEAKER: &str = "platform/browser.ts";

/// Checks the extension's scripts.
///
/// # Errors
/// An import runs up, or a script names the browser's objects; the error names file, line and arrow.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let folder = tree.at("extension");
    let mut findings = Vec::new();
    for name in files_below(&folder)? {
        if kind(&name) == "ts" {
            findings.extend(broken(&name, &read(&folder.join(&name))?));
        }
    }
    refuse(
        "the import rule between the rooms of the extension is broken",
        &findings,
    )
}

/// What breaks the rule in a script, whose path is relative to `extension/`.
fn broken(path: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let mut findings = Vec::new();
    let from = path.split_once('/').map_or("", |(room, _)| room);
    let Some(room) = ROOMS.iter().find(|room| room.name == from) else {
        return vec![format!(
            "extension/{path}: the room has no place in the rule: give it one in crate/xtask"
        )];
    };
    for (line, specifier) in imports(&tokens) {
        if let Some(fault) = fault(room, path, &specifier) {
            findings.push(format!("extension/{path}:{line}: {fault}"));
        }
    }
    if path != SPEAKER {
        for line in speaking(&tokens) {
            findings.push(format!(
                "extension/{path}:{line}: names the browser's own object: only extension/{SPEAKER} may"
            ));
        }
    }
    findings
}

/// Why a room may not import something; `None` where it may.
fn fault(room: &Room, path: &str, specifier: &str) -> Option<String> {
    let from = room.name;
    if !specifier.starts_with('.') {
        let package = specifier.split('/').next().unwrap_or(specifier);
        let allowed = room.packages.contains(&package);
        return (!allowed).then(|| format!("{from} → {specifier}: the room may not import this package"));
    }
    let Some(to) = resolve(path, specifier) else {
        return Some(format!("{from} → {specifier}: leaves extension/"));
    };
    let to = to.split('/').next().unwrap_or_default();
    (to != from && !room.rooms.contains(&to)).then(|| format!("{from} → {to} does not run down"))
}

/// A relative specifier as a path relative to `extension/`.
fn resolve(path: &str, specifier: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a script imports or exports from elsewhere, types as well.
fn imports(tokens: &[Placed]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, placed) in tokens.iter().enumerate() {
        let (Token::Text(specifier) | Token::Template { head: specifier, .. }) = &placed.token else {
            continue;
        };
        let before = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
        let word = |back, word| before(back).is_some_and(|placed: &Placed| placed.is_word(word));
        let called = before(1).is_some_and(|placed| placed.is_mark('('));
        if word(1, "from") || word(1, "import") || (called && (word(2, "import") || word(2, "require"))) {
            found.push((placed.line, specifier.clone()));
        }
    }
    found
}

/// Lines that use `chrome` or `browser` as the browser's object.
fn speaking(tokens: &[Placed]) -> Vec<usize> {
    let mut lines = Vec::new();
    for (index, placed) in tokens.iter().enumerate() {
        if !placed.is_word("chrome") && !placed.is_word("browser") {
            continue;
        }
        let before = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
        let global = |back| {
            ["globalThis", "window", "self"]
                .iter()
                .any(|name| before(back).is_some_and(|p: &Placed| p.is_word(name)))
        };
        let member = before(1).is_some_and(|placed| placed.is_mark('.'));
        let optional = before(2).is_some_and(|placed| placed.is_mark('?'));
        let own = if member {
            global(if optional { 3 } else { 2 })
        } else {
            true
        };
        let next = tokens.get(index + 1);
        let used =
            next.is_some_and(|placed| placed.is_mark('.') || placed.is_mark('?') || placed.is_mark('['));
        let typed = before(1).is_some_and(|placed| placed.is_word("typeof"));
        if own && (used || typed || member) {
            lines.push(placed.line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downward_imports_pass() {
        let source = r#"
            import { html } from "lit-html";
            import { repeat } from "lit-html/directives/repeat.js";
            import { ask } from "../platform/browser";
            import type { Item } from "../platform/messages";
            import { ticket } from "../ui/ticket";
            import "./more";
        "#;
        assert_eq!(broken("popup/popup.ts", source), Vec::<String>::new());
        assert_eq!(
            broken("background/x.ts", "import init from 'counterfoil-wasm';"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_planted_upward_import_is_refused_with_file_and_arrow() {
        let cases = [
            (
                "ui/ticket.ts",
                "import { x } from \"../popup/popup\";",
                "ui → popup",
            ),
            (
                "platform/browser.ts",
                "export * from '../ui/page';",
                "platform → ui",
            ),
            (
                "content/content.ts",
                "const x = await import(\"../ui/page\");",
                "content → ui",
            ),
            (
                "background/background.ts",
                "import \"../content/content\";",
                "background → content",
            ),
            (
                "welcome/welcome.ts",
                "import type { X } from \"../app/app\";",
                "welcome → app",
            ),
        ];
        for (path, source, arrow) in cases {
            let found = broken(path, &format!("// first line\n{source}\n"));
            assert_eq!(found, [format!("extension/{path}:2: {arrow} does not run down")]);
        }
    }

    #[test]
    fn packages_are_for_the_rooms_that_need_them() {
        let refused = |path: &str, source: &str| broken(path, source).concat();
        assert!(refused("content/x.ts", "import { html } from 'lit-html';").contains("content → lit-html"));
        assert!(
            refused("popup/x.ts", "import init from 'counterfoil-wasm';")
                .contains("popup → counterfoil-wasm")
        );
        assert!(refused("ui/x.ts", "import x from '../../crate/x';").contains("leaves extension/"));
        assert!(refused("attic/x.ts", "").contains("no place in the rule"));
    }

    #[test]
    fn only_one_file_speaks_to_the_browser() {
        for source in [
            "chrome.runtime.id;",
            "const api = globalThis.browser;",
            "browser?.tabs.query({});",
            "type Api = typeof chrome;",
            "const x = `${chrome.i18n}`;",
            "window?.chrome;",
        ] {
            assert_eq!(broken("ui/x.ts", source).len(), 1, "{source}");
            assert!(broken("platform/browser.ts", source).is_empty(), "{source}");
        }
        for source in [
            "// chrome.runtime",
            "const x = \"chrome.runtime\";",
            "view.browser.name;",
            "({ browser: 1 });",
        ] {
            assert!(broken("ui/x.ts", source).is_empty(), "{source}");
        }
    }

    /// The same end to end: a tree with one bad file.
    #[test]
    fn a_planted_import_in_a_tree_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| crate::tree::write(&folder.path().join(name), text).unwrap();
        put("extension/popup/popup.ts", "import { x } from \"../ui/x\";\n");
        put(
            "extension/ui/x.ts",
            "import { y } from \"../popup/popup\";\nexport const x = y;\n",
        );
        let root = folder.path().to_owned();
        let tree = Tree {
            native: root.join("target"),
            wasm: root.join("target/wasm-build"),
            root,
            channel: true,
        };
        let error = hold(&tree).unwrap_err().to_string();
        assert!(
            error.contains("extension/ui/x.ts:1: ui → popup does not run down"),
            "{error}"
        );
        assert!(!error.contains("popup.ts:1"), "{error}");
    }
}
