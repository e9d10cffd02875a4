//! The committed vectors are those that the forge makes, and the verifier says of each what it must.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod forge;
#[path = "../../../tests/conformance/probe/src/vector.rs"]
mod vector;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::bundle::verify::{Expect, HISTORY_NOT_CHECKED, REVOCATION_NOT_CHECKED, verify};
use counterfoil_core::bundle::write::{
    ApproveError, AssembleError, Parts, Plan, approve, assemble, records_sha256,
};
use counterfoil_core::keys::{Audience, LogId, Root, SigningKey};
use counterfoil_core::merkle::{Frontier, leaf_hash};

use forge::case::{ABOVE, Folder, folders};
use forge::vectors::{Vector, all};
use forge::{BUNDLE_ID, Draft, ENTROPY, IAT, LOG, NAME, lines};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn named(name: &str) -> Vector {
    all().into_iter().find(|vector| vector.name == name).unwrap()
}

#[test]
fn committed_vectors_are_the_generated_ones() {
    let remedy = "run: cargo run -p counterfoil-core --example vectors";
    let vectors = all();
    for vector in &vectors {
        let committed = fs::read(directory().join("bundle").join(vector.name).with_extension("zip"));
        assert!(
            committed.is_ok_and(|bytes| bytes == vector.bytes),
            "{}; {remedy}",
            vector.name
        );
    }
    let found: BTreeSet<_> = fs::read_dir(directory().join("bundle"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let due: BTreeSet<_> = vectors
        .iter()
        .map(|vector| format!("{}.zip", vector.name))
        .collect();
    assert_eq!(found, due, "{remedy}");
    let read = |name: &str| fs::read_to_string(directory().join(name)).unwrap_or_default();
    assert!(
        read("index.json") == forge::vectors::index(&vectors),
        "index.json; {remedy}"
    );
    assert!(
        read("keys.json") == forge::vectors::key_file(),
        "keys.json; {remedy}"
    );
    for folder in folders() {
        let directory = directory().join(folder.name);
        let mut due = BTreeSet::from(["index.json".to_owned()]);
        for case in &folder.cases {
            let committed = fs::read(directory.join(&case.file));
            assert!(
                committed.is_ok_and(|bytes| bytes == case.stored()),
                "{}/{}; {remedy}",
                folder.name,
                case.file
            );
            assert!(due.insert(case.file.clone()), "{} twice", case.file);
        }
        let found: BTreeSet<_> = fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(found, due, "{}; {remedy}", folder.name);
        let index = fs::read_to_string(directory.join("index.json")).unwrap();
        assert!(index == folder.index(), "{}/index.json; {remedy}", folder.name);
    }
}

/// The folders of formats that the core reads.
fn own_folders() -> impl Iterator<Item = Folder> {
    folders()
        .into_iter()
        .filter(|folder| !ABOVE.contains(&folder.name))
}

#[test]
fn the_readers_say_of_each_what_they_must() {
    let mut wrong = Vec::new();
    for folder in own_folders() {
        for case in &folder.cases {
            let found = vector::read(folder.name, &case.given, &case.bytes);
            let due = match &case.error {
                None => Ok(case.gives.clone()),
                Some(error) => Err(error.clone()),
            };
            if found != due {
                wrong.push(format!(
                    "{}/{}: {found:?} where {due:?} is due",
                    folder.name, case.file
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The errors of the library that no vector brings about, and why. A type stands for all that it has.
const WITHOUT_VECTOR: [(&str, &str); 12] = [
    (
        "AgeError::Failed",
        "of a reader that is asked again after it failed, not of a file",
    ),
    ("AgeError::TooLong", "of more than 2^64 chunks"),
    (
        "ApproveError",
        "of the writer of bundles, which tests below refuse",
    ),
    (
        "AssembleError",
        "of the writer of bundles, which tests below refuse",
    ),
    ("CanonicalError::Unwritable", "of values that no JSON says"),
    (
        "DecodeError",
        "each format that holds such a text refuses it by an error of its own",
    ),
    ("JwsError::NeedsApproval", "of whoever signs, not of a statement"),
    (
        "ReadError",
        "of the source or of the container: bundles have checks, and vectors for each",
    ),
    ("SealedError::TooLong", "of more than 2^38 bytes"),
    ("SourceError", "of the disk that a bundle is read from"),
    (
        "TimeError::Malformed",
        "of a text that stands in a line, which refuses it as `field time`",
    ),
    (
        "ZipError",
        "of the container: bundles have checks, and vectors for each",
    ),
];

/// The errors that vectors name, as the library calls them.
fn errors_with_vectors() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in own_folders() {
        let types: &[&str] = match folder.name {
            "note" => &["NoteError"],
            "statement" => &["JwsError"],
            "json" => &["CanonicalError"],
            "line" => &["LineError"],
            "log" => &["LogError"],
            "tree" => &["ProofError", "FrontierError"],
            "key" => &["KeyError", "DidError", "AgeError"],
            "age" => &["AgeError"],
            "sealed" => &["SealedError"],
            "collector" => &["StatementError", "ChainError", "AmountError"],
            other => panic!("{other} names no errors"),
        };
        for error in folder.cases.iter().filter_map(|case| case.error.as_deref()) {
            let mut words = error.split(' ').map(camel);
            let outer = words.next().unwrap();
            for name in types {
                found.insert(format!("{name}::{outer}"));
                // An error without variants is named like its type.
                if *name == format!("{outer}Error") {
                    found.insert((*name).to_owned());
                }
            }
            if let Some(inner) = words.next().filter(|_| folder.name == "log") {
                found.insert(format!("{outer}Error::{inner}"));
            }
        }
    }
    found
}

/// `bad-signature` as `BadSignature`.
fn camel(name: &str) -> String {
    name.split('-')
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

/// The public errors of the library's source, `Type` or `Type::Variant`.
fn declared(folder: &Path, found: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            declared(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let mut open: Option<&str> = None;
        for line in source.lines() {
            if let Some(name) = open {
                let variant = line
                    .strip_prefix("    ")
                    .filter(|rest| rest.starts_with(char::is_uppercase));
                if line == "}" {
                    open = None;
                } else if let Some(variant) = variant {
                    let end = variant.find(|c: char| !c.is_alphanumeric()).unwrap();
                    found
                        .get_mut(name)
                        .unwrap()
                        .insert(format!("{name}::{}", &variant[..end]));
                }
                continue;
            }
            for (keyword, variants) in [("pub enum ", true), ("pub struct ", false)] {
                let Some(rest) = line.strip_prefix(keyword) else {
                    continue;
                };
                let name = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap()];
                if name.ends_with("Error") {
                    let names = found.entry(name.to_owned()).or_default();
                    if variants {
                        open = Some(name);
                    } else {
                        names.insert(name.to_owned());
                    }
                }
            }
        }
    }
}

#[test]
fn each_error_has_a_vector_or_a_reason_to_have_none() {
    let mut declared_errors = BTreeMap::new();
    declared(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut declared_errors,
    );
    let excepted = |name: &str| WITHOUT_VECTOR.iter().any(|(known, _)| *known == name);
    let named = errors_with_vectors();
    let missing: Vec<_> = declared_errors
        .iter()
        .filter(|(name, _)| !excepted(name))
        .flat_map(|(_, variants)| variants)
        .filter(|name| !named.contains(*name) && !excepted(name))
        .collect();
    assert_eq!(missing, Vec::<&String>::new(), "without a vector");
    let all: BTreeSet<_> = declared_errors
        .iter()
        .flat_map(|(name, variants)| variants.iter().chain([name]))
        .collect();
    for (name, why) in WITHOUT_VECTOR {
        assert!(all.contains(&name.to_owned()), "{name} is no error any more");
        assert!(!named.contains(name), "{name} has a vector, and yet: {why}");
    }
}

#[test]
fn the_verifier_says_of_each_what_it_must() {
    for vector in all() {
        let report = verify(
            vector.bytes.as_slice(),
            &Expect {
                audience: vector.audience.clone(),
            },
        )
        .unwrap();
        let failed = report.failed().map(|check| check.name.as_str());
        assert_eq!(failed, vector.check, "{}: {:?}", vector.name, report.failed());
        assert_eq!(report.valid, vector.check.is_none(), "{}", vector.name);
        assert_eq!(report.checks.len(), 11, "{}", vector.name);
        assert!(vector.bytes.len() < 16 * 1024, "{} is not small", vector.name);
    }
}

#[test]
fn each_check_has_a_vector_that_fails_it() {
    let failed: BTreeSet<_> = all().iter().filter_map(|vector| vector.check).collect();
    for check in counterfoil_core::bundle::verify::Check::ALL {
        assert!(failed.contains(check.as_str()), "{check}");
    }
}

#[test]
fn what_was_not_checked_is_said() {
    let notes = |name: &str| {
        verify(named(name).bytes.as_slice(), &Expect::default())
            .unwrap()
            .notes
    };
    assert_eq!(notes("valid-three-records"), [REVOCATION_NOT_CHECKED]);
    assert_eq!(
        notes("valid-later-records"),
        [HISTORY_NOT_CHECKED, REVOCATION_NOT_CHECKED]
    );
}

fn person() -> SigningKey {
    Root::from_entropy(ENTROPY)
        .share_key(&LogId(LOG), Audience::Export(NAME), 0)
        .unwrap()
}

fn frontier(lines: &[Vec<u8>]) -> Frontier {
    let mut frontier = Frontier::new();
    for line in lines {
        frontier.push(leaf_hash(line));
    }
    frontier
}

fn plan<'a>(key: &'a SigningKey, start_frontier: &'a Frontier, lines: &'a [Vec<u8>]) -> Plan<'a> {
    Plan {
        key,
        jti: BUNDLE_ID.to_owned(),
        iat: IAT,
        audience: "export",
        start_frontier,
        lines,
        papers: None,
    }
}

#[test]
fn the_writer_makes_the_very_bytes_of_the_forge() {
    let key = person();
    for (from, to) in [(0, 1), (0, 3), (3, 5), (4, 40)] {
        let (before, lines) = (lines(0, from), lines(from, to));
        let start_frontier = frontier(&before);
        let approved = approve(&plan(&key, &start_frontier, &lines), &records_sha256(&lines)).unwrap();
        assert_eq!((approved.start, approved.end), (from, to));
        let archive = assemble(&Parts {
            bundle_jws: &approved.bundle_jws,
            checkpoint_note: &approved.checkpoint_note,
            start_frontier: &start_frontier,
            lines: &lines,
            papers: None,
        })
        .unwrap();
        let draft = Draft::new(from, to);
        assert!(archive.bytes == draft.zip(), "{from} to {to}");
        assert_eq!(archive.file_name, format!("{}.zip", draft.stem()));
        assert_eq!(archive.file_name, approved.file_name);
        let report = verify(archive.bytes.as_slice(), &Expect::default()).unwrap();
        assert!(report.valid, "{report:?}");
        assert_eq!(report.facts.records, Some(to - from));
        assert_eq!(report.facts.did.as_ref(), Some(key.did()));
    }
}

#[test]
fn the_writer_makes_the_very_bytes_for_a_collector() {
    let (key, papers, lines) = (person(), forge::papers(), lines(0, 3));
    let papers = Papers {
        offer: &papers.offer,
        consent: &papers.consent,
        notice: &papers.notice,
    };
    let audience = forge::did(&forge::collector());
    let start_frontier = Frontier::new();
    let plan = Plan {
        audience: &audience,
        papers: Some(papers),
        ..plan(&key, &start_frontier, &lines)
    };
    let approved = approve(&plan, &records_sha256(&lines)).unwrap();
    let parts = Parts {
        bundle_jws: &approved.bundle_jws,
        checkpoint_note: &approved.checkpoint_note,
        start_frontier: &start_frontier,
        lines: &lines,
        papers: Some(papers),
    };
    assert!(assemble(&parts).unwrap().bytes == Draft::for_collector().zip());

    let without = Plan { papers: None, ..plan };
    assert_eq!(
        approve(&without, &records_sha256(&lines)),
        Err(ApproveError::Audience)
    );
    let other = Papers {
        notice: "another",
        ..papers
    };
    let other = Plan {
        papers: Some(other),
        ..without
    };
    assert!(matches!(
        approve(&other, &records_sha256(&lines)),
        Err(ApproveError::Papers(_))
    ));
}

#[test]
fn only_what_was_shown_is_signed() {
    let (key, start, lines) = (person(), Frontier::new(), lines(0, 3));
    let shown = records_sha256(&lines);
    let mut changed = lines.clone();
    *changed[1].last_mut().unwrap() = b' ';
    assert_eq!(
        approve(&plan(&key, &start, &changed), &shown),
        Err(ApproveError::DigestMismatch)
    );
    assert_eq!(
        approve(&plan(&key, &start, &lines[..2]), &shown),
        Err(ApproveError::DigestMismatch)
    );
    assert_eq!(
        approve(&plan(&key, &start, &lines), &shown.to_uppercase()),
        Err(ApproveError::DigestMismatch)
    );
    assert_eq!(
        approve(&plan(&key, &start, &[]), &records_sha256::<&[u8]>([])),
        Err(ApproveError::Empty)
    );
    assert!(matches!(
        approve(&plan(&key, &start, &changed), &records_sha256(&changed)),
        Err(ApproveError::Line { index: 1, .. })
    ));
    assert_eq!(
        approve(&plan(&key, &start, &lines[1..]), &records_sha256(&lines[1..])),
        Err(ApproveError::Order {
            index: 0,
            due: 0,
            found: 1
        })
    );
}

#[test]
fn only_what_was_approved_is_assembled() {
    let (key, start, lines) = (person(), Frontier::new(), lines(0, 3));
    let approved = approve(&plan(&key, &start, &lines), &records_sha256(&lines)).unwrap();
    let other = approve(&plan(&key, &start, &lines[..2]), &records_sha256(&lines[..2])).unwrap();
    let parts = Parts {
        bundle_jws: &approved.bundle_jws,
        checkpoint_note: &approved.checkpoint_note,
        start_frontier: &start,
        lines: &lines,
        papers: None,
    };
    assert!(assemble(&parts).is_ok());
    assert!(matches!(
        assemble(&Parts {
            lines: &lines[..2],
            ..parts
        }),
        Err(AssembleError::NotApproved(_))
    ));
    assert!(matches!(
        assemble(&Parts {
            checkpoint_note: &other.checkpoint_note,
            ..parts
        }),
        Err(AssembleError::NotApproved(_))
    ));
    let later = frontier(&lines);
    assert!(matches!(
        assemble(&Parts {
            start_frontier: &later,
            ..parts
        }),
        Err(AssembleError::NotApproved(_))
    ));
    assert!(matches!(
        assemble(&Parts {
            bundle_jws: "a.b.c",
            ..parts
        }),
        Err(AssembleError::Statement(_))
    ));
}
