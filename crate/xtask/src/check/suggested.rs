//! The sites that the welcome page suggests: of each an adapter knows the host, so that nobody is invited to a place
//! where recording is a guess.

use std::collections::BTreeSet;

use anyhow::Result;
use counterfoil_adapter::{pattern, read as adapters};

use super::refuse;
use super::script::{Placed, Token, tokens};
use crate::tree::{Tree, read};

/// Where the suggestions stand.
const SUGGESTED: &str = "extension/welcome/suggested.ts";
/// The property of each that holds its origin.
const ORIGIN: &str = "origin";

/// Checks every suggestion against the adapters.
///
/// # Errors
/// An origin is of no adapter's host, is none, or stands there twice; the error names each.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let hosts: Vec<String> = adapters::folder(&tree.at("extension/adapters"))?
        .into_iter()
        .flat_map(|file| file.hosts)
        .collect();
    let findings = unfounded(&origins(&tokens(&read(&tree.at(SUGGESTED))?)), &hosts);
    refuse("the welcome page suggests sites without an adapter", &findings)
}

/// The origins, each with its line.
fn origins(tokens: &[Placed]) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for window in tokens.windows(3) {
        if let [name, colon, value] = window
            && name.is_word(ORIGIN)
            && colon.is_mark(':')
            && let Token::Text(origin) = &value.token
        {
            found.push((value.line, origin.as_str()));
        }
    }
    found
}

fn unfounded(origins: &[(usize, &str)], hosts: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    if origins.is_empty() {
        findings.push(format!("{SUGGESTED}: no origin is found"));
    }
    let mut seen = BTreeSet::new();
    for (line, origin) in origins {
        let known = origin
            .strip_prefix("https://")
            .is_some_and(|host| hosts.iter().any(|each| pattern::host(each, host)));
        if !known {
            findings.push(format!("{SUGGESTED}:{line}: {origin} is no host of an adapter"));
        }
        if !seen.insert(origin) {
            findings.push(format!("{SUGGESTED}:{line}: {origin} stands there twice"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        let hosts = ["chat.example.org", "www.example.*"].map(str::to_owned);
        unfounded(&origins(&tokens(source)), &hosts)
    }

    #[test]
    fn hosts_of_adapters_are_fine() {
        let source = "export interface Site { readonly origin: string }\n\
                      const all = [{ origin: \"https://chat.example.org\", name: \"Chat\" },\n\
                      { origin: \"https://www.example.com\", name: \"Search\" }];\n";
        assert_eq!(found(source), Vec::<String>::new());
    }

    #[test]
    fn anything_else_is_named_with_its_line() {
        for origin in [
            "https://example.org",
            "http://chat.example.org",
            "https://chat.example.org/new",
            "https://chat.example.org:8443",
        ] {
            let source = format!("const all = [\n  {{ origin: \"{origin}\" }},\n];\n");
            assert_eq!(
                found(&source),
                [format!("{SUGGESTED}:2: {origin} is no host of an adapter")]
            );
        }
        assert_eq!(
            found("const all = [];\n"),
            [format!("{SUGGESTED}: no origin is found")]
        );
        let one = "{ origin: \"https://chat.example.org\" }";
        assert_eq!(
            found(&format!("[{one}, {one}]")),
            [format!(
                "{SUGGESTED}:1: https://chat.example.org stands there twice"
            )]
        );
    }
}
