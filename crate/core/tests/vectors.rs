//! The committed vectors are those that the forge makes, and the verifier says of each what it must.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod forge;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::bundle::verify::{Expect, HISTORY_NOT_CHECKED, REVOCATION_NOT_CHECKED, verify};
use counterfoil_core::bundle::write::{
    ApproveError, AssembleError, Parts, Plan, approve, assemble, records_sha256,
};
use counterfoil_core::keys::{Audience, LogId, Root, SigningKey};
use counterfoil_core::merkle::{Frontier, leaf_hash};

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
        .unwrap()
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
