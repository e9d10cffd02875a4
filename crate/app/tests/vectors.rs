//! The backups of `tests/vectors/backup` are restored, or refused by the code that the index names.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_app::error::Code;
use counterfoil_app::message::Secret;
use counterfoil_core::age::{Encryptor, Recipient};
use counterfoil_core::keys::Root;
use serde_json::Value;

use support::Profile;

/// Every code that begins with this one's name is of a backup.
const BACKUP: &str = "backup_";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/backup")
}

fn index() -> Vec<Value> {
    serde_json::from_slice(&fs::read(folder().join("index.json")).unwrap()).unwrap()
}

/// The age file of these lines, for whoever holds the words.
fn sealed(words: &str, lines: &[u8]) -> Vec<u8> {
    let recipient: Recipient = Root::from_words(words)
        .unwrap()
        .backup_identity()
        .unwrap()
        .recipient();
    let (mut encryptor, mut file) = Encryptor::new(&recipient, [1; 32], [2; 16], [3; 16]).unwrap();
    encryptor.push(lines, &mut file).unwrap();
    encryptor.finish(&mut file).unwrap();
    file
}

/// As the catalogue and the index call it.
fn name(code: Code) -> String {
    serde_json::to_value(code)
        .unwrap()
        .as_str()
        .unwrap()
        .replace('_', "-")
}

#[test]
fn each_backup_is_restored_or_refused_as_its_index_says() {
    for (case, seed) in index().into_iter().zip(100..) {
        let file = case["file"].as_str().unwrap();
        let words = case["given"]["words"].as_str().unwrap();
        let read = |file: &str| sealed(words, &fs::read(folder().join(file)).unwrap());
        let given = case["given"]["words_given"].as_str().unwrap_or(words);
        // The pieces come as they may: whole, and in such that cut lines and chunks.
        for piece in [1 << 20, 97] {
            let profile = Profile::elsewhere(seed);
            if let Some(before) = case["given"]["before"].as_str() {
                profile
                    .restore(&Secret::from(words.to_owned()), &read(before), 1 << 20)
                    .unwrap();
            }
            let logs = profile.settings().logs.len();
            let restored = profile.restore(&Secret::from(given.to_owned()), &read(file), piece);
            match case["error"].as_str() {
                None => {
                    let view = restored.unwrap_or_else(|code| panic!("{file}: {code:?}"));
                    assert_eq!(Value::from(view.added), case["gives"]["added"], "{file}");
                }
                Some(error) => {
                    assert_eq!(restored.map_err(name), Err(error.to_owned()), "{file}");
                    assert_eq!(profile.settings().logs.len(), logs, "{file} left something");
                }
            }
            profile.whole();
        }
    }
}

#[test]
fn each_refusal_of_a_backup_has_a_vector() {
    let named: BTreeSet<_> = index()
        .iter()
        .filter_map(|case| case["error"].as_str().map(str::to_owned))
        .collect();
    // Of a restore that was interrupted, not of what a file says.
    let without = [name(Code::BackupGone)];
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error.rs")).unwrap();
    let mut count = 0;
    for line in source.lines() {
        let variant = line.strip_prefix("    ").and_then(|line| line.strip_suffix(','));
        let Some(rest) = variant.and_then(|variant| variant.strip_prefix("Backup")) else {
            continue;
        };
        let code = format!("{BACKUP}{}", rest.to_lowercase()).replace('_', "-");
        assert!(named.contains(&code) != without.contains(&code), "{code}");
        count += 1;
    }
    assert_eq!(count, named.len() + without.len());
}

#[test]
fn every_file_is_in_the_index() {
    let files: BTreeSet<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "index.json")
        .collect();
    let named: BTreeSet<_> = index()
        .iter()
        .map(|case| case["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, named);
}
