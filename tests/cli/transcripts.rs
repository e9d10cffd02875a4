//! What the command prints and how it exits, as transcripts that a person can read: a line `$ counterfoil …`,
//! what standard output and standard error then hold, and `[exit N]`. `COUNTERFOIL_BLESS=1` writes them anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// Runs a command line in the folder of the vectors.
fn run(line: &str) -> String {
    let arguments = line.strip_prefix("$ counterfoil").unwrap().split_whitespace();
    let output = Command::new(env!("CARGO_BIN_EXE_counterfoil"))
        .args(arguments)
        .current_dir(tests().join("vectors"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut text = format!("{line}\n");
    text.push_str(&String::from_utf8(output.stdout).unwrap());
    text.push_str(&String::from_utf8(output.stderr).unwrap().replace(".exe", ""));
    writeln!(text, "[exit {}]", output.status.code().unwrap()).unwrap();
    text
}

#[test]
fn transcripts_hold() {
    let bless = std::env::var_os("COUNTERFOIL_BLESS").is_some();
    let mut paths: Vec<_> = fs::read_dir(tests().join("cli"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let due = fs::read_to_string(&path).unwrap();
        let mut found = String::new();
        for line in due
            .lines()
            .filter(|line| line.starts_with("$ ") || line.starts_with("# "))
        {
            if line.starts_with("# ") {
                writeln!(found, "{line}").unwrap();
            } else {
                writeln!(found, "{}", run(line)).unwrap();
            }
        }
        if bless {
            fs::write(&path, &found).unwrap();
        }
        assert!(
            bless || found == due,
            "{} differs; this is what came:\n{found}",
            path.display()
        );
    }
}

#[test]
fn every_vector_gives_its_exit_code_and_names_its_check() {
    let index = fs::read(tests().join("vectors/index.json")).unwrap();
    let index: Vec<serde_json::Value> = serde_json::from_slice(&index).unwrap();
    assert!(index.len() > 50);
    for vector in index {
        let file = vector["file"].as_str().unwrap();
        let audience = vector["expected_audience"]
            .as_str()
            .map(|text| format!(" --audience {text}"))
            .unwrap_or_default();
        let text = run(&format!("$ counterfoil verify {file}{audience}"));
        match vector["failed_check"].as_str() {
            None => assert!(
                text.contains("\nVALID: ") && text.ends_with("[exit 0]\n"),
                "{text}"
            ),
            Some(check) => {
                assert!(
                    text.contains(&format!("\nNOT VALID: the check {check} failed.")),
                    "{text}"
                );
                assert!(text.ends_with("[exit 1]\n"), "{text}");
            }
        }
        let json = run(&format!("$ counterfoil verify --json {file}{audience}"));
        let (_, json) = json.split_once('\n').unwrap();
        let (json, _) = json.rsplit_once("[exit").unwrap();
        let report: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(report["valid"], vector["failed_check"].is_null(), "{file}");
        let shown = run(&format!("$ counterfoil inspect {file}"));
        for text in [&text, &shown, json] {
            let hostile = text
                .chars()
                .any(|c| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c));
            assert!(!hostile, "{file} reaches the terminal: {text:?}");
        }
    }
}

#[test]
fn a_reader_that_stops_early_does_not_change_the_exit_code() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_counterfoil"))
        .args(["verify", "bundle/valid-three-records.zip"])
        .current_dir(tests().join("vectors"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
