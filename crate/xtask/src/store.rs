//! What the stores' forms ask: made of `store.toml` and of the manifest that is packaged, so that no permission goes without
//! its reason and no reason outlives its permission.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::manifest::{self, Form};
use crate::tree::{Tree, read};

/// The texts for the forms.
pub(crate) const STORE: &str = "docs/store.md";
/// The policy, a part of which is made.
pub(crate) const PRIVACY: &str = "PRIVACY.md";
/// The reasons.
const REASONS: &str = "store.toml";
/// What the part of the policy lies between.
const MARKS: [&str; 2] = ["<!-- permissions: from store.toml -->\n", "<!-- end -->\n"];
/// Most characters of a description in the Chrome Web Store.
const DESCRIPTION: usize = 132;
/// Columns of the texts.
const COLUMNS: usize = 118;

/// `store.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reasons {
    permissions: BTreeMap<String, String>,
    hosts: Reason,
    code: Reason,
    data: BTreeMap<String, String>,
    limited_use: LimitedUse,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitedUse {
    collected: String,
    promises: Vec<String>,
}

/// What the manifests of the packages ask for.
struct Asked {
    /// Permissions, and whether the build without a channel has them too.
    permissions: Vec<(String, bool)>,
    hosts: Vec<String>,
    data: Vec<String>,
}

/// The generated files and what they hold.
///
/// # Errors
/// Something is asked for without a reason, or a reason is left over.
pub(crate) fn texts(tree: &Tree) -> Result<[(&'static str, String); 2]> {
    let source = read(&tree.at("manifest.json"))?;
    let reasons: Reasons = toml::from_str(&read(&tree.at(REASONS))?).context(REASONS)?;
    let asked = asked(&source)?;
    let permissions: Vec<&str> = asked.permissions.iter().map(|(name, _)| name.as_str()).collect();
    agree("permissions", &permissions, &reasons.permissions)?;
    let data: Vec<&str> = asked.data.iter().map(String::as_str).collect();
    agree("data", &data, &reasons.data)?;
    let purpose = purpose(tree)?;
    let policy = policy(&read(&tree.at(PRIVACY))?, &asked, &reasons)?;
    Ok([(STORE, forms(&purpose, &asked, &reasons)?), (PRIVACY, policy)])
}

fn asked(source: &str) -> Result<Asked> {
    let form = |channel| -> Result<Value> {
        Ok(serde_json::from_str(&manifest::derive(
            source,
            "0",
            Form::Common,
            channel,
        )?)?)
    };
    let (whole, file_only) = (form(true)?, form(false)?);
    let fewer = names(&file_only["permissions"]);
    let data = &whole["browser_specific_settings"]["gecko"]["data_collection_permissions"]["optional"];
    Ok(Asked {
        permissions: names(&whole["permissions"])
            .into_iter()
            .map(|name| {
                let always = fewer.contains(&name);
                (name, always)
            })
            .collect(),
        hosts: names(&whole["optional_host_permissions"]),
        data: names(data),
    })
}

fn names(list: &Value) -> Vec<String> {
    let names = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}

fn agree(what: &str, asked: &[&str], reasons: &BTreeMap<String, String>) -> Result<()> {
    for name in asked {
        ensure!(
            reasons.contains_key(*name),
            "{REASONS}: [{what}] has no reason for {name}, which manifest.json asks for"
        );
    }
    for name in reasons.keys() {
        ensure!(
            asked.contains(&name.as_str()),
            "{REASONS}: [{what}] has a reason for {name}, which manifest.json does not ask for"
        );
    }
    Ok(())
}

/// What the extension says of itself, in English.
fn purpose(tree: &Tree) -> Result<String> {
    let path = "extension/_locales/en/messages.json";
    let catalogue: Value = serde_json::from_str(&read(&tree.at(path))?).context(path)?;
    let purpose = catalogue["ext_description"]["message"].as_str();
    let purpose = purpose.with_context(|| format!("{path}: no ext_description"))?;
    ensure!(
        purpose.chars().count() <= DESCRIPTION,
        "{path}: ext_description is longer than the {DESCRIPTION} characters that Chrome's store takes"
    );
    Ok(purpose.to_owned())
}

fn forms(purpose: &str, asked: &Asked, reasons: &Reasons) -> Result<String> {
    let mut text = String::from("# What the stores ask\n");
    let mut paragraph = |words: &str| -> std::fmt::Result { write!(text, "\n{}", filled(words, "")) };
    paragraph(
        "Made of `store.toml`, `manifest.json` and the catalogue by `cargo xtask generate`: the answers to the forms of the \
         Chrome Web Store and of addons.mozilla.org.",
    )?;
    paragraph("## Single purpose")?;
    paragraph(purpose)?;
    paragraph("## Permissions")?;
    for (name, always) in &asked.permissions {
        let reason = reasons
            .permissions
            .get(name)
            .map(String::as_str)
            .unwrap_or_default();
        let only = if *always {
            ""
        } else {
            " (not in the build without a channel to collectors)"
        };
        write!(
            text,
            "{}",
            item(
                &format!("`{name}`{only}: {reason}."),
                name == &asked.permissions[0].0
            )
        )?;
    }
    let hosts: Vec<String> = asked.hosts.iter().map(|host| format!("`{host}`")).collect();
    write!(
        text,
        "{}",
        item(
            &format!("{}, optional: {}", hosts.join(" and "), reasons.hosts.reason),
            false
        )
    )?;
    let mut paragraph = |words: &str| -> std::fmt::Result { write!(text, "\n{}", filled(words, "")) };
    paragraph("## Remote code")?;
    paragraph(&format!("None. {}", reasons.code.reason))?;
    paragraph("## Data")?;
    paragraph(&reasons.limited_use.collected)?;
    paragraph("In Firefox nothing is required, and these sorts of data are optional:")?;
    for (at, name) in asked.data.iter().enumerate() {
        let reason = reasons.data.get(name).map(String::as_str).unwrap_or_default();
        write!(text, "{}", item(&format!("`{name}`: {reason}."), at == 0))?;
    }
    write!(text, "\n{}", filled("For Chrome's form:", ""))?;
    for (at, promise) in reasons.limited_use.promises.iter().enumerate() {
        write!(text, "{}", item(promise, at == 0))?;
    }
    write!(
        text,
        "\n{}",
        filled("The privacy policy is [PRIVACY.md](../PRIVACY.md).", "")
    )?;
    Ok(text)
}

fn policy(before: &str, asked: &Asked, reasons: &Reasons) -> Result<String> {
    let [begin, end] = MARKS;
    let missing = || {
        format!(
            "{PRIVACY} has no part between {} and {}",
            begin.trim(),
            end.trim()
        )
    };
    let (head, rest) = before.split_once(begin).with_context(missing)?;
    let (_, tail) = rest.split_once(end).with_context(missing)?;
    let listed: Vec<String> = asked
        .permissions
        .iter()
        .map(|(name, _)| {
            let reason = reasons
                .permissions
                .get(name)
                .map(String::as_str)
                .unwrap_or_default();
            format!("`{name}` {reason}")
        })
        .collect();
    let words = format!("**Permissions.** {}. {}", listed.join("; "), reasons.hosts.reason);
    Ok(format!("{head}{begin}{}{end}{tail}", filled(&words, "")))
}

/// An item of a list; the first one stands after an empty line.
fn item(words: &str, first: bool) -> String {
    let text = filled(words, "  ");
    format!("{}- {}", if first { "\n" } else { "" }, text.trim_start())
}

/// Words in lines of at most [`COLUMNS`] characters, each after an indent.
fn filled(words: &str, indent: &str) -> String {
    let mut text = String::new();
    let mut line = indent.to_owned();
    for word in words.split_whitespace() {
        if line.trim().is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() > COLUMNS {
            text.push_str(&line);
            text.push('\n');
            line = format!("{indent}{word}");
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    text.push_str(&line);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_for_without_a_reason_and_no_reason_is_left_over() {
        let reasons = BTreeMap::from([("storage".to_owned(), "keeps".to_owned())]);
        assert!(agree("permissions", &["storage"], &reasons).is_ok());
        let missing = agree("permissions", &["storage", "tabs"], &reasons).unwrap_err();
        assert!(missing.to_string().contains("no reason for tabs"));
        let left = agree("permissions", &[], &reasons).unwrap_err();
        assert!(
            left.to_string()
                .contains("storage, which manifest.json does not ask for")
        );
    }

    #[test]
    fn lines_are_filled() {
        let words = "word ".repeat(60);
        let text = filled(&words, "  ");
        assert!(
            text.lines()
                .all(|line| line.starts_with("  word") && line.len() <= COLUMNS)
        );
        assert_eq!(text.split_whitespace().count(), 60);
        assert_eq!(item("one", true), "\n- one\n");
    }
}
