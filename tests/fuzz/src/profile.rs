//! What is stored: rows and files changed as they lie there, rows changed below their encryption, and any lines as
//! a backup.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use counterfoil_app::app::App;
use counterfoil_app::archive::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use counterfoil_app::error::Failure;
use counterfoil_app::memory::Memory;
use counterfoil_app::message::{Answer, Event, Reply, Request};
use counterfoil_app::ports::{Batch, Clock as _, Files as _, Keyring as _, Op, Store as _, Table};
use counterfoil_app::view::Filter;
use counterfoil_core::age::{Decryptor, Encryptor, Identity};
use counterfoil_core::encoding::to_base64;
use counterfoil_core::keys::Root;
use serde_json::Value;

use crate::Target;
use crate::input::{Dice, Input};
use crate::support::{self, Profile, WORK, wait};

/// See the module.
pub(crate) const TARGET: Target = Target {
    name: "profile",
    run,
    seeds,
    longest: 64 * 1024,
    mutate,
};

/// The disk of a profile, to begin with again and again.
pub(crate) struct Snapshot {
    rows: Vec<(Table, String, Vec<u8>)>,
    files: Vec<(String, Vec<u8>)>,
    time: u64,
    /// The 24 words.
    pub(crate) words: String,
    /// A backup of it.
    pub(crate) backup: Vec<u8>,
    /// Lines of its logs.
    pub(crate) lines: u64,
    /// Opens its backups.
    identity: Option<Identity>,
    /// What its list shows, by position.
    texts: BTreeMap<u64, String>,
    keys: OnceLock<Keys>,
}

/// New, with a few records and an export, the same behind a passphrase, and with records that are packed.
pub(crate) static SNAPSHOTS: LazyLock<[Snapshot; 4]> = LazyLock::new(|| {
    let few = || {
        let mut profile = lived_in(6);
        profile.page(Request::Mark { seqs: vec![1, 2] });
        let draft = profile.draft("lab");
        profile.approve(&draft);
        profile.page(Request::Mark { seqs: vec![4] });
        profile.draft("lab");
        profile.page(Request::Delete { seqs: vec![0] });
        profile.submit("one more").unwrap();
        profile
    };
    let fresh = Profile::new();
    wait(fresh.app.host().wrap(&[0; 32])).unwrap();
    let locked = few();
    let snapshot = Snapshot::of(&locked);
    locked.page(Request::Passphrase {
        current: None,
        new: Some("open sesame".to_owned().into()),
    });
    let mut locked = locked.browser_closed();
    locked.submit("while it was locked").unwrap();
    let locked = Snapshot {
        rows: locked.app.host().rows(),
        files: locked.app.host().files(),
        ..snapshot
    };
    let packed = lived_in(270);
    packed.page(Request::Mark { seqs: vec![3, 260] });
    [
        Snapshot::of(&fresh),
        Snapshot::of(&few()),
        locked,
        Snapshot::of(&packed),
    ]
});

/// Of [`SNAPSHOTS`], those whose rows can be read.
const OPEN: [usize; 2] = [1, 3];

/// Recording, with so many records.
fn lived_in(records: u32) -> Profile {
    let profile = Profile::new();
    // The first thing that this device draws is its key: so every snapshot has the same one.
    wait(profile.app.host().wrap(&[0; 32])).unwrap();
    profile.page(Request::Consent { given: true });
    profile.page(Request::SiteOn {
        url: support::SITE.into(),
    });
    profile.permit(&["https://example.org/*"]);
    let mut profile = profile;
    for number in 0..records {
        let now = profile.app.host().now();
        profile.app.host().set_time(now + 3_000);
        profile.submit(&format!("lighthouse {number}")).unwrap();
    }
    profile
}

impl Snapshot {
    fn of(profile: &Profile) -> Self {
        let host = profile.app.host();
        let time = host.now();
        // A copy, since making a backup leaves its marks.
        let mut snapshot = Self {
            rows: host.rows(),
            files: host.files(),
            time,
            words: String::new(),
            backup: Vec::new(),
            lines: 0,
            identity: None,
            texts: BTreeMap::new(),
            keys: OnceLock::new(),
        };
        if !snapshot.rows.is_empty() {
            profile.words().expose().clone_into(&mut snapshot.words);
            snapshot.backup = profile.backup();
            snapshot.lines = profile.whole();
            let root = Root::from_words(&snapshot.words).unwrap();
            snapshot.identity = Some(root.backup_identity().unwrap());
            snapshot.texts = texts(&snapshot.open()).unwrap();
        }
        snapshot
    }

    /// The keys of its rows.
    fn keys(&self) -> &Keys {
        self.keys.get_or_init(|| Keys::of(self))
    }

    /// A process on a copy of the disk.
    pub(crate) fn open(&self) -> App<Memory> {
        let host = Memory::default();
        wait(host.wrap(&[0; 32])).unwrap();
        let put = |(table, key, row): &(Table, String, Vec<u8>)| Op::Put(*table, key.clone(), row.clone());
        let guard = (Table::Meta, "state".to_owned(), None);
        let ops = self.rows.iter().map(put).collect();
        wait(host.commit(Batch { guard, ops })).unwrap();
        for (name, bytes) in &self.files {
            wait(host.write_file(name, bytes)).unwrap();
        }
        host.set_time(self.time);
        App::with_work(host.reopen(), WORK)
    }
}

fn ask(app: &App<Memory>, request: Request) -> Result<Reply, Failure> {
    let outcome = wait(app.handle(&support::page(), request));
    serde_json::to_string(&outcome).unwrap();
    match outcome.answer {
        Answer::Ok { reply } => Ok(reply),
        Answer::Failed { failure } => Err(failure),
    }
}

fn archive(app: &App<Memory>, request: ArchiveRequest) -> Result<ArchiveReply, Failure> {
    let outcome = wait(app.handle_archive(&support::page(), request));
    serde_json::to_string(&outcome).unwrap();
    match outcome.answer {
        ArchiveAnswer::Ok { reply } => Ok(reply),
        ArchiveAnswer::Failed { failure } => Err(failure),
    }
}

/// All that the list shows.
fn texts(app: &App<Memory>) -> Result<BTreeMap<u64, String>, Failure> {
    let (mut texts, mut before) = (BTreeMap::new(), None);
    for _ in 0..1_000 {
        let filter = Filter::default();
        let Reply::List { view } = ask(app, Request::List { filter, before })? else {
            panic!("another reply to a list");
        };
        texts.extend(view.items.into_iter().map(|item| (item.seq, item.preview)));
        if view.next.is_none() {
            return Ok(texts);
        }
        assert!(
            before.is_none_or(|before| view.next < Some(before)),
            "the list does not go on"
        );
        before = view.next;
    }
    panic!("the list never ends");
}

/// Asks for everything that reads, and for what mends.
fn exercise(app: &App<Memory>) {
    for request in [
        Request::Status,
        Request::Popup {
            url: Some(support::SITE.into()),
        },
        Request::Settings,
        Request::Sites,
        Request::Exports,
        Request::Record { seq: 1 },
        Request::Draft {
            choice: support::choice("lab"),
        },
        Request::Check,
        Request::Repair,
        Request::Words,
        Request::Check,
    ] {
        let _ = ask(app, request);
    }
    let _ = wait(app.event(Event::Woken));
    if let Ok(ArchiveReply::Backup { backup, .. }) = archive(app, ArchiveRequest::Backup) {
        for index in 0..100 {
            let backup = backup.clone();
            match archive(app, ArchiveRequest::BackupPiece { backup, index }) {
                Ok(ArchiveReply::Piece { last: false, .. }) => {}
                _ => break,
            }
        }
    }
    let _ = texts(app);
}

const WAYS: [fn(Input<'_>); 3] = [tamper, rewrite, backup];

fn run(data: &[u8]) {
    let mut input = Input(data);
    WAYS[input.choice(WAYS.len())](input);
}

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, at) in OPEN.iter().enumerate() {
        let (snapshot, profile) = (&SNAPSHOTS[*at], u8::try_from(index).unwrap_or(0));
        let places = snapshot.rows.len() + snapshot.files.len();
        for place in (0..places).step_by(places.div_ceil(12)) {
            let place = u16::try_from(place).unwrap_or(0).to_be_bytes();
            seeds.push([&[0, profile], &place[..], &[1, 0, 60, 1]].concat());
        }
        let mut seen = Vec::new();
        let keys = snapshot.keys();
        for (place, row) in snapshot.rows.iter().enumerate() {
            if let Some(plain) = keys.open(row)
                && !seen.contains(&row.0)
            {
                seen.push(row.0);
                let place = u16::try_from(place).unwrap_or(0).to_be_bytes();
                seeds.push([&[1, profile], &place[..], &plain].concat());
            }
        }
        let plain = decrypted(snapshot);
        for into in [0, 1, 3] {
            for piece in [0, 200] {
                seeds.push([&[2, profile, into, piece], plain.as_slice()].concat());
            }
        }
    }
    seeds.retain(|seed| seed.len() <= TARGET.longest);
    seeds
}

/// For a backup: lines of it put in, taken out, repeated or exchanged.
fn mutate(data: &[u8], seed: u32) -> Option<Vec<u8>> {
    let (front, rest) = data.split_at_checked(4)?;
    if usize::from(front[0]) % WAYS.len() != 2 {
        return None;
    }
    let mut dice = Dice(seed.into());
    let mut lines: Vec<&[u8]> = rest.split_inclusive(|byte| *byte == b'\n').collect();
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    if lines.is_empty() {
        return None;
    }
    match dice.below(3) {
        0 => lines.insert(at, lines[other]),
        1 => drop(lines.remove(at)),
        _ => lines.swap(at, other),
    }
    Some([front, &lines.concat()].concat())
}

/// Rows and files, changed as they lie there.
fn tamper(mut input: Input<'_>) {
    let snapshot = &SNAPSHOTS[OPEN[input.choice(OPEN.len())]];
    let app = snapshot.open();
    let mut touched = Vec::new();
    while !input.0.is_empty() && touched.len() < 8 {
        let place = input.short() % (snapshot.rows.len() + snapshot.files.len());
        let (how, at, byte) = (input.byte(), input.short(), input.byte());
        let change = |bytes: &mut Vec<u8>| {
            let at = at % bytes.len().max(1);
            match how % 5 {
                0 => bytes.clear(),
                1 => bytes.iter_mut().skip(at).take(1).for_each(|found| *found ^= byte),
                2 => bytes.truncate(at),
                3 => bytes.insert(at, byte),
                _ => bytes.fill(byte),
            }
        };
        match snapshot.rows.get(place) {
            Some((table, key, row)) => {
                app.host().tamper(*table, key, change);
                touched.push(Some((*table, key.as_str(), row)));
            }
            None => {
                let (name, _) = &snapshot.files[place - snapshot.rows.len()];
                app.host().tamper_file(name, change);
                touched.push(None);
            }
        }
    }
    if let [Some((table, key, row))] = touched.as_slice()
        && wait(app.host().get(*table, key)).unwrap().as_ref() != Some(row)
    {
        named_and_apart(snapshot, &app, *table, key);
    }
    exercise(&app);
}

/// One row is damaged: it is named, and costs no more than what it held.
fn named_and_apart(snapshot: &Snapshot, app: &App<Memory>, table: Table, key: &str) {
    // What was seen lately is not missed: a retry may come in twice.
    if (table, key) == (Table::Meta, "recent") {
        return;
    }
    let found = wait(app.check());
    let named = found.as_ref().is_err() || found.as_ref().is_ok_and(|audit| !audit.damaged.is_empty());
    assert!(named, "damage in {}/{key} is not found", table.name());
    let most = match table {
        // What opens everything else.
        Table::Meta => return,
        Table::Segment => 256,
        Table::Record => 1,
        _ => 0,
    };
    let left = texts(app).unwrap();
    let lost = snapshot
        .texts
        .iter()
        .filter(|(seq, _)| !left.contains_key(*seq))
        .count();
    assert!(lost <= most, "damage in {} costs {lost} records", table.name());
    let same = left
        .iter()
        .all(|(seq, text)| snapshot.texts.get(seq) == Some(text));
    assert!(same, "damage in {} changes other records", table.name());
}

/// A row whose content is whatever comes, under the key that it was under.
fn rewrite(mut input: Input<'_>) {
    let snapshot = &SNAPSHOTS[OPEN[input.choice(OPEN.len())]];
    let row = &snapshot.rows[input.short() % snapshot.rows.len()];
    let keys = snapshot.keys();
    let Some(sealed) = keys.seal(row, input.0) else {
        return;
    };
    let app = snapshot.open();
    app.host().tamper(row.0, &row.1, |bytes| *bytes = sealed);
    exercise(&app);
    // What mending left is the same to the next process.
    let left = texts(&app);
    let app = App::with_work(app.host().reopen(), WORK);
    assert_eq!(texts(&app).is_ok(), left.is_ok());
}

/// The keys of a profile's rows, as docs/formats.md describes them.
struct Keys {
    data: [u8; 32],
    ring: Vec<([u8; 8], [u8; 32])>,
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

/// What a row's tag covers beside its content.
fn place(table: &str, key: &str, version: u8) -> Vec<u8> {
    [table.as_bytes(), &[0], key.as_bytes(), &[0, version]].concat()
}

fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, msg) = sealed.split_at_checked(24)?;
    cipher(key)
        .decrypt(XNonce::from_slice(nonce), Payload { msg, aad })
        .ok()
}

impl Keys {
    fn of(snapshot: &Snapshot) -> Self {
        let app = snapshot.open();
        let file = |name: &str| {
            let mut all = snapshot.files.iter();
            all.find(|(found, _)| found.starts_with(name))
                .map(|(_, bytes)| bytes.as_slice())
                .unwrap()
        };
        let wrapped: Value = serde_json::from_slice(&file("data-key")[48..]).unwrap();
        let blob: Vec<u8> = serde_json::from_value(wrapped["device"]["blob"].clone()).unwrap();
        let data = *wait(app.host().unwrap(&blob)).unwrap();
        let ring = open(&data, &place("segment-keys", "", 1), &file("segment-keys")[49..]).unwrap();
        let ring = ring
            .chunks_exact(40)
            .map(|row| (row[..8].try_into().unwrap(), row[8..].try_into().unwrap()));
        Self {
            data,
            ring: ring.collect(),
        }
    }

    /// The key of a row, and how many bytes stand before its nonce.
    fn of_row(&self, row: &[u8]) -> Option<(&[u8; 32], usize)> {
        match row.first()? {
            1 => Some((&self.data, 1)),
            2 => {
                let id = row.get(1..9)?;
                self.ring
                    .iter()
                    .find(|(found, _)| found == id)
                    .map(|(_, key)| (key, 9))
            }
            _ => None,
        }
    }

    fn open(&self, (table, key, row): &(Table, String, Vec<u8>)) -> Option<Vec<u8>> {
        let (secret, front) = self.of_row(row)?;
        open(secret, &place(table.name(), key, row[0]), &row[front..])
    }

    fn seal(&self, (table, key, row): &(Table, String, Vec<u8>), msg: &[u8]) -> Option<Vec<u8>> {
        let (secret, front) = self.of_row(row)?;
        let aad = place(table.name(), key, row[0]);
        let nonce = [9; 24];
        let sealed = cipher(secret)
            .encrypt(XNonce::from_slice(&nonce), Payload { msg, aad: &aad })
            .ok()?;
        Some([&row[..front], &nonce, &sealed].concat())
    }
}

fn decrypted(snapshot: &Snapshot) -> Vec<u8> {
    let mut plain = Vec::new();
    if let Some(identity) = &snapshot.identity {
        let mut decryptor = Decryptor::new(identity);
        decryptor.push(&snapshot.backup, &mut plain).unwrap();
        decryptor.finish(&mut plain).unwrap();
    }
    plain
}

/// A backup whose lines are whatever comes: taken in whole, or not at all.
fn backup(mut input: Input<'_>) {
    let from = &SNAPSHOTS[OPEN[input.choice(OPEN.len())]];
    let into = &SNAPSHOTS[[0, 1, 3][input.choice(3)]];
    let piece = input.choice(256) * 97 + 1_000;
    let identity = from.identity.as_ref().unwrap();
    let (mut encryptor, mut file) = Encryptor::new(&identity.recipient(), [5; 32], [3; 16], [6; 16]).unwrap();
    encryptor.push(input.0, &mut file).unwrap();
    encryptor.finish(&mut file).unwrap();

    let app = into.open();
    let words = from.words.clone().into();
    let Ok(ArchiveReply::Restoring { restore, .. }) = archive(&app, ArchiveRequest::Restore { words }) else {
        panic!("a restore cannot begin");
    };
    let mut refused = false;
    for (data, index) in file.chunks(piece).zip(0..) {
        let request = ArchiveRequest::RestorePiece {
            restore: restore.clone(),
            index,
            data: to_base64(data),
        };
        refused |= archive(&app, request).is_err();
        if refused {
            break;
        }
    }
    refused |= archive(&app, ArchiveRequest::RestoreFinish { restore }).is_err();
    let audit = wait(app.check()).unwrap();
    assert_eq!(audit.damaged, []);
    let left = texts(&app).unwrap();
    if refused {
        assert_eq!(left, into.texts, "a refused backup changed something");
        assert_eq!(audit.lines, into.lines);
    }
    // Positions of records of several logs are told apart by the log's place, which a restore leaves as it is.
    let app = App::with_work(app.host().reopen(), WORK);
    assert_eq!(wait(app.check()).unwrap(), audit);
    assert_eq!(texts(&app).unwrap(), left);
}
