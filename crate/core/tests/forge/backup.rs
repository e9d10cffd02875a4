//! The lines of a backup, as they are before the age file is made of them.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use ed25519_dalek::SigningKey;
use serde_json::{Map, Value, json};

use super::case::{Case, invalid, valid};
use super::collector::description;
use super::key::{derived, words};
use super::log::{entries, entry, line_at, text_lines};
use super::{ENTROPY, LOG, collector, did, hex, jws, leaf, line, note, sha256, stranger, tree_hash};

/// Root of a log that was restored from other words.
const OTHER: [u8; 32] = [0x42; 32];

/// A log and its records, as the lines of a backup.
fn log(entropy: &[u8; 32], id: [u8; 16], root: u32, entries: &[Value]) -> Vec<Value> {
    let key = SigningKey::from_bytes(&derived(entropy, "log", &[&id]));
    let lines = text_lines(entries);
    let leaves: Vec<_> = lines.iter().map(|line| leaf(line.as_bytes())).collect();
    let note = note(&key, lines.len() as u64, &tree_hash(&leaves));
    let mut out =
        vec![json!({"type": "log", "id": hex(&id), "root": root, "size": lines.len(), "note": note})];
    out.extend(lines.iter().zip(entries).map(|(line, entry)| record(line, entry)));
    out
}

fn record(text: &str, entry: &Value) -> Value {
    let salt = HEXLOWER
        .decode(entry["salt"].as_str().unwrap().as_bytes())
        .unwrap();
    let body = String::from_utf8(line(&entry["body"])).unwrap();
    json!({"type": "record", "line": text, "salt": BASE64URL_NOPAD.encode(&salt), "body": body})
}

fn first() -> Value {
    json!({"type": "counterfoil_backup", "v": 1, "time": 1_795_341_600_123_u64, "records": 3})
}

fn settings() -> Value {
    json!({"type": "settings", "sites": ["https://chat.example"], "retention_days": null, "idle_minutes": 15})
}

/// Three records in a log of the words' own root, and the settings.
fn three() -> Vec<Value> {
    let mut lines = vec![first()];
    lines.extend(log(&ENTROPY, LOG, 0, &entries()[..3]));
    lines.push(settings());
    lines
}

/// With the last line that fits.
fn ended(mut lines: Vec<Value>) -> Vec<u8> {
    lines.push(json!({"type": "end", "lines": lines.len()}));
    text(&lines)
}

/// The lines as they stand in the file: each is named by its one member, here still by `type`.
fn text(lines: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in lines {
        let mut members = entry.clone();
        let name = members.as_object_mut().unwrap().remove("type").unwrap();
        let named = Map::from_iter([(name.as_str().unwrap().to_owned(), members)]);
        out.extend_from_slice(&line(&Value::Object(named)));
        out.push(b'\n');
    }
    out
}

fn changed(change: impl FnOnce(&mut Vec<Value>)) -> Vec<u8> {
    let mut lines = three();
    change(&mut lines);
    ended(lines)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(refused());
    for case in &mut cases {
        if case.given.is_null() {
            case.given = json!({"words": words(&ENTROPY)});
        }
    }
    cases
}

fn accepted() -> Vec<Case> {
    let with_deleted = changed(|lines| {
        let hash = leaf(lines[3]["line"].as_str().unwrap().as_bytes());
        lines[3] = json!({"type": "leaf", "leaf": hex(&hash)});
    });
    let tombstones = {
        let mut lines = vec![first()];
        lines.extend(log(&ENTROPY, LOG, 0, &entries()));
        ended(lines)
    };
    let two = {
        let mut lines = vec![
            first(),
            json!({"type": "root", "index": 1, "entropy": hex(&OTHER)}),
        ];
        lines.extend(log(&ENTROPY, LOG, 0, &entries()[..3]));
        lines.extend(log(&OTHER, [0x20; 16], 1, &entries()[..2]));
        lines.push(settings());
        ended(lines)
    };
    let added = |count: u32| json!({"added": count});
    vec![
        valid("three-records", "Three records and the settings.", ended(three())).gives(added(3)),
        valid(
            "no-records",
            "A profile in which nothing was recorded yet.",
            ended(vec![first(), settings()]),
        )
        .gives(added(0)),
        valid(
            "deleted-record",
            "The leaf hash of a record that was deleted.",
            with_deleted,
        )
        .gives(added(2)),
        valid(
            "tombstones",
            "A tombstone of a record that is there: it wins over the record; another names another log.",
            tombstones,
        )
        .gives(added(3)),
        valid(
            "two-roots",
            "A second log, of a root that is not that of the words.",
            two,
        )
        .gives(added(5)),
        valid(
            "marked",
            "A record that was marked for sharing.",
            changed(|lines| lines[2]["marked"] = json!(true)),
        )
        .gives(added(3)),
        valid(
            "hiding",
            "Version 2: a record with what it hides where it is shared, and words that are always hidden.",
            changed(|lines| {
                lines[0]["v"] = json!(2);
                lines[2]["hiding"] = json!({"now": [[0, 3, "HIDDEN", "placeholder"]], "before": [[]]});
                let phrases = json!({"type": "always_hidden", "phrases": ["lighthouse", "new york"]});
                lines.insert(lines.len() - 1, phrases);
            }),
        )
        .gives(added(3)),
        valid(
            "collector",
            "Version 3: a collector that nothing was shared with yet.",
            changed(|lines| {
                lines[0]["v"] = json!(3);
                let metadata = jws(&collector(), "counterfoil-collector+jwt", &description());
                let row = json!({
                    "did": did(&collector()), "address": "https://shop.example", "metadata": metadata, "offers": [],
                    "added": 1_795_341_600_123_u64, "refreshed": 1_795_341_600_123_u64, "limit": null,
                    "removed": false, "accounts": [], "withdrawals": [], "cheats": [],
                });
                let entry = json!({"type": "collector", "id": "20".repeat(16), "row": row});
                lines.insert(lines.len() - 1, entry);
            }),
        )
        .gives(added(3)),
    ]
}

fn refused() -> Vec<Case> {
    let bad = |name: &str, about: &str, bytes: Vec<u8>| invalid("backup-damaged", name, about, bytes);
    let edited = |name: &str, about: &str, change: fn(&mut Vec<Value>)| bad(name, about, changed(change));
    let other_log = |entries: &[Value]| {
        let mut lines = vec![first()];
        lines.extend(log(&ENTROPY, LOG, 0, entries));
        ended(lines)
    };
    let mut forked = entries();
    forked.truncate(3);
    forked[1]["body"] = json!({"text": "something else"});
    let words_of_other = json!({"words": words(&ENTROPY), "words_given": words(&OTHER)});
    vec![
        invalid(
            "backup-invalid",
            "empty",
            "An age file with nothing in it.",
            Vec::new(),
        ),
        invalid(
            "backup-invalid",
            "text",
            "An age file with some text in it.",
            b"This is not the file that you are looking for.\n".to_vec(),
        ),
        invalid(
            "backup-invalid",
            "other-json",
            "Lines of JSON that say something else.",
            b"{\"text\":\"lighthouse\"}\n".to_vec(),
        ),
        invalid(
            "backup-newer",
            "version-4",
            "A later version.",
            changed(|lines| lines[0]["v"] = json!(4)),
        ),
        invalid(
            "backup-words",
            "other",
            "The words of another root.",
            ended(three()),
        )
        .given(words_of_other),
        invalid(
            "backup-forked",
            "other-record",
            "Another history of a log that the profile holds, signed with the same key.",
            other_log(&forked),
        )
        .given(json!({"before": "valid-three-records.jsonl", "words": words(&ENTROPY)})),
        edited("without-first-line", "The first line is missing.", |lines| {
            drop(lines.remove(0))
        }),
        edited("two-first-lines", "The first line stands twice.", |lines| {
            lines.insert(1, first())
        }),
        edited("unknown-line", "A line of a type that nobody knows.", |lines| {
            lines.push(json!({"type": "extra"}))
        }),
        edited(
            "unknown-member",
            "A record with a member that it does not have.",
            |lines| lines[2]["more"] = json!(1),
        ),
        edited(
            "content-changed",
            "The content of a record is not what its line commits to.",
            |lines| lines[2]["body"] = json!("{\"text\":\"other\"}"),
        ),
        edited("salt-changed", "The salt of a record is another.", |lines| {
            lines[2]["salt"] = json!(BASE64URL_NOPAD.encode(&[9; 32]))
        }),
        edited("salt-short", "The salt of a record has 31 bytes.", |lines| {
            lines[2]["salt"] = json!(BASE64URL_NOPAD.encode(&[9; 31]))
        }),
        edited(
            "line-changed",
            "A line says another kind than was signed.",
            |lines| {
                let text = lines[2]["line"].as_str().unwrap().replace("search", "post");
                lines[2]["line"] = json!(text);
            },
        ),
        edited(
            "line-dropped",
            "The last record of the log is missing.",
            |lines| drop(lines.remove(4)),
        ),
        edited("line-more", "A record more than the log has.", |lines| {
            let more = entry(3, "search", &json!({}));
            lines.insert(5, record(&line_at(3, &more), &more));
        }),
        edited(
            "lines-swapped",
            "Two records stand in each other's place.",
            |lines| lines.swap(2, 3),
        ),
        edited(
            "leaf-of-another",
            "The leaf hash of something else in the place of a record.",
            |lines| {
                lines[3] = json!({"type": "leaf", "leaf": hex(&sha256(b"other"))});
            },
        ),
        edited("leaf-short", "A leaf hash of 31 bytes.", |lines| {
            lines[3] = json!({"type": "leaf", "leaf": "00".repeat(31)})
        }),
        edited(
            "checkpoint-of-another-key",
            "The checkpoint is signed with another key.",
            |lines| {
                let root = tree_hash(
                    &text_lines(&entries()[..3])
                        .iter()
                        .map(|line| leaf(line.as_bytes()))
                        .collect::<Vec<_>>(),
                );
                lines[1]["note"] = json!(note(&stranger(), 3, &root));
            },
        ),
        edited("checkpoint-missing", "There is no checkpoint.", |lines| {
            lines[1]["note"] = json!("")
        }),
        edited(
            "log-of-another-root",
            "The log is of another root than it says.",
            |lines| {
                let other = log(&OTHER, LOG, 0, &entries()[..3]);
                lines[1] = other[0].clone();
            },
        ),
        edited(
            "root-missing",
            "The log is of a root that the backup does not hold.",
            |lines| lines[1]["root"] = json!(1),
        ),
        edited("root-short", "A root of 31 bytes.", |lines| {
            lines.insert(1, json!({"type": "root", "index": 1, "entropy": "42".repeat(31)}))
        }),
        edited("log-twice", "The same log twice.", |lines| {
            let again = lines[1..5].to_vec();
            lines.splice(5..5, again);
        }),
        edited("record-without-log", "A record before the first log.", |lines| {
            lines.swap(1, 2)
        }),
        bad("end-missing", "The last line is missing.", text(&three())),
        bad("end-cut", "The last line ends early.", {
            let whole = ended(three());
            whole[..whole.len() - 2].to_vec()
        }),
        bad(
            "end-counts-more",
            "The last line counts a line more than there are.",
            {
                let mut lines = three();
                lines.push(json!({"type": "end", "lines": lines.len() + 1}));
                text(&lines)
            },
        ),
        bad(
            "after-the-end",
            "A line after the last.",
            [&ended(three())[..], &text(&[settings()])].concat(),
        ),
    ]
}
