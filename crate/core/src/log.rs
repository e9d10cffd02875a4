//! The private log: appending to it, and verifying it whole.

use serde::{Deserialize, Serialize};

use crate::canonical::CanonicalError;
use crate::did::Did;
use crate::keys::{LogId, SigningKey};
use crate::merkle::{Frontier, Hash, leaf_hash};
use crate::note::{self, Checkpoint, NoteError};
use crate::record::{self, Body, Evidence, Kind, LineError, PrivateLine};
use crate::time::{self, TimeError};

/// Where a log ends: all that the next append needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The log.
    pub id: LogId,
    /// Its tree.
    pub frontier: Frontier,
}

impl Head {
    /// An empty log.
    pub fn new(id: LogId) -> Self {
        Self {
            id,
            frontier: Frontier::new(),
        }
    }

    /// Records in the log, which is the position of the next one.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }
}

/// A record to append.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: Kind,
    /// How the owner claims to have come by it.
    pub evidence: Evidence,
    /// UUID, version 7.
    pub id: String,
    /// When, in milliseconds since the Unix epoch.
    pub time_ms: u64,
    /// 32 random bytes, of this record only.
    pub salt: [u8; 32],
    /// The content.
    pub body: &'a Body,
}

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The signed line, without a newline.
    pub line: Vec<u8>,
    /// Canonical bytes of the content; stored apart, with the salt.
    pub body: Vec<u8>,
}

/// What an append gives: to be stored together, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Where the log ends now.
    pub head: Head,
    /// Position of the record.
    pub seq: u64,
    /// The signed line, without a newline.
    pub line: Vec<u8>,
    /// Canonical bytes of the content; stored apart, with the salt.
    pub body: Vec<u8>,
    /// The signed checkpoint of the log as it is now.
    pub note: String,
}

/// What an append of several gives: to be stored together, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Where the log ends now.
    pub head: Head,
    /// Position of the first record.
    pub first_seq: u64,
    /// The records, in order.
    pub lines: Vec<Line>,
    /// The signed checkpoint of the log as it is now.
    pub note: String,
}

/// Why nothing was appended, or a log does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The content has no canonical form.
    #[error("the content cannot be written: {0}")]
    Body(#[from] CanonicalError),
    /// The line would not be one.
    #[error("line {seq}: {error}")]
    Line {
        /// Its position.
        seq: u64,
        /// What is wrong.
        error: LineError,
    },
    /// The time cannot be written.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// A tombstone must name an earlier record of its log or one of another log, and nothing else may.
    #[error("record {0}: a tombstone names an earlier record or one of another log, and no other kind does")]
    Target(u64),
    /// A line says that it stands elsewhere.
    #[error("line {due} says that it is line {found}")]
    Order {
        /// Where it stands.
        due: u64,
        /// Where it says that it stands.
        found: u64,
    },
    /// The checkpoint is not accepted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint is of more or fewer lines.
    #[error("the checkpoint is of {due} lines, not {found}")]
    Size {
        /// Lines of the checkpoint.
        due: u64,
        /// Lines that there are.
        found: u64,
    },
    /// A line was changed, or the checkpoint is of other lines.
    #[error("the lines are not those that the checkpoint signs")]
    Root,
}

/// Appends one record and signs the log.
pub fn append(head: &Head, key: &SigningKey, entry: Entry<'_>) -> Result<Appended, LogError> {
    let mut head = head.clone();
    let seq = head.size();
    let Line { line, body } = extend(&mut head, entry)?;
    let note = note::sign_checkpoint(key, head.size(), &head.frontier.root());
    Ok(Appended {
        head,
        seq,
        line,
        body,
        note,
    })
}

/// Appends records in order and signs the log once.
pub fn append_batch<'a>(
    head: &Head,
    key: &SigningKey,
    entries: impl IntoIterator<Item = Entry<'a>>,
) -> Result<Batch, LogError> {
    let mut head = head.clone();
    let first_seq = head.size();
    let lines = entries
        .into_iter()
        .map(|entry| extend(&mut head, entry))
        .collect::<Result<_, _>>()?;
    let note = note::sign_checkpoint(key, head.size(), &head.frontier.root());
    Ok(Batch {
        head,
        first_seq,
        lines,
        note,
    })
}

/// Whether only a tombstone names a record: an earlier one of this log, or one of another log.
fn target_holds(head: &Head, kind: Kind, body: &Body) -> bool {
    match (kind, body.target, &body.target_log) {
        (Kind::Tombstone, Some(target), None) => target < head.size(),
        (Kind::Tombstone, Some(_), Some(log)) => LogId::from_hex(log).is_ok_and(|log| log != head.id),
        (Kind::Tombstone, None, _) => false,
        (_, target, log) => target.is_none() && log.is_none(),
    }
}

fn extend(head: &mut Head, entry: Entry<'_>) -> Result<Line, LogError> {
    let seq = head.size();
    if !target_holds(head, entry.kind, entry.body) {
        return Err(LogError::Target(seq));
    }
    let body = entry.body.to_bytes()?;
    let line = PrivateLine {
        c: record::commitment(&entry.salt, &body),
        claimed_evidence: entry.evidence,
        id: entry.id,
        kind: entry.kind,
        seq,
        time: time::rfc3339_ms(entry.time_ms)?,
        v: record::VERSION,
    };
    let line = line.to_bytes().map_err(|error| LogError::Line { seq, error })?;
    head.frontier.push(leaf_hash(&line));
    Ok(Line { line, body })
}

/// Verifies a private log line by line, in memory that does not grow with it.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    frontier: Frontier,
}

impl Checker {
    /// For a log from its first line on.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next line, without its newline.
    pub fn push(&mut self, line: &[u8]) -> Result<PrivateLine, LogError> {
        let due = self.frontier.size();
        let parsed = PrivateLine::parse(line).map_err(|error| LogError::Line { seq: due, error })?;
        if parsed.seq != due {
            return Err(LogError::Order {
                due,
                found: parsed.seq,
            });
        }
        self.frontier.push(leaf_hash(line));
        Ok(parsed)
    }

    /// Takes the leaf hash of the next line in the place of the line itself, where that was deleted or cannot be
    /// read. What the line said, its own place in it too, stays unchecked; that it was this line is not.
    pub fn leaf(&mut self, hash: Hash) {
        self.frontier.push(hash);
    }

    /// Lines taken so far.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The tree of the lines taken so far.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Whether these were all the lines that the checkpoint of this identity signs; gives the log's frontier.
    pub fn finish(self, note: &str, did: &Did) -> Result<Frontier, LogError> {
        let Checkpoint { size, root, .. } = note::open_checkpoint(note, did)?;
        if size != self.frontier.size() {
            return Err(LogError::Size {
                due: size,
                found: self.frontier.size(),
            });
        }
        if root == self.frontier.root() {
            Ok(self.frontier)
        } else {
            Err(LogError::Root)
        }
    }
}

/// Verifies a whole private log: each line, its place, and the checkpoint over all of them.
pub fn check<L: AsRef<[u8]>>(
    lines: impl IntoIterator<Item = L>,
    note: &str,
    did: &Did,
) -> Result<Frontier, LogError> {
    let mut checker = Checker::new();
    for line in lines {
        checker.push(line.as_ref())?;
    }
    checker.finish(note, did)
}

/// Verifies that a log has exactly these leaf hashes, without its lines.
pub fn check_leaves(
    note: &str,
    did: &Did,
    leaves: impl IntoIterator<Item = Hash>,
) -> Result<Frontier, LogError> {
    let mut checker = Checker::new();
    for leaf in leaves {
        checker.leaf(leaf);
    }
    checker.finish(note, did)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::id::uuid_v7;

    fn entry(body: &Body, number: u8) -> Entry<'_> {
        Entry {
            kind: Kind::Search,
            evidence: Evidence::Observed,
            id: uuid_v7(1_795_341_600_123, [number; 10]),
            time_ms: 1_795_341_600_123,
            salt: [number; 32],
            body,
        }
    }

    fn body(text: &str) -> Body {
        Body {
            text: Some(text.to_owned()),
            site: Some("search.example".to_owned()),
            ..Body::default()
        }
    }

    fn key() -> SigningKey {
        SigningKey::from_secret(&[3; 32])
    }

    #[test]
    fn the_line_is_canonical_and_commits_to_the_content() {
        let content = body("lighthouse");
        let appended = append(&Head::new(LogId([1; 16])), &key(), entry(&content, 5)).unwrap();
        assert_eq!(appended.body, br#"{"site":"search.example","text":"lighthouse"}"#);
        let c = record::commitment(&[5; 32], &appended.body);
        let due = format!(
            "{{\"c\":\"{c}\",\"claimed_evidence\":\"observed\",\"id\":\"01a202b2-c57b-7505-8505-050505050505\",\
             \"kind\":\"search\",\"seq\":0,\"time\":\"2026-11-22T10:00:00.123Z\",\"v\":1}}"
        );
        assert_eq!(String::from_utf8(appended.line).unwrap(), due);
        assert_eq!(Body::from_bytes(&appended.body).unwrap(), content);
    }

    #[test]
    fn one_by_one_or_together_the_log_is_the_same() {
        let bodies: Vec<_> = (0..9).map(|number| body(&format!("text {number}"))).collect();
        let entries = || bodies.iter().zip(0..).map(|(body, number)| entry(body, number));
        let (mut head, mut lines, mut note) = (Head::new(LogId([1; 16])), Vec::new(), String::new());
        for (entry, due) in entries().zip(0..) {
            let appended = append(&head, &key(), entry).unwrap();
            assert_eq!(appended.seq, due);
            lines.push(appended.line);
            (head, note) = (appended.head, appended.note);
            assert_eq!(check(&lines, &note, key().did()).unwrap(), head.frontier);
        }
        let batch = append_batch(&Head::new(LogId([1; 16])), &key(), entries()).unwrap();
        assert_eq!((batch.head.clone(), batch.note, batch.first_seq), (head, note, 0));
        assert_eq!(
            batch.lines.into_iter().map(|line| line.line).collect::<Vec<_>>(),
            lines
        );
        let stored = serde_json::to_string(&batch.head).unwrap();
        assert_eq!(serde_json::from_str::<Head>(&stored).unwrap(), batch.head);
    }

    #[test]
    fn changes_show() {
        let bodies = [body("a"), body("b"), body("c")];
        let entries = bodies.iter().zip(0..).map(|(body, number)| entry(body, number));
        let batch = append_batch(&Head::new(LogId([1; 16])), &key(), entries).unwrap();
        let lines: Vec<_> = batch.lines.iter().map(|line| line.line.clone()).collect();
        let check = |lines: &[Vec<u8>]| check(lines, &batch.note, key().did());
        assert!(check(&lines).is_ok());
        assert_eq!(check(&lines[..2]), Err(LogError::Size { due: 3, found: 2 }));
        assert_eq!(check(&lines[1..]), Err(LogError::Order { due: 0, found: 1 }));
        for bit in 0..lines[1].len() * 8 {
            let mut changed = lines.clone();
            changed[1][bit / 8] ^= 1 << (bit % 8);
            assert!(check(&changed).is_err(), "bit {bit}");
        }
        let other = SigningKey::from_secret(&[4; 32]);
        assert_eq!(
            super::check(&lines, &batch.note, other.did()),
            Err(LogError::Note(NoteError::OtherLog))
        );
    }

    #[test]
    fn a_tombstone_names_an_earlier_record() {
        let content = body("a");
        let first = append(&Head::new(LogId([1; 16])), &key(), entry(&content, 1)).unwrap();
        let tombstone = |target| Body {
            target,
            ..Body::default()
        };
        let append = |body: &Body, kind| {
            append(
                &first.head,
                &key(),
                Entry {
                    kind,
                    ..entry(body, 2)
                },
            )
            .map(|appended| appended.seq)
        };
        assert_eq!(append(&tombstone(Some(0)), Kind::Tombstone), Ok(1));
        assert_eq!(
            append(&tombstone(Some(1)), Kind::Tombstone),
            Err(LogError::Target(1))
        );
        assert_eq!(
            append(&tombstone(None), Kind::Tombstone),
            Err(LogError::Target(1))
        );
        assert_eq!(
            append(&tombstone(Some(0)), Kind::Search),
            Err(LogError::Target(1))
        );
    }

    #[test]
    fn a_tombstone_may_name_a_record_of_another_log() {
        let head = Head::new(LogId([1; 16]));
        let append = |kind, target, log: Option<&str>| {
            let body = Body {
                target,
                target_log: log.map(str::to_owned),
                ..Body::default()
            };
            let entry = Entry {
                kind,
                ..entry(&body, 2)
            };
            append(&head, &key(), entry).map(|appended| String::from_utf8(appended.body).unwrap())
        };
        let (own, other) = ("01".repeat(16), "0a".repeat(16));
        assert_eq!(
            append(Kind::Tombstone, Some(7), Some(&other)),
            Ok(format!(r#"{{"target":7,"target_log":"{other}"}}"#))
        );
        for (kind, target, log) in [
            (Kind::Tombstone, Some(7), own.as_str()),
            (Kind::Tombstone, None, &other),
            (Kind::Tombstone, Some(7), &other.to_uppercase()),
            (Kind::Tombstone, Some(7), ""),
            (Kind::Search, Some(7), &other),
            (Kind::Search, None, &other),
        ] {
            assert_eq!(append(kind, target, Some(log)), Err(LogError::Target(0)), "{log}");
        }
        assert_eq!(
            append(Kind::Tombstone, Some(1 << 53), Some(&other)),
            Err(CanonicalError::Range.into())
        );
    }

    #[test]
    fn a_leaf_hash_stands_for_its_line() {
        let bodies: Vec<_> = (0..6).map(|number| body(&format!("text {number}"))).collect();
        let entries = bodies.iter().zip(0..).map(|(body, number)| entry(body, number));
        let batch = append_batch(&Head::new(LogId([1; 16])), &key(), entries).unwrap();
        let leaves: Vec<_> = batch.lines.iter().map(|line| leaf_hash(&line.line)).collect();
        let check = |leaves: &[Hash]| check_leaves(&batch.note, key().did(), leaves.iter().copied());
        assert_eq!(check(&leaves), Ok(batch.head.frontier.clone()));
        assert_eq!(check(&leaves[..5]), Err(LogError::Size { due: 6, found: 5 }));
        let mut swapped = leaves.clone();
        swapped.swap(2, 3);
        assert_eq!(check(&swapped), Err(LogError::Root));

        // Every choice of lines that are gone, and every one of them replaced by another's hash.
        for gone in 0_u8..64 {
            let (mut checker, mut forged) = (Checker::new(), Checker::new());
            for (index, line) in batch.lines.iter().enumerate() {
                if gone >> index & 1 == 1 {
                    checker.leaf(leaves[index]);
                    forged.leaf(leaves[(index + 1) % 6]);
                } else {
                    assert_eq!(checker.push(&line.line).unwrap().seq, index as u64);
                    forged.push(&line.line).unwrap();
                }
            }
            assert_eq!(
                checker.finish(&batch.note, key().did()),
                Ok(batch.head.frontier.clone())
            );
            assert_eq!(forged.finish(&batch.note, key().did()).is_ok(), gone == 0);
        }
    }

    #[test]
    fn what_is_no_record_is_not_appended() {
        let content = body("a");
        let append = |entry| append(&Head::new(LogId([1; 16])), &key(), entry).map(drop);
        let bad = Entry {
            id: "not a UUID".to_owned(),
            ..entry(&content, 1)
        };
        assert_eq!(
            append(bad),
            Err(LogError::Line {
                seq: 0,
                error: LineError::Field("id")
            })
        );
        assert_eq!(
            append(Entry {
                time_ms: u64::MAX,
                ..entry(&content, 1)
            }),
            Err(TimeError::Range.into())
        );
    }
}
