//! What is particular to a directory: who may open it, what stays in its files, and a disk that is full.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use counterfoil_app::error::Code;
use counterfoil_app::ports::{Batch, Exclusive, Files, Keyring, Op, Span, Store, StoreError, Table};
use counterfoil_native::{OpenError, Profile, block_on};

fn put(key: &str, value: &[u8]) -> Batch {
    Batch {
        guard: (Table::Meta, "never there".into(), None),
        ops: vec![Op::Put(Table::Record, key.into(), value.to_vec())],
    }
}

/// Every file below a directory.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            found.append(&mut files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn holding(directory: &Path, part: &[u8]) -> Vec<PathBuf> {
    let mut holding = files_below(directory);
    holding.retain(|path| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(part.len()).any(|window| window == part)
    });
    holding
}

#[test]
fn a_log_is_made_once_and_opened_where_it_is() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("log");
    assert!(matches!(Profile::open(&directory), Err(OpenError::Missing(path)) if path == directory));
    assert!(!directory.exists(), "opening made something");
    drop(Profile::create(&directory).unwrap());
    assert!(matches!(Profile::create(&directory), Err(OpenError::Exists(_))));
    Profile::open(&directory).unwrap();
}

#[test]
fn a_creation_cut_short_is_not_a_log_and_can_be_repeated() {
    let scratch = tempfile::tempdir().unwrap();
    fs::write(scratch.path().join("counterfoil.sqlite"), b"").unwrap();
    assert!(matches!(
        Profile::open(scratch.path()),
        Err(OpenError::Missing(_))
    ));
    drop(Profile::create(scratch.path()).unwrap());
    Profile::open(scratch.path()).unwrap();
}

#[test]
fn what_is_no_database_is_refused_and_kept() {
    let scratch = tempfile::tempdir().unwrap();
    let database = scratch.path().join("counterfoil.sqlite");
    for bytes in [&b"something else entirely"[..], &[0; 4096]] {
        fs::write(&database, bytes).unwrap();
        assert!(
            matches!(Profile::open(scratch.path()), Err(OpenError::Database { .. })),
            "{bytes:?}"
        );
        assert_eq!(fs::read(&database).unwrap(), bytes);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_open_it() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("log");
    let profile = Profile::create(&directory).unwrap();
    block_on(profile.commit(put("a", b"row"))).unwrap();
    block_on(profile.write_file("keys-a", b"file")).unwrap();
    block_on(profile.wrap(&[1; 32])).unwrap();
    let _turn = block_on(profile.exclusive()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join("keys")), 0o700);
    let files = files_below(&directory);
    // The database, what SQLite keeps beside it, a file, the device's key and the lock.
    assert_eq!(files.len(), 6, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn overwritten_and_removed_files_leave_nothing() {
    const SECRET: &[u8] = b"a key that must be gone";
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(&scratch.path().join("log")).unwrap();
    let path = profile.directory().join("keys/keys-a");
    block_on(profile.write_file("keys-a", &SECRET.repeat(100))).unwrap();
    // A second name of the same bytes on the disk: it shows what happens there.
    let shadow = scratch.path().join("shadow");
    fs::hard_link(&path, &shadow).unwrap();
    assert_eq!(holding(scratch.path(), SECRET).len(), 2);
    block_on(profile.write_file("keys-a", b"short")).unwrap();
    assert_eq!(
        fs::read(&shadow).unwrap(),
        b"short",
        "the file was replaced, not overwritten"
    );
    block_on(profile.write_file("keys-a", SECRET)).unwrap();
    block_on(profile.remove_file("keys-a")).unwrap();
    assert_eq!(fs::read(&shadow).unwrap(), b"");
    assert_eq!(holding(scratch.path(), SECRET), Vec::<PathBuf>::new());
}

#[test]
fn removed_rows_leave_nothing_once_the_log_is_closed() {
    const SECRET: &[u8] = b"a row that must be gone";
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(scratch.path()).unwrap();
    block_on(profile.commit(put("small", SECRET))).unwrap();
    block_on(profile.commit(put("large", &SECRET.repeat(2_000)))).unwrap();
    assert!(!holding(scratch.path(), SECRET).is_empty());
    let batch = Batch {
        guard: (Table::Meta, "never there".into(), None),
        ops: ["small", "large"]
            .map(|key| Op::Remove(Table::Record, key.into()))
            .into(),
    };
    block_on(profile.commit(batch)).unwrap();
    drop(profile);
    assert_eq!(holding(scratch.path(), SECRET), Vec::<PathBuf>::new());
}

#[test]
fn names_lead_nowhere_else() {
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(&scratch.path().join("log")).unwrap();
    for name in ["", "..", "../device.key", "a/b", "/a", "A", "a.b", "a\0", "é"] {
        let written = block_on(profile.write_file(name, b"x"));
        assert!(
            matches!(written, Err(StoreError::Unwritable(_))),
            "{name:?}: {written:?}"
        );
        assert!(block_on(profile.remove_file(name)).is_err(), "{name:?}");
        assert!(block_on(profile.read_file(name)).is_err(), "{name:?}");
    }
}

#[test]
fn a_full_disk_refuses_whole_batches_and_nothing_else() {
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(scratch.path()).unwrap();
    block_on(profile.commit(put("kept", b"row"))).unwrap();
    profile.limit_size(Some(200_000)).unwrap();
    let batch = Batch {
        guard: (Table::Meta, "never there".into(), None),
        ops: (0..200)
            .map(|row| Op::Put(Table::Record, format!("{row:03}"), vec![7; 2_000]))
            .collect(),
    };
    for _ in 0..3 {
        assert_eq!(block_on(profile.commit(batch.clone())), Err(StoreError::Full));
        let rows = block_on(profile.range(
            Table::Record,
            Span {
                limit: 500,
                ..Span::default()
            },
        ))
        .unwrap();
        assert_eq!(rows, [("kept".to_owned(), b"row".to_vec())]);
    }
    block_on(profile.commit(put("small", b"row"))).unwrap();
    profile.limit_size(None).unwrap();
    block_on(profile.commit(batch)).unwrap();
    let rows = block_on(profile.range(
        Table::Record,
        Span {
            limit: 500,
            ..Span::default()
        },
    ))
    .unwrap();
    assert_eq!(rows.len(), 202);
}

#[test]
fn a_second_writer_is_told_after_a_while() {
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(scratch.path()).unwrap();
    let turn = block_on(profile.exclusive()).unwrap();
    let other = Profile::open(scratch.path())
        .unwrap()
        .with_patience(Duration::from_millis(30));
    let refused = block_on(other.exclusive()).unwrap_err();
    assert_eq!(refused.code, Code::StoreUnwritable);
    assert!(refused.detail.contains("another program"), "{refused}");
    drop(turn);
    block_on(other.exclusive()).unwrap();
}

#[test]
fn a_waiting_writer_gets_its_turn() {
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(scratch.path()).unwrap();
    let directory = scratch.path().to_owned();
    let turn = block_on(profile.exclusive()).unwrap();
    let (ready, began) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let other = Profile::open(&directory).unwrap();
        ready.send(()).unwrap();
        block_on(other.exclusive()).map(drop)
    });
    began.recv_timeout(Duration::from_secs(10)).unwrap();
    drop(turn);
    waiting.join().unwrap().unwrap();
}

#[test]
fn a_device_key_cut_short_is_made_anew_only_by_wrapping() {
    let scratch = tempfile::tempdir().unwrap();
    let profile = Profile::create(scratch.path()).unwrap();
    let wrapped = block_on(profile.wrap(&[1; 32])).unwrap();
    let file = scratch.path().join("device.key");
    let whole = fs::read(&file).unwrap();
    assert_eq!(whole.len(), 32);
    fs::write(&file, &whole[..7]).unwrap();
    assert_eq!(
        block_on(profile.unwrap(&wrapped)).unwrap_err().code,
        Code::KeysUnavailable
    );
    let again = block_on(profile.wrap(&[2; 32])).unwrap();
    assert_eq!(*block_on(profile.unwrap(&again)).unwrap(), [2; 32]);
    fs::remove_file(&file).unwrap();
    assert_eq!(
        block_on(profile.unwrap(&again)).unwrap_err().code,
        Code::KeysUnavailable
    );
}
