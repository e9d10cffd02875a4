//! What the command says of statements of a collector: receipts beside their bundles, accounts, proofs of cheating.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::bundle::write::{Parts, Plan, approve, assemble, records_sha256};
use counterfoil_core::collector::accept::{Judge, TextKey};
use counterfoil_core::collector::account::{self, Event, Payout, Receipt};
use counterfoil_core::collector::amount::Amount;
use counterfoil_core::collector::consent::{Consent, Scope};
use counterfoil_core::collector::offer::{Caps, Offer, Per, Precision, Rule};
use counterfoil_core::encoding::sha256_hex;
use counterfoil_core::id::uuid_v4;
use counterfoil_core::jws;
use counterfoil_core::keys::{Audience, LogId, Root, SigningKey};
use counterfoil_core::merkle::Frontier;
use counterfoil_core::note::{self, Cosigner};
use counterfoil_core::record::{Evidence, Kind, SharedLine};
use counterfoil_core::share::{ShareEntry, derive};
use serde_json::json;

const NOW: u64 = 1_795_341_600;
const NOTICE: &str = "The shop asks for your prompts.\n";

/// A collector, a person, and one bundle between them.
struct Scene {
    folder: tempfile::TempDir,
    collector: SigningKey,
    person: SigningKey,
    receipt: Receipt,
}

impl Scene {
    fn new() -> Self {
        let collector = Root::from_entropy([0xc0; 32]).collector_key().unwrap();
        let cosigner = Root::from_entropy([0xc1; 32]).cosigner_key().unwrap();
        let audience = collector.did().as_str().to_owned();
        let person = Root::from_entropy([7; 32])
            .share_key(&LogId([1; 16]), Audience::Collector(collector.did()), 0)
            .unwrap();
        let offer = offer(&collector);
        let compact = offer.sign(&collector).unwrap();
        let consent = consent(&collector, &person, &compact);
        let lines: Vec<_> = ["What is a lighthouse?", "Wo steht einer?", "Who winds it?"]
            .into_iter()
            .zip(0..)
            .map(|(text, seq)| line(seq, text))
            .collect();
        let papers = Papers {
            offer: &compact,
            consent: &consent,
            notice: NOTICE,
        };
        let start_frontier = Frontier::new();
        let plan = Plan {
            key: &person,
            jti: uuid_v4([2; 16]),
            iat: NOW,
            audience: &audience,
            start_frontier: &start_frontier,
            lines: &lines,
            papers: Some(papers),
        };
        let approved = approve(&plan, &records_sha256(&lines)).unwrap();
        let parts = Parts {
            bundle_jws: &approved.bundle_jws,
            checkpoint_note: &approved.checkpoint_note,
            start_frontier: &start_frontier,
            lines: &lines,
            papers: Some(papers),
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bundle.zip"), assemble(&parts).unwrap().bytes).unwrap();

        let mut judge = Judge::new(&offer, NOW, 0);
        for line in &lines {
            let record = SharedLine::parse(line).unwrap();
            judge
                .take(&record, TextKey::of(&record.text), false, None)
                .unwrap();
        }
        let outcome = judge.finish().unwrap();
        let checkpoint = &approved.checkpoint_note;
        let receipt = Receipt {
            accepted: outcome.accepted,
            amount: outcome.amount,
            bundle_sha256: jws::sha256_hex(&approved.bundle_jws),
            checkpoint_sha256: sha256_hex(checkpoint.as_bytes()),
            cosignature: note::cosign(&cosigner, checkpoint, person.did(), NOW).unwrap(),
            due: NOW,
            end: 3,
            note_key: Cosigner::of(&cosigner).to_string(),
            offer_sha256: jws::sha256_hex(&compact),
            rejected: outcome.rejected,
            start: 0,
        };
        Self {
            folder,
            collector,
            person,
            receipt,
        }
    }

    /// The entry that follows.
    fn entry(&self, last: Option<&str>, event: Event) -> String {
        account::next(last, self.collector.did(), self.person.did(), "EUR", NOW, event)
            .unwrap()
            .sign(&self.collector)
            .unwrap()
    }

    fn file(&self, name: &str, value: &serde_json::Value) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path
    }

    fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle.zip")
    }

    fn against_bundle(&self, receipt: Receipt) -> (String, i32) {
        let entry = self.entry(None, Event::Receipt(receipt));
        let receipt = self.file("receipt.json", &json!({ "entries": [entry], "more": false }));
        verify(&[&self.bundle(), Path::new("--receipt"), &receipt])
    }
}

fn offer(collector: &SigningKey) -> Offer {
    Offer {
        asset: "EUR".to_owned(),
        caps: Caps {
            max_codepoints: 2_000,
            min_codepoints: 3,
            per_bundle: 100,
            per_person: 150,
        },
        exclusive: false,
        human_review: false,
        iss: collector.did().clone(),
        jti: uuid_v4([3; 16]),
        kinds: vec![Kind::Prompt],
        languages: vec!["en".to_owned()],
        min_items: 1,
        pay_within_days: 30,
        purposes: vec!["train".to_owned()],
        regions: vec![],
        retention_days: 365,
        rules: vec![Rule {
            amount: Amount::new(10).unwrap(),
            id: "prompts".to_owned(),
            kind: Kind::Prompt,
            n: 1,
            per: Per::Record,
        }],
        sites: vec![],
        terms_sha256: sha256_hex(b"terms"),
        time_precision: Precision::None,
        title: "Prompts".to_owned(),
        v: 1,
        valid_from: NOW - 60,
        valid_until: NOW + 60,
    }
}

fn consent(collector: &SigningKey, person: &SigningKey, offer: &str) -> String {
    let consent = Consent {
        aud: collector.did().clone(),
        exp: NOW + 60,
        human_review: false,
        iat: NOW - 60,
        iss: person.did().clone(),
        jti: uuid_v4([4; 16]),
        notice_sha256: sha256_hex(NOTICE.as_bytes()),
        offer_sha256: jws::sha256_hex(offer),
        purposes: vec!["train".to_owned()],
        scope: Scope::Offer,
        special: false,
        v: 1,
    };
    consent.sign(person).unwrap()
}

fn line(seq: u64, text: &str) -> Vec<u8> {
    let lang = if text.starts_with("Wo ") { "de" } else { "en" };
    derive(ShareEntry {
        kind: Kind::Prompt,
        evidence: Evidence::Observed,
        id: uuid_v4([5; 16]),
        salt: [6; 16],
        seq,
        text: text.to_owned(),
        site: None,
        lang: Some(lang.to_owned()),
        thread: None,
        time: None,
        redactions: vec![],
    })
    .unwrap()
}

/// What `counterfoil verify` prints, and its exit code.
fn verify(arguments: &[&Path]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_counterfoil"))
        .arg("verify")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    (text, output.status.code().unwrap())
}

#[test]
fn a_receipt_is_held_against_its_bundle() {
    let scene = Scene::new();
    let (text, code) = scene.against_bundle(scene.receipt.clone());
    assert!(
        text.contains("\nRECEIPT HOLDS: 2 accepted, 20 EUR by the offer's own rules\n"),
        "{text}"
    );
    assert_eq!(code, 0);

    // A sum that the offer does not make, a record refused that fits, one accepted that does not.
    let mut less = scene.receipt.clone();
    less.amount = Amount::new(19).unwrap();
    let (text, code) = scene.against_bundle(less);
    assert!(
        text.contains("\nRECEIPT DIFFERS: the receipt says 2 records for 19 EUR"),
        "{text}"
    );
    assert_eq!(code, 1);
    let mut refused = scene.receipt.clone();
    refused.rejected[0].to = 3;
    refused.accepted = 1;
    let (text, code) = scene.against_bundle(refused);
    assert!(
        text.contains("RECEIPT DIFFERS: record 2: the receipt says lang, the offer makes it accepted"),
        "{text}"
    );
    assert_eq!(code, 1);
    let mut other = scene.receipt.clone();
    other.bundle_sha256 = sha256_hex(b"another");
    let (text, code) = scene.against_bundle(other);
    assert!(
        text.contains("RECEIPT DIFFERS: the receipt is of another bundle"),
        "{text}"
    );
    assert_eq!(code, 1);

    let json = Path::new("--json");
    let receipt = scene.folder.path().join("receipt.json");
    let (text, code) = verify(&[&scene.bundle(), Path::new("--receipt"), &receipt, json]);
    let printed: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&printed["report"]["valid"], &printed["receipt"]["holds"], code),
        (&true.into(), &false.into(), 1)
    );
}

#[test]
fn an_account_is_checked_entry_by_entry() {
    let scene = Scene::new();
    let first = scene.entry(None, Event::Receipt(scene.receipt.clone()));
    let payout = |units, reference: &str| {
        let (rail, reference) = ("sepa".to_owned(), reference.to_owned());
        Event::Payout(Payout {
            amount: Amount::new(units).unwrap(),
            rail,
            reference,
        })
    };
    let second = scene.entry(Some(&first), payout(15, "a"));
    let whole = scene.file(
        "account.json",
        &json!({ "entries": [first, second], "more": true }),
    );
    let (text, code) = verify(&[&whole]);
    assert!(
        text.starts_with(
            "entry 0    ok      2026-11-22T10:00:00Z  receipt: 2 of 3 records accepted, 20 EUR\n"
        ),
        "{text}"
    );
    assert!(text.contains("\nVALID: 2 entries of the account of "), "{text}");
    assert!(
        text.ends_with("owed 20, paid 15, outstanding 5 EUR\nentries after these: not checked\n"),
        "{text}"
    );
    assert_eq!(code, 0);
    let part = scene.file("part.json", &json!({ "entries": [second] }));
    assert!(verify(&[&part]).0.ends_with("\nentries before 1: not checked\n"));

    let third = scene.entry(Some(&second), payout(5, "c"));
    let gap = scene.file("gap.json", &json!({ "entries": [first, third] }));
    let (text, code) = verify(&[&gap]);
    assert!(
        text.contains("entry 1    FAILED  the entry has the number 2 where 1 is due\n"),
        "{text}"
    );
    assert_eq!(code, 1);
    for empty in [json!({ "entries": [] }), json!({ "entries": ["a.b.c"] })] {
        assert_eq!(verify(&[&scene.file("empty.json", &empty)]).1, 1);
    }
    for unreadable in [json!({}), json!({ "entries": 1 })] {
        assert_eq!(verify(&[&scene.file("unreadable.json", &unreadable)]).1, 2);
    }
}

#[test]
fn two_stories_are_proof_for_anybody() {
    let scene = Scene::new();
    let first = scene.entry(None, Event::Receipt(scene.receipt.clone()));
    let other = scene.entry(
        None,
        Event::Receipt(Receipt {
            amount: Amount::ZERO,
            ..scene.receipt.clone()
        }),
    );
    let proof = scene.file("proof.json", &json!({ "cheat": [first, other] }));
    let (text, code) = verify(&[&proof]);
    let due = format!(
        "PROVEN: the collector {} cheated: it signed two different entries in the same place of one account\n",
        scene.collector.did()
    );
    assert_eq!((text, code), (due, 0));
    for (pair, says) in [
        (json!([first, first]), "NOT PROVEN: both entries can be honest\n"),
        (json!([first, "a.b.c"]), "NOT PROVEN: one of them is no entry: "),
    ] {
        let (text, code) = verify(&[&scene.file("none.json", &json!({ "cheat": pair }))]);
        assert!(text.starts_with(says), "{text}");
        assert_eq!(code, 1);
    }
}
