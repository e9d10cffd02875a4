//! Fresh material: lines, trees, checkpoints, statements, words and bundles, made by `counterfoil-core`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use counterfoil_core::bundle::papers::Papers;
use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::write::{Parts, Plan, approve, assemble, records_sha256};
use counterfoil_core::canonical;
use counterfoil_core::encoding::{sha256_hex, to_base64, to_base64url, to_hex};
use counterfoil_core::jws::{self, Type};
use counterfoil_core::keys::{Audience, LogId, Root, SigningKey};
use counterfoil_core::log::{Entry, Head, append_batch};
use counterfoil_core::merkle::{Frontier, Hash, leaf_hash};
use counterfoil_core::note::sign_checkpoint;
use counterfoil_core::record::{Body, Evidence, Kind};
use counterfoil_core::share::{Redacted, ShareEntry, derive};
use serde_json::{Value, json};

use super::random::Random;

/// Seconds since the epoch of everything that is dated: 2026-11-22.
const NOW: u64 = 1_795_341_600;
const VALUES: usize = 1500;
const LINES: usize = 300;
/// Leaves of the tree whose every size is looked at.
const LEAVES: u64 = 257;
const WORDS: usize = 60;
/// Records before each bundle, and in it.
const BUNDLES: [(usize, usize); 8] = [
    (0, 1),
    (0, 2),
    (0, 7),
    (0, 200),
    (1, 1),
    (3, 2),
    (64, 65),
    (100, 3),
];

/// What is also needed in memory; all else lies in files.
pub(super) struct Material {
    /// Whose keys sign.
    pub(super) root: Root,
    /// Signs the checkpoints.
    pub(super) key: SigningKey,
    /// The leaves of the tree.
    pub(super) leaves: Vec<Vec<u8>>,
    /// Their hashes.
    pub(super) hashes: Vec<Hash>,
    /// Its root at each size from zero on.
    pub(super) roots: Vec<Hash>,
    /// Its checkpoint at each size from zero on.
    pub(super) notes: Vec<String>,
}

impl Material {
    /// Makes it, and the files below `folder`.
    ///
    /// # Errors
    /// Something is refused that must not be, or a file cannot be written.
    pub(super) fn make(random: &mut Random, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("bundles"))?;
        let root = Root::from_entropy(random.bytes());
        let key = root.share_key(&LogId(random.bytes()), Audience::Export("material"), 0)?;
        let leaves: Vec<_> = (0..LEAVES)
            .map(|seq| shared(random, seq))
            .collect::<Result<_>>()?;
        let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let mut frontier = Frontier::new();
        let mut roots = vec![frontier.root()];
        for hash in &hashes {
            frontier.push(*hash);
            roots.push(frontier.root());
        }
        let notes = (0..)
            .zip(&roots)
            .map(|(size, root)| sign_checkpoint(&key, size, root))
            .collect();
        let material = Self {
            root,
            key,
            leaves,
            hashes,
            roots,
            notes,
        };
        write(folder, "canonical.jsonl", &lines(random, &material.leaves)?)?;
        let tree = json!({
            "leaves": material.leaves.iter().map(|leaf| to_base64(leaf)).collect::<Vec<_>>(),
            "roots": material.roots.iter().map(|root| to_base64(root)).collect::<Vec<_>>(),
        });
        write(folder, "tree.json", tree.to_string().as_bytes())?;
        let mut statements = statements(random, &material.root)?;
        for (index, (before, count)) in BUNDLES.into_iter().enumerate() {
            let bundle = bundle(random, &material.root, before, count, index % 2 == 1)?;
            statements.push(statement(
                &bundle.jws,
                "counterfoil-bundle+jwt",
                bundle.key.did().public_key(),
            ));
            write(folder, &format!("bundles/{}", bundle.name), &bundle.bytes)?;
        }
        write(
            folder,
            "statements.json",
            Value::from(statements).to_string().as_bytes(),
        )?;
        write(folder, "words.json", words(random)?.to_string().as_bytes())?;
        Ok(material)
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    fs::write(folder.join(name), bytes).with_context(|| format!("cannot write {name}"))
}

/// Canonical lines of every kind, and values that no line is like.
fn lines(random: &mut Random, shared: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = shared.to_vec();
    for _ in 0..VALUES {
        lines.push(canonical::to_vec(&random.value(3))?);
    }
    let bodies: Vec<_> = (0..LINES)
        .map(|_| Body {
            text: Some(random.text(60)),
            url: Some(random.text(20)),
            thread: Some(random.text(8)),
            typed: Some(7),
            altered: Some(true),
            ..Body::default()
        })
        .collect();
    let root = Root::from_entropy(random.bytes());
    let log = LogId(random.bytes());
    let entries = bodies.iter().map(|body| Entry {
        kind: Kind::Prompt,
        evidence: Evidence::Observed,
        id: random.uuid(7),
        time_ms: NOW * 1000,
        salt: random.bytes(),
        body,
    });
    let batch = append_batch(&Head::new(log), &root.log_key(&log)?, entries.collect::<Vec<_>>())?;
    for line in batch.lines {
        lines.extend([line.line, line.body]);
    }
    Ok(lines
        .into_iter()
        .flat_map(|line| [line, b"\n".to_vec()].concat())
        .collect())
}

/// A shared line with a text that writers of JSON could get wrong.
fn shared(random: &mut Random, seq: u64) -> Result<Vec<u8>> {
    let redactions = if random.below(3) == 0 {
        vec![Redacted {
            kind: "EMAIL".to_owned(),
            count: 2,
        }]
    } else {
        Vec::new()
    };
    Ok(derive(ShareEntry {
        kind: [Kind::Prompt, Kind::Search, Kind::Post][random.below(3)],
        evidence: Evidence::Observed,
        id: random.uuid(4),
        salt: random.bytes(),
        seq,
        text: random.text(80),
        site: Some("chat.example".to_owned()),
        lang: (random.below(2) == 0).then(|| "en".to_owned()),
        thread: (random.below(2) == 0).then(|| "k3J".to_owned()),
        time: Some("2026-11-22".to_owned()),
        redactions,
    })?)
}

/// A statement of each type but bundles, several times.
fn statements(random: &mut Random, root: &Root) -> Result<Vec<Value>> {
    let mut statements = Vec::new();
    for round in 0..12 {
        let key = root.share_key(&LogId(random.bytes()), Audience::Export("statements"), round)?;
        for kind in [
            Type::Offer,
            Type::Consent,
            Type::Account,
            Type::Revocation,
            Type::Auth,
            Type::Collector,
        ] {
            let payload = json!({"v": 1, "text": random.text(40), "value": random.value(2)});
            let compact = jws::sign(&key, kind, &payload)?;
            statements.push(statement(&compact, kind.as_str(), key.did().public_key()));
        }
    }
    Ok(statements)
}

fn statement(compact: &str, kind: &str, key: &[u8; 32]) -> Value {
    json!({"compact": compact, "typ": kind, "x": to_base64url(key)})
}

/// Roots as words, with all that is made of the words alone.
fn words(random: &mut Random) -> Result<Value> {
    (0..WORDS)
        .map(|_| {
            let root = Root::from_entropy(random.bytes());
            let log = LogId(random.bytes());
            Ok(json!({
                "entropy": to_hex(root.entropy()),
                "words": *root.words(),
                "seed": to_hex(root.seed()),
                "log": log.to_hex(),
                "log_did": root.log_key(&log)?.did(),
                "backup_identity": *root.backup_identity()?.to_text(),
            }))
        })
        .collect()
}

struct Bundle {
    key: SigningKey,
    jws: String,
    name: String,
    bytes: Vec<u8>,
}

/// A bundle of `count` records after `before` others, for a collector or for nobody.
fn bundle(random: &mut Random, root: &Root, before: usize, count: usize, collected: bool) -> Result<Bundle> {
    let collector = Root::from_entropy(random.bytes()).log_key(&LogId(random.bytes()))?;
    let audience = if collected {
        Audience::Collector(collector.did())
    } else {
        Audience::Export("material")
    };
    let key = root.share_key(&LogId(random.bytes()), audience, 0)?;
    let mut lines: Vec<_> = (0..before + count)
        .map(|seq| shared(random, seq as u64))
        .collect::<Result<_>>()?;
    let held = lines.split_off(before);
    let mut start = Frontier::new();
    for line in &lines {
        start.push(leaf_hash(line));
    }
    let notice = format!("Notice.\n{}\n", random.text(200));
    let offer = jws::sign(&collector, Type::Offer, &json!({"v": 1, "iss": collector.did()}))?;
    let consent = jws::sign(
        &key,
        Type::Consent,
        &json!({
            "v": 1, "iss": key.did(), "aud": collector.did(), "iat": NOW - 60, "exp": NOW + 60,
            "offer_sha256": jws::sha256_hex(&offer), "notice_sha256": sha256_hex(notice.as_bytes()),
        }),
    )?;
    let papers = collected.then_some(Papers {
        offer: &offer,
        consent: &consent,
        notice: &notice,
    });
    let plan = Plan {
        key: &key,
        jti: random.uuid(4),
        iat: NOW,
        audience: if collected {
            collector.did().as_str()
        } else {
            EXPORT
        },
        start_frontier: &start,
        lines: &held,
        papers,
    };
    let approved = approve(&plan, &records_sha256(&held))?;
    let archive = assemble(&Parts {
        bundle_jws: &approved.bundle_jws,
        checkpoint_note: &approved.checkpoint_note,
        start_frontier: &start,
        lines: &held,
        papers,
    })?;
    Ok(Bundle {
        jws: approved.bundle_jws,
        name: archive.file_name,
        bytes: archive.bytes,
        key,
    })
}
