//! Whole private logs: their lines, or the leaf hashes in their place, and the checkpoint over them; and records to
//! append, with what an append must give.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha256;

use super::case::{Case, document, invalid, valid};
use super::{ENTROPY, LOG, did, hex, leaf, line, note, sha256, stranger, tree_hash};

/// 2026-11-22T10:00:00.123Z, and as text.
const TIME: u64 = 1_795_341_600_123;
const TIME_TEXT: &str = "2026-11-22T10:00:00.123Z";

/// The key of the log [`LOG`] of the root [`ENTROPY`], derived by hand.
fn key() -> SigningKey {
    let mnemonic = bip39::Mnemonic::from_entropy(&ENTROPY).unwrap();
    let info = [b"log\0\0\x10", &LOG[..]].concat();
    let mut secret = [0; 32];
    Hkdf::<Sha256>::new(Some(b"counterfoil/v1"), &mnemonic.to_seed(""))
        .expand(&info, &mut secret)
        .unwrap();
    SigningKey::from_bytes(&secret)
}

/// A record before it is written.
pub(crate) fn entry(index: usize, kind: &str, body: &Value) -> Value {
    json!({
        "body": body,
        "claimed_evidence": "observed",
        "id": format!("01a202b2-c57b-7505-8505-{index:012}"),
        "kind": kind,
        "salt": hex(&sha256(&index.to_be_bytes())),
        "time_ms": TIME
    })
}

pub(crate) fn entries() -> Vec<Value> {
    vec![
        entry(
            0,
            "search",
            &json!({"site": "search.example", "text": "lighthouse"}),
        ),
        entry(
            1,
            "prompt",
            &json!({"site": "chat.example", "text": "Why is the sky dark at night?\n", "typed": 30}),
        ),
        entry(2, "comment", &json!({"text": "À bientôt 👋"})),
        entry(3, "tombstone", &json!({"target": 1})),
        entry(
            4,
            "tombstone",
            &json!({"target": 70, "target_log": "0a".repeat(16)}),
        ),
        entry(5, "search", &json!({"text": "weather tomorrow"})),
    ]
}

/// The line of a record at a place.
pub(crate) fn line_at(seq: usize, entry: &Value) -> String {
    let salt = data_encoding::HEXLOWER
        .decode(entry["salt"].as_str().unwrap().as_bytes())
        .unwrap();
    let c = sha256(&[&salt[..], &line(&entry["body"])].concat());
    let value = json!({
        "c": BASE64URL_NOPAD.encode(&c), "claimed_evidence": entry["claimed_evidence"], "id": entry["id"],
        "kind": entry["kind"], "seq": seq, "time": TIME_TEXT, "v": 1
    });
    String::from_utf8(line(&value)).unwrap()
}

pub(crate) fn text_lines(entries: &[Value]) -> Vec<String> {
    entries
        .iter()
        .enumerate()
        .map(|(seq, entry)| line_at(seq, entry))
        .collect()
}

fn leaves(lines: &[String]) -> Vec<[u8; 32]> {
    lines.iter().map(|line| leaf(line.as_bytes())).collect()
}

/// A log that can be changed before it is written down.
struct Draft {
    did: String,
    checkpoint: String,
    lines: Vec<Value>,
}

impl Draft {
    fn new() -> Self {
        Self::of(&entries())
    }

    fn of(entries: &[Value]) -> Self {
        let lines = text_lines(entries);
        let root = tree_hash(&leaves(&lines));
        Self {
            did: did(&key()),
            checkpoint: note(&key(), lines.len() as u64, &root),
            lines: lines
                .iter()
                .zip(entries)
                .map(|(line, entry)| {
                    let body = String::from_utf8(super::line(&entry["body"])).unwrap();
                    json!({"body": body, "line": line, "salt": entry["salt"]})
                })
                .collect(),
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Vec<u8> {
        change(&mut self);
        document(&json!({"checkpoint": self.checkpoint, "did": self.did, "lines": self.lines}))
    }

    /// Puts the leaf hash in the place of a line.
    fn gone(&mut self, at: usize) {
        let hash = leaf(self.lines[at]["line"].as_str().unwrap().as_bytes());
        self.lines[at] = json!({"leaf": BASE64.encode(&hash)});
    }

    fn replace(&mut self, at: usize, from: &str, to: &str) {
        let text = self.lines[at]["line"].as_str().unwrap();
        assert!(text.contains(from), "{from}");
        self.lines[at] = json!({"line": text.replacen(from, to, 1)});
    }

    /// Signs the lines as they are now.
    fn resign(&mut self) {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|line| line["line"].as_str().unwrap().to_owned())
            .collect();
        self.checkpoint = note(&key(), lines.len() as u64, &tree_hash(&leaves(&lines)));
    }
}

type Change = fn(&mut Draft);

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = whole();
    cases.extend(broken());
    cases.extend(appended());
    cases
}

fn whole() -> Vec<Case> {
    let mut cases = Vec::new();
    let root = |count: usize| BASE64.encode(&tree_hash(&leaves(&text_lines(&entries()[..count]))));
    for count in [0_usize, 1, 3, 6] {
        cases.push(
            valid(
                &format!("{count}-lines"),
                "A log from its first line to its last, with the content that the lines commit to.",
                Draft::of(&entries()[..count]).with(|_| {}),
            )
            .gives(json!({"root": root(count), "size": count})),
        );
    }
    let changes: [(&str, &str, Change); 5] = [
        (
            "leaf-for-one",
            "A deleted record: its leaf hash stands in the place of its line.",
            |draft| draft.gone(1),
        ),
        ("leaf-for-first-and-last", "Leaf hashes at both ends.", |draft| {
            draft.gone(0);
            draft.gone(5);
        }),
        ("leaf-for-all", "Nothing but leaf hashes.", |draft| {
            (0..6).for_each(|at| draft.gone(at))
        }),
        ("without-content", "Lines whose content was deleted.", |draft| {
            for line in &mut draft.lines {
                *line = json!({"line": line["line"]});
            }
        }),
        (
            "cosigned",
            "The checkpoint has a second signature, of an unknown key.",
            |draft| {
                draft.checkpoint += &format!("\u{2014} witness.example {}\n", BASE64.encode(&[7; 76]));
            },
        ),
    ];
    for (name, about, change) in changes {
        cases.push(valid(name, about, Draft::new().with(change)).gives(json!({"root": root(6), "size": 6})));
    }
    cases
}

fn broken() -> Vec<Case> {
    let changes: [(&str, &str, &str, Change); 24] = [
        (
            "root",
            "kind-changed",
            "A line says another kind than was signed.",
            |draft| draft.replace(0, "search", "post"),
        ),
        (
            "root",
            "commitment-changed",
            "A line commits to other content.",
            |draft| {
                draft.replace(2, "\"c\":\"", "\"c\":\"A");
                let text = draft.lines[2]["line"].as_str().unwrap().to_owned();
                let end = text.find("\",\"claimed").unwrap();
                // One letter longer at the front, one of the last two shorter: 43 as before.
                draft.lines[2] =
                    json!({"line": format!("{}{}", &text[..end - 2], &format!("A{}", &text[end..]))});
            },
        ),
        (
            "root",
            "blank-added",
            "A line has a blank that was not signed.",
            |draft| draft.replace(0, ":", ": "),
        ),
        (
            "root",
            "leaf-of-another-line",
            "The leaf hash of another line in the place of a line.",
            |draft| {
                draft.gone(1);
                draft.gone(2);
                draft.lines[2] = draft.lines[1].clone();
            },
        ),
        (
            "root",
            "leaf-without-prefix",
            "A SHA-256 of the line without the byte 0 before it.",
            |draft| {
                let line = draft.lines[1]["line"].as_str().unwrap().to_owned();
                draft.lines[1] = json!({"leaf": BASE64.encode(&sha256(line.as_bytes()))});
            },
        ),
        (
            "root",
            "leaves-swapped",
            "Two leaf hashes in the wrong order.",
            |draft| {
                draft.gone(1);
                draft.gone(2);
                draft.lines.swap(1, 2);
            },
        ),
        (
            "root",
            "checkpoint-of-other-lines",
            "A checkpoint of the same key over as many other lines.",
            |draft| {
                draft.checkpoint = note(&key(), 6, &[9; 32]);
            },
        ),
        (
            "size",
            "empty",
            "No lines where the checkpoint is of six.",
            |draft| draft.lines.clear(),
        ),
        ("size", "last-dropped", "The last line is missing.", |draft| {
            draft.lines.pop();
        }),
        (
            "size",
            "one-more",
            "A line more than the checkpoint is of.",
            |draft| {
                draft
                    .lines
                    .push(json!({"line": line_at(6, &entry(6, "search", &json!({})))}));
            },
        ),
        (
            "size",
            "older-checkpoint",
            "The checkpoint is an earlier one.",
            |draft| {
                let lines = text_lines(&entries()[..4]);
                draft.checkpoint = note(&key(), 4, &tree_hash(&leaves(&lines)));
            },
        ),
        ("order", "first-dropped", "The first line is missing.", |draft| {
            draft.lines.remove(0);
        }),
        (
            "order",
            "middle-dropped",
            "A line in the middle is missing.",
            |draft| {
                draft.lines.remove(2);
            },
        ),
        (
            "order",
            "swapped",
            "Two lines stand in each other's place.",
            |draft| draft.lines.swap(1, 2),
        ),
        (
            "order",
            "repeated",
            "A line stands twice, and was signed so.",
            |draft| {
                draft.lines[3] = draft.lines[2].clone();
                draft.resign();
            },
        ),
        (
            "order",
            "from-1",
            "The first place is called 1, and was signed so.",
            |draft| {
                draft.replace(0, "\"seq\":0", "\"seq\":1");
                draft.resign();
            },
        ),
        ("line unreadable", "truncated", "A line ends early.", |draft| {
            let text = draft.lines[4]["line"].as_str().unwrap();
            draft.lines[4] = json!({"line": text[..text.len() - 5]});
        }),
        ("line unreadable", "empty", "An empty line.", |draft| {
            draft.lines[4] = json!({"line": ""})
        }),
        (
            "line field v",
            "newer",
            "A line of a later version, signed so.",
            |draft| {
                draft.replace(4, "\"v\":1", "\"v\":2");
                draft.resign();
            },
        ),
        (
            "line too-long",
            "signed",
            "A line of more than 64 KiB, signed so.",
            |draft| {
                let text = draft.lines[4]["line"].as_str().unwrap();
                draft.lines[4] = json!({"line": format!("{text}{}", " ".repeat(64 * 1024))});
                draft.resign();
            },
        ),
        (
            "note other-log",
            "other-key",
            "The log of another key.",
            |draft| draft.did = did(&stranger()),
        ),
        (
            "note bad-signature",
            "size-changed",
            "The checkpoint says another size than was signed.",
            |draft| {
                draft.checkpoint = draft.checkpoint.replacen("\n6\n", "\n7\n", 1);
            },
        ),
        (
            "note not-signed",
            "other-key",
            "The checkpoint has the signature of another key only.",
            |draft| {
                let other = note(&stranger(), 6, &[9; 32]);
                let (text, _) = draft.checkpoint.split_once("\n\n").unwrap();
                let (_, signature) = other.split_once("\n\n").unwrap();
                draft.checkpoint = format!("{text}\n\n{signature}");
            },
        ),
        (
            "note malformed",
            "truncated",
            "The checkpoint ends early.",
            |draft| {
                draft.checkpoint.truncate(draft.checkpoint.len() - 1);
            },
        ),
    ];
    let mut cases: Vec<_> = changes
        .into_iter()
        .map(|(error, name, about, change)| {
            let case = invalid(error, name, about, Draft::new().with(change));
            if error == "line too-long" {
                case.compressed()
            } else {
                case
            }
        })
        .collect();
    cases.push(invalid(
        "note not-a-checkpoint",
        "extension",
        "The checkpoint has a fourth line, and was signed so.",
        Draft::new().with(|draft| {
            use ed25519_dalek::Signer as _;
            let (text, _) = draft.checkpoint.split_once("\n\n").unwrap();
            let text = format!("{text}\nextension\n");
            let origin = text.lines().next().unwrap().to_owned();
            let id = sha256(&[origin.as_bytes(), b"\n\x01", key().verifying_key().as_bytes()].concat());
            let signature = [&id[..4], &key().sign(text.as_bytes()).to_bytes()].concat();
            draft.checkpoint = format!("{text}\n\u{2014} {origin} {}\n", BASE64.encode(&signature));
        }),
    ));
    cases
}

/// Records to be appended to an empty log.
fn records(entries: &[Value]) -> Vec<u8> {
    document(&json!({"entropy": hex(&ENTROPY), "log_id": hex(&LOG), "records": entries}))
}

fn appended() -> Vec<Case> {
    let mut cases = Vec::new();
    for count in [0, 1, 6] {
        let lines = text_lines(&entries()[..count]);
        let checkpoint = note(&key(), count as u64, &tree_hash(&leaves(&lines)));
        cases.push(
            valid(
                &format!("append-{count}"),
                "Records, the key of their log derived from the root, and the lines and the checkpoint that come of them.",
                records(&entries()[..count]),
            )
            .gives(json!({"checkpoint": checkpoint, "did": did(&key()), "lines": lines})),
        );
    }
    let own = hex(&LOG);
    let last = |kind: &str, body: Value| {
        let mut all = entries();
        all.truncate(2);
        all.push(entry(2, kind, &body));
        records(&all)
    };
    let bad = |error: &str, name: &str, about: &str, bytes: Vec<u8>| {
        invalid(error, &format!("append-{name}"), about, bytes)
    };
    for (name, about, kind, body) in [
        (
            "itself",
            "A tombstone names itself.",
            "tombstone",
            json!({"target": 2}),
        ),
        (
            "later",
            "A tombstone names a record that comes later.",
            "tombstone",
            json!({"target": 3}),
        ),
        ("none", "A tombstone names no record.", "tombstone", json!({})),
        (
            "of-a-search",
            "A search names a record.",
            "search",
            json!({"target": 0}),
        ),
        (
            "log-of-a-search",
            "A search names a log.",
            "search",
            json!({"target_log": "0a".repeat(16)}),
        ),
        (
            "log-alone",
            "A tombstone names a log and no record of it.",
            "tombstone",
            json!({"target_log": "0a".repeat(16)}),
        ),
        (
            "own-log",
            "A tombstone names its own log as if it were another.",
            "tombstone",
            json!({"target": 0, "target_log": own}),
        ),
        (
            "log-upper-case",
            "A tombstone names a log in upper case.",
            "tombstone",
            json!({"target": 0, "target_log": "0A".repeat(16)}),
        ),
        (
            "log-short",
            "A tombstone names a log by too few digits.",
            "tombstone",
            json!({"target": 0, "target_log": "0a"}),
        ),
    ] {
        cases.push(bad("target", name, about, last(kind, body)));
    }
    cases.push(bad(
        "body range",
        "target",
        "A tombstone names a place that a double cannot tell from its neighbour.",
        last(
            "tombstone",
            json!({"target": 1_u64 << 53, "target_log": "0a".repeat(16)}),
        ),
    ));
    let with = |change: fn(&mut Value)| {
        let mut all = entries();
        all.truncate(2);
        change(&mut all[1]);
        records(&all)
    };
    cases.push(bad(
        "time range",
        "year-10000",
        "A time past the year 9999.",
        with(|entry| entry["time_ms"] = json!(253_402_300_800_000_u64)),
    ));
    cases.push(bad(
        "line field id",
        "version-4",
        "A UUID of version 4.",
        with(|entry| entry["id"] = json!("919108f7-52d1-4320-9bac-f847db4148a8")),
    ));
    cases
}
