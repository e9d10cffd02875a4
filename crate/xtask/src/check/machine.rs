//! No file of the repository names a folder of somebody's machine.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use super::refuse;
use crate::tree::{Tree, read_bytes};

/// Where systems keep people's folders. Written in parts, so that this file is not a finding.
const HOMES: [&str; 4] = [
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
    concat!(":\\Us", "ers\\"),
];

/// Checks every source.
///
/// # Errors
/// A source names such a folder; the error names file and line.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let mut folders: Vec<String> = HOMES.iter().map(|&home| home.to_owned()).collect();
    let own: Vec<PathBuf> = env::home_dir().into_iter().chain([tree.root.clone()]).collect();
    // A path of one part, such as /app, is an ordinary word elsewhere.
    folders.extend(
        own.iter()
            .filter(|path| path.components().count() > 2)
            .map(|path| path.display().to_string()),
    );
    let mut findings = Vec::new();
    for name in super::sources(tree)? {
        // What is not text holds no path that a person wrote.
        let Ok(text) = String::from_utf8(read_bytes(&tree.at(&name))?) else {
            continue;
        };
        findings.extend(
            lines_with(&text, &folders)
                .into_iter()
                .map(|(line, folder)| format!("{name}:{line}: {folder}")),
        );
    }
    refuse(
        "paths of a machine: write them relative to the repository, or ask the environment",
        &findings,
    )
}

/// The lines that name a folder, with the folder.
fn lines_with<'a>(text: &str, folders: &'a [String]) -> Vec<(usize, &'a str)> {
    let found = |line: &str| {
        folders
            .iter()
            .find(|folder| names(line, folder))
            .map(String::as_str)
    };
    text.lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, found(line)?)))
        .collect()
}

/// Whether a line names a folder as the beginning of a path: a part of a longer path or of an address does not
/// count.
fn names(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        folder.starts_with(':') || !before.is_some_and(|c| c.is_alphanumeric() || "._-}/*".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_path_is_found() {
        let folders: Vec<String> = HOMES.iter().map(|&home| home.to_owned()).collect();
        let text = [
            "fine",
            &format!("let x = \"{}ada/x\";", HOMES[0]),
            "",
            &format!("C{}ada", HOMES[3]),
        ]
        .join("\n");
        assert_eq!(lines_with(&text, &folders), [(2, HOMES[0]), (4, HOMES[3])]);
    }

    #[test]
    fn parts_of_other_paths_are_not() {
        for line in [
            "https://example.org/home/feed",
            "extension/root/x",
            "${XDG}/home/x",
            "**/home/x",
        ] {
            assert!(!names(line, HOMES[0]) && !names(line, HOMES[2]), "{line}");
        }
    }
}
