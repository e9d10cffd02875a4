//! The texts: every key that is used is in the English catalogue, every key of it is used, and every other language
//! has the same.
//!
//! Keys are used in three ways. `text("key")` and `plural("name", …)` name them; `` text(`error_${code}`) `` builds
//! them, and where the values are a closed set of the messages, every one of them must have its text; Rust hands
//! some out as codes in views. A key that a script holds as a plain string, to be passed on, counts as used.
//!
//! A language is a folder beside the English one. It has the keys of English with the same placeholders, and of each
//! plural exactly the forms that its grammar asks for.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::plurals::{CATEGORIES, Form, forms};
use super::refuse;
use super::script::{Placed, Token, tokens};
use crate::generate::MESSAGES;
use crate::tree::{Tree, files_below, kind, read};

/// Where the languages are, each in a folder named after it.
const LOCALES: &str = "extension/_locales";
/// Where the texts are that all others follow.
const CATALOGUE: &str = "extension/_locales/en/messages.json";
/// The only file of a language.
const FILE: &str = "messages.json";
/// The key whose text is the language's own tag: the pages tell by it which catalogue the browser chose.
const TAG: &str = "catalogue_language";
/// Longest texts that the stores take, in characters: the manifest's name and description.
const LIMITS: [(&str, usize); 2] = [("ext_name", 75), ("ext_description", 132)];
/// The placeholder of the number that a plural goes by.
const COUNT: &str = "count";
/// Beginnings of keys whose ends are a type of the messages, and what the pages add to it.
const CLOSED: [(&str, &str, &[&str]); 10] = [
    ("error_", "Code", &["no_answer"]),
    ("review_", "Review", &[]),
    ("site_state_", "SiteState", &["paused"]),
    ("health_", "HealthState", &[]),
    ("pause_", "PauseLength", &[]),
    ("finding_group_", "FindingGroup", &[]),
    ("finding_reason_", "FindingReason", &[]),
    ("hide_as_", "Hide", &[]),
    ("hide_as_why_", "Hide", &[]),
    ("hide_state_", "Hide", &[]),
];
/// `Item.kind` of `crate/app/src/view.rs`.
const KINDS: (&str, [&str; 8]) = (
    "kind_",
    [
        "search", "prompt", "post", "comment", "edit", "response", "rating", "unknown",
    ],
);
/// Beginnings of the keys that views hand out as codes.
const VIEW_CODES: [&str; 3] = ["notice_", "excluded_", "query_"];
/// The file that defines `text`, and the one that defines `plural`: inside them keys are parameters.
const DEFINING: [&str; 2] = ["extension/platform/browser.ts", "extension/ui/words.ts"];

/// The entries of a language by their keys.
type Catalogue = BTreeMap<String, Value>;

/// Checks the English catalogue against scripts, pages, manifest and views, and every other against the English one.
///
/// # Errors
/// A used key is missing, a key is unused, an entry is malformed, or a language differs; the error names each.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let catalogue = catalogue(tree, CATALOGUE)?;
    let mut uses = Uses::default();
    for name in files_below(&tree.at("extension"))? {
        let path = format!("extension/{name}");
        if kind(&name) == "ts" && path != MESSAGES {
            uses.script(&path, &tokens(&read(&tree.at(&path))?));
        }
    }
    uses.manifest("manifest.json", &read(&tree.at("manifest.json"))?);
    for name in files_below(&tree.at("crate/app/src"))? {
        let path = format!("crate/app/src/{name}");
        uses.codes(&path, &read(&tree.at(&path))?);
    }
    let messages = tokens(&read(&tree.at(MESSAGES))?);
    let mut sets = Sets::from([(KINDS.0, KINDS.1.iter().map(|&kind| kind.to_owned()).collect())]);
    for (start, name, more) in CLOSED {
        let mut values = members(&messages, name);
        if values.is_empty() {
            return Err(anyhow::anyhow!(
                "{MESSAGES} has no type {name}: name the new one in crate/xtask"
            ));
        }
        values.extend(more.iter().map(|&value| value.to_owned()));
        sets.insert(start, values);
    }
    let keys: BTreeSet<&str> = catalogue.keys().map(String::as_str).collect();
    let mut findings = uses.compare(&keys, &sets);
    let families = uses.families(&keys);
    let (languages, strays) = folders(&files_below(&tree.at(LOCALES))?);
    findings.extend(strays);
    for language in languages {
        let path = format!("{LOCALES}/{language}/{FILE}");
        let entries = self::catalogue(tree, &path)?;
        findings.extend(malformed(&path, &entries));
        match forms(&language) {
            Some(forms) => findings.extend(differing(&path, &entries, &catalogue, &families, &forms)),
            None => findings.push(format!(
                "{path}: the plurals of \"{language}\" are not known: Chrome names the folder like \"pt_BR\"; a \
                 language that CLDR has and crate/xtask/src/check/plurals.rs lacks is added there"
            )),
        }
        findings.extend(mistagged(&path, &entries, &language));
        findings.extend(too_long(&path, &entries));
    }
    refuse("the texts are not complete", &findings)
}

/// The texts of a language.
///
/// # Errors
/// The file cannot be read, or is no JSON object.
pub(super) fn catalogue(tree: &Tree, path: &str) -> Result<Catalogue> {
    serde_json::from_str(&read(&tree.at(path))?).with_context(|| format!("{path} is not an object"))
}

/// The keys of the English texts.
///
/// # Errors
/// As for [`catalogue`].
pub(super) fn keys(tree: &Tree) -> Result<BTreeSet<String>> {
    Ok(catalogue(tree, CATALOGUE)?.into_keys().collect())
}

/// The languages that the files are of, and a finding for every other file.
fn folders(files: &[String]) -> (Vec<String>, Vec<String>) {
    let mut languages = Vec::new();
    let mut strays = Vec::new();
    for file in files {
        match file.split_once('/') {
            Some((language, FILE)) => languages.push(language.to_owned()),
            _ => strays.push(format!(
                "{LOCALES}/{file}: a language is a folder with {FILE} and nothing else"
            )),
        }
    }
    (languages, strays)
}

/// Values of closed sets, by the beginning of the keys that they end.
type Sets = BTreeMap<&'static str, Vec<String>>;

/// What is used, and where.
#[derive(Debug, Default)]
struct Uses {
    /// Keys that must exist.
    keys: BTreeMap<String, String>,
    /// Names of plurals; `<name>_other` must exist.
    plurals: BTreeMap<String, String>,
    /// Keys that are built: beginning and end.
    built: BTreeMap<(String, String), String>,
    /// Plurals whose names are built.
    built_plurals: BTreeMap<(String, String), String>,
    /// Every plain string: it may be a key, or fill the hole of one.
    strings: BTreeSet<String>,
}

impl Uses {
    fn script(&mut self, path: &str, tokens: &[Placed]) {
        for (index, placed) in tokens.iter().enumerate() {
            if let Token::Text(text) = &placed.token {
                self.strings.insert(text.clone());
            }
            // A property without quotes fills holes as well: `{ title: … }` and `keyof` it.
            if let Token::Word(word) = &placed.token
                && tokens.get(index + 1).is_some_and(|next| next.is_mark(':'))
            {
                self.strings.insert(word.clone());
            }
            let called = tokens.get(index + 1).is_some_and(|next| next.is_mark('('));
            let member = index
                .checked_sub(1)
                .and_then(|at| tokens.get(at))
                .is_some_and(|before| before.is_mark('.'));
            let plural = placed.is_word("plural");
            if !called || member || !(plural || placed.is_word("text")) || DEFINING.contains(&path) {
                continue;
            }
            let at = || format!("{path}:{}", placed.line);
            for (head, tail) in first_argument(tokens.get(index + 2..).unwrap_or_default()) {
                match (tail, plural) {
                    (None, false) => self.keys.entry(head).or_insert_with(at),
                    (None, true) => self.plurals.entry(head).or_insert_with(at),
                    (Some(tail), false) => self.built.entry((head, tail)).or_insert_with(at),
                    (Some(tail), true) => self.built_plurals.entry((head, tail)).or_insert_with(at),
                };
            }
        }
    }

    /// `__MSG_key__` of the manifest; the browser's own begin with `@@`.
    fn manifest(&mut self, path: &str, source: &str) {
        for piece in source.split("__MSG_").skip(1) {
            if let Some(key) = piece.split("__").next().filter(|key| !key.starts_with("@@")) {
                self.keys.insert(key.to_owned(), path.to_owned());
            }
        }
    }

    /// Codes that Rust writes as literals.
    fn codes(&mut self, path: &str, source: &str) {
        for (index, line) in source.lines().enumerate() {
            for text in line.split('"').skip(1).step_by(2) {
                let plain = text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if plain
                    && VIEW_CODES
                        .iter()
                        .any(|start| text.len() > start.len() && text.starts_with(start))
                {
                    self.keys
                        .entry(text.to_owned())
                        .or_insert(format!("{path}:{}", index + 1));
                }
            }
        }
    }

    fn compare(&self, catalogue: &BTreeSet<&str>, sets: &Sets) -> Vec<String> {
        let mut findings = Vec::new();
        let mut used: BTreeSet<String> = self.strings.clone();
        let mut need = |key: String, place: &str, used: &mut BTreeSet<String>| {
            if !catalogue.contains(key.as_str()) {
                findings.push(format!("{place}: {CATALOGUE} has no \"{key}\""));
            }
            used.insert(key);
        };
        for (key, place) in &self.keys {
            need(key.clone(), place, &mut used);
        }
        for (name, place) in &self.plurals {
            need(format!("{name}_other"), place, &mut used);
            used.extend(CATEGORIES.iter().map(|category| format!("{name}_{category}")));
        }
        let mut unmatched = Vec::new();
        for ((head, tail), place) in &self.built {
            if let Some(values) = sets.get(head.as_str()) {
                for value in values {
                    need(format!("{head}{value}{tail}"), place, &mut used);
                }
            } else {
                let fitting = self.fitting(catalogue, head, tail);
                if fitting.is_empty() {
                    unmatched.push(format!("{place}: {CATALOGUE} has nothing for {head}…{tail}"));
                }
                used.extend(fitting);
            }
        }
        for ((head, tail), place) in &self.built_plurals {
            let mut found = false;
            for category in CATEGORIES {
                let fitting = self.fitting(catalogue, head, &format!("{tail}_{category}"));
                found |= category == "other" && !fitting.is_empty();
                used.extend(fitting);
            }
            if !found {
                unmatched.push(format!(
                    "{place}: {CATALOGUE} has nothing for {head}…{tail}_other"
                ));
            }
        }
        findings.extend(unmatched);
        for key in catalogue.iter().filter(|key| !used.contains(**key)) {
            findings.push(format!("{CATALOGUE}: \"{key}\" is used nowhere: take it out"));
        }
        findings
    }

    /// Names of the plurals of the catalogue.
    fn families(&self, catalogue: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self.plurals.keys().cloned().collect();
        for (head, tail) in self.built_plurals.keys() {
            for category in CATEGORIES {
                let end = format!("_{category}");
                let keys = self.fitting(catalogue, head, &format!("{tail}{end}"));
                names.extend(
                    keys.iter()
                        .filter_map(|key| key.strip_suffix(&end))
                        .map(str::to_owned),
                );
            }
        }
        names
    }

    /// Keys between a beginning and an end whose middle is a plain string of some script, or a number.
    fn fitting(&self, catalogue: &BTreeSet<&str>, head: &str, tail: &str) -> Vec<String> {
        let fills = |hole: &str| {
            self.strings.contains(hole) || (!hole.is_empty() && hole.bytes().all(|b| b.is_ascii_digit()))
        };
        let fits = |key: &str| {
            key.strip_prefix(head)
                .and_then(|rest| rest.strip_suffix(tail))
                .is_some_and(fills)
        };
        catalogue
            .iter()
            .filter(|key| fits(key))
            .map(|key| (*key).to_owned())
            .collect()
    }
}

/// The literals of a call's first argument: a key, or beginning and end of one that is built. What is compared with
/// is no key, nor is what an inner call gets.
fn first_argument(tokens: &[Placed]) -> Vec<(String, Option<String>)> {
    let mut keys = Vec::new();
    let mut depth = 0_usize;
    for (index, placed) in tokens.iter().enumerate() {
        match &placed.token {
            Token::Mark('(' | '[' | '{') | Token::Hole => depth += 1,
            Token::Mark(')' | ',') if depth == 0 => break,
            Token::Mark(')' | ']' | '}') | Token::Rest { .. } => depth = depth.saturating_sub(1),
            Token::Text(text) if depth == 0 => {
                let compared = |at: Option<usize>| {
                    at.and_then(|at| tokens.get(at))
                        .is_some_and(|beside| beside.is_mark('=') || beside.is_mark('!'))
                };
                if !compared(index.checked_sub(1)) && !compared(Some(index + 1)) {
                    keys.push((text.clone(), None));
                }
            }
            Token::Template { head, whole: true } if depth == 0 => keys.push((head.clone(), None)),
            Token::Template { head, whole: false } if depth == 0 => {
                keys.push((head.clone(), Some(end_of(tokens, index))));
            }
            _ => {}
        }
    }
    keys
}

/// The last piece of the template that begins at `start`.
fn end_of(tokens: &[Placed], start: usize) -> String {
    let mut open = 0_usize;
    for placed in tokens.iter().skip(start) {
        match &placed.token {
            Token::Template { whole: false, .. } => open += 1,
            Token::Rest { piece, last: true } => {
                open -= 1;
                if open == 0 {
                    return piece.clone();
                }
            }
            _ => {}
        }
    }
    String::new()
}

/// The strings that a type of the messages may be, or that its `state` may.
fn members(tokens: &[Placed], name: &str) -> Vec<String> {
    let start = tokens.windows(2).position(|pair| match pair {
        [one, two] => one.is_word("type") && two.is_word(name),
        _ => false,
    });
    let Some(start) = start else { return Vec::new() };
    let declared = tokens.get(start..).unwrap_or_default();
    let mut depth = 0_usize;
    let mut values = Vec::new();
    for (index, placed) in declared.iter().enumerate() {
        match &placed.token {
            Token::Mark('{') => depth += 1,
            Token::Mark('}') => depth = depth.saturating_sub(1),
            Token::Mark(';') if depth == 0 => break,
            Token::Text(text) if !declared.get(index + 1).is_some_and(|next| next.is_mark(':')) => {
                values.push(text.clone());
            }
            _ => {}
        }
    }
    values
}

/// What a language has otherwise than English: keys, placeholders, forms of plurals.
fn differing(
    path: &str,
    entries: &Catalogue,
    english: &Catalogue,
    families: &BTreeSet<String>,
    forms: &[Form],
) -> Vec<String> {
    let mut findings = Vec::new();
    let mut expected = BTreeSet::new();
    let mut compare = |key: String, model: &Value, form: Option<&Form>| {
        match entries.get(&key) {
            None if form.is_some() => findings.push(format!(
                "{path}: has no \"{key}\", a form that plurals have in this language"
            )),
            None => findings.push(format!("{path}: has no \"{key}\"")),
            Some(entry) => {
                let (own, theirs) = (defined(entry), defined(model));
                // A form for one number only may say it in a word, or not at all: "one record", "nothing".
                let spared = |name: &str| name == COUNT && form.is_some_and(|form| form.single);
                for (name, content) in &theirs {
                    match own.get(name) {
                        Some(found) if found == content => {}
                        None if spared(name) => {}
                        _ => findings.push(format!(
                            "{path}: \"{key}\" must have the placeholder {name} with the content {content}, as in {CATALOGUE}"
                        )),
                    }
                }
                for name in own.keys().filter(|name| !theirs.contains_key(*name)) {
                    findings.push(format!(
                        "{path}: \"{key}\" has the placeholder {name}, which {CATALOGUE} lacks"
                    ));
                }
            }
        }
        expected.insert(key);
    };
    for (key, model) in english {
        if family(key, families).is_none() {
            compare(key.clone(), model, None);
        }
    }
    for name in families {
        // That it is missing in English is found where it is used.
        let Some(model) = english.get(&format!("{name}_other")) else {
            continue;
        };
        for form in forms {
            compare(format!("{name}_{}", form.category), model, Some(form));
        }
    }
    for key in entries.keys().filter(|key| !expected.contains(*key)) {
        findings.push(if family(key, families).is_some() {
            format!("{path}: \"{key}\" is a form that plurals do not have in this language: take it out")
        } else {
            format!("{path}: \"{key}\" is not in {CATALOGUE}: take it out")
        });
    }
    findings
}

/// The plural that a key is a form of.
fn family<'a>(key: &'a str, families: &BTreeSet<String>) -> Option<&'a str> {
    let (name, category) = key.rsplit_once('_')?;
    (CATEGORIES.contains(&category) && families.contains(name)).then_some(name)
}

/// The placeholders that an entry defines: their names in lower case, and what stands for them.
fn defined(entry: &Value) -> BTreeMap<String, &Value> {
    entry["placeholders"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, placeholder)| (name.to_lowercase(), &placeholder["content"]))
        .collect()
}

/// A catalogue that says of itself another language than its folder.
fn mistagged(path: &str, entries: &Catalogue, folder: &str) -> Option<String> {
    let tag = folder.replace('_', "-");
    let found = entries.get(TAG).map(|entry| &entry["message"])?;
    (found != &Value::from(tag.as_str()))
        .then(|| format!("{path}: \"{TAG}\" is {found}, but the folder says \"{tag}\""))
}

/// Texts that a store refuses for their length.
fn too_long(path: &str, entries: &Catalogue) -> Vec<String> {
    let length = |key: &str| {
        entries.get(key)?["message"]
            .as_str()
            .map(|text| text.chars().count())
    };
    LIMITS
        .iter()
        .filter_map(|&(key, limit)| {
            let length = length(key).filter(|&length| length > limit)?;
            Some(format!(
                "{path}: \"{key}\" has {length} characters, and the stores take {limit}"
            ))
        })
        .collect()
}

/// Entries that a browser would refuse or show with holes.
fn malformed(path: &str, catalogue: &Catalogue) -> Vec<String> {
    let mut findings = Vec::new();
    for (key, entry) in catalogue {
        let mut fault = |what: String| findings.push(format!("{path}: \"{key}\" {what}"));
        if !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            fault("has characters other than A–Z, a–z, 0–9 and _".to_owned());
        }
        let Some(message) = entry["message"]
            .as_str()
            .filter(|message| !message.trim().is_empty())
        else {
            fault("has no message".to_owned());
            continue;
        };
        let named = placeholders(message);
        let defined: BTreeSet<String> = defined(entry).into_keys().collect();
        for name in named.difference(&defined) {
            fault(format!("shows ${name}$, which its placeholders do not define"));
        }
        for name in defined.difference(&named) {
            fault(format!(
                "defines the placeholder {name}, which its message does not show"
            ));
        }
    }
    findings
}

/// The names between two `$`, in lower case; `$$` is a plain dollar, and `$1` a value without a name.
fn placeholders(message: &str) -> BTreeSet<String> {
    let named = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'@')
    };
    let plain = message.replace("$$", "");
    let parts: Vec<&str> = plain.split('$').collect();
    // What stands between two signs: the first and the last piece do not.
    let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    inner
        .iter()
        .filter(|part| named(part))
        .map(|part| part.to_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn uses(script: &str) -> Uses {
        let mut uses = Uses::default();
        uses.script("extension/popup/popup.ts", &tokens(script));
        uses
    }

    fn compare(script: &str, catalogue: &[&str]) -> Vec<String> {
        let sets = Sets::from([("error_", vec!["internal".to_owned(), "no_answer".to_owned()])]);
        uses(script).compare(&catalogue.iter().copied().collect(), &sets)
    }

    #[test]
    fn a_complete_catalogue_passes() {
        let script = r#"
            html`<h1>${text("title")}</h1> ${plural("records", n)}`;
            text(on === "x" ? "yes" : "no", host("elsewhere"));
            text(`error_${error.code}`);
            section("about");
            function section(name) { return text(`${name}_title`); }
        "#;
        let keys = [
            "title",
            "records_one",
            "records_other",
            "yes",
            "no",
            "error_internal",
            "error_no_answer",
            "about_title",
        ];
        assert_eq!(compare(script, &keys), Vec::<String>::new());
    }

    #[test]
    fn a_missing_key_is_named_with_its_place() {
        assert_eq!(
            compare("\ntext(\"gone\");", &[]),
            [format!("extension/popup/popup.ts:2: {CATALOGUE} has no \"gone\"")]
        );
        assert!(compare("plural(\"records\", 1);", &["records_one"])[0].contains("no \"records_other\""));
        assert!(compare("text(a ? \"x\" : `y`);", &["x"])[0].contains("no \"y\""));
    }

    #[test]
    fn every_code_needs_its_text() {
        let found = compare("text(`error_${code}`);", &["error_internal"]);
        assert_eq!(
            found,
            [format!(
                "extension/popup/popup.ts:1: {CATALOGUE} has no \"error_no_answer\""
            )]
        );
    }

    #[test]
    fn an_unused_key_is_named() {
        let found = compare("text(\"a\");", &["a", "b"]);
        assert_eq!(
            found,
            [format!("{CATALOGUE}: \"b\" is used nowhere: take it out")]
        );
    }

    #[test]
    fn a_built_key_needs_something_that_fits() {
        assert!(compare("text(`fact_${name}`);", &[])[0].contains("nothing for fact_…"));
        assert!(compare("plural(`done_${name}`, 1);", &[])[0].contains("nothing for done_…_other"));
        assert!(
            compare(
                "f(\"kept\"); plural(`done_${name}`, 1);",
                &["done_kept_one", "done_kept_other"]
            )
            .is_empty()
        );
        assert!(compare("text(`step_${n}`);", &["step_1", "step_2"]).is_empty());
    }

    #[test]
    fn codes_of_views_and_the_manifests_keys_are_used() {
        let mut uses = Uses::default();
        uses.codes(
            "crate/app/src/x.rs",
            "let code = \"notice_capped\"; // \"notices are nice\"\n",
        );
        uses.manifest(
            "manifest.json",
            r#"{"name": "__MSG_ext_name__", "dir": "__MSG_@@bidi_dir__"}"#,
        );
        assert_eq!(
            uses.keys.keys().collect::<Vec<_>>(),
            ["ext_name", "notice_capped"]
        );
    }

    #[test]
    fn closed_sets_are_read_from_the_messages() {
        let messages = tokens(
            "export type Code = \"a\" | \"b\";\n\
             export type Review = { \"state\": \"c\" } | { \"state\": \"d\", until: number, };\n",
        );
        assert_eq!(members(&messages, "Code"), ["a", "b"]);
        assert_eq!(members(&messages, "Review"), ["c", "d"]);
        assert!(members(&messages, "Gone").is_empty());
    }

    #[test]
    fn malformed_entries_are_named() {
        let entry =
            |value: Value| malformed(CATALOGUE, &Catalogue::from([("key".to_owned(), value)])).concat();
        assert_eq!(
            entry(json!({ "message": "$$5 for $A$", "placeholders": { "a": { "content": "$1" } } })),
            ""
        );
        assert!(entry(json!({ "message": " " })).contains("has no message"));
        assert!(entry(json!({ "message": "for $WHO$" })).contains("shows $who$"));
        assert!(
            entry(json!({ "message": "x", "placeholders": { "a": {} } }))
                .contains("defines the placeholder a")
        );
    }

    /// An entry whose placeholders are numbered in the order of their names here.
    fn entry(message: &str, names: &[&str]) -> Value {
        let placeholders: serde_json::Map<String, Value> = names
            .iter()
            .enumerate()
            .map(|(index, &name)| (name.to_owned(), json!({ "content": format!("${}", index + 1) })))
            .collect();
        json!({ "message": message, "placeholders": placeholders })
    }

    fn entries<const N: usize>(list: [(&str, Value); N]) -> Catalogue {
        list.into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }

    fn english() -> Catalogue {
        entries([
            ("on", entry("$SITE$ is on.", &["site"])),
            ("kind_other", entry("Of another kind", &[])),
            ("found_one", entry("$COUNT$ found", &["count"])),
            ("found_other", entry("$COUNT$ found", &["count"])),
        ])
    }

    fn against(language: &str, list: &Catalogue) -> Vec<String> {
        let families =
            uses("plural(\"found\", n);").families(&english().keys().map(String::as_str).collect());
        differing("x", list, &english(), &families, &forms(language).unwrap())
    }

    #[test]
    fn a_language_with_the_same_texts_passes() {
        assert_eq!(against("en", &english()), Vec::<String>::new());
        let mut slovene = english();
        slovene.insert("found_two".to_owned(), entry("$COUNT$ najdena", &["count"]));
        slovene.insert("found_few".to_owned(), entry("$COUNT$ najdeni", &["count"]));
        assert_eq!(against("sl", &slovene), Vec::<String>::new());
    }

    #[test]
    fn a_languages_missing_and_foreign_keys_are_named() {
        let mut list = english();
        list.remove("kind_other");
        list.insert("off".to_owned(), entry("Off", &[]));
        assert_eq!(
            against("de", &list),
            [
                "x: has no \"kind_other\"".to_owned(),
                format!("x: \"off\" is not in {CATALOGUE}: take it out"),
            ]
        );
    }

    #[test]
    fn a_language_has_exactly_its_own_forms_of_plurals() {
        let found = against("pl", &english());
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("has no \"found_few\""), "{found:?}");
        assert!(found[1].contains("has no \"found_many\""), "{found:?}");
        let found = against("ja", &english());
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("\"found_one\" is a form"), "{found:?}");
    }

    #[test]
    fn placeholders_are_those_of_english() {
        let with = |key: &str, value: Value| {
            let mut list = english();
            list.insert(key.to_owned(), value);
            against("en", &list)
        };
        assert!(with("on", entry("It is on.", &[]))[0].contains("must have the placeholder site"));
        assert!(
            with(
                "on",
                json!({ "message": "$SITE$", "placeholders": { "site": { "content": "$2" } } })
            )[0]
            .contains("with the content \"$1\"")
        );
        assert!(with("kind_other", entry("$WHICH$", &["which"]))[0].contains("has the placeholder which"));
        assert!(with("found_other", entry("Some found", &[]))[0].contains("must have the placeholder count"));
        // One is one: it need not be a figure.
        assert!(with("found_one", entry("One found", &[])).is_empty());
        // In Russian the same form is for 21 as well.
        let mut russian = english();
        russian.insert("found_one".to_owned(), entry("Найдена одна", &[]));
        russian.insert("found_few".to_owned(), entry("Найдено $COUNT$", &["count"]));
        russian.insert("found_many".to_owned(), entry("Найдено $COUNT$", &["count"]));
        let found = against("ru", &russian);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("\"found_one\" must have the placeholder count"));
    }

    #[test]
    fn plurals_whose_names_are_built_are_families_too() {
        let keys = ["done_keep_one", "done_keep_other", "kind_other"];
        let found = uses("f(\"keep\"); plural(`done_${name}`, 1);").families(&keys.into_iter().collect());
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["done_keep"]);
    }

    #[test]
    fn a_folder_is_a_language_of_one_file() {
        let files = [
            "de/messages.json",
            "de/notes.txt",
            "list.json",
            "pt_BR/messages.json",
        ];
        let (languages, strays) = folders(&files.map(str::to_owned));
        assert_eq!(languages, ["de", "pt_BR"]);
        assert_eq!(strays.len(), 2);
        assert!(strays[0].contains("de/notes.txt") && strays[1].contains("list.json"));
    }

    #[test]
    fn a_catalogue_knows_its_own_language() {
        let list = entries([(TAG, json!({ "message": "pt-BR" }))]);
        assert_eq!(mistagged("x", &list, "pt_BR"), None);
        assert!(mistagged("x", &list, "pt_PT").unwrap().contains("is \"pt-BR\""));
    }

    #[test]
    fn the_stores_limits_hold() {
        let list = |length: usize| entries([("ext_description", json!({ "message": "ä".repeat(length) }))]);
        assert!(too_long("x", &list(132)).is_empty());
        assert!(too_long("x", &list(133))[0].contains("133 characters"));
    }
}
